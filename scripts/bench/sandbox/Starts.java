import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stoa.sandbox.Confinement;
import stoa.sandbox.Level;
import stoa.sandbox.Limits;
import stoa.sandbox.Nest;
import stoa.sandbox.Sandbox;

/// What it costs to start a program that ends at once, on each level of the sandbox that works here, and without any. They
/// take turns. Writes a line for each: its name and the median in milliseconds.
///
/// `Starts ROUNDS`
final class Starts {
  private Starts() {}

  interface Way {
    Process start(Nest nest) throws IOException;
  }

  public static void main(String[] words) throws IOException, InterruptedException {
    int rounds = Integer.parseInt(words[0]);
    Map<String, Way> ways = new LinkedHashMap<>();
    ways.put("bare", _ -> new ProcessBuilder("true").start());
    for (Level level : Level.values()) {
      Sandbox sandbox = Sandbox.atMost(level);
      if (sandbox.level() == level) {
        ways.put(level.id(), nest -> confined(sandbox, nest));
      }
    }
    Map<String, long[]> times = new LinkedHashMap<>();
    ways.keySet().forEach(name -> times.put(name, new long[rounds]));
    for (int round = -3; round < rounds; round++) {
      for (Map.Entry<String, Way> way : ways.entrySet()) {
        long begun = System.nanoTime();
        try (Nest nest = Nest.make()) {
          if (way.getValue().start(nest).waitFor() != 0) {
            throw new IllegalStateException(way.getKey() + " failed");
          }
        }
        if (round >= 0) {
          times.get(way.getKey())[round] = System.nanoTime() - begun;
        }
      }
    }
    times.forEach((name, all) -> {
      Arrays.sort(all);
      System.out.printf("%s %.1f%n", name, all[all.length / 2] / 1e6);
    });
  }

  private static Process confined(Sandbox sandbox, Nest nest) throws IOException {
    Path data = nest.temp();
    Confinement confinement =
        new Confinement(List.of(), List.of(data), List.of(), nest, data, false, Limits.DEFAULT);
    return sandbox.prepare(List.of("true"), confinement, Optional.of(data), Map.of()).start();
  }
}
