package stoa.polyglot.context;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stoa.call.Failure;
import stoa.call.Thrown;
import stoa.value.Value;

/// Errors as data: what a guest's half tells about an error it caught, and what it is told about
/// one that came from a call.
final class Traces {
  /// ` at name (file:line:column)` or ` at file:line:column`.
  private static final Pattern LINE =
      Pattern.compile("^\\s*at (?:(.+?) \\()?([^()]+):(\\d+):\\d+\\)?$");

  /// Runaway recursion has thousands, which help nobody.
  private static final int MOST_FRAMES = 100;

  private final String language;
  private final String module;

  Traces(String language, String module) {
    this.language = language;
    this.module = module;
  }

  /// Why a call ended whose code threw.
  ///
  /// @param told as for [#thrown]; `code` if it is the failure of a call that the code made
  Failure failure(Value told) {
    Value code = told.at("code");
    return Failure.threw(thrown(told), code.isNull() ? Map.of() : Map.of("code", code.asText()));
  }

  /// A map with `type`, `message`, and `stack` as text or `frames` as lists of function, file and
  /// line; `cause` of the same shape, or `remote`: an error that came out of a call.
  Thrown thrown(Value told) {
    Optional<Thrown> cause =
        told.at("remote").isNull()
            ? Optional.of(told.at("cause")).filter(c -> !c.isNull()).map(this::thrown)
            : Optional.of(remote(told.at("remote")));
    List<Thrown.Frame> frames =
        told.at("stack").isNull() ? listed(told.at("frames")) : parsed(told.at("stack").asText());
    return new Thrown(told.at("type").asText(), told.at("message").asText(), frames, cause, module);
  }

  private List<Thrown.Frame> parsed(String stack) {
    List<Thrown.Frame> frames = new ArrayList<>();
    for (String line : stack.lines().toList()) {
      Matcher match = LINE.matcher(line);
      if (match.matches() && isGuest(match.group(2))) {
        String function = match.group(1) == null ? "" : match.group(1);
        frames.add(frame(function, match.group(2), Integer.parseInt(match.group(3))));
      }
    }
    return frames;
  }

  private List<Thrown.Frame> listed(Value frames) {
    if (frames.isNull()) {
      return List.of();
    }
    return frames.asList().stream()
        .filter(f -> isGuest(f.at(1).asText()))
        .limit(MOST_FRAMES)
        .map(f -> frame(f.at(0).asText(), f.at(1).asText(), (int) f.at(2).asLong()))
        .toList();
  }

  private Thrown.Frame frame(String function, String file, int line) {
    return new Thrown.Frame(language, function, file.substring(file.lastIndexOf('/') + 1), line);
  }

  private static boolean isGuest(String file) {
    return !file.startsWith("stoa:") && !file.startsWith("<");
  }

  /// What a guest is told about a call of its own that failed.
  static Value told(Failure failure) {
    Map<String, Value> data = new LinkedHashMap<>();
    data.put("code", new Value.Text(failure.code().name()));
    data.put("message", new Value.Text(failure.message()));
    data.put("help", new Value.Text(failure.help()));
    data.put("retryable", new Value.Bool(failure.retryable()));
    data.put(
        "remote", failure instanceof Failure.ByGuest guest ? told(guest.thrown()) : Value.NULL);
    return new Value.Dictionary(data);
  }

  private static Value told(Thrown thrown) {
    Map<String, Value> data = new LinkedHashMap<>();
    data.put("type", new Value.Text(thrown.type()));
    data.put("message", new Value.Text(thrown.message()));
    data.put("module", new Value.Text(thrown.module()));
    data.put("frames", new Value.Sequence(thrown.frames().stream().map(Traces::told).toList()));
    data.put("cause", thrown.cause().map(Traces::told).orElse(Value.NULL));
    return new Value.Dictionary(data);
  }

  private static Value told(Thrown.Frame frame) {
    return new Value.Dictionary(
        Map.of(
            "language", new Value.Text(frame.language()),
            "function", new Value.Text(frame.function()),
            "file", new Value.Text(frame.file()),
            "line", new Value.Int(frame.line())));
  }

  private static Thrown remote(Value told) {
    return new Thrown(
        told.at("type").asText(),
        told.at("message").asText(),
        told.at("frames").asList().stream()
            .map(f ->
                new Thrown.Frame(
                    f.at("language").asText(),
                    f.at("function").asText(),
                    f.at("file").asText(),
                    (int) f.at("line").asLong()))
            .toList(),
        Optional.of(told.at("cause")).filter(c -> !c.isNull()).map(Traces::remote),
        told.at("module").asText());
  }
}
