package stoa.worker;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.process.ChildCommand;
import stoa.router.Found;
import stoa.sandbox.Limits;

/// The command line of a worker: this Java, this class path, a heap of its own.
///
/// @param jvm options for the JVM, besides its heap; a class path among them takes the place of
///   this program's
/// @param cache what engines unpacked, shared with the host
public record WorkerCommand(List<String> jvm, Optional<Path> cache) {
  /// What a JVM with an engine takes besides the heap of its guest: code, classes, threads.
  private static final long BESIDE_HEAP = 1L << 30;

  public WorkerCommand {
    jvm = List.copyOf(jvm);
  }

  /// @throws FailureException LOAD_FAILED if the module is no source file
  public ChildCommand of(Found found, Path temp) {
    if (found.language().isEmpty()) {
      throw new FailureException(
          Failure.of(
              Code.LOAD_FAILED,
              "`" + found.name() + "` is an executable: it cannot run in placement `worker`.",
              "Let it run in placement `native`."));
    }
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(jvm);
    words.add("-Xmx" + found.manifest().heapMegabytes() + "m");
    words.add("-XX:+ExitOnOutOfMemoryError");
    words.add("-XX:-UsePerfData");
    words.add("-Djava.io.tmpdir=" + temp);
    if (!jvm.contains("-cp")) {
      words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    }
    words.add(Worker.class.getName());
    words.add(found.source().language().name());
    words.add(found.name());
    words.add(found.main().toString());
    words.add(found.folder().map(Path::toString).orElse(""));
    words.add(cache.map(Path::toString).orElse(""));
    words.add(found.manifest().limits().text());
    return new ChildCommand(words, Map.of(), needs(found));
  }

  private ChildCommand.Needs needs(Found found) {
    List<Path> visible = new ArrayList<>(files());
    visible.add(Path.of(System.getProperty("java.home")));
    cache.ifPresent(visible::add);
    long memory = ((long) found.manifest().heapMegabytes() << 20) + BESIDE_HEAP;
    return new ChildCommand.Needs(visible, false, Limits.DEFAULT.withMemory(memory));
  }

  /// The files that the options for the JVM name: its class path, its caches.
  private List<Path> files() {
    List<String> texts = new ArrayList<>(jvm);
    texts.add(System.getProperty("java.class.path"));
    return texts.stream()
        .map(text -> text.startsWith("-") ? text.substring(text.indexOf('=') + 1) : text)
        .flatMap(text -> Stream.of(text.split(File.pathSeparator)))
        .filter(text -> text.startsWith("/"))
        .map(Path::of)
        .toList();
  }
}
