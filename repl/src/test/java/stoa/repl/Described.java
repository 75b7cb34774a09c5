package stoa.repl;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.module.MethodInfo;
import stoa.value.Value;

/// A router that knows what `stoa.list` and `stoa.describe` answer, and nothing else.
final class Described implements Invoker {
  final Queue<String> asked = new ConcurrentLinkedQueue<>();

  private static final List<MethodInfo> METHODS =
      List.of(
          new MethodInfo(
              "count",
              "Counts words.\n\nMore.",
              List.of(
                  new MethodInfo.Parameter(
                      "text", "string", "where", false, "", MethodInfo.Kind.EITHER),
                  new MethodInfo.Parameter(
                      "least", "number", "", true, "1", MethodInfo.Kind.EITHER)),
              "object",
              false,
              false),
          new MethodInfo(
              "area",
              "",
              List.of(
                  new MethodInfo.Parameter("side", "", "", false, "", MethodInfo.Kind.POSITIONAL),
                  new MethodInfo.Parameter("height", "", "", false, "", MethodInfo.Kind.EITHER),
                  new MethodInfo.Parameter("unit", "", "", true, "'m'", MethodInfo.Kind.NAMED)),
              "float",
              false,
              false),
          new MethodInfo("lines", "", List.of(), "", true, false));

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    asked.add(invocation.name());
    caller.send(answer(invocation));
    return _ -> {};
  }

  private static Signal answer(Invocation invocation) {
    return switch (invocation.name()) {
      case "stoa.list" -> new Signal.Returned(Payload.of(list()));
      case "stoa.describe" -> new Signal.Returned(Payload.of(describe(invocation)));
      default -> new Signal.Failed(Failure.of(Code.NO_SUCH_METHOD, "no " + invocation.name(), ""));
    };
  }

  private static Value list() {
    return Value.of(
        List.of(Map.of("name", "stoa"), Map.of("name", "words"), Map.of("name", "wren")));
  }

  private static Value describe(Invocation invocation) {
    Object name = invocation.argument().arguments().positional().getFirst();
    return Value.of(Map.of("name", name, "methods", METHODS, "needs", Map.of()));
  }
}
