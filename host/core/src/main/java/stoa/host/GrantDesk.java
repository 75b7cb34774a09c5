package stoa.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.grant.Grants;
import stoa.grant.Policy;
import stoa.grant.Requests;
import stoa.module.Grant;
import stoa.module.Grant.Kind;
import stoa.router.Fingerprint;
import stoa.router.Found;
import stoa.router.Manifest;
import stoa.router.ModulesFolder;

/// Where the user grants and takes back: the same in a host and on a home whose host does not run.
///
/// @param others names of modules that are no files
public record GrantDesk(Policy policy, ModulesFolder folder, Others others) {

  /// Names that are known besides those in the folder.
  @FunctionalInterface
  public interface Others {
    List<String> names();
  }

  /// How a grant stands.
  enum State {
    GRANTED,
    ASKED,
    DEFAULT,
    /// All may do it, and this module may not.
    WITHHELD;

    static State of(Grant said) {
      return said.value().isEmpty() ? WITHHELD : GRANTED;
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What modules may do and ask for, one row a grant.
  ///
  /// @param module empty: all that have or ask for something
  /// @throws FailureException NO_SUCH_MODULE
  public List<Map<String, Object>> list(Optional<String> module) {
    module.ifPresent(this::known);
    List<Map<String, Object>> rows = new ArrayList<>();
    Set<String> modules = new TreeSet<>(module.map(Set::of).orElseGet(this::all));
    for (String name : modules) {
      shown(policy.granted(name)).forEach(grant -> rows.add(row(name, grant, State.of(grant))));
      open(name).forEach(grant -> rows.add(row(name, grant, State.ASKED)));
      if (module.isPresent()) {
        defaults(name).forEach(grant -> rows.add(row(name, grant, State.DEFAULT)));
      }
    }
    return rows;
  }

  /// All of them, and that there are none where that says something: who may call nobody has a call
  /// without a value.
  static List<Grant> shown(Grants grants) {
    List<Grant> shown = new ArrayList<>(grants.all());
    if (grants.of(Kind.CALL).filter(List::isEmpty).isPresent()) {
      shown.add(new Grant(Kind.CALL, ""));
    }
    return shown;
  }

  private Set<String> all() {
    Set<String> names = new TreeSet<>(policy.modules());
    names.addAll(folder.names());
    return names;
  }

  private static Map<String, Object> row(String module, Grant grant, State state) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("module", module);
    row.put("kind", grant.kind().word());
    row.put("value", grant.value());
    row.put("state", state.text());
    return row;
  }

  /// What a module asks for and has not.
  List<Grant> open(String module) {
    return asks(module).all().stream()
        .filter(
            grant -> grant.kind() != Kind.CALL || policy.granted(module).of(Kind.CALL).isPresent())
        .filter(grant -> !policy.granted(module).allow(grant) && !isAmount(module, grant))
        .toList();
  }

  private boolean isAmount(String module, Grant grant) {
    return policy.granted(module).all().contains(grant);
  }

  /// What a module may do without any grant.
  List<Grant> defaults(String module) {
    List<Grant> defaults = new ArrayList<>();
    if (policy.granted(module).of(Kind.CALL).isEmpty()) {
      List<Grant> calls =
          shown(asks(module)).stream().filter(grant -> grant.kind() == Kind.CALL).toList();
      defaults.addAll(calls.isEmpty() ? List.of(new Grant(Kind.CALL, Grant.ANYTHING)) : calls);
    }
    defaults.add(new Grant(Kind.STOA, "describe"));
    return defaults;
  }

  /// What its manifest asks for; nothing if that cannot be read.
  Grants asks(String module) {
    return found(module).map(Found::manifest).map(Manifest::asks).orElse(Grants.NONE);
  }

  /// Gives a module something.
  ///
  /// @param texts as they are written on the command line; none: all that it asks for
  /// @throws FailureException BAD_ARGUMENT, NO_SUCH_MODULE
  public Map<String, Object> grant(String module, List<String> texts) throws IOException {
    known(module);
    List<Grant> wanted =
        texts.isEmpty() ? asks(module).all() : texts.stream().map(GrantDesk::read).toList();
    if (wanted.isEmpty()) {
      throw bad(
          "`%s` asks for nothing.".formatted(module),
          "Say what it may: stoa grant %s read=DIR net=HOST:PORT".formatted(module));
    }
    Grants before = policy.granted(module);
    Grants after = policy.change(module, entry -> entry.with(wanted)).grants();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("granted", texts(wanted.stream().filter(g -> !before.all().contains(g)).toList()));
    result.put("already", texts(wanted.stream().filter(before.all()::contains).toList()));
    result.put("all", texts(after.all()));
    result.put("replaces", replaced(module, before, after));
    return result;
  }

  private String replaced(String module, Grants before, Grants after) {
    boolean narrowed = before.of(Kind.CALL).isEmpty() && after.of(Kind.CALL).isPresent();
    return narrowed && asks(module).of(Kind.CALL).isEmpty()
        ? "before, `" + module + "` could call all modules"
        : "";
  }

  /// Takes back what was given.
  ///
  /// @param texts grants, or kinds for all of a kind; none: everything
  /// @throws FailureException BAD_ARGUMENT, NO_SUCH_MODULE
  public Map<String, Object> revoke(String module, List<String> texts) throws IOException {
    known(module);
    Grants before = policy.granted(module);
    Set<Grant> gone = new LinkedHashSet<>();
    boolean nobody = false;
    for (String text : texts) {
      Optional<Kind> kind = Kind.named(text);
      if (kind.isPresent()) {
        before.of(kind.get()).orElse(List.of()).forEach(v -> gone.add(new Grant(kind.get(), v)));
        nobody |= kind.get() == Kind.CALL;
      } else {
        Grant one = read(text);
        if (!before.all().contains(one)) {
          throw bad(
              "`%s` was not granted to `%s`.".formatted(one.text(), module),
              before.isEmpty()
                  ? "It has no grants."
                  : "It has: " + String.join(" ", texts(before.all())));
        }
        gone.add(one);
      }
    }
    if (texts.isEmpty()) {
      gone.addAll(before.all());
    }
    boolean callsNobody = nobody;
    Grants after =
        policy
            .change(
                module,
                entry -> texts.isEmpty() ? entry.withoutGrants() : entry.without(gone, callsNobody))
            .grants();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("revoked", texts(List.copyOf(gone)));
    result.put("all", texts(after.all()));
    boolean calledSome = !before.of(Kind.CALL).equals(Optional.of(List.of()));
    result.put(
        "calls_nobody",
        after.of(Kind.CALL).equals(Optional.of(List.of())) && (nobody || calledSome));
    return result;
  }

  /// Its files, which it may always read, and its folder, where it may do what it likes.
  List<Grant> own(String module) {
    List<Grant> own = new ArrayList<>();
    found(module)
        .map(known -> known.folder().orElse(known.main()))
        .ifPresent(path -> own.add(new Grant(Kind.READ, path.toString())));
    policy.access(module).data().ifPresent(data -> own.add(new Grant(Kind.WRITE, data.toString())));
    return own;
  }

  private Optional<Found> found(String module) {
    try {
      return folder.find(module);
    } catch (FailureException e) {
      return Optional.empty(); // whoever loads it hears what is wrong
    }
  }

  /// From now on the files of a module must be as they are now.
  public Map<String, Object> pin(String module) throws IOException {
    known(module);
    String digest = digest(module);
    Optional<String> before = policy.digest(module);
    policy.change(module, entry -> entry.pinned(Optional.of(digest)));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("module", module);
    result.put("sha256", digest);
    result.put("before", before.orElse(""));
    return result;
  }

  /// The files of a module may change again.
  public Map<String, Object> unpin(String module) throws IOException {
    known(module);
    Optional<String> before = policy.digest(module);
    policy.change(module, entry -> entry.pinned(Optional.empty()));
    return Map.of("module", module, "before", before.orElse(""));
  }

  /// Of the files as they are now; empty if there are none.
  String digest(String module) {
    Optional<Found> found = found(module);
    try {
      return found.isEmpty() ? "" : Fingerprint.of(found.get());
    } catch (IOException e) {
      throw bad(
          "the files of `%s` cannot be read: %s.".formatted(module, e.getMessage()),
          "See that you may read all of them.");
    }
  }

  private static Grant read(String text) {
    try {
      return Requests.checked(Grant.of(text));
    } catch (IllegalArgumentException e) {
      throw bad(e.getMessage() + ".", "Kinds of grants: " + Kind.words() + ".");
    }
  }

  private static List<String> texts(List<Grant> grants) {
    return grants.stream().map(Grant::text).toList();
  }

  /// @throws FailureException NO_SUCH_MODULE
  void known(String module) {
    boolean known =
        ModulesFolder.isName(module)
            && (folder.names().contains(module) || policy.modules().contains(module));
    if (!known) {
      List<String> names = new ArrayList<>(folder.names());
      names.addAll(others.names());
      throw new FailureException(
          names.contains(module) ? needsNone(module) : folder.missing(module, names));
    }
  }

  private static Failure needsNone(String module) {
    return Failure.of(
        Code.BAD_ARGUMENT,
        "`" + module + "` is no file of this home: nothing restricts it.",
        "Grants are for modules in the folder `modules/`.");
  }

  private static FailureException bad(String message, String help) {
    return new FailureException(Failure.of(Code.BAD_ARGUMENT, message, help));
  }
}
