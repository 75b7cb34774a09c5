package example;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import stoa.call.FailureException;
import stoa.host.Host;
import stoa.host.JavaMethod;
import stoa.value.Value;

/// A program that leaves its prices to a module in JavaScript: all that embedding takes, in the
/// order in which one needs it.
public final class Shop {
  private static final Map<String, Integer> STOCK =
      new ConcurrentHashMap<>(Map.of("pencil", 100, "rubber", 20));

  private Shop() {}

  /// Plain data, as both languages know it.
  record Line(String article, int count, int cents) {}

  /// The module `prices` as Java sees it.
  interface Prices {
    int total(List<Line> order);

    Stream<String> receipt(List<Line> order);
  }

  public static void main(String[] arguments) {
    Path modules = Path.of(arguments.length > 0 ? arguments[0] : "modules");
    try (Host host = Host.builder().modules(modules).start()) {
      host.register("stock", Map.of("take", Shop::take));
      List<Line> order = List.of(new Line("pencil", 3, 90), new Line("rubber", 1, 50));

      call(host, order);
      stream(host, order);
      bind(host, order);
      recover(host);
      limit(host);
    }
    System.out.println("closed");
  }

  /// A module in Java: a map of methods. Modules in other languages call it by its name, as any
  /// other.
  private static Object take(JavaMethod.Call call) {
    String article = call.argument(0).asText();
    int count = Math.toIntExact(call.argument(1).asLong());
    return STOCK.merge(article, -count, Integer::sum);
  }

  /// A method by its name, and its result as a value that says of which kind it is.
  private static void call(Host host, List<Line> order) {
    Value total = host.module("prices").call("total", order);
    System.out.println("called: " + total.asLong());
  }

  /// Items come as they are asked for; closing the stream ends the call.
  private static void stream(Host host, List<Line> order) {
    try (Stream<Value> lines = host.module("prices").stream("receipt", order)) {
      lines.map(Value::asText).forEach(line -> System.out.println("streamed: " + line));
    }
  }

  /// The same with an interface of your own: arguments and results become Java types.
  private static void bind(Host host, List<Line> order) {
    Prices prices = host.bind("prices", Prices.class);
    System.out.println("bound: " + prices.total(order));
    try (Stream<String> lines = prices.receipt(order)) {
      System.out.println("bound: " + lines.findFirst().orElseThrow());
    }
  }

  /// A failure says who is to blame, why, and what to do next; the host goes on.
  private static void recover(Host host) {
    try {
      host.module("prices").call("totl", List.of());
    } catch (FailureException e) {
      System.out.println("failed: " + e.failure().code() + ": " + e.getMessage());
    }
  }

  /// No call has to be waited for longer than you want, whatever the module does.
  private static void limit(Host host) {
    try {
      host.module("prices").within(Duration.ofMillis(500)).call("best");
    } catch (FailureException e) {
      System.out.println("failed: " + e.failure().code());
    }
  }
}
