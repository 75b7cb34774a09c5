package stoa.worker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.process.ChildCommand;
import stoa.router.Found;

/// The command line of a worker: this Java, this class path, a heap of its own.
///
/// @param jvm options for the JVM, besides its heap; a class path among them takes the place of
///   this program's
/// @param cache what engines unpacked, shared with the host
public record WorkerCommand(List<String> jvm, Optional<Path> cache) {
  public WorkerCommand {
    jvm = List.copyOf(jvm);
  }

  /// @throws FailureException LOAD_FAILED if the module is no source file
  public ChildCommand of(Found found) {
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
    if (!jvm.contains("-cp")) {
      words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    }
    words.add(Worker.class.getName());
    words.add(found.source().language().name());
    words.add(found.name());
    words.add(found.main().toString());
    words.add(found.folder().map(Path::toString).orElse(""));
    words.add(cache.map(Path::toString).orElse(""));
    return new ChildCommand(words, Map.of(), false);
  }
}
