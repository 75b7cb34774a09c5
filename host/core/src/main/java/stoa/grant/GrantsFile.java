package stoa.grant;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;
import stoa.module.Grant;
import stoa.module.Grant.Kind;

/// The file in which the user says what modules may do: a section for each module, in it a list for
/// each kind of grant. Made to be read and edited: a change touches the lines of one module.
public final class GrantsFile {
  private static final String DIGEST = "sha256";

  /// Locks of files are for processes: threads of one have this.
  private static final Object CHANGES = new Object();

  private static final String HEAD =
      """
      # What the modules of this home may do, besides what all may. `stoa grant` and `stoa revoke` write it; edit it if
      # you like: a running host sees the change. See docs/security.md.
      """;

  private final Path file;

  public GrantsFile(Path file) {
    this.file = file;
  }

  /// What is said about a module.
  ///
  /// @param digest of its files, as `stoa trust` found them
  public record Entry(Grants grants, Optional<String> digest) {
    public static final Entry NONE = new Entry(Grants.NONE, Optional.empty());

    /// With these besides.
    public Entry with(List<Grant> more) {
      Grants all = grants;
      for (Grant grant : more) {
        all = all.with(grant);
      }
      return new Entry(all, digest);
    }

    /// Without these. A kind of which nothing is left is not named any more, but for calls: without
    /// a word about them the module could call more than before.
    ///
    /// @param callsNobody whether it may not even call whom all may call
    public Entry without(Set<Grant> gone, boolean callsNobody) {
      Grants all = grants;
      for (Kind kind : Set.copyOf(grants.kinds())) {
        List<String> left =
            grants.of(kind).orElse(List.of()).stream()
                .filter(value -> !gone.contains(new Grant(kind, value)))
                .toList();
        boolean was = left.size() < grants.of(kind).orElse(List.of()).size();
        boolean unnamed = was && left.isEmpty() && kind != Kind.CALL;
        all = unnamed ? all.without(kind) : all.with(kind, left);
      }
      return new Entry(callsNobody ? all.with(Kind.CALL, List.of()) : all, digest);
    }

    /// Without all.
    public Entry withoutGrants() {
      boolean callsSome = grants.of(Kind.CALL).isPresent();
      return new Entry(callsSome ? Grants.NONE.with(Kind.CALL, List.of()) : Grants.NONE, digest);
    }

    /// @param trusted of its files; empty: any will do
    public Entry pinned(Optional<String> trusted) {
      return new Entry(grants, trusted);
    }
  }

  /// What tells one state of the file from another.
  record Version(FileTime changed, long size, Object key) {}

  public Path path() {
    return file;
  }

  /// Empty: there is no file.
  Optional<Version> version() {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new Version(now.lastModifiedTime(), now.size(), String.valueOf(now.fileKey())));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// All that is said, by module.
  ///
  /// @throws IllegalArgumentException with file, line and reason if it says something else
  public Map<String, Entry> read() throws IOException {
    if (!Files.exists(file)) {
      return Map.of();
    }
    return entries(Toml.parse(file));
  }

  private Map<String, Entry> entries(TomlParseResult toml) {
    if (toml.hasErrors()) {
      throw wrong(toml.errors().getFirst().toString());
    }
    Map<String, Entry> entries = new HashMap<>();
    for (String module : toml.keySet()) {
      if (!(toml.get(List.of(module)) instanceof TomlTable section)) {
        throw wrong("`" + module + "` stands in no section: write `[MODULE]` above it");
      }
      entries.put(module, entry(module, section));
    }
    return entries;
  }

  private Entry entry(String module, TomlTable section) {
    Optional<String> digest = Optional.empty();
    for (String key : section.keySet()) {
      if (key.equals(DIGEST)) {
        digest = Optional.of(String.valueOf(section.get(List.of(key))));
      } else if (Kind.named(key).isEmpty()) {
        throw wrong(
            "[%s]: there is no kind of grant `%s`; there are %s"
                .formatted(module, key, Kind.words()));
      }
    }
    try {
      return new Entry(Requests.grants(section), digest);
    } catch (IllegalArgumentException e) {
      throw wrong("[%s]: %s".formatted(module, e.getMessage()));
    }
  }

  private IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException(file + ": " + why);
  }

  /// Changes what is said about one module; all other lines stay as they are. Two at the same time,
  /// in whatever processes, do so one after the other.
  ///
  /// @throws IllegalArgumentException if the file cannot be read: it is left alone
  public Entry change(String module, UnaryOperator<Entry> change) throws IOException {
    if (!Files.exists(file) && change.apply(Entry.NONE).equals(Entry.NONE)) {
      return Entry.NONE;
    }
    synchronized (CHANGES) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Optional<Entry> changed = Optional.empty();
      while (changed.isEmpty()) {
        changed = tryChange(module, change);
      }
      return changed.get();
    }
  }

  /// Each change makes a new file, so the lock of the old one says nothing once another is there.
  ///
  /// @return empty if it was not there, or another one when its lock was got
  private Optional<Entry> tryChange(String module, UnaryOperator<Entry> change) throws IOException {
    Optional<Object> before = version().map(Version::key);
    if (before.isEmpty()) {
      Files.write(file, List.of(), StandardOpenOption.CREATE);
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      return before.equals(version().map(Version::key))
          ? Optional.of(changeLocked(module, change))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Entry changeLocked(String module, UnaryOperator<Entry> change) throws IOException {
    Map<String, Entry> all = read();
    Entry before = all.getOrDefault(module, Entry.NONE);
    Entry after = change.apply(before);
    if (after.equals(before)) {
      return after;
    }
    List<String> known = Files.readAllLines(file);
    List<String> lines = changed(known.isEmpty() ? HEAD.lines().toList() : known, module, after);
    check(lines, module, all, after);
    Path target = file.toRealPath(); // a link stays one
    Path written = Files.createTempFile(target.resolveSibling(""), ".grants", ".toml");
    try {
      Files.write(written, lines);
      Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(written);
    }
    return after;
  }

  /// A module may be written in other ways than as a section of lines: those are not changed here.
  private void check(List<String> lines, String module, Map<String, Entry> all, Entry after) {
    Map<String, Entry> meant = new HashMap<>(all);
    meant.remove(module);
    meant.putAll(said(section(module, List.of(), after)));
    meant.values().removeIf(Entry.NONE::equals);
    if (!said(lines).equals(meant)) {
      throw wrong(
          "`%s` is not written as a section: put `[%s]` in a line, and its lists below"
              .formatted(module, module));
    }
  }

  private Map<String, Entry> said(List<String> lines) {
    TomlParseResult toml = Toml.parse(String.join("\n", lines));
    Map<String, Entry> said = toml.hasErrors() ? new HashMap<>() : new HashMap<>(entries(toml));
    said.values().removeIf(Entry.NONE::equals);
    return said;
  }

  /// The section's comments stay above its lists.
  private static List<String> changed(List<String> lines, String module, Entry entry) {
    int begin = sectionOf(lines, module);
    int end = begin;
    List<String> comments = new ArrayList<>();
    if (begin < lines.size()) {
      end = endOf(lines, begin);
      lines.subList(begin + 1, end).stream()
          .filter(line -> line.strip().startsWith("#"))
          .forEach(comments::add);
    }
    List<String> section = section(module, comments, entry);
    List<String> result = new ArrayList<>(lines.subList(0, begin));
    if (begin == lines.size() && !section.isEmpty()) {
      apart(result);
    }
    result.addAll(section);
    List<String> rest = lines.subList(end, lines.size());
    if (!rest.isEmpty() && !rest.getFirst().isBlank() && !section.isEmpty()) {
      apart(result);
    }
    result.addAll(rest);
    return result;
  }

  private static void apart(List<String> lines) {
    if (!lines.isEmpty() && !lines.getLast().isBlank()) {
      lines.add("");
    }
  }

  private static List<String> section(String module, List<String> comments, Entry entry) {
    List<String> lines = new ArrayList<>(comments);
    Map<Kind, List<String>> kinds =
        entry.grants().kinds().stream()
            .collect(
                Collectors.toMap(
                    kind -> kind,
                    kind -> entry.grants().of(kind).orElse(List.of()),
                    (a, _) -> a,
                    TreeMap::new));
    kinds.forEach((kind, values) -> lines.add(kind.word() + " = " + list(values)));
    entry.digest().ifPresent(digest -> lines.add(DIGEST + " = " + quoted(digest)));
    if (!lines.isEmpty()) {
      lines.addFirst("[" + module + "]");
    }
    return lines;
  }

  private static String list(List<String> values) {
    return values.stream().map(GrantsFile::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quoted(String text) {
    return '"' + Toml.tomlEscape(text).toString() + '"';
  }

  private static int sectionOf(List<String> lines, String module) {
    for (int i = 0; i < lines.size(); i++) {
      if (isHeader(lines.get(i)) && Toml.parse(lines.get(i)).keySet().equals(Set.of(module))) {
        return i;
      }
    }
    return lines.size();
  }

  /// What stands right above the next section is about that one.
  private static int endOf(List<String> lines, int begin) {
    int end = begin + 1;
    while (end < lines.size() && !isHeader(lines.get(end))) {
      end++;
    }
    while (end > begin + 1 && isBesides(lines.get(end - 1))) {
      end--;
    }
    return end;
  }

  private static boolean isBesides(String line) {
    return line.isBlank() || line.strip().startsWith("#");
  }

  private static boolean isHeader(String line) {
    return line.strip().matches("\\[[^\\[,]+][^],]*");
  }
}
