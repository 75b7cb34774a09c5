package stoa.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The files that a process sees: those of the system that programs need, its own, and what was
/// granted, all at the paths where they are.
///
/// @param parts parents come before what is in them
/// @param links symbolic links of the root, as `/bin`
record View(List<Part> parts, List<Link> links) {
  /// @param source what is seen
  /// @param target where it is seen
  record Part(Path source, Path target, Use use) {}

  enum Use {
    READ,
    WRITE,
    /// A device. No mount lets it be read only: to write is granted or nothing.
    DEVICE,
  }

  record Link(Path path, Path target) {}

  static final Path TEMP = Path.of("/tmp");
  static final Path SHARED = Path.of("/dev/shm");
  static final Path DEVICES = Path.of("/dev");
  static final Path PROCESSES = Path.of("/proc");

  /// Where the system has what programs need.
  static final List<String> SYSTEM =
      List.of(
          "/usr",
          "/bin",
          "/sbin",
          "/lib",
          "/lib32",
          "/lib64",
          "/libx32",
          "/nix/store",
          "/gnu/store");

  /// Settings that programs need to start; nothing about users, nothing secret.
  private static final List<String> SETTINGS =
      List.of(
          "ld.so.cache",
          "ld.so.conf",
          "ld.so.conf.d",
          "ld.so.preload",
          "alternatives",
          "localtime",
          "timezone",
          "mime.types",
          "fonts",
          "ssl/certs",
          "ssl/openssl.cnf",
          "ca-certificates.conf",
          "pki/tls/certs",
          "pki/ca-trust",
          "pki/java",
          "crypto-policies");

  private static final List<String> NETWORK_SETTINGS =
      List.of(
          "resolv.conf",
          "hosts",
          "host.conf",
          "nsswitch.conf",
          "gai.conf",
          "services",
          "protocols");

  static View of(Confinement confinement) throws IOException {
    List<Part> granted = granted(confinement);
    List<Part> parts = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    granted.stream().filter(part -> part.target().getNameCount() == 0).forEach(parts::add);
    boolean whole = !parts.isEmpty();
    if (!whole) {
      system(parts, links);
      settings(parts, confinement.network());
    }
    Nest nest = confinement.nest();
    parts.add(new Part(nest.temp(), TEMP, Use.WRITE));
    parts.add(new Part(nest.shared(), SHARED, Use.WRITE));
    granted.stream().filter(part -> part.target().getNameCount() > 0).forEach(parts::add);
    parts.add(new Part(nest.temp(), nest.temp(), Use.WRITE));
    hide(confinement, parts);
    return new View(List.copyOf(parts), List.copyOf(links));
  }

  private static void system(List<Part> parts, List<Link> links) {
    for (String name : SYSTEM) {
      Path path = Path.of(name);
      if (Files.isSymbolicLink(path)) {
        try {
          links.add(new Link(path, Files.readSymbolicLink(path)));
        } catch (IOException e) {
          System.getLogger("stoa").log(System.Logger.Level.WARNING, "cannot read " + path, e);
        }
      } else if (Files.isDirectory(path)) {
        parts.add(new Part(path, path, Use.READ));
      }
    }
  }

  private static void settings(List<Part> parts, boolean network) {
    Path folder = Path.of("/etc");
    Stream.concat(
            Stream.concat(SETTINGS.stream(), network ? NETWORK_SETTINGS.stream() : Stream.of()),
            javaSettings(folder))
        .map(folder::resolve)
        .filter(Files::exists)
        .forEach(path -> parts.add(new Part(path, path, Use.READ)));
  }

  /// Debian keeps the settings of each of its JDKs here.
  private static Stream<String> javaSettings(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("java-"))
          .toList()
          .stream();
    } catch (IOException e) {
      return Stream.of(); // then programs need none of it either
    }
  }

  /// What is in a folder that the process may write to is not made visible once more: it could have
  /// put a link there, which would then be followed with the host's rights. In a hidden folder it
  /// cannot.
  private static List<Part> granted(Confinement confinement) {
    Stream<Part> writable = parts(confinement.writable(), Use.WRITE);
    Stream<Part> readable = parts(confinement.readable(), Use.READ);
    List<Part> chosen = new ArrayList<>();
    Stream.concat(writable, readable)
        .sorted(Comparator.comparingInt((Part part) -> part.target().getNameCount()))
        .filter(part -> chosen.stream().noneMatch(other -> covers(other, part, confinement)))
        .forEach(chosen::add);
    return chosen;
  }

  private static Stream<Part> parts(List<Path> paths, Use use) {
    return paths.stream()
        .map(Path::normalize)
        .filter(path -> !path.startsWith(PROCESSES))
        .filter(Files::exists)
        .filter(path -> use == Use.WRITE || !path.equals(DEVICES)) // it has its own
        .map(path ->
            new Part(path, path, use == Use.WRITE && path.startsWith(DEVICES) ? Use.DEVICE : use));
  }

  private static boolean covers(Part other, Part part, Confinement confinement) {
    boolean hidden =
        confinement.hidden().stream()
            .anyMatch(h -> part.target().startsWith(h) && !other.target().startsWith(h));
    return !hidden
        && part.target().startsWith(other.target())
        && other.target().getNameCount() > 0
        && (other.use() == Use.WRITE || part.use() == Use.READ);
  }

  /// Puts something with nothing in it over each hidden folder that is seen, and over that what the
  /// process has there of its own.
  private static void hide(Confinement confinement, List<Part> parts) throws IOException {
    for (Path hidden : confinement.hidden()) {
      if (!Files.exists(hidden, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      Path real = hidden.toRealPath();
      for (Path place : places(real, parts)) {
        List<Part> own = parts.stream().filter(part -> part.target().startsWith(place)).toList();
        parts.removeAll(own);
        parts.add(new Part(cover(confinement.nest(), real, place, own), place, Use.READ));
        parts.addAll(own);
      }
    }
  }

  /// Where a hidden folder is seen: what is seen may have been named by a link.
  private static Set<Path> places(Path hidden, List<Part> parts) throws IOException {
    Set<Path> places = new LinkedHashSet<>();
    for (Part part : parts) {
      Path source = part.source().toRealPath();
      if (hidden.startsWith(source)) {
        places.add(part.target().resolve(source.relativize(hidden).toString()).normalize());
      }
    }
    return places;
  }

  private static Path cover(Nest nest, Path hidden, Path place, List<Part> own) throws IOException {
    if (!Files.isDirectory(hidden)) {
      return nest.blank();
    }
    SortedMap<Path, Boolean> inIt = new TreeMap<>();
    for (Part part : own) {
      if (!part.target().equals(place)) {
        inIt.put(place.relativize(part.target()), Files.isDirectory(part.source()));
      }
    }
    return inIt.isEmpty() ? nest.nothing() : nest.cover(inIt);
  }
}
