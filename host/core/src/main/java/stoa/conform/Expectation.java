package stoa.conform;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import stoa.call.Failure;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Thrown;
import stoa.value.Encoded;
import stoa.value.Json;
import stoa.value.Value;
import stoa.value.ValueCodec;

/// What a step wants to see, held against what came.
///
/// @param step the step, its words already replaced
record Expectation(Value step, String language) {
  private static final int SHOWN = 300;

  /// @return what is different, if something is
  Optional<String> difference(Exchange call, Signal end) {
    return Stream.of(end(end, call), items(call)).flatMap(Optional::stream).findFirst();
  }

  private Optional<String> items(Exchange call) {
    if (has("items")) {
      List<Value> wanted = step.at("items").asList();
      List<Value> came = call.items();
      if (!same(new Value.Sequence(wanted), new Value.Sequence(came)) || !call.streamed()) {
        return expected("items " + shown(step.at("items")), shown(new Value.Sequence(came)));
      }
    }
    if (has("count") && call.items().size() != step.at("count").asLong()) {
      return expected(step.at("count") + " items", call.items().size() + " items");
    }
    if (has("last") && call.items().isEmpty()) {
      return expected("items", "none");
    }
    if (has("last") && !same(step.at("last"), call.items().getLast())) {
      return expected("last item " + step.at("last"), shown(call.items().getLast()));
    }
    return Optional.empty();
  }

  private Optional<String> end(Signal end, Exchange call) {
    if (has("any")) {
      return either(end, call);
    }
    if (has("fails")) {
      return end instanceof Signal.Failed(Failure failure)
          ? failure(failure)
          : expected("failure " + shown(step.at("fails")), told(end));
    }
    if (!(end instanceof Signal.Returned(Payload payload))) {
      return expected("a result", told(end));
    }
    Value result = payload.value();
    if (has("vector")) {
      return vector(result);
    }
    if (has("gives") && !same(step.at("gives"), result)) {
      return expected("result " + shown(step.at("gives")), shown(result));
    }
    if (has("kind") && !result.kind().equals(text("kind"))) {
      return expected("a " + text("kind"), shown(result));
    }
    if (has("between") && !isBetween(result)) {
      return expected("a number between " + shown(step.at("between")), shown(result));
    }
    boolean wantsStream = has("items") || has("count") || has("last");
    return !wantsStream && call.streamed() ? expected("one value", "a stream") : Optional.empty();
  }

  private Optional<String> either(Signal end, Exchange call) {
    List<Optional<String>> all =
        step.at("any").asList().stream()
            .map(way -> new Expectation(way, language).difference(call, end))
            .toList();
    return all.stream().anyMatch(Optional::isEmpty) ? Optional.empty() : all.getLast();
  }

  private boolean isBetween(Value result) {
    List<Value> bounds = step.at("between").asList();
    return (result instanceof Value.Int || result instanceof Value.Real)
        && result.asDouble() >= bounds.get(0).asDouble()
        && result.asDouble() <= bounds.get(1).asDouble();
  }

  /// The bytes that the module's language sends on, and no others.
  private Optional<String> vector(Value result) {
    Value vector = step.at("vector");
    Value own = vector.at(language + "_hex");
    String wanted = (own.isNull() ? vector.at("hex") : own).asText();
    String came = HexFormat.of().formatHex(ValueCodec.encode(result).bytes());
    return wanted.equals(came) ? Optional.empty() : expected(wanted, came);
  }

  /// What a step gives to the method.
  static Value ofVector(Value vector) {
    return ValueCodec.decode(
        new Encoded(HexFormat.of().parseHex(vector.at("hex").asText()), List.of()));
  }

  private Optional<String> failure(Failure failure) {
    Value wanted = step.at("fails");
    String told = told(failure);
    if (!failure.code().name().equals(wanted.at("code").asText())) {
      return expected("code " + wanted.at("code").asText(), told);
    }
    String words = failure.message() + " " + failure.help();
    for (Value part : listed(wanted.at("says"))) {
      if (!words.contains(part.asText())) {
        return expected("a failure that says `" + part.asText() + "`", told);
      }
    }
    if (!wanted.at("details").isNull()) {
      for (var detail : wanted.at("details").asMap().entrySet()) {
        if (!detail.getValue().asText().equals(failure.details().get(detail.getKey()))) {
          return expected("details " + shown(wanted.at("details")), told + failure.details());
        }
      }
    }
    return thrown(wanted, failure, told);
  }

  private Optional<String> thrown(Value wanted, Failure failure, String told) {
    Optional<Thrown> thrown =
        failure instanceof Failure.ByGuest(Thrown t, _) ? Optional.of(t) : Optional.empty();
    if (!fits(wanted, thrown)) {
      return expected("thrown " + shown(wanted), told);
    }
    Value cause = wanted.at("cause");
    return cause.isNull() || fits(cause, thrown.flatMap(Thrown::cause))
        ? Optional.empty()
        : expected("cause " + shown(cause), told);
  }

  private static boolean fits(Value wanted, Optional<Thrown> thrown) {
    List<Value> types = listed(wanted.at("type"));
    Value message = wanted.at("message");
    boolean typeFits =
        types.isEmpty() || thrown.filter(t -> types.contains(Value.of(t.type()))).isPresent();
    return typeFits
        && (message.isNull()
            || thrown.filter(t -> t.message().equals(message.asText())).isPresent());
  }

  private static List<Value> listed(Value one) {
    return switch (one) {
      case Value.Null _ -> List.of();
      case Value.Sequence(List<Value> items) -> items;
      default -> List.of(one);
    };
  }

  /// Integers and doubles of the same number are the same here: JavaScript has only one kind.
  private static boolean same(Value wanted, Value came) {
    return Arrays.equals(ValueCodec.encode(wanted).bytes(), ValueCodec.encode(came).bytes())
        || (wanted instanceof Value.Real(double d) && came instanceof Value.Int(long n) && d == n);
  }

  private boolean has(String key) {
    return step.asMap().containsKey(key);
  }

  private String text(String key) {
    return step.at(key).asText();
  }

  static Optional<String> expected(String wanted, String came) {
    return Optional.of("expected " + wanted + ", got " + came);
  }

  static String told(Signal end) {
    return switch (end) {
      case Signal.Returned(Payload payload) -> "result " + shown(payload.value());
      case Signal.Failed(Failure failure) -> told(failure);
      case Signal.Item _,
          Signal.Part _,
          Signal.End _,
          Signal.Credit _,
          Signal.Room _,
          Signal.Accepted _,
          Signal.Cancel _ ->
          end.toString();
    };
  }

  private static String told(Failure failure) {
    String thrown =
        failure instanceof Failure.ByGuest(Thrown t, _)
            ? " ["
                + t.type()
                + t.cause().map(c -> " <- " + c.type() + ": " + c.message()).orElse("")
                + "]"
            : "";
    return failure.code() + thrown + ": " + failure.message() + " " + failure.help();
  }

  private static String shown(Value value) {
    String text = Json.write(value);
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
