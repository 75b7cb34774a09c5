package stoa.worker;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.module.Access;
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

  private static final int MANY = 4;

  public WorkerCommand {
    jvm = List.copyOf(jvm);
  }

  /// @throws FailureException LOAD_FAILED if the module is no source file
  public ChildCommand of(Found found, Access access, Path temp) {
    if (found.language().isEmpty()) {
      throw new FailureException(
          Failure.of(
              Code.LOAD_FAILED,
              "`" + found.name() + "` is an executable: it cannot run in placement `worker`.",
              "Let it run in placement `native`."));
    }
    cache.ifPresent(folder -> new Unpacking(java(temp), folder).once(found.source().language()));
    List<String> words = new ArrayList<>(java(temp));
    words.add(1, "-Xmx" + found.manifest().heapMegabytes() + "m");
    words.add(Worker.class.getName());
    words.add(found.source().language().name());
    words.add(found.name());
    words.add(found.main().toString());
    words.add(found.folder().map(Path::toString).orElse(""));
    words.add(cache.map(Path::toString).orElse(""));
    words.add(found.manifest().limits().text());
    return new ChildCommand(words, Map.of(Worker.ACCESS, AccessText.of(access)), needs(found));
  }

  /// The Java that runs workers, up to the name of the class.
  private List<String> java(Path temp) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(jvm);
    words.add("-XX:+ExitOnOutOfMemoryError");
    words.add("-XX:-UsePerfData");
    words.add("-Djava.io.tmpdir=" + temp);
    if (!jvm.contains("-cp")) {
      words.addAll(List.of("-cp", String.join(File.pathSeparator, classPath())));
    }
    return words;
  }

  /// Workers do not run in the host's working folder.
  private static List<String> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> entry.startsWith("/") ? entry : Path.of(entry).toAbsolutePath().toString())
        .toList();
  }

  private ChildCommand.Needs needs(Found found) {
    List<Path> visible = new ArrayList<>(files());
    visible.add(Path.of(System.getProperty("java.home")));
    cache.ifPresent(visible::add);
    long memory = ((long) found.manifest().heapMegabytes() << 20) + BESIDE_HEAP;
    return new ChildCommand.Needs(
        visible, Optional.empty(), false, Limits.DEFAULT.withMemory(memory));
  }

  /// The files that the options for the JVM name, its class path and its caches: of a folder with
  /// many the folder.
  private Set<Path> files() {
    Stream<String> named =
        jvm.stream()
            .map(text -> text.startsWith("-") ? text.substring(text.indexOf('=') + 1) : text)
            .flatMap(text -> Stream.of(text.split(File.pathSeparator)));
    List<Path> all =
        Stream.concat(named, jvm.contains("-cp") ? Stream.of() : classPath().stream())
            .filter(text -> text.startsWith("/"))
            .map(Path::of)
            .toList();
    Map<Path, List<Path>> byFolder =
        all.stream().collect(Collectors.groupingBy(path -> path.resolveSibling("")));
    Set<Path> files = new HashSet<>();
    byFolder.forEach((folder, inIt) -> files.addAll(inIt.size() < MANY ? inIt : List.of(folder)));
    return files;
  }
}
