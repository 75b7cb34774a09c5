package stoa.grant;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stoa.module.Grant;
import stoa.module.Grant.Kind;

/// What is said about one module: for some kinds a list of values. A kind that is not named is not
/// decided here. Immutable.
public final class Grants {
  public static final Grants NONE = new Grants(Map.of());

  private final Map<Kind, List<String>> byKind;

  private Grants(Map<Kind, List<String>> byKind) {
    this.byKind = byKind;
  }

  /// The values of a kind; empty if nothing is said about it.
  public Optional<List<String>> of(Kind kind) {
    return Optional.ofNullable(byKind.get(kind));
  }

  /// The same, with other values for a kind.
  Grants with(Kind kind, List<String> values) {
    Map<Kind, List<String>> changed = new EnumMap<>(Kind.class);
    changed.putAll(byKind);
    changed.put(kind, List.copyOf(values));
    return new Grants(changed);
  }

  /// Nothing is said about the kind any more.
  Grants without(Kind kind) {
    Map<Kind, List<String>> changed = new EnumMap<>(Kind.class);
    changed.putAll(byKind);
    changed.remove(kind);
    return new Grants(changed);
  }

  Grants with(Grant grant) {
    List<String> values = new ArrayList<>(of(grant.kind()).orElse(List.of()));
    if (!values.contains(grant.value())) {
      values.add(grant.value());
    }
    return with(grant.kind(), values);
  }

  /// Whether they lack something that others allow. When in doubt they do.
  boolean takeFrom(Grants before) {
    boolean callsFewer =
        before.of(Kind.CALL).isEmpty()
            && of(Kind.CALL).filter(values -> !values.contains(Grant.ANYTHING)).isPresent();
    return callsFewer || !before.all().stream().allMatch(this::keep);
  }

  private boolean keep(Grant grant) {
    List<String> values = of(grant.kind()).orElse(List.of());
    return values.contains(grant.value())
        || values.contains(Grant.ANYTHING)
        || (grant.kind() == Kind.CALL && of(Kind.CALL).isEmpty())
        || (grant.kind() == Kind.READ && keep(new Grant(Kind.WRITE, grant.value())));
  }

  /// Those that a process is given when it starts.
  Grants ofProcess() {
    Grants own = this;
    for (Kind kind : List.of(Kind.LIST, Kind.CONNECT, Kind.CALL, Kind.STOA)) {
      own = own.without(kind);
    }
    return own;
  }

  /// What something is said about.
  Set<Kind> kinds() {
    return byKind.keySet();
  }

  /// All that is granted, in the order of the kinds.
  public List<Grant> all() {
    return byKind.entrySet().stream()
        .flatMap(entry -> entry.getValue().stream().map(value -> new Grant(entry.getKey(), value)))
        .toList();
  }

  public boolean isEmpty() {
    return byKind.isEmpty();
  }

  /// Whether one of the values covers what is wanted.
  public boolean allow(Grant wanted) {
    return of(wanted.kind()).orElse(List.of()).stream()
        .anyMatch(value -> Coverage.covers(new Grant(wanted.kind(), value), wanted.value()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Grants that && that.byKind.equals(byKind);
  }

  @Override
  public int hashCode() {
    return byKind.hashCode();
  }

  @Override
  public String toString() {
    return all().toString();
  }
}
