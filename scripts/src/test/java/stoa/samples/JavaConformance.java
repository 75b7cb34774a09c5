package stoa.samples;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stoa.host.Host;
import stoa.host.JavaMethod;
import stoa.host.JavaMethod.Call;
import stoa.value.Value;

/// The conformance module as Java code. Java code makes calls as the user, not as the module that
/// it serves, so it leaves out what is about nested calls; the kit skips it.
final class JavaConformance {
  private final Host host;
  private final Map<Value, Integer> closed = new ConcurrentHashMap<>(); // by mark
  private final Map<Value, Integer> running = new ConcurrentHashMap<>(); // by mark
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
    put(methods, "echo(value)", call -> call.argument(0));
    put(methods, "add(a, b)", call -> call.argument(0).asLong() + call.argument(1).asLong());
    put(methods, "nothing()", _ -> null);
    put(methods, "optional(first, second?)", JavaConformance::optional);
    put(methods, "rest(first, *more)", JavaConformance::rest);
    put(methods, "size(value)", call -> size(call.argument(0)));
    put(methods, "large(size)", call -> "x".repeat(number(call, 0)));
    put(methods, "added_later(a, b)", JavaConformance::addedLater);
    put(methods, "fail(message)", call -> failed(call.argument(0).asText(), null));
    put(methods, "fail_later(message)", call -> failed(call.argument(0).asText(), null));
    put(
        methods,
        "fail_with_cause(message)",
        call -> failed("outer", new IllegalArgumentException(call.argument(0).asText())));
    put(methods, "unsendable()", _ -> Map.of("a", List.of(1, new Object())));
    put(methods, "unsendable_item()", _ -> List.of(1, new Object()).iterator());
  }

  private static void put(Map<String, JavaMethod> methods, String signature, JavaMethod code) {
    methods.put(signature.substring(0, signature.indexOf('(')), JavaMethod.of(signature, code));
  }

  private static Object failed(String message, Exception cause) {
    throw new IllegalArgumentException(message, cause);
  }

  private static List<Value> optional(Call call) {
    boolean given = call.arguments().positional().size() > 1;
    return List.of(call.argument(0), given ? call.argument(1) : Value.of(2));
  }

  private static List<Object> rest(Call call) {
    List<Value> all = call.arguments().positional();
    return List.of(all.getFirst(), all.subList(1, all.size()));
  }

  private static int size(Value value) {
    return switch (value) {
      case Value.Sequence(List<Value> items) -> items.size();
      case Value.Bytes(ByteString bytes) -> bytes.size();
      default -> value.asText().length();
    };
  }

  private static Object addedLater(Call call) throws InterruptedException {
    pause(1);
    return call.argument(0).asLong() + call.argument(1).asLong();
  }

  private static void pause(long millis) throws InterruptedException {
    var _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
  }

  private void streams(Map<String, JavaMethod> methods) {
    put(methods, "count(n)", call -> IntStream.range(0, number(call, 0)).iterator());
    put(methods, "count_later(n)", call -> later(IntStream.range(0, number(call, 0)).boxed()));
    put(methods, "endless(mark?)", call -> endless(call.argument(0)));
    put(methods, "endless_later(mark?)", call -> later(endless(call.argument(0))));
    put(methods, "produced_items()", _ -> produced.get());
    put(methods, "closings(mark)", call -> closed.getOrDefault(call.argument(0), 0));
    put(methods, "running(mark)", call -> running.getOrDefault(call.argument(0), 0));
    put(
        methods,
        "fail_after(n)",
        call -> Stream.iterate(0, i -> i + 1).map(i -> before(i, number(call, 0))));
    put(
        methods,
        "sized(n, size)",
        call -> Stream.generate(() -> "x".repeat(number(call, 1))).limit(number(call, 0)));
    put(methods, "total(items)", call -> sum(call.items()));
    put(methods, "total_from(start, items)", call -> number(call, 0) + sum(call.items()));
    put(methods, "first(items)", call -> call.items().hasNext() ? call.items().next() : null);
    put(methods, "doubled(items)", call -> doubled(call.items()));
    put(methods, "slow_total(ms, items)", JavaConformance::slowTotal);
  }

  private static Stream<Integer> later(Stream<Integer> items) {
    return items.map(item -> {
      try {
        pause(1);
        return item;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException();
      }
    });
  }

  private static long slowTotal(Call call) throws InterruptedException {
    long sum = 0;
    while (call.items().hasNext()) {
      pause(call.argument(0).asLong());
      sum += call.items().next().asLong();
    }
    return sum;
  }

  private static int before(int i, int end) {
    if (i == end) {
      throw new IllegalArgumentException("after " + end);
    }
    return i;
  }

  private Stream<Integer> endless(Value mark) {
    produced.set(0);
    return Stream.generate(produced::getAndIncrement).onClose(() -> close(mark));
  }

  private void close(Value mark) {
    closed.merge(mark, 1, Integer::sum);
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
    put(methods, "note(text)", call -> noted = call.argument(0));
    put(methods, "noted_text()", _ -> noted);
    put(methods, "sleep(ms, mark?)", this::sleep);
    put(methods, "caller()", Call::caller);
    put(methods, "caller_after(ms)", JavaConformance::callerAfter);
    put(methods, "remaining()", JavaConformance::remaining);
    put(methods, "remaining_after(ms)", JavaConformance::remainingAfter);
  }

  private long sleep(Call call) throws InterruptedException {
    running.merge(call.argument(1), 1, Integer::sum);
    try {
      pause(call.argument(0).asLong());
      return call.argument(0).asLong();
    } finally {
      running.merge(call.argument(1), -1, Integer::sum);
    }
  }

  private static Object callerAfter(Call call) throws InterruptedException {
    pause(call.argument(0).asLong());
    return call.caller();
  }

  private static Object remaining(Call call) {
    return call.deadline().limited() ? call.deadline().nanosLeft() / 1_000_000 : null;
  }

  private static Object remainingAfter(Call call) throws InterruptedException {
    pause(call.argument(0).asLong());
    return remaining(call);
  }

  private void references(Map<String, JavaMethod> methods) {
    put(methods, "open(start)", call -> opened = account(call.argument(0).asLong()));
    put(methods, "is_opened(thing)", call -> call.argument(0).equals(opened));
    put(methods, "adder()", _ -> host.reference(Map.of("call", JavaConformance::add)));
    put(methods, "opened_in_list(start)", call -> List.of(account(call.argument(0).asLong())));
    put(
        methods,
        "accounts(n)",
        call -> IntStream.range(0, number(call, 0)).mapToObj(this::account).iterator());
    put(methods, "keep(thing)", call -> kept = call.argument(0));
  }

  private Value.Reference account(long start) {
    AtomicLong total = new AtomicLong(start);
    AtomicReference<Value> self = new AtomicReference<>(Value.NULL);
    Map<String, JavaMethod> methods = new HashMap<>();
    put(methods, "add(n)", call -> total.addAndGet(call.argument(0).asLong()));
    put(methods, "add_later(n)", call -> total.addAndGet(call.argument(0).asLong()));
    put(methods, "value()", _ -> total.get());
    put(methods, "upto(n)", call -> IntStream.range(0, number(call, 0)).iterator());
    put(methods, "total(items)", call -> sum(call.items()));
    put(methods, "fail(message)", call -> failed(call.argument(0).asText(), null));
    put(methods, "me()", _ -> self.get());
    Value.Reference made = host.reference(methods);
    self.set(made);
    return made;
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
