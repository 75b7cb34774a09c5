package stoa.wire;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.module.Surroundings.Line;
import stoa.module.Surroundings.Stream;
import stoa.v1.Log;
import stoa.wire.Frames.Incoming;

/// Lines for the log, from and to `stoa.v1.Log`.
final class LogCodec {
  /// Longer lines are cut, to fit into a frame. Characters.
  private static final int MAX_TEXT = 64 * 1024;

  private LogCodec() {}

  static byte[] encode(Peer.LogLine said) {
    Line line = said.line();
    return Log.newBuilder()
        .setLevel(level(line.stream()))
        .setText(cut(line.text()))
        .setModule(said.module())
        .setInstance(said.instance())
        .setCallName(line.call())
        .build()
        .toByteArray();
  }

  private static String cut(String text) {
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + " ..." : text;
  }

  private static Log.Level level(Stream stream) {
    return switch (stream) {
      case OUT -> Log.Level.OUT;
      case ERR -> Log.Level.ERR;
      case DEBUG -> Log.Level.DEBUG;
      case INFO -> Log.Level.INFO;
      case WARNING -> Log.Level.WARNING;
      case ERROR -> Log.Level.ERROR;
    };
  }

  /// @param chain of the call that it belongs to, if this side knows it
  static Peer.LogLine decode(Incoming frame, @Nullable Chain chain) throws IOException {
    Log log = Log.parseFrom(frame.body());
    Stream stream = stream(log.getLevel());
    Line line =
        chain == null
            ? new Line(stream, log.getText(), log.getCallName(), null)
            : new Line(stream, log.getText(), chain);
    return new Peer.LogLine(log.getModule(), log.getInstance(), line);
  }

  private static Stream stream(Log.Level level) {
    return switch (level) {
      case OUT -> Stream.OUT;
      case ERR -> Stream.ERR;
      case DEBUG -> Stream.DEBUG;
      case WARNING -> Stream.WARNING;
      case ERROR -> Stream.ERROR;
      case INFO, UNRECOGNIZED -> Stream.INFO;
    };
  }
}
