package stoa.polyglot;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.module.Grant;
import stoa.value.Arguments;
import stoa.value.Value;

/// Answers as the module `stoa` would, without a network.
final class FakeStoa implements Invoker {
  private static final int MEGABYTE = 1 << 20;

  /// Each call, with its arguments as text.
  final List<String> asked = new CopyOnWriteArrayList<>();

  /// Pieces of bodies that were sent, and reasons why no more were wanted.
  final List<Object> sent = new CopyOnWriteArrayList<>();

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    if (invocation.target() instanceof Target.Channel) {
      asked.add("channel " + invocation.method());
      caller.send(new Signal.Accepted("stoa", Optional.empty()));
      return signal -> echo(signal, caller);
    }
    Arguments arguments = invocation.argument().arguments();
    asked.add(invocation.method() + plain(arguments));
    String first = arguments.positional().getFirst().asText();
    switch (invocation.method()) {
      case "fetch" -> {
        return fetch(first, caller);
      }
      case "run" -> answer(caller, Map.of("code", 0L, "out", utf8("out"), "err", utf8("err")));
      case "read" -> answer(caller, utf8("content of " + first));
      default -> throw new AssertionError(invocation.method());
    }
    return _ -> {};
  }

  private static String plain(Arguments arguments) {
    Map<String, @Nullable Object> named = new TreeMap<>();
    arguments.named().forEach((name, value) -> named.put(name, value.plain()));
    return arguments.positional().stream().map(Value::plain).toList().toString() + named;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(Flow caller, @Nullable Object plain) {
    caller.send(new Signal.Returned(Payload.of(Value.of(plain))));
  }

  private static void echo(Signal signal, Flow caller) {
    switch (signal) {
      case Signal.Item item -> {
        caller.send(new Signal.Credit(1));
        caller.send(item);
      }
      case Signal.End end -> {
        caller.send(end);
        answer(caller, null);
      }
      default -> {}
    }
  }

  private Flow fetch(String url, Flow caller) {
    if (url.contains("secret")) {
      caller.send(
          new Signal.Failed(
              new Grant(Grant.Kind.NET, "secret.example.org:443").missingFor("words")));
      return _ -> {};
    }
    List<byte[]> pieces =
        url.contains("huge")
            ? IntStream.range(0, 70).mapToObj(_ -> new byte[MEGABYTE]).toList()
            : List.of(utf8("[1,"), utf8("22]"));
    return new Body(caller, head(url), pieces);
  }

  private static Map<String, Object> head(String url) {
    return Map.of(
        "status",
        url.contains("lost") ? 404L : 200L,
        "url",
        url + "#final",
        "headers",
        Map.of("content-type", "text/plain; charset=ISO-8859-1"));
  }

  /// Sends what its caller has room for.
  private final class Body implements Flow {
    private final Flow caller;
    private final List<byte[]> pieces;
    private int next;
    private int credit = Invocation.INITIAL_CREDIT - 1;

    Body(Flow caller, Map<String, Object> head, List<byte[]> pieces) {
      this.caller = caller;
      this.pieces = pieces;
      caller.send(new Signal.Item(Payload.of(Value.of(head))));
      more();
    }

    @Override
    public synchronized void send(Signal signal) {
      switch (signal) {
        case Signal.Credit(int items) -> {
          credit += items;
          more();
        }
        case Signal.Cancel(String reason) -> sent.add(reason);
        default -> {}
      }
    }

    private void more() {
      for (; next < pieces.size() && credit > 0; next++, credit--) {
        sent.add(next);
        caller.send(new Signal.Item(Payload.of(Value.of(pieces.get(next)))));
      }
      if (next == pieces.size()) {
        next++;
        caller.send(new Signal.End());
        answer(caller, null);
      }
    }
  }
}
