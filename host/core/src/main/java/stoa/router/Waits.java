package stoa.router;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;

/// Which instances wait for which calls, so that a circle is refused before anybody blocks in it.
///
/// An instance whose thread waits in call X serves only calls that X led to; all others wait for
/// the end of X. So the question for a new blocking call is whether following "waits for the end
/// of, which is served by" from its callee leads back to the instance that makes it.
///
/// A callee that has used up its credit for items rests: its code goes on when there is more, and
/// until then it waits in none of the calls that it made, and its instance serves others. Any
/// thread.
final class Waits {
  // By identity: two calls of a part of the host may be equal, and wait for themselves each.
  private final IdentityHashMap<Object, Deque<Wait>> blocked =
      new IdentityHashMap<>(); // guarded by this

  /// By the call that rests: what it waits in when it goes on.
  private final IdentityHashMap<Chain, List<Wait>> resting =
      new IdentityHashMap<>(); // guarded by this

  /// How a call under way learns that it has come to be a part of a circle, whose calls it is told.
  interface Refusal {
    void circle(List<String> names);
  }

  private record Wait(Chain call, Refusal refusal) {}

  private record Refused(Refusal refusal, List<String> circle) {}

  /// A call is to be served. Notes that its caller's thread waits for it, if it does.
  ///
  /// @param refusal for a circle that closes later, because its caller rests now and then
  /// @return the circle that it would close, as names of calls; then nothing was noted
  synchronized Optional<List<String>> enter(Chain call, Object server, Refusal refusal) {
    Object waiting = waiting(call);
    if (waiting == null) {
      return Optional.empty();
    }
    List<String> circle = circle(call, waiting, server);
    if (circle.isEmpty()) {
      note(waiting, new Wait(call, refusal));
      return Optional.empty();
    }
    return Optional.of(circle);
  }

  private void note(Object waiting, Wait wait) {
    blocked.computeIfAbsent(waiting, _ -> new ArrayDeque<>()).addLast(wait);
  }

  /// A call has ended.
  synchronized void leave(Chain call) {
    Object waiting = waiting(call);
    if (waiting != null) {
      remove(blocked, waiting, call);
      call.parent().ifPresent(parent -> remove(resting, parent, call));
    }
  }

  @SuppressWarnings("ReferenceEquality") // a place in the chain is that very object
  private static <K> void remove(Map<K, ? extends Collection<Wait>> from, K key, Chain call) {
    Collection<Wait> waits = from.get(key);
    if (waits != null && waits.removeIf(wait -> wait.call() == call) && waits.isEmpty()) {
      from.remove(key);
    }
  }

  /// The callee of this call may send no more items for now.
  synchronized void rest(Chain call) {
    Object server = call.server();
    Deque<Wait> stack = server == null ? null : blocked.get(server);
    if (stack == null) {
      return;
    }
    List<Wait> waits = stack.stream().filter(wait -> isMadeBy(call, wait)).toList();
    if (!waits.isEmpty()) {
      resting.computeIfAbsent(call, _ -> new ArrayList<>()).addAll(waits);
      stack.removeAll(waits);
      if (stack.isEmpty()) {
        blocked.remove(server);
      }
    }
  }

  /// The callee of this call may send items again.
  void goOn(Chain call) {
    goingOn(call).forEach(refused -> refused.refusal().circle(refused.circle()));
  }

  private synchronized List<Refused> goingOn(Chain call) {
    List<Wait> waits = resting.remove(call);
    Object waiting = call.server();
    if (waits == null || waiting == null) {
      return List.of();
    }
    List<Refused> refused = new ArrayList<>();
    for (Wait wait : waits) {
      Object server = wait.call().server();
      List<String> circle = server == null ? List.of() : circle(wait.call(), waiting, server);
      if (circle.isEmpty()) {
        note(waiting, wait);
      } else {
        refused.add(new Refused(wait.refusal(), circle));
      }
    }
    return refused;
  }

  @SuppressWarnings("ReferenceEquality") // a place in the chain is that very object
  private static boolean isMadeBy(Chain call, Wait wait) {
    return wait.call().parent().filter(parent -> parent == call).isPresent();
  }

  /// The instance whose thread waits for the call, if there is one.
  private static @Nullable Object waiting(Chain call) {
    return call.blocking() ? call.parent().map(Chain::server).orElse(null) : null;
  }

  @SuppressWarnings("ReferenceEquality") // instances are compared by identity
  private List<String> circle(Chain call, Object waiting, Object server) {
    List<String> names = new ArrayList<>();
    names.add(call.name());
    Chain arriving = call;
    Object at = server;
    // Each step goes to another instance that waits; there are only so many.
    for (int steps = 0; steps <= blocked.size(); steps++) {
      Chain top = top(at);
      if (top == null || arriving.comesFrom(top)) {
        return List.of();
      }
      names.add(top.name());
      Object next = top.server();
      if (next == waiting) {
        return names;
      }
      if (next == null) {
        return List.of();
      }
      arriving = top;
      at = next;
    }
    return List.of();
  }

  private @Nullable Chain top(Object instance) {
    Deque<Wait> stack = blocked.get(instance);
    return stack == null ? null : stack.getLast().call();
  }
}
