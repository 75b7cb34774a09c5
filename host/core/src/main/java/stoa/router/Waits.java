package stoa.router;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;

/// Which instances wait for which calls, so that a circle is refused before anybody blocks in it.
///
/// An instance whose thread waits in call X serves only calls that X led to; all others wait for
/// the end of X. So the question for a new blocking call is whether following "waits for the end
/// of, which is served by" from its callee leads back to the instance that makes it. Any thread.
final class Waits {
  // By identity: two calls of a part of the host may be equal, and wait for themselves each.
  private final IdentityHashMap<Object, Deque<Chain>> blocked =
      new IdentityHashMap<>(); // guarded by this

  /// A call is to be served. Notes that its caller's thread waits for it, if it does.
  ///
  /// @return the circle that it would close, as names of calls; then nothing was noted
  synchronized Optional<List<String>> enter(Chain call, Object server) {
    Object waiting = waiting(call);
    if (waiting == null) {
      return Optional.empty();
    }
    List<String> circle = circle(call, waiting, server);
    if (circle.isEmpty()) {
      blocked.computeIfAbsent(waiting, _ -> new ArrayDeque<>()).addLast(call);
      return Optional.empty();
    }
    return Optional.of(circle);
  }

  /// A call has ended.
  synchronized void leave(Chain call) {
    Object waiting = waiting(call);
    Deque<Chain> stack = waiting == null ? null : blocked.get(waiting);
    if (stack != null) {
      stack.removeLastOccurrence(call);
      if (stack.isEmpty()) {
        blocked.remove(waiting);
      }
    }
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
    Deque<Chain> stack = blocked.get(instance);
    return stack == null ? null : stack.peekLast();
  }
}
