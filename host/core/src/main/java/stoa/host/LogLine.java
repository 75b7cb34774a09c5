package stoa.host;

import java.util.Locale;
import java.util.Map;
import stoa.events.Event;
import stoa.module.Surroundings;
import stoa.value.Value;

/// A line that a module wrote or logged.
public record LogLine(String module, Surroundings.Stream stream, String text) {
  /// As `stoa.logs` gives it.
  Event event() {
    Map<String, Object> line =
        Map.of("module", module, "stream", stream.name().toLowerCase(Locale.ROOT), "text", text);
    return new Event(module, Value.of(line), "host", () -> {});
  }

  /// What `stoa.logs` gave.
  static LogLine of(Value line) {
    return new LogLine(
        line.at("module").asText(),
        Surroundings.Stream.valueOf(line.at("stream").asText().toUpperCase(Locale.ROOT)),
        line.at("text").asText());
  }

  void toSystemLogger() {
    System.Logger.Level level =
        switch (stream) {
          case DEBUG -> System.Logger.Level.DEBUG;
          case OUT, ERR, INFO -> System.Logger.Level.INFO;
          case WARNING -> System.Logger.Level.WARNING;
          case ERROR -> System.Logger.Level.ERROR;
        };
    System.getLogger("stoa.module." + module).log(level, text);
  }
}
