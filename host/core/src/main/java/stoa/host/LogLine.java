package stoa.host;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import stoa.events.Event;
import stoa.module.Surroundings;
import stoa.value.Value;
import stoa.wire.Peer;

/// A line that a module wrote or logged.
///
/// @param time when the host got it
/// @param instance which copy of the module, or empty
public record LogLine(Instant time, String module, String instance, Surroundings.Line line) {
  /// @param instance which copy of the module, or empty
  public static LogLine now(String module, String instance, Surroundings.Line line) {
    return new LogLine(Instant.now(), module, instance, line);
  }

  /// As a host tells its clients.
  static LogLine of(Peer.LogLine said) {
    return now(said.module(), said.instance(), said.line());
  }

  Peer.LogLine said() {
    return new Peer.LogLine(module, instance, line);
  }

  public Surroundings.Stream stream() {
    return line.stream();
  }

  public String text() {
    return line.text();
  }

  /// As `stoa.logs` and the log of a host give it.
  public Value asValue() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("time", time.truncatedTo(ChronoUnit.MILLIS).toString());
    all.put("module", module);
    all.put("instance", instance);
    all.put("call", line.call());
    all.put("stream", stream().name().toLowerCase(Locale.ROOT));
    all.put("text", text());
    return Value.of(all);
  }

  /// @throws IllegalArgumentException if it is no such value
  public static LogLine of(Value line) {
    try {
      return new LogLine(
          Instant.parse(line.at("time").asText()),
          line.at("module").asText(),
          line.at("instance").asText(),
          new Surroundings.Line(
              Surroundings.Stream.valueOf(line.at("stream").asText().toUpperCase(Locale.ROOT)),
              line.at("text").asText(),
              line.at("call").asText(),
              null));
    } catch (DateTimeException | IllegalStateException e) {
      throw new IllegalArgumentException("no line of a log: " + line, e);
    }
  }

  Event event(String topic) {
    return new Event(topic, asValue(), "host", () -> {});
  }

  void toSystemLogger() {
    System.Logger.Level level =
        switch (stream()) {
          case DEBUG -> System.Logger.Level.DEBUG;
          case OUT, ERR, INFO -> System.Logger.Level.INFO;
          case WARNING -> System.Logger.Level.WARNING;
          case ERROR -> System.Logger.Level.ERROR;
        };
    System.getLogger("stoa.module." + module).log(level, text());
  }
}
