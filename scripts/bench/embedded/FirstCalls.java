package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import stoa.host.Host;

/// `FirstCalls MODULES FOLDER LANGUAGE ROUNDS`: how long the first call of a module takes, when the module was loaded before as
/// eager ones are, when the host made a context before it was known for which module, and when it has to make one: by turns, each
/// time another module, as many as ROUNDS of each, in a host that has served some thousand calls. The modules are copies of the echo in MODULES, made in FOLDER. Prints, in
/// milliseconds, median and slowest loaded, the median of another call of such a module after a pause, and median and slowest
/// prepared and unpooled.
public final class FirstCalls {
  private static final int WARM_UP = 10;
  private static final int SERVED = 5_000;

  private FirstCalls() {}

  public static void main(String[] args) throws Exception {
    boolean python = args[2].equals("python");
    String ending = python ? ".py" : ".mjs";
    Path echo = Path.of(args[0]).resolve((python ? "echo-py" : "echo-js") + ending);
    Path modules = Files.createDirectories(Path.of(args[1]));
    int rounds = Integer.parseInt(args[3]);
    double[] loaded = new double[rounds];
    double[] paused = new double[rounds];
    double[] prepared = new double[rounds];
    double[] unpooled = new double[rounds];
    try (Host host =
        Host.builder().modules(modules).cache(Path.of(System.getenv("BENCH_CACHE"))).warmPool(true).start()) {
      // The first ones of all start the engine and have the JVM compile itself.
      for (int i = 0; i < WARM_UP; i++) {
        firstCall(host, echo, modules.resolve("warm-" + i + ending), "warm-" + i);
      }
      for (int i = 0; i < SERVED; i++) {
        call(host, "warm-" + i % WARM_UP);
      }
      awaitReady(host, args[2]);
      for (int i = 0; i < rounds; i++) {
        prepared[i] = firstCall(host, echo, modules.resolve("pooled-" + i + ending), "pooled-" + i);
        // Right behind another first call nothing is ready.
        unpooled[i] = firstCall(host, echo, modules.resolve("fresh-" + i + ending), "fresh-" + i);
        awaitReady(host, args[2]);
        String name = "eager-" + i;
        Files.copy(echo, modules.resolve(name + ending));
        host.module("stoa").call("load", name);
        awaitReady(host, args[2]);
        loaded[i] = call(host, name);
        TimeUnit.MILLISECONDS.sleep(50);
        paused[i] = call(host, name);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%.3f %.3f %.3f %.3f %.3f %.3f %.3f%n",
        median(loaded),
        slowest(loaded),
        median(paused),
        median(prepared),
        slowest(prepared),
        median(unpooled),
        slowest(unpooled));
  }

  private static double firstCall(Host host, Path echo, Path file, String name) throws IOException {
    Files.copy(echo, file);
    return call(host, name);
  }

  private static double call(Host host, String name) {
    long start = System.nanoTime();
    if (!host.module(name).call("echo", name).asText().equals(name)) {
      throw new IllegalStateException("the echo is not what was sent");
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static void awaitReady(Host host, String language) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (host.module("stoa").call("status").at("prepared").asList().stream()
        .noneMatch(ready -> ready.asText().equals(language))) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("no context gets ready: is the machine never idle?");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double slowest(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }
}
