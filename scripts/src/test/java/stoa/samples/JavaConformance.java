package stoa.samples;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stoa.host.Host;
import stoa.host.JavaMethod;
import stoa.host.JavaMethod.Call;
import stoa.value.Value;

/// The conformance module as Java code. A Java module declares no parameters and has no call of its
/// own for nested ones, so it leaves out what is about those; the kit skips it.
final class JavaConformance {
  private final Host host;
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger produced = new AtomicInteger();
  private final String name;
  private volatile Value noted = Value.NULL;
  private volatile Value kept = Value.NULL;
  private volatile Value opened = Value.NULL;

  JavaConformance(Host host, String name) {
    this.host = host;
    this.name = name;
  }

  Map<String, JavaMethod> methods() {
    Map<String, JavaMethod> methods = new HashMap<>();
    values(methods);
    streams(methods);
    calls(methods);
    references(methods);
    return methods;
  }

  private void values(Map<String, JavaMethod> methods) {
    methods.put("echo", call -> call.argument(0));
    methods.put("nothing", _ -> null);
    methods.put("large", call -> "x".repeat(Math.toIntExact(call.argument(0).asLong())));
    methods.put(
        "fail",
        call -> {
          throw new IllegalArgumentException(call.argument(0).asText());
        });
    methods.put(
        "fail_with_cause",
        call -> {
          throw new IllegalStateException(
              "outer", new IllegalArgumentException(call.argument(0).asText()));
        });
    methods.put("unsendable_item", _ -> List.of(1, new Object()).iterator());
  }

  private void streams(Map<String, JavaMethod> methods) {
    methods.put("count", call -> IntStream.range(0, number(call, 0)).iterator());
    methods.put("endless", _ -> endless());
    methods.put("produced_items", _ -> produced.get());
    methods.put("closings", _ -> closed.get());
    methods.put(
        "forget_closings",
        _ -> {
          closed.set(0);
          return null;
        });
    methods.put(
        "fail_after",
        call -> {
          int end = number(call, 0);
          return Stream.iterate(0, i -> i + 1).map(i -> before(i, end));
        });
    methods.put(
        "sized", call -> Stream.generate(() -> "x".repeat(number(call, 1))).limit(number(call, 0)));
    methods.put("total", call -> sum(call.items()));
    methods.put("total_from", call -> call.given(0, "start").asLong() + sum(call.items()));
    methods.put("first", call -> call.items().hasNext() ? call.items().next() : null);
    methods.put("doubled", call -> doubled(call.items()));
  }

  private static int before(int i, int end) {
    if (i == end) {
      throw new IllegalArgumentException("after " + end);
    }
    return i;
  }

  private Stream<Integer> endless() {
    produced.set(0);
    return Stream.generate(produced::getAndIncrement).onClose(closed::incrementAndGet);
  }

  private static Iterator<Long> doubled(Iterator<Value> items) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public Long next() {
        return 2 * items.next().asLong();
      }
    };
  }

  private void calls(Map<String, JavaMethod> methods) {
    methods.put(
        "note",
        call -> {
          noted = call.argument(0);
          return null;
        });
    methods.put("noted_text", _ -> noted);
    methods.put("sleep", this::sleep);
    methods.put("caller", Call::caller);
    methods.put(
        "remaining",
        call -> call.deadline().limited() ? call.deadline().nanosLeft() / 1_000_000 : null);
  }

  private long sleep(Call call) throws InterruptedException {
    try {
      var _ = new CountDownLatch(1).await(call.argument(0).asLong(), TimeUnit.MILLISECONDS);
      return call.argument(0).asLong();
    } finally {
      closed.incrementAndGet();
    }
  }

  private void references(Map<String, JavaMethod> methods) {
    methods.put("open", call -> opened = account(call.argument(0).asLong()));
    methods.put("is_opened", call -> call.argument(0).equals(opened));
    methods.put("adder", _ -> host.reference(Map.of("call", JavaConformance::add)));
    methods.put("opened_in_list", call -> List.of(account(call.argument(0).asLong())));
    methods.put(
        "accounts", call -> IntStream.range(0, number(call, 0)).mapToObj(this::account).iterator());
    methods.put(
        "keep",
        call -> {
          kept = call.argument(0);
          return null;
        });
  }

  private Value.Reference account(long start) {
    AtomicInteger total = new AtomicInteger(Math.toIntExact(start));
    return host.reference(
        Map.of(
            "add", call -> total.addAndGet(Math.toIntExact(call.given(0, "n").asLong())),
            "add_later", call -> total.addAndGet(number(call, 0)),
            "value", _ -> total.get(),
            "upto", call -> IntStream.range(0, number(call, 0)).iterator(),
            "total", call -> sum(call.items()),
            "fail",
                call -> {
                  throw new IllegalArgumentException(call.argument(0).asText());
                }));
  }

  private static Object add(Call call) {
    List<Value> numbers = new ArrayList<>(call.arguments().positional());
    return numbers.stream().mapToLong(Value::asLong).sum();
  }

  private static long sum(Iterator<Value> items) {
    long sum = 0;
    while (items.hasNext()) {
      sum += items.next().asLong();
    }
    return sum;
  }

  private static int number(Call call, int index) {
    return Math.toIntExact(call.argument(index).asLong());
  }

  @Override
  public String toString() {
    return name + " " + kept;
  }
}
