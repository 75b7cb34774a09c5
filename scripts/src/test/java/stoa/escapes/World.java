package stoa.escapes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// What stands around one host: a home, secrets outside of it, somebody who listens, and a process
/// that must not be harmed. [#facts] tells whether any of it was touched.
final class World implements AutoCloseable {
  /// Folders in which everybody may write.
  private static final List<Path> SHARED =
      List.of(Path.of("/tmp"), Path.of("/var/tmp"), Path.of("/dev/shm"));

  /// The value of the variable that the build gives to the JVMs of tests.
  private static final String VARIABLE = "STOA_ESCAPES_SECRET";

  private final String token = UUID.randomUUID().toString().substring(24);
  private final Path home;
  private final Path sdk;
  private final Path library;
  private final List<Path> outside;
  private final Doorbells bells;
  private final String socket;
  private Victim victim;
  private final List<String> secrets;
  private final String userFile;
  private final HostSignals signals;

  /// Where the machine has what modules run under.
  record Folders(Path sdk, Path library) {}

  /// @param name of the lane
  World(Path root, String name, Folders folders, HostSignals signals) throws IOException {
    home = Files.createDirectories(root.resolve("home"));
    this.signals = signals;
    sdk = copied(folders.sdk(), root.resolve("sdk"));
    library = folders.library();
    Path near = Files.createDirectories(root.resolve("outside"));
    Path far = Files.createTempDirectory("stoa-outside-");
    outside = List.of(near, far);
    Secrets files = new Secrets(token);
    for (Path folder : outside) {
      files.place(folder);
    }
    userFile = files.userFile();
    secrets = known(files);
    homeFiles();
    bells = new Doorbells(far, near.resolve("secret.txt"), token);
    socket = "stoa-victim-" + name + "-" + ProcessHandle.current().pid();
    victim = victim();
  }

  private static Path copied(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }

  private void homeFiles() throws IOException {
    Files.createDirectories(home.resolve("modules"));
    Files.writeString(home.resolve("stoa.toml"), "# SECRET-OF-HOME-" + token + "\n");
    Path kept = Files.createDirectories(home.resolve("data/vault"));
    Files.writeString(kept.resolve("kept.txt"), "SECRET-OF-DATA-" + token);
  }

  private Victim victim() throws IOException {
    return new Victim(outside(), socket, "SECRET-OF-VICTIM-" + token);
  }

  /// Puts another one in the place of a victim that was killed.
  void revive() throws IOException {
    if (!victim.isAlive()) {
      victim = victim();
    }
  }

  Path outside() {
    return outside.getFirst();
  }

  Path home() {
    return home;
  }

  Path sdk() {
    return sdk;
  }

  Path hostSocket() {
    return outside.getLast().resolve("s");
  }

  String token() {
    return token;
  }

  /// What says that an attempt was successful where no secret can tell.
  String won() {
    return "WON-" + token.toUpperCase(java.util.Locale.ROOT);
  }

  String stay() {
    return "98765." + Long.parseLong(token.substring(0, 6), 16);
  }

  int granted() {
    return bells.granted();
  }

  /// Texts that nobody inside may know.
  List<String> secrets() {
    return secrets;
  }

  private List<String> known(Secrets files) {
    List<String> all = new ArrayList<>(files.ofTheMachine());
    all.add("-" + token);
    if (System.getenv(VARIABLE) != null) {
      all.add(System.getenv(VARIABLE));
    }
    return all;
  }

  /// What an attempt is told.
  Map<String, Object> told(String module, Attempt.Tongue tongue) {
    Map<String, Object> told = new TreeMap<>(bells.told());
    told.put("name", module);
    told.put("tongue", tongue.id());
    told.put("own", home.resolve("modules").resolve(module).toString());
    told.put("data", home.resolve("data").resolve(module).toString());
    told.put("home", home.toString());
    told.put("outside", outside.stream().map(Path::toString).toList());
    told.put("temporary", outside.getLast().toString());
    told.put("user", System.getProperty("user.home"));
    told.put("userFile", userFile);
    told.put("sdk", sdk.toString());
    told.put("library", library.toString());
    told.put("host", ProcessHandle.current().pid());
    told.put("hostSocket", hostSocket().toString());
    told.put("victim", victim.pid());
    told.put("abstract", victim.socket());
    told.put("marker", marker());
    told.put("stay", stay());
    told.put("won", won());
    return told;
  }

  /// Processes that somebody inside has left behind.
  List<String> left() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(command -> command.contains(stay()) && !command.contains("python"))
        .toList();
  }

  private String marker() {
    return "marker-" + token.substring(0, 4);
  }

  /// Everything outside that an attempt could change, as text by name.
  ///
  /// @param module who tries
  Map<String, String> facts(String module) throws IOException {
    Map<String, String> facts = new TreeMap<>();
    for (Path folder : outside) {
      tell(folder, facts);
    }
    facts.put("modules", names(home.resolve("modules")).toString());
    tell(home.resolve("modules/vault"), facts);
    tell(home.resolve("modules").resolve(module), facts);
    tell(home.resolve("data/vault"), facts);
    tell(sdk, facts);
    for (String file : List.of("stoa.toml", "grants.toml")) {
      facts.put(home.resolve(file).toString(), state(home.resolve(file)));
    }
    for (Path folder : SHARED) {
      facts.put(folder.toString(), marked(folder).toString());
    }
    facts.put("markers in the library", marked(library).toString());
    facts.put("calls at the door", bells.counts());
    facts.put("the victim", victim.isAlive() ? "alive" : "dead");
    facts.putAll(signals.facts());
    return facts;
  }

  private static List<Path> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private List<Path> marked(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("marker"))
          .filter(file -> folder.equals(library) || file.toString().contains(marker()))
          .sorted()
          .toList();
    }
  }

  private static void tell(Path folder, Map<String, String> facts) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (!file.toString().contains("__pycache__")) {
          facts.put(file.toString(), state(file));
        }
      }
    }
  }

  private static String state(Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      return "link to " + Files.readSymbolicLink(file);
    }
    if (!Files.exists(file)) {
      return "not there";
    }
    if (!Files.isRegularFile(file)) {
      return Files.isDirectory(file) ? "folder" : "special";
    }
    return Files.getLastModifiedTime(file)
        + " "
        + Files.getPosixFilePermissions(file)
        + " "
        + Files.size(file);
  }

  @Override
  public void close() throws IOException {
    victim.close();
    bells.close();
    for (Path folder : SHARED) {
      for (Path left : marked(folder)) {
        Files.deleteIfExists(left);
      }
    }
    for (Path left : marked(library)) {
      Files.deleteIfExists(left);
    }
    delete(outside.getLast());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /// Files with something that nobody inside may read.
  ///
  /// @param token in all of them
  private record Secrets(String token) {
    void place(Path folder) throws IOException {
      String secret = "SECRET-OF-FILE-" + token;
      Files.writeString(folder.resolve("secret.txt"), secret + "\nsecond\n");
      Files.writeString(folder.resolve("secret.mjs"), "export default \"" + secret + "\";\n");
      Files.writeString(folder.resolve("secret.py"), "SECRET = \"" + secret + "\"\n");
      Files.writeString(folder.resolve("secret.json"), "{\"secret\": \"" + secret + "\"}\n");
      Files.writeString(folder.resolve("secret-" + token + ".txt"), "its name is the secret");
      try (ZipOutputStream zip =
          new ZipOutputStream(Files.newOutputStream(folder.resolve("secret.zip")))) {
        zip.putNextEntry(new ZipEntry("packed.py"));
        zip.write(
            ("SECRET = \"" + secret + "\"\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }

    /// Files of the machine have secrets of their own.
    List<String> ofTheMachine() {
      return Stream.of(
              Path.of("/etc/passwd"),
              Path.of("/etc/shadow"),
              Path.of(System.getProperty("user.home"), userFile()))
          .flatMap(Secrets::firstLine)
          .toList();
    }

    /// Some text file of the user, or one that is not there.
    String userFile() {
      try (Stream<Path> files = Files.list(Path.of(System.getProperty("user.home")))) {
        return files
            .filter(file -> Files.isRegularFile(file) && firstLine(file).findAny().isPresent())
            .map(file -> file.getFileName().toString())
            .sorted()
            .findFirst()
            .orElse(".profile");
      } catch (IOException e) {
        return ".profile";
      }
    }

    private static Stream<String> firstLine(Path file) {
      try (Stream<String> lines = Files.lines(file)) {
        return lines.filter(line -> line.length() > 12).limit(1).toList().stream();
      } catch (IOException | java.io.UncheckedIOException e) {
        return Stream.empty();
      }
    }
  }
}
