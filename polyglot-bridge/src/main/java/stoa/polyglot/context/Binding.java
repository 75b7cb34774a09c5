package stoa.polyglot.context;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Suggestion;
import stoa.module.MethodInfo.Kind;
import stoa.polyglot.context.Method.Slot;
import stoa.value.Arguments;
import stoa.value.Value;

/// Fits the arguments of a call to what a method takes, before guest code runs: a wrong argument is
/// the caller's fault, and an error inside the body stays the guest's.
final class Binding {
  private final Method method;
  private final List<Slot> slots;
  private final List<Optional<Value>> positional = new ArrayList<>();
  private final Map<String, Value> named = new LinkedHashMap<>();
  private final Set<String> filled = new HashSet<>();
  private final boolean namesBecomePositions;

  private Binding(Method method, List<Slot> slots, boolean namesBecomePositions) {
    this.method = method;
    this.slots = slots;
    this.namesBecomePositions = namesBecomePositions;
  }

  /// Arguments that fit. An empty one by position means that the parameter's default applies.
  ///
  /// @param stream at which position the caller's stream stands; negative: there is none
  record Bound(List<Optional<Value>> positional, Map<String, Value> named, int stream) {}

  /// @param streams the caller streams: one more argument, behind those by position
  /// @throws FailureException BAD_ARGUMENT, naming the parameters
  static Bound bind(
      Method method, Arguments arguments, boolean streams, boolean namesBecomePositions) {
    List<Optional<Value>> given = new ArrayList<>();
    arguments.positional().forEach(value -> given.add(Optional.of(value)));
    int stream = streams ? given.size() : -1;
    if (streams) {
      given.add(Optional.empty());
    }
    if (method.slots().isEmpty()) {
      requireNoNames(method, arguments, namesBecomePositions);
      return new Bound(given, arguments.named(), stream);
    }
    Binding binding = new Binding(method, method.slots().get(), namesBecomePositions);
    binding.place(given);
    arguments.named().forEach(binding::place);
    binding.requireAll();
    return new Bound(binding.positional, binding.named, stream);
  }

  private static void requireNoNames(
      Method method, Arguments arguments, boolean namesBecomePositions) {
    if (namesBecomePositions && !arguments.named().isEmpty()) {
      throw refused(
          method,
          "cannot take arguments by name, because its source does not show its parameters",
          "Give them by position.");
    }
  }

  private void place(List<Optional<Value>> given) {
    List<Slot> places = slots.stream().filter(s -> s.kind().takesPosition()).toList();
    boolean rest = slots.stream().anyMatch(s -> s.kind() == Kind.REST);
    if (given.size() > places.size() && !rest) {
      throw refused(
          "takes %s by position, got %d%s"
              .formatted(
                  places.size() == 1 ? "1 argument" : places.size() + " arguments",
                  given.size(),
                  byNameOnly()));
    }
    for (int i = 0; i < given.size(); i++) {
      positional.add(given.get(i));
      if (i < places.size()) {
        filled.add(places.get(i).name());
      }
    }
  }

  private String byNameOnly() {
    String names =
        slots.stream()
            .filter(slot -> slot.kind() == Kind.NAMED)
            .map(slot -> "`" + slot.name() + "`")
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : "; " + names + " can be given by name only";
  }

  private void place(String name, Value value) {
    Optional<Slot> own =
        slots.stream().filter(s -> s.kind().takesName() && s.name().equals(name)).findFirst();
    if (own.isPresent()) {
      if (!filled.add(name)) {
        throw refused("got `" + name + "` twice");
      }
      fill(own.get(), value);
      return;
    }
    Optional<Slot> object = slots.stream().filter(s -> s.keys().contains(name)).findFirst();
    if (object.isPresent()) {
      fillKey(object.get(), name, value);
    } else if (slots.stream().anyMatch(s -> s.kind() == Kind.NAMED_REST)) {
      named.put(name, value);
    } else if (slots.stream().anyMatch(s -> s.kind() == Kind.POSITIONAL && s.name().equals(name))) {
      throw refused("takes `" + name + "` by position only");
    } else {
      throw refused("has no parameter `" + name + "`", Suggestion.of(name, names()));
    }
  }

  private void fill(Slot slot, Value value) {
    if (!namesBecomePositions) {
      named.put(slot.name(), value);
      return;
    }
    int place = slots.indexOf(slot);
    while (positional.size() <= place) {
      positional.add(Optional.empty());
    }
    positional.set(place, Optional.of(value));
  }

  private void fillKey(Slot slot, String key, Value value) {
    int place = slots.indexOf(slot);
    Map<String, Value> entries = new LinkedHashMap<>();
    if (place < positional.size()
        && positional.get(place).orElse(Value.NULL) instanceof Value.Dictionary(var present)) {
      entries.putAll(present);
    }
    if (entries.put(key, value) != null) {
      throw refused("got `" + key + "` twice");
    }
    filled.add(slot.name());
    fill(slot, new Value.Dictionary(entries));
  }

  private void requireAll() {
    List<String> missing =
        slots.stream()
            .filter(s -> s.required() && !filled.contains(s.name()))
            .map(s -> "`" + s.name() + "`")
            .toList();
    if (!missing.isEmpty()) {
      throw refused("needs " + String.join(", ", missing));
    }
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (Slot slot : slots) {
      if (slot.kind().takesName()) {
        names.add(slot.name());
      }
      names.addAll(slot.keys());
    }
    return names;
  }

  private FailureException refused(String why) {
    return refused(why, Optional.empty());
  }

  private FailureException refused(String why, Optional<String> advice) {
    String call = "It is called as `" + method.info().signature() + "`.";
    return refused(method, why, advice.map(first -> first + " " + call).orElse(call));
  }

  private static FailureException refused(Method method, String why, String help) {
    return new FailureException(
        Failure.of(Failure.Code.BAD_ARGUMENT, "`" + method.info().name() + "` " + why + ".", help));
  }
}
