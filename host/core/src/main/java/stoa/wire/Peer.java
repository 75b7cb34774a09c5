package stoa.wire;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import stoa.call.Invoker;
import stoa.module.ModuleInfo;
import stoa.module.Surroundings;
import stoa.value.Value;

/// What the owner of a [Connection] does about the other side. Called by the connection's reading
/// thread: return quickly.
public interface Peer {
  /// What has to be there before the other side, which dialled, is let in. It waits for its Welcome
  /// meanwhile, and may leave.
  ///
  /// @return completes when [#greeted] may be called; fails to refuse it, as that does
  /// @throws stoa.call.FailureException to refuse it at once
  default CompletionStage<Void> prepared(Greeting greeting) {
    return CompletableFuture.completedFuture(null);
  }

  /// The other side said who it is, and what [#prepared] waits for is there. Any thread.
  ///
  /// @throws stoa.call.FailureException to refuse it; the message is sent to it
  Admission greeted(Greeting greeting);

  /// The other side gives back a reference that it received this many times; if it is the host: one
  /// that it was sent, and that nobody holds any more.
  void released(Value.Reference reference, long count);

  /// A line for the log, as the other side sent it.
  void logged(LogLine line);

  /// The connection is over. Called exactly once, after all its calls have failed.
  void closed(String reason);

  /// @param module what the other side says of itself; empty: a client without a name
  /// @param token the one-time token that it brought, or empty bytes
  /// @param instance how the other side, a host, calls this one; or empty
  /// @param maxOpenCalls how many calls it serves at a time; 0: it did not say
  /// @param echo it wants to see what modules write for its calls
  record Greeting(
      Optional<ModuleInfo> module,
      ByteString token,
      String instance,
      int maxOpenCalls,
      boolean echo) {}

  /// @param serves takes the calls that the other side makes
  /// @param instance how this side, a host, calls the other one; else empty
  record Admission(Invoker serves, String instance) {}

  /// @param module who wrote it, if this side cannot know: a host tells its client; else empty
  /// @param instance which copy of that module, or empty
  record LogLine(String module, String instance, Surroundings.Line line) {
    /// Stands where lines are left out.
    public static final LogLine MISSED =
        new LogLine(
            "stoa",
            "",
            new Surroundings.Line(
                Surroundings.Stream.WARNING,
                "lines came faster than they are shown here; `stoa logs` has them all"));

    public LogLine(Surroundings.Line line) {
      this("", "", line);
    }

    /// What a host takes from others: for which call it was written is believed as far as the host
    /// knows that call.
    public Surroundings.Line believed() {
      return line.chain() == null ? new Surroundings.Line(line.stream(), line.text()) : line;
    }
  }
}
