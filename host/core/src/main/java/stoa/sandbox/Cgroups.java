package stoa.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Control groups, where this process may make them: they count what a process and all its
/// descendants use together. In most places only root may, and in containers not even he.
final class Cgroups {
  /// Enters the groups that are named before `--`.
  private static final String ENTER =
      """
      while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 126; shift; done
      shift
      exec "$@"
      """;

  private static final int TRIES = 50;

  private static final Duration YOUTH = Duration.ofMinutes(1);

  /// Where groups can be made, found out once.
  ///
  /// @param folder of a group
  /// @param two whether it is of the second version, where one group counts all
  private record Place(Path folder, String controller, boolean two) {
    Path group(Nest nest) {
      return folder.resolve(nest.path().getFileName().toString());
    }

    /// More than the watch allows, so that it sees first what is wrong, and can say it.
    void limit(Path group, Limits limits) throws IOException {
      if (controller.equals("pids")) {
        Files.writeString(group.resolve("pids.max"), Long.toString(2L * limits.processes()));
      } else {
        String file = two ? "memory.max" : "memory.limit_in_bytes";
        Files.writeString(group.resolve(file), Long.toString(most(limits)));
        if (Files.exists(group.resolve(swap()))) {
          Files.writeString(group.resolve(swap()), two ? "0" : Long.toString(most(limits)));
        }
      }
    }

    /// Whether what is swapped out counts too, if this machine does that at all.
    boolean countsAll() {
      return !controller.equals("memory") || Files.exists(folder.resolve(swap())) || hasNoSwap();
    }

    private String swap() {
      return two ? "memory.swap.max" : "memory.memsw.limit_in_bytes";
    }

    private static boolean hasNoSwap() {
      try {
        return Files.readAllLines(Path.of("/proc/swaps")).size() <= 1;
      } catch (IOException e) {
        return true; // nor can there be any
      }
    }

    boolean kills(Path group) {
      if (!controller.equals("memory")) {
        return false;
      }
      try (Stream<String> lines =
          Files.lines(group.resolve(two ? "memory.events" : "memory.oom_control"))) {
        return lines.anyMatch(line -> line.startsWith("oom_kill ") && !line.endsWith(" 0"));
      } catch (IOException | UncheckedIOException e) {
        return false; // the group is gone
      }
    }
  }

  private static final Fact<List<Place>> PLACES = new Fact<>(Cgroups::find);

  private Cgroups() {}

  /// What can be counted to the last: `pids`, `memory`.
  static Set<String> counted() {
    return PLACES.get().stream()
        .filter(Place::countsAll)
        .map(Place::controller)
        .collect(Collectors.toSet());
  }

  /// At how many bytes the kernel kills.
  static long most(Limits limits) {
    return limits.memory() / 4 * 5;
  }

  /// Whether the kernel has killed something because all together used too much memory.
  static boolean killed(Nest nest) {
    return PLACES.get().stream().anyMatch(place -> place.kills(place.group(nest)));
  }

  /// Makes the groups of a process, and the words that enter them.
  static List<String> words(Nest nest, Limits limits) throws IOException {
    if (PLACES.get().isEmpty()) {
      return List.of();
    }
    List<String> words =
        new ArrayList<>(List.of(Programs.word("sh"), "-c", ENTER, Words.INIT_NAME));
    for (Place place : PLACES.get()) {
      Path group = Files.createDirectories(place.group(nest));
      place.limit(group, limits);
      words.add(group.toString());
    }
    words.add("--");
    return words;
  }

  /// Kills whoever is left of the processes, also those that have left their tree, and removes the
  /// groups.
  static void remove(Nest nest) {
    for (Place place : PLACES.get()) {
      remove(place.group(nest));
    }
  }

  private static void remove(Path group) {
    boolean interrupted = false;
    for (int tries = 0; Files.exists(group) && !isRemoved(group); tries++) {
      if (tries == TRIES) {
        System.getLogger("stoa").log(System.Logger.Level.WARNING, "processes are left in " + group);
        break;
      }
      kill(group);
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void kill(Path group) {
    try {
      Path all = group.resolve("cgroup.kill"); // of Linux 5.14
      if (Files.exists(all)) {
        Files.writeString(all, "1");
        return;
      }
      for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    } catch (IOException e) {
      System.getLogger("stoa").log(System.Logger.Level.DEBUG, "cannot kill " + group, e);
    }
  }

  private static boolean isRemoved(Path group) {
    try {
      Files.deleteIfExists(group);
      return true;
    } catch (IOException e) {
      return false; // somebody is in it
    }
  }

  /// Removes what hosts have left that were killed. A group in use stays by itself; one that is to
  /// be used at once is young.
  private static void sweep(Place place) {
    Instant old = Instant.now().minus(YOUTH);
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(place.folder(), "stoa-*")) {
      for (Path group : groups) {
        if (Files.getLastModifiedTime(group).toInstant().isBefore(old)) {
          isRemoved(group);
        }
      }
    } catch (IOException e) {
      System.getLogger("stoa").log(System.Logger.Level.DEBUG, "groups are left", e);
    }
  }

  private static List<Place> find() {
    List<Place> places = Stream.of("pids", "memory").flatMap(name -> place(name).stream()).toList();
    places.forEach(Cgroups::sweep);
    return places;
  }

  private static Optional<Place> place(String controller) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
        String[] words = line.split(":", 3);
        boolean two = words[1].isEmpty();
        if (two || List.of(words[1].split(",")).contains(controller)) {
          Optional<Place> place =
              roots(words[1]).stream()
                  .map(root -> own(root, words[2]))
                  .map(folder -> new Place(folder, controller, two))
                  .filter(Cgroups::works)
                  .findFirst();
          if (place.isPresent()) {
            return place;
          }
        }
      }
    } catch (IOException e) {
      // there are none
    }
    return Optional.empty();
  }

  /// The group that this process is in: what it starts must not leave the limits that it has
  /// itself. In a container that group may be mounted as the root.
  private static Path own(Path root, String name) {
    Path own = Path.of(root + name).normalize();
    return own.startsWith(root) && Files.isDirectory(own) ? own : root;
  }

  /// Where hierarchies are mounted.
  private static List<Path> roots(String controllers) {
    Path folder = Path.of("/sys/fs/cgroup");
    Stream<Path> places =
        controllers.isEmpty()
            ? Stream.of(folder, folder.resolve("unified"))
            : Stream.concat(Stream.of(controllers), Stream.of(controllers.split(",")))
                .map(folder::resolve);
    return places.filter(Files::isDirectory).toList();
  }

  /// Tries it with a group that nobody enters.
  private static boolean works(Place place) {
    Path group = place.folder().resolve("stoa-probe-" + ProcessHandle.current().pid());
    try {
      Files.createDirectory(group);
      try {
        place.limit(group, Limits.DEFAULT);
        return Files.isWritable(group.resolve("cgroup.procs"));
      } finally {
        Files.deleteIfExists(group);
      }
    } catch (IOException e) {
      return false;
    }
  }
}
