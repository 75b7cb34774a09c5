package stoa.wire;

import com.google.protobuf.ByteString;
import java.util.Optional;
import stoa.call.Invoker;
import stoa.module.ModuleInfo;

/// What the owner of a [Connection] does about the other side. Called by the connection's reading
/// thread: return quickly.
public interface Peer {
  /// The other side said who it is.
  ///
  /// @return what serves the calls that the other side makes
  /// @throws stoa.call.FailureException to refuse it; the message is sent to it
  Invoker greeted(Greeting greeting);

  /// A line for the log, as the other side sent it.
  void logged(LogLine line);

  /// The connection is over. Called exactly once, after all its calls have failed.
  void closed(String reason);

  /// @param module what the other side says of itself; empty: a client without a name
  /// @param token the one-time token that it brought, or empty bytes
  record Greeting(Optional<ModuleInfo> module, ByteString token) {}

  /// @param call the call that the line belongs to, as the other side numbers it; 0: none
  record LogLine(long call, Level level, String text) {}

  enum Level {
    INFO,
    DEBUG,
    WARNING,
    ERROR
  }
}
