package stoa.wire;

import java.io.IOException;
import stoa.v1.Log;
import stoa.wire.Frames.Incoming;

/// Lines for the log, from and to `stoa.v1.Log`.
final class LogCodec {
  private LogCodec() {}

  static byte[] encode(Peer.LogLine line) {
    Log.Level level =
        switch (line.level()) {
          case DEBUG -> Log.Level.DEBUG;
          case INFO -> Log.Level.INFO;
          case WARNING -> Log.Level.WARNING;
          case ERROR -> Log.Level.ERROR;
        };
    return Log.newBuilder().setLevel(level).setText(line.text()).build().toByteArray();
  }

  /// @param name of the call that it belongs to
  /// @param origin of that call
  static Peer.LogLine decode(Incoming frame, String name, String origin) throws IOException {
    Log log = Log.parseFrom(frame.body());
    Peer.Level level =
        switch (log.getLevel()) {
          case DEBUG -> Peer.Level.DEBUG;
          case WARNING -> Peer.Level.WARNING;
          case ERROR -> Peer.Level.ERROR;
          case INFO, UNRECOGNIZED -> Peer.Level.INFO;
        };
    return new Peer.LogLine(frame.call(), name, origin, level, log.getText());
  }
}
