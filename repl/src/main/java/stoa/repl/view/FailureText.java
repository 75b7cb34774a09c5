package stoa.repl.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stoa.call.Failure;
import stoa.call.Thrown;

/// A failure for people: what happened, what to do next, its code, and the trace across all modules
/// it came through.
public record FailureText(Paint paint) {
  /// More lines of one error's trace than this help nobody.
  private static final int MOST_FRAMES = 30;

  /// Several lines, without the last line's end.
  public String of(Failure failure) {
    List<String> lines = new ArrayList<>();
    lines.add(paint.error("error:") + " " + Printable.of(failure.message()));
    if (failure instanceof Failure.ByGuest(Thrown thrown, _)) {
      frames(thrown, lines);
      causes(thrown, lines);
    }
    lastWords(failure, lines);
    if (!failure.help().isEmpty()) {
      lines.add("  " + paint.bold("help:") + " " + Printable.of(failure.help()));
    }
    lines.add(paint.faint("  code: " + failure.code()));
    return String.join("\n", lines);
  }

  /// What a module wrote before it ended.
  private void lastWords(Failure failure, List<String> lines) {
    List<String> log = failure.details().getOrDefault("log", "").lines().toList();
    if (!log.isEmpty()) {
      lines.add("  it wrote last:");
      log.forEach(line -> lines.add("    " + Printable.of(line)));
    }
  }

  private void causes(Thrown thrown, List<String> lines) {
    Optional<Thrown> cause = thrown.cause();
    while (cause.isPresent()) {
      Thrown error = cause.get();
      String message = error.message().isEmpty() ? "" : ": " + Printable.of(error.message());
      lines.add(paint.error("caused by") + " " + error.type() + message);
      frames(error, lines);
      cause = error.cause();
    }
  }

  private void frames(Thrown error, List<String> lines) {
    int shown = 0;
    for (int at = 0; at < error.frames().size(); ) {
      Thrown.Frame frame = error.frames().get(at);
      if (shown++ == MOST_FRAMES) {
        lines.add(paint.faint("  ... " + (error.frames().size() - at) + " more"));
        return;
      }
      lines.add(line(frame, error));
      int repeated = repetitions(error.frames(), at);
      if (repeated > 1) {
        lines.add(paint.faint("  ... and " + repeated + " times more"));
      }
      at += repeated > 1 ? repeated + 1 : 1;
    }
    if (error.frames().isEmpty() && !error.module().isEmpty()) {
      lines.add("  in module " + paint.name(error.module()));
    }
  }

  /// How often the same frame follows: runaway recursion has hundreds of it.
  private static int repetitions(List<Thrown.Frame> frames, int at) {
    int end = at + 1;
    while (end < frames.size() && frames.get(end).equals(frames.get(at))) {
      end++;
    }
    return end - at - 1;
  }

  private String line(Thrown.Frame frame, Thrown error) {
    String function = frame.function().isEmpty() ? "top level" : frame.function();
    String place = frame.line() > 0 ? frame.file() + ":" + frame.line() : frame.file();
    String module = error.module().isEmpty() ? "" : error.module() + ", ";
    return "  at %s (%s) %s"
        .formatted(function, place, paint.faint("[" + module + frame.language() + "]"));
  }
}
