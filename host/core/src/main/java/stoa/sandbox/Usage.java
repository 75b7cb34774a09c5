package stoa.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// What a process uses, with all that it has started and those have.
///
/// @param tasks processes and threads
/// @param memory bytes that are in memory; what several share counts for each
record Usage(int tasks, long memory) {
  private static final Path PROCESSES = Path.of("/proc");

  private static final long PAGE = 4096;

  /// Fields after the name of the program, which may hold anything (proc(5), `stat`).
  private static final int THREADS = 17;

  private static final int RESIDENT = 21;

  /// @param enough more tasks than this are not looked at
  static Usage of(long pid, int enough) {
    Deque<Long> open = new ArrayDeque<>();
    open.add(pid);
    int tasks = 0;
    long memory = 0;
    while (!open.isEmpty() && tasks <= enough) {
      Path process = PROCESSES.resolve(Long.toString(open.poll()));
      try {
        String[] fields = fields(process);
        tasks += Integer.parseInt(fields[THREADS]);
        memory += Long.parseLong(fields[RESIDENT]) * PAGE;
        addChildren(process, open);
      } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
        // it has ended meanwhile
      }
    }
    return new Usage(tasks, memory);
  }

  private static String[] fields(Path process) throws IOException {
    String text = Files.readString(process.resolve("stat"));
    return text.substring(text.lastIndexOf(')') + 2).split(" ");
  }

  private static void addChildren(Path process, Deque<Long> open) throws IOException {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
      for (Path thread : threads) {
        for (String child : Files.readString(thread.resolve("children")).split(" ")) {
          if (!child.isBlank()) {
            open.add(Long.parseLong(child.strip()));
          }
        }
      }
    }
  }
}
