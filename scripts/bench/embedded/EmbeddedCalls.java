package bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Value;
import stoa.client.ModuleClient;
import stoa.host.Host;

/// `EmbeddedCalls MODULES ROUNDS SECONDS PATIENCE`: round trips of a 64-byte text from Java into warm contexts, beside a bare
/// GraalVM call and a thread hand-off of the JDK in the same JVM. Each kind runs until it gets no faster, at most for
/// PATIENCE seconds; then the kinds take turns, so that noise meets all of them. Prints `name p50 p99` in microseconds:
/// medians of the rounds.
public final class EmbeddedCalls {
  private static final String TEXT = "x".repeat(64);
  /// So many rounds in a row without a gain of 5 % end the warm-up.
  private static final int ROUNDS_WITHOUT_GAIN = 5;

  private static final int MOST_SAMPLES = 2_000_000;

  private final double[] samples = new double[MOST_SAMPLES];

  private EmbeddedCalls() {}

  public static void main(String[] args) throws InterruptedException {
    try (Host host =
            Host.builder().modules(Path.of(args[0])).cache(Path.of(System.getenv("BENCH_CACHE"))).start();
        Bare js = Bare.in("js", "(value) => value");
        Bare python = Bare.in("python", "lambda value: value");
        HandOff handOff = HandOff.start()) {
      ModuleClient jsModule = host.module("echo-js");
      ModuleClient pythonModule = host.module("echo-py");
      Map<String, Call> kinds = new LinkedHashMap<>();
      kinds.put("handoff", handOff::echo);
      kinds.put("bare-js", js::echo);
      kinds.put("bare-py", python::echo);
      kinds.put("stoa-js", text -> jsModule.call("echo", text).asText());
      kinds.put("stoa-py", text -> pythonModule.call("echo", text).asText());
      EmbeddedCalls calls = new EmbeddedCalls();
      double seconds = Double.parseDouble(args[2]);
      for (Map.Entry<String, Call> kind : kinds.entrySet()) {
        calls.warmUp(kind.getKey(), kind.getValue(), seconds, Double.parseDouble(args[3]));
      }
      calls.measure(kinds, Integer.parseInt(args[1]), seconds);
      System.err.println("engines: " + host.engines());
    }
  }

  /// One round trip.
  private interface Call {
    String echo(String text) throws InterruptedException;
  }

  /// Compilers work in the background, on the same core, and have less to do the longer it takes.
  private void warmUp(String name, Call call, double seconds, double patience)
      throws InterruptedException {
    long end = System.nanoTime() + (long) (patience * 1e9);
    double best = Double.MAX_VALUE;
    int vain = 0;
    while (vain < ROUNDS_WITHOUT_GAIN && System.nanoTime() < end) {
      double p50 = samples[run(call, seconds) / 2];
      vain = p50 > .95 * best ? vain + 1 : 0;
      best = Math.min(best, p50);
    }
    if (vain < ROUNDS_WITHOUT_GAIN) {
      System.err.println("still getting faster: " + name);
    }
  }

  private void measure(Map<String, Call> kinds, int rounds, double seconds)
      throws InterruptedException {
    Map<String, double[][]> results = new LinkedHashMap<>();
    kinds.keySet().forEach(name -> results.put(name, new double[2][rounds]));
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<String, Call> kind : kinds.entrySet()) {
        int count = run(kind.getValue(), seconds);
        results.get(kind.getKey())[0][round] = samples[count / 2];
        results.get(kind.getKey())[1][round] = samples[(int) (count * .99)];
      }
    }
    results.forEach(
        (name, figures) ->
            System.out.printf(
                Locale.ROOT, "%s %.3f %.3f%n", name, median(figures[0]), median(figures[1])));
  }

  /// Fills the samples, sorted.
  private int run(Call call, double seconds) throws InterruptedException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    int count = 0;
    long start = System.nanoTime();
    while (start < end && count < MOST_SAMPLES) {
      if (call.echo(TEXT).length() != TEXT.length()) {
        throw new IllegalStateException("the echo is not what was sent");
      }
      long now = System.nanoTime();
      samples[count++] = (now - start) / 1e3;
      start = now;
    }
    Arrays.sort(samples, 0, count);
    return count;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /// GraalVM without Stoa: the calling thread enters the context itself.
  private record Bare(Engine engine, Context context, Value function) implements AutoCloseable {
    static Bare in(String language, String source) {
      Engine engine = Engine.newBuilder().option("engine.WarnInterpreterOnly", "false").build();
      Context context = Context.newBuilder(language).engine(engine).build();
      return new Bare(engine, context, context.eval(language, source));
    }

    String echo(String text) {
      return function.execute(text).asString();
    }

    @Override
    public void close() {
      context.close(true);
      engine.close(true);
    }
  }

  /// What any call into another thread costs at least, with the JDK's own queue: there and back.
  private record HandOff(LinkedBlockingQueue<String> there, LinkedBlockingQueue<String> back, Thread thread)
      implements AutoCloseable {
    static HandOff start() {
      LinkedBlockingQueue<String> there = new LinkedBlockingQueue<>();
      LinkedBlockingQueue<String> back = new LinkedBlockingQueue<>();
      Thread thread =
          Thread.ofPlatform().name("handoff").daemon().start(() -> forward(there, back));
      return new HandOff(there, back, thread);
    }

    private static void forward(LinkedBlockingQueue<String> there, LinkedBlockingQueue<String> back) {
      try {
        while (true) {
          back.add(there.take());
        }
      } catch (InterruptedException e) {
        // closed
      }
    }

    String echo(String text) throws InterruptedException {
      there.add(text);
      return back.take();
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }
}
