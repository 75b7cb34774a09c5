package stoa.polyglot.context;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SourceSection;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Thrown;
import stoa.module.ModuleSource;
import stoa.value.Value;

/// Says why a module could not be loaded: LOAD_FAILED, in words and as details `file`, `line`,
/// `column`, `source`, `trace`.
final class LoadFailures {
  private final ModuleSource source;

  LoadFailures(ModuleSource source) {
    this.source = source;
  }

  FailureException failed(String why, String help, Map<String, String> details) {
    return new FailureException(
        Failure.of(
            Failure.Code.LOAD_FAILED,
            Failure.Description.of(
                    "%s `%s` could not be loaded: %s".formatted(kind(), source.name(), why), help)
                .with(details)));
  }

  /// @param error as the engine sees it
  /// @param thrown as the guest tells it
  FailureException of(PolyglotException error, Thrown thrown) {
    if (error.isSyntaxError() && error.getSourceLocation() != null) {
      return syntax(error.getSourceLocation(), thrown.message());
    }
    if (isScript() && !isMissing(thrown)) {
      // Its top level is what it does: it was loaded, and then it threw.
      return new FailureException(Failure.threw(thrown));
    }
    Map<String, String> details = new HashMap<>();
    details.put("type", thrown.type());
    details.put("trace", trace(thrown));
    String where = "";
    if (!thrown.frames().isEmpty()) {
      Thrown.Frame frame = thrown.frames().getFirst();
      details.put("file", frame.file());
      details.put("line", String.valueOf(frame.line()));
      where = " (%s:%d)".formatted(frame.file(), frame.line());
    }
    return failed(thrown.type() + ": " + thrown.message() + where, help(thrown), details);
  }

  private FailureException syntax(SourceSection at, String message) {
    String line =
        at.getStartLine() <= at.getSource().getLineCount()
            ? at.getSource().getCharacters(at.getStartLine()).toString()
            : "";
    String first = message.lines().findFirst().orElse("").replaceFirst("^\\S*:\\d+:\\d+ ", "");
    return syntax(
        new Position(at.getSource().getName(), at.getStartLine(), at.getStartColumn(), line),
        first);
  }

  /// @param told `file`, `line`, `column`, `text`, `message`
  FailureException syntax(Value told) {
    return syntax(
        new Position(
            told.at("file").asText(),
            told.at("line").asLong(),
            told.at("column").asLong(),
            told.at("text").asText()),
        told.at("message").asText());
  }

  private record Position(String path, long line, long column, String text) {}

  private FailureException syntax(Position at, String message) {
    String file = name(at.path());
    return failed(
        "syntax error in %s:%d:%d: %s%s"
            .formatted(
                file,
                at.line(),
                at.column(),
                message,
                at.text().isBlank() ? "" : ", in `" + at.text().strip() + "`"),
        "Correct the line and call again.",
        Map.of(
            "file", file,
            "line", String.valueOf(at.line()),
            "column", String.valueOf(at.column()),
            "source", at.text()));
  }

  private String help(Thrown thrown) {
    if (isMissing(thrown) && source.folder().isEmpty()) {
      String file = name(source.main().toString());
      int dot = file.lastIndexOf('.');
      String main = "main" + (dot < 0 ? "" : file.substring(dot));
      return "A module in a single file can import nothing but `stoa` and its language's own library. "
          + "For more files make it a folder `%s/` with `%s` in it.".formatted(source.name(), main);
    }
    return "The code at the top level of the file threw it; correct it and call again.";
  }

  private boolean isScript() {
    return source.kind() == ModuleSource.Kind.SCRIPT;
  }

  private String kind() {
    return isScript() ? "Script" : "Module";
  }

  private static boolean isMissing(Thrown thrown) {
    return thrown.message().startsWith("Cannot find module")
        || thrown.message().startsWith("Error reading module")
        || thrown.type().equals("ModuleNotFoundError");
  }

  private static String trace(Thrown thrown) {
    StringBuilder text = new StringBuilder(thrown.type() + ": " + thrown.message());
    for (Thrown.Frame frame : thrown.frames()) {
      text.append("\n    at %s (%s:%d)".formatted(frame.function(), frame.file(), frame.line()));
    }
    thrown.cause().ifPresent(cause -> text.append("\ncaused by ").append(trace(cause)));
    return text.toString();
  }

  private static String name(String path) {
    Path file = Path.of(path).getFileName();
    return file == null ? path : file.toString();
  }
}
