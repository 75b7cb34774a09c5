package stoa.grant;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import stoa.module.Access;
import stoa.module.Grant;
import stoa.module.Grant.Kind;

/// What one module may do, as long as nothing is changed: what was granted, and else what all may.
/// Immutable.
final class Permits {
  private final Grants granted;
  private final Grants asked;
  private final Access access;

  /// @param asked what its manifest asks for; whom it does not say that it calls, it does not call
  /// @param data its data folder
  Permits(Grants granted, Grants asked, Optional<Path> data, Map<String, String> environment) {
    this.granted = granted;
    this.asked = asked;
    this.access =
        new Access(
            data,
            paths(Kind.READ),
            paths(Kind.WRITE),
            granted.of(Kind.ENV).orElse(List.of()),
            variables(environment));
  }

  private List<Path> paths(Kind kind) {
    return granted.of(kind).orElse(List.of()).stream()
        .map(value -> Path.of(value.equals(Grant.ANYTHING) ? "/" : value))
        .toList();
  }

  private Map<String, String> variables(Map<String, String> environment) {
    return environment.entrySet().stream()
        .filter(variable -> granted.allow(new Grant(Kind.ENV, variable.getKey())))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  Grants granted() {
    return granted;
  }

  Grants asked() {
    return asked;
  }

  Access access() {
    return access;
  }

  boolean allow(Grant wanted) {
    return switch (wanted.kind()) {
      case CALL ->
          granted.of(Kind.CALL).isPresent()
              ? granted.allow(wanted)
              : asked.of(Kind.CALL).isEmpty() || asked.allow(wanted);
      case READ -> granted.allow(wanted) || granted.allow(new Grant(Kind.WRITE, wanted.value()));
      case WRITE, NET, ENV, RUN, LIST, CONNECT, STOA, HOST -> granted.allow(wanted);
    };
  }

  /// The largest amount that was granted; empty: none.
  Optional<Long> amount(Amount.Of of) {
    return granted.of(Kind.HOST).orElse(List.of()).stream()
        .map(Amount::of)
        .filter(amount -> amount.of() == of)
        .map(Amount::amount)
        .max(Long::compare);
  }
}
