package stoa.call;

import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A call's place among the calls that led to it. Made by whoever opens the call, completed by the
/// router: in a host it says what the host knows, never what a peer claims.
///
/// Immutable but for what the router adds once.
public final class Chain {
  private final @Nullable Chain parent;
  private final @Nullable Opener opener;
  private final boolean blocking;
  private volatile String name = "";
  private volatile String caller = "";
  private volatile @Nullable Object server;

  /// Who opened a call, in its own terms.
  ///
  /// @param peer a connection or a context, compared by identity
  /// @param number the call as this peer numbers it
  public record Opener(Object peer, long number) {}

  private Chain(@Nullable Chain parent, @Nullable Opener opener, boolean blocking) {
    this.parent = parent;
    this.opener = opener;
    this.blocking = blocking;
  }

  /// The place of a call that no other call led to, opened by nobody who could be called back.
  public static Chain begin() {
    return new Chain(null, null, false);
  }

  /// The place of a call that a peer opens for no call that it serves.
  public static Chain begin(Opener opener) {
    return new Chain(null, opener, false);
  }

  /// The place of a call that is made on behalf of this one.
  ///
  /// @param blocks whether the thread that serves this call waits for the new one
  public Chain then(Opener by, boolean blocks) {
    return new Chain(this, by, blocks);
  }

  public Optional<Chain> parent() {
    return Optional.ofNullable(parent);
  }

  public boolean blocking() {
    return blocking;
  }

  /// `module.method`, for people; empty before the router knows of the call.
  public String name() {
    return name;
  }

  /// Who calls: `user`, the name of a module, `client#3`; empty before the router knows of the
  /// call.
  public String caller() {
    return caller;
  }

  /// Who made the first call of all that led to this one, as [#caller] says it.
  public String origin() {
    Chain first = this;
    while (first.parent != null) { // a chain may be longer than a stack is deep
      first = first.parent;
    }
    return first.caller;
  }

  /// The router knows the call now.
  public void admitted(String target, String identity) {
    name = target;
    caller = identity;
  }

  /// The instance that serves the call, or null while it has none. Compared by identity.
  public @Nullable Object server() {
    return server;
  }

  public void servedBy(Object instance) {
    server = instance;
  }

  /// The number of the latest call in this chain, this one included, that `peer` opened; 0: none.
  @SuppressWarnings("ReferenceEquality") // peers are compared by identity
  public long openedBy(Object peer) {
    return find(call -> call.opener != null && call.opener.peer() == peer)
        .map(call -> call.opener == null ? 0 : call.opener.number())
        .orElse(0L);
  }

  /// Whether `other` is this call or led to it.
  @SuppressWarnings("ReferenceEquality") // a place in the chain is that very object
  public boolean comesFrom(Chain other) {
    return find(call -> call == other).isPresent();
  }

  private Optional<Chain> find(Predicate<Chain> wanted) {
    for (Chain call = this; call != null; call = call.parent) {
      if (wanted.test(call)) {
        return Optional.of(call);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return parent == null ? name : parent + " -> " + name;
  }
}
