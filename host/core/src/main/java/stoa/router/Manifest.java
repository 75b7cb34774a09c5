package stoa.router;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;
import stoa.grant.Grants;
import stoa.grant.Requests;
import stoa.limit.Limits;
import stoa.module.Grant;
import stoa.module.Placement;
import stoa.sandbox.Level;

/// What `module.toml` says.
///
/// @param instances how many copies run side by side
/// @param heapMegabytes the largest heap of a worker
/// @param start when it starts, and what has to be there first
/// @param stop the method that is called before a copy ends; empty: none
/// @param cache which results may be used again
/// @param asks what it asks the user to grant
/// @param minimum how well its process has to be confined
/// @param limits how much an instance may use
public record Manifest(
    Optional<Placement> placement,
    int instances,
    String version,
    int heapMegabytes,
    Start start,
    String stop,
    Cache cache,
    Grants asks,
    Level minimum,
    Limits limits) {
  static final int DEFAULT_HEAP_MEGABYTES = 512;

  public static final Manifest NONE =
      new Manifest(
          Optional.empty(),
          1,
          "",
          DEFAULT_HEAP_MEGABYTES,
          Start.NONE,
          "",
          Cache.NONE,
          Grants.NONE,
          Level.NONE,
          Limits.DEFAULT);

  /// No engine starts in less.
  static final int MIN_HEAP_MEGABYTES = 64;

  /// More copies than this are a slip of the pen.
  static final int MAX_INSTANCES = 64;

  private static final Set<String> KEYS =
      Set.of(
          "placement",
          "instances",
          "version",
          "heap_mb",
          "needs",
          "eager",
          "stop",
          "cache",
          "cache_mb",
          "grants",
          "minimum",
          "limits");

  /// When a module starts.
  ///
  /// @param needs module name to a range of versions: they are started first
  /// @param eager with the host, instead of at its first call
  public record Start(Map<String, String> needs, boolean eager) {
    static final Start NONE = new Start(Map.of(), false);

    public Start {
      needs = Map.copyOf(needs);
    }

    private static Start read(TomlParseResult toml) {
      TomlTable table = toml.getTableOrEmpty("needs");
      Map<String, String> needs = new TreeMap<>();
      for (String module : table.keySet()) {
        if (!ModulesFolder.isName(module)) {
          throw new IllegalArgumentException("`[needs]`: `" + module + "` is no name of a module");
        }
        if (!(table.get(List.of(module)) instanceof String range)
            || VersionRange.of(range).isEmpty()) {
          throw new IllegalArgumentException(
              "`[needs]` wants a range of versions for `%s`, as `%s = \"^1.2\"`"
                  .formatted(module, module));
        }
        needs.put(module, range);
      }
      return new Start(needs, Boolean.TRUE.equals(toml.getBoolean("eager")));
    }
  }

  /// Results that may be used again.
  ///
  /// @param times method to how long, as the author wrote it: `10s`
  /// @param megabytes how much is kept, arguments and results together
  public record Cache(Map<String, String> times, int megabytes) {
    static final Cache NONE = new Cache(Map.of(), 16);

    public Cache {
      times = Map.copyOf(times);
      if (megabytes < 1 || megabytes > 1024) {
        throw new IllegalArgumentException("`cache_mb` must be 1 to 1024, was " + megabytes);
      }
    }

    private static Cache read(TomlParseResult toml) {
      TomlTable table = toml.getTableOrEmpty("cache");
      Map<String, String> times = new TreeMap<>();
      // A dotted key is a table in the table; methods have no dots.
      for (String method : table.keySet()) {
        if (!(table.get(List.of(method)) instanceof String time)) {
          throw new IllegalArgumentException(
              "`[cache]` needs a time for `%s`, as `%s = \"10s\"`".formatted(method, method));
        }
        times.put(method, time);
      }
      Long megabytes = toml.getLong("cache_mb");
      return new Cache(times, megabytes == null ? NONE.megabytes : Math.clamp(megabytes, 0, 1025));
    }
  }

  public Manifest {
    if (instances < 1 || instances > MAX_INSTANCES) {
      throw new IllegalArgumentException(
          "`instances` must be 1 to " + MAX_INSTANCES + ", was " + instances);
    }
    if (heapMegabytes < MIN_HEAP_MEGABYTES) {
      throw new IllegalArgumentException(
          "`heap_mb` must be at least " + MIN_HEAP_MEGABYTES + ", was " + heapMegabytes);
    }
  }

  /// @throws IllegalArgumentException with file, line and reason if the file says something else
  static Manifest read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return NONE;
    }
    TomlParseResult toml = Toml.parse(file);
    List<String> wrong = new ArrayList<>();
    toml.errors().forEach(error -> wrong.add(error.toString()));
    for (String key : toml.keySet()) {
      if (!KEYS.contains(key)) {
        wrong.add(
            "`%s` is no known key; known are %s".formatted(key, KEYS.stream().sorted().toList()));
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(file + ": " + String.join("; ", wrong));
    }
    try {
      return read(toml);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static Manifest read(TomlParseResult toml) {
    Optional<String> wanted = Optional.ofNullable(toml.getString("placement"));
    Optional<Placement> placement = wanted.map(Manifest::placement);
    Long instances = toml.getLong("instances");
    String version = Optional.ofNullable(toml.getString("version")).orElse("");
    Long heap = toml.getLong("heap_mb");
    return new Manifest(
        placement,
        instances == null ? 1 : Math.toIntExact(instances),
        version,
        heap == null ? DEFAULT_HEAP_MEGABYTES : Math.toIntExact(heap),
        Start.read(toml),
        Optional.ofNullable(toml.getString("stop")).orElse(""),
        Cache.read(toml),
        asks(toml),
        minimum(toml),
        LimitsTable.read(toml.getTableOrEmpty("limits")));
  }

  private static Level minimum(TomlParseResult toml) {
    String id = toml.getString("minimum");
    return id == null
        ? Level.NONE
        : Level.named(id)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "`minimum` is `" + id + "`; it must be one of " + Level.ids()));
  }

  /// The same, in another placement.
  Manifest in(Optional<Placement> changed) {
    return new Manifest(
        changed, instances, version, heapMegabytes, start, stop, cache, asks, minimum, limits);
  }

  private static Grants asks(TomlParseResult toml) {
    TomlTable table = toml.getTableOrEmpty("grants");
    for (String kind : table.keySet()) {
      if (Grant.Kind.named(kind).isEmpty()) {
        throw new IllegalArgumentException(
            "`[grants]`: there is no kind of grant `%s`; there are %s"
                .formatted(kind, Grant.Kind.words()));
      }
    }
    try {
      return Requests.grants(table);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("`[grants]`: " + e.getMessage(), e);
    }
  }

  private static Placement placement(String id) {
    return Placement.named(id)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "`placement` is `" + id + "`; it must be `context`, `worker` or `native`"));
  }
}
