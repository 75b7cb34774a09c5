package stoa.sandbox;

import java.time.Duration;
import java.util.Optional;

/// What a process, with all that it starts, may use.
///
/// @param memory bytes that it may write to: of each process by the kernel, of all together by the
///   host's watch
/// @param processes processes and threads, all together
/// @param descriptors open files and sockets, of each process
/// @param cpu of each process, then it is killed; empty: as much as it likes
public record Limits(long memory, int processes, int descriptors, Optional<Duration> cpu) {
  /// For a program of somebody: 1 GiB.
  public static final Limits DEFAULT = new Limits(1L << 30, 512, 4096, Optional.empty());

  public Limits {
    if (memory < 1 || processes < 1 || descriptors < 16) {
      throw new IllegalArgumentException(
          "limits of %d bytes, %d processes, %d descriptors let nothing start"
              .formatted(memory, processes, descriptors));
    }
  }

  public Limits withMemory(long bytes) {
    return new Limits(bytes, processes, descriptors, cpu);
  }
}
