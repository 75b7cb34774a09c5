package stoa.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A place where scripts try to get out: they have files of their own, a data folder, and around
/// them what they must not reach.
final class Cell {
  private final Shape shape;
  private final Path folder;
  private final List<Path> readable = new ArrayList<>();
  private final List<Path> writable = new ArrayList<>();
  private final List<Path> hidden = new ArrayList<>();
  private final Map<String, String> environment = new java.util.HashMap<>();
  private boolean network;
  private Limits limits = Limits.DEFAULT;

  /// What came of a script.
  record Outcome(int exit, String text) {
    boolean ok() {
      return exit == 0;
    }
  }

  Cell(Shape shape, Path folder) {
    this.shape = shape;
    this.folder = folder;
    try {
      Files.createDirectories(own());
      Files.createDirectories(data());
      Files.writeString(own().resolve("mine"), "my own");
      Files.writeString(secret(), "a secret");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    readable.add(own());
    writable.add(data());
    environment.putAll(
        Map.of("OWN", own() + "", "DATA", data() + "", "SECRET", secret() + "", "OUT", out() + ""));
  }

  Path own() {
    return folder.resolve("own");
  }

  Path data() {
    return folder.resolve("data");
  }

  Path secret() {
    return folder.resolve("secret");
  }

  /// A file that is not there, where it may not write.
  Path out() {
    return folder.resolve("out");
  }

  Cell readable(Path path) {
    readable.add(path);
    return this;
  }

  Cell writable(Path path) {
    writable.add(path);
    return this;
  }

  Cell hidden(Path path) {
    hidden.add(path);
    return this;
  }

  Cell with(String name, Object value) {
    environment.put(name, value.toString());
    return this;
  }

  Cell online() {
    network = true;
    return this;
  }

  Cell limits(Limits changed) {
    limits = changed;
    return this;
  }

  /// Starts a script in it.
  Process start(String script, Nest nest) throws IOException {
    Confinement confinement =
        new Confinement(readable, writable, hidden, nest, data(), network, limits);
    return Sandbox.of(shape)
        .prepare(List.of("/bin/bash", "-c", script), confinement, Optional.of(data()), environment)
        .redirectErrorStream(true)
        .start();
  }

  /// What a script says to the end.
  Outcome run(String script) throws IOException, InterruptedException {
    try (Nest nest = Nest.make()) {
      Process process = start(script, nest);
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      return new Outcome(process.waitFor(), text.strip());
    }
  }
}
