package stoa.module;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How a module runs.
public enum Placement {
  /// In a GraalVM context inside the host.
  CONTEXT,
  /// In a context in a JVM of its own, with a limit on its heap.
  WORKER,
  /// As a process of its own: node, python3 or the module's executable.
  NATIVE;

  /// `context`, `worker`, `native`: as manifests and flags spell it.
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Placement> named(String id) {
    return Arrays.stream(values()).filter(p -> p.id().equals(id)).findFirst();
  }
}
