package stoa.polyglot.context;

import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Arguments;
import stoa.value.Value;

/// What crosses the border of a context, in both directions.
final class Border {
  private final Loading loading;

  Border(Loading loading) {
    this.loading = loading;
  }

  Dialect dialect() {
    return loading.dialect();
  }

  Payload leaves(Value value) {
    return Payload.of(value);
  }

  Payload leaves(Arguments arguments) {
    return Payload.of(arguments);
  }

  /// A payload that was to leave was not sent.
  void stays(Payload payload) {}

  /// @throws stoa.value.MalformedValueException if the bytes are no value
  TapeWriter enters(Payload payload) {
    return new TapeWriter(this).add(payload.value());
  }

  TapeWriter enters(Payload payload, Binding.Bound arguments) {
    return new TapeWriter(this).add(arguments);
  }

  /// The guest does not take what came.
  void giveBack(Payload payload) {}

  void refuse(Signal signal) {
    switch (signal) {
      case Signal.Item(Payload payload) -> giveBack(payload);
      case Signal.Returned(Payload payload) -> giveBack(payload);
      case Signal.Failed _, Signal.End _, Signal.Credit _, Signal.Cancel _ -> {}
    }
  }
}
