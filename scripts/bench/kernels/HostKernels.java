package bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import stoa.client.ModuleClient;
import stoa.host.Host;

/// `HostKernels MODULES MODULE SECONDS PATIENCE`: runs each kernel of a module for so long, twice, and prints `name best median` of the
/// second time in milliseconds, warm half only, as peer.mjs and peer.py do. The first time warms the compiler, which is
/// written in Java itself. The call into the context is part of the time.
public final class HostKernels {
  private static final List<Map.Entry<String, Integer>> KERNELS =
      List.of(
          Map.entry("fib", 27),
          Map.entry("words", 200_000),
          Map.entry("sieve", 1_000_000),
          Map.entry("text", 200_000));

  /// So many windows in a row without a gain of 5 % end the warm-up.
  private static final int WINDOWS_WITHOUT_GAIN = 5;

  private HostKernels() {}

  public static void main(String[] args) {
    try (Host host =
        Host.builder().modules(Path.of(args[0])).cache(Path.of(System.getenv("BENCH_CACHE"))).start()) {
      ModuleClient module = host.module(args[1]);
      double seconds = Double.parseDouble(args[2]);
      double patience = Double.parseDouble(args[3]);
      KERNELS.forEach(kernel -> warmUp(module, kernel, seconds, patience));
      KERNELS.forEach(kernel -> print(kernel.getKey(), run(module, kernel, seconds)));
      System.err.println("engines: " + host.engines());
    }
  }

  /// Until it gets no faster: the compiler works beside what it compiles, on one core for long.
  private static void warmUp(
      ModuleClient module, Map.Entry<String, Integer> kernel, double seconds, double patience) {
    long end = System.nanoTime() + (long) (patience * 1e9);
    double best = Double.MAX_VALUE;
    int vain = 0;
    while (vain < WINDOWS_WITHOUT_GAIN && System.nanoTime() < end) {
      double fastest = run(module, kernel, seconds / 3).getFirst();
      vain = fastest > .95 * best ? vain + 1 : 0;
      best = Math.min(best, fastest);
    }
    if (vain < WINDOWS_WITHOUT_GAIN) {
      System.err.println("still getting faster: " + kernel.getKey());
    }
  }

  /// Milliseconds of the warm half, in order.
  private static List<Double> run(
      ModuleClient module, Map.Entry<String, Integer> kernel, double seconds) {
    List<Double> took = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end || took.size() < 10) {
      long start = System.nanoTime();
      var _ = module.call(kernel.getKey(), kernel.getValue());
      took.add((System.nanoTime() - start) / 1e6);
    }
    return took.subList(took.size() / 2, took.size()).stream().sorted().toList();
  }

  private static void print(String kernel, List<Double> warm) {
    System.out.printf(
        Locale.ROOT, "%s %.3f %.3f%n", kernel, warm.getFirst(), warm.get(warm.size() / 2));
  }
}
