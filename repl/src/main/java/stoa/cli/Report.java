package stoa.cli;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import stoa.value.Json;
import stoa.value.Value;

/// What a verb tells of the host: text for people, JSON or CBOR for programs.
final class Report {
  private final Streams streams;
  private final Optional<Consumer<Value>> forPrograms;

  private Report(Streams streams, Optional<Consumer<Value>> forPrograms) {
    this.streams = streams;
    this.forPrograms = forPrograms;
  }

  /// @throws UsageException if CBOR would go to a terminal
  static Report of(CommandLine line, Situation situation) {
    Streams streams = situation.streams();
    if (line.has(Flag.CBOR)) {
      return new Report(streams, Optional.of(CborOutput.of(streams)::print));
    }
    return new Report(
        streams,
        line.has(Flag.JSON)
            ? Optional.of(told -> streams.out().line(Json.write(told)))
            : Optional.empty());
  }

  void print(Value told, Supplier<String> text) {
    forPrograms.ifPresentOrElse(
        printer -> printer.accept(told), () -> streams.out().line(text.get()));
  }
}
