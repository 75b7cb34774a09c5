package stoa.grant;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Description;
import stoa.call.FailureException;
import stoa.grant.GrantsFile.Entry;
import stoa.module.Access;
import stoa.module.Grant;

/// What each module may do: the one place that everybody asks. Follows the file in which the user
/// says so, looking at it when somebody asks, at most twice a second, and at each [#look]. Any
/// thread.
///
/// A file that cannot be read grants nothing.
public final class Policy {
  /// Modules of the host itself: whoever may call at all may call them, and they look themselves
  /// who it is.
  private static final Set<String> OPEN = Set.of("stoa", "events");

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Optional<GrantsFile> file;
  private final Optional<Path> data;
  private final Map<String, String> environment;
  private final Map<String, Grants> asked = new ConcurrentHashMap<>();
  private final Ledger ledger = new Ledger(Clock.systemUTC());
  private volatile State state;
  private volatile long looked = System.nanoTime() - LOOK_NANOS;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /// Wants to know whose grants have changed.
  @FunctionalInterface
  public interface Listener {
    /// @param less whether something was taken from the module. If not, a process of it may do more
    ///   when it is started again; all else is looked at use by use
    void changed(String module, boolean less);
  }

  /// What the file said when it was last read.
  ///
  /// @param problem why it could not be read, or null
  private record State(
      Optional<GrantsFile.Version> version,
      Map<String, Entry> entries,
      @Nullable String problem,
      Map<String, Permits> permits) {
    static State of(
        Optional<GrantsFile.Version> version,
        Map<String, Entry> entries,
        @Nullable String problem) {
      return new State(version, entries, problem, new ConcurrentHashMap<>());
    }

    static State read(GrantsFile file) {
      Optional<GrantsFile.Version> version = file.version();
      try {
        return of(version, file.read(), null);
      } catch (IOException | IllegalArgumentException e) {
        return of(version, Map.of(), String.valueOf(e.getMessage()));
      }
    }

    Entry entry(String module) {
      return entries.getOrDefault(module, Entry.NONE);
    }
  }

  /// @param file empty: nothing can be granted
  /// @param data where each module has a folder of its own; empty: none has
  /// @param environment the variables that can be granted
  public Policy(Optional<Path> file, Optional<Path> data, Map<String, String> environment) {
    this.file = file.map(GrantsFile::new);
    this.data = data.map(Path::toAbsolutePath);
    this.environment = Map.copyOf(environment);
    // What stands there when a host begins is no change that anybody has to hear of.
    this.state =
        this.file.map(State::read).orElseGet(() -> State.of(Optional.empty(), Map.of(), null));
  }

  /// Nothing is granted, and nobody has a folder.
  public static Policy nothing() {
    return new Policy(Optional.empty(), Optional.empty(), Map.of());
  }

  /// Is told of changes: before [#change] returns, or aside if the file was edited. Must not wait.
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /// What the manifest of a module asks for, as it is about to start.
  public void starts(String module, Grants asks) {
    Grants before = asked.put(module, asks);
    if (!asks.equals(before)) {
      state.permits().remove(module);
    }
  }

  // ---- asking ----

  /// What a module may reach by itself.
  public Access access(String module) {
    return permits(module).access();
  }

  public boolean allows(String module, Grant wanted) {
    return permits(module).allow(wanted);
  }

  /// Notes that a module does something, or is refused it.
  ///
  /// @throws FailureException DENIED, with what is missing and how it is given
  public void check(String module, Grant wanted) {
    boolean allowed = allows(module, wanted);
    ledger.note(module, new Access.Use(wanted, allowed));
    if (!allowed) {
      throw new FailureException(missing(module, wanted));
    }
  }

  /// Whether a module may call a method of another one.
  ///
  /// @param target `module.method`
  public void checkCall(String module, String callee, String target) {
    if (!OPEN.contains(callee) && !callee.equals(module)) {
      check(module, new Grant(Grant.Kind.CALL, target));
    }
  }

  /// Whether a module may open a channel to another one. Those to `stoa` itself lead outside.
  public void checkChannel(String module, String callee) {
    if (!OPEN.contains(callee) && !callee.equals(module)) {
      check(module, new Grant(Grant.Kind.CONNECT, callee));
    }
  }

  /// What a module did by itself with what it may, or was refused.
  public void noted(String module, Access.Use use) {
    ledger.note(module, use);
  }

  /// The refusal, with what is wrong with the file if that is why.
  public Failure missing(String module, Grant wanted) {
    Failure missing = wanted.missingFor(module);
    String problem = state.problem();
    return problem == null
        ? missing
        : Failure.of(
            Failure.Code.DENIED,
            Description.of(
                    missing.message(), "Nothing is granted while the file is wrong: " + problem)
                .with(missing.details()));
  }

  /// The largest amount of the host that was granted to a module; empty: what all have.
  public Optional<Long> amount(String module, Amount.Of of) {
    return permits(module).amount(of);
  }

  /// The digest of the files of a module that the user trusts; empty: any.
  public Optional<String> digest(String module) {
    return current().entry(module).digest();
  }

  private Permits permits(String module) {
    State now = current();
    Permits known = now.permits().get(module);
    return known != null ? known : now.permits().computeIfAbsent(module, m -> made(now, m));
  }

  private Permits made(State now, String module) {
    return new Permits(
        now.entry(module).grants(),
        asked.getOrDefault(module, Grants.NONE),
        data.map(folder -> folder.resolve(module)),
        environment);
  }

  // ---- the file ----

  private State current() {
    long now = System.nanoTime();
    if (file.isPresent() && now - looked > LOOK_NANOS) {
      looked = now;
      look(file.get());
    }
    return state;
  }

  /// Looks whether the file has changed, for what nobody asks about: what processes may do.
  public void look() {
    file.ifPresent(this::look);
  }

  private void look(GrantsFile known) {
    Optional<GrantsFile.Version> version = known.version();
    if (!version.equals(state.version())) {
      State before = read(known);
      Thread.ofVirtual().name("stoa-grants").start(() -> tell(before));
    }
  }

  /// @return what was before
  private State read(GrantsFile known) {
    synchronized (this) {
      State before = state;
      state = State.read(known);
      return before;
    }
  }

  private void tell(State before) {
    State after = state;
    Set<String> modules = new HashSet<>(before.entries().keySet());
    modules.addAll(after.entries().keySet());
    for (String module : modules) {
      Grants then = before.entry(module).grants();
      Grants now = after.entry(module).grants();
      boolean less = now.takeFrom(then);
      if (less || !now.ofProcess().equals(then.ofProcess())) {
        listeners.forEach(listener -> listener.changed(module, less));
      }
    }
  }

  // ---- what the user says ----

  /// Changes what is said about a module.
  ///
  /// @throws FailureException UNSUPPORTED if there is no file, BAD_ARGUMENT if it is wrong
  public Entry change(String module, UnaryOperator<Entry> change) throws IOException {
    GrantsFile known =
        file.orElseThrow(() ->
            new FailureException(
                Failure.of(
                    Failure.Code.UNSUPPORTED,
                    "this host keeps no grants.",
                    "Give it a file: `Host.builder().grants(file)`.")));
    try {
      State before = current();
      Entry entry = known.change(module, change);
      var _ = read(known);
      tell(before);
      return entry;
    } catch (IllegalArgumentException e) {
      throw new FailureException(
          Failure.of(
              Failure.Code.BAD_ARGUMENT,
              e.getMessage() + ".",
              "Mend the file by hand; it was left as it is."),
          e);
    }
  }

  /// What was granted to a module, as the file says.
  public Grants granted(String module) {
    return current().entry(module).grants();
  }

  /// All modules that the file names.
  public Set<String> modules() {
    return current().entries().keySet();
  }

  /// Why the file cannot be read; empty: it can.
  public Optional<String> problem() {
    return Optional.ofNullable(current().problem());
  }

  /// What a module did with what it may.
  public List<Ledger.Row> uses(String module) {
    return ledger.of(module);
  }

  /// What it did besides.
  public Ledger.Rest otherUses(String module) {
    return ledger.rest(module);
  }

  /// What was refused since.
  public List<Ledger.Refusal> refusals(long after) {
    return ledger.after(after);
  }

  public long lastRefusal() {
    return ledger.last();
  }
}
