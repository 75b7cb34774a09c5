package bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import stoa.client.ModuleClient;
import stoa.host.Host;

/// `HostKernels MODULES MODULE SECONDS`: runs each kernel of a module for so long and prints `name best median` in
/// milliseconds, warm half only, as peer.mjs and peer.py do. The call into the context is part of the time.
public final class HostKernels {
  private static final List<Map.Entry<String, Integer>> KERNELS =
      List.of(
          Map.entry("fib", 27),
          Map.entry("words", 200_000),
          Map.entry("sieve", 1_000_000),
          Map.entry("text", 200_000));

  private HostKernels() {}

  public static void main(String[] args) {
    try (Host host =
        Host.builder().modules(Path.of(args[0])).cache(Path.of(System.getenv("BENCH_CACHE"))).start()) {
      for (Map.Entry<String, Integer> kernel : KERNELS) {
        measure(host.module(args[1]), kernel.getKey(), kernel.getValue(), Double.parseDouble(args[2]));
      }
      System.err.println("engines: " + host.engines());
    }
  }

  private static void measure(ModuleClient module, String kernel, int size, double seconds) {
    List<Double> took = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end || took.size() < 10) {
      long start = System.nanoTime();
      var _ = module.call(kernel, size);
      took.add((System.nanoTime() - start) / 1e6);
    }
    List<Double> warm = took.subList(took.size() / 2, took.size()).stream().sorted().toList();
    System.out.printf(
        Locale.ROOT, "%s %.3f %.3f%n", kernel, warm.getFirst(), warm.get(warm.size() / 2));
  }
}
