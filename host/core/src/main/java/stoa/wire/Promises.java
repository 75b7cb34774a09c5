package stoa.wire;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Encoded;
import stoa.value.Value;

/// The references that calls of one peer returned or will return, by the number of the call: what
/// calls on results that are still to come are made on. Any thread.
final class Promises {
  private static final byte[] SOLE_REFERENCE = {10 << 3, 0};

  private final LongPredicate isOpen;
  private final Predicate<Value.Reference> givesBack;
  private final Map<Long, CompletableFuture<Value.Reference>> promised =
      new HashMap<>(); // guarded by this

  /// The calls that returned a reference, so that a release need not look at all others.
  private final Map<Value.Reference, List<Long>> kept = new HashMap<>(); // guarded by this

  /// The latest calls that returned what the peer does not give back: an object of its own that
  /// came home. It can only mean those whose end it may not have read.
  private final Deque<Long> home = new ArrayDeque<>(); // guarded by this

  /// @param isOpen whether a call is under way
  /// @param givesBack whether the peer says when it needs a reference no more
  Promises(LongPredicate isOpen, Predicate<Value.Reference> givesBack) {
    this.isOpen = isOpen;
    this.givesBack = givesBack;
  }

  /// What a call returned or will return; fails if that is no reference.
  synchronized CompletableFuture<Value.Reference> of(long call) {
    CompletableFuture<Value.Reference> known = promised.get(call);
    if (known != null) {
      return known;
    }
    if (!isOpen.test(call)) {
      return CompletableFuture.failedFuture(new IllegalStateException("call " + call));
    }
    CompletableFuture<Value.Reference> future = new CompletableFuture<>();
    promised.put(call, future);
    return future;
  }

  /// A call is about to end. Keeps the reference that it returns, until [#forget]; if that is not
  /// given back, until enough other calls have ended.
  void ending(long call, Signal end) {
    if (end instanceof Signal.Returned(Payload payload) && isReference(payload)) {
      Value.Reference reference = payload.references().getFirst();
      CompletableFuture<Value.Reference> future;
      synchronized (this) {
        future = promised.computeIfAbsent(call, _ -> new CompletableFuture<>());
        if (givesBack.test(reference)) {
          kept.computeIfAbsent(reference, _ -> new ArrayList<>(1)).add(call);
        } else {
          cameHome(call);
        }
      }
      future.complete(reference);
    }
  }

  private synchronized void cameHome(long call) {
    home.add(call);
    if (home.size() > IncomingCalls.MAX_OPEN) {
      promised.remove(home.remove());
    }
  }

  /// A call has ended: nobody waits any longer.
  void ended(long call) {
    CompletableFuture<Value.Reference> future;
    synchronized (this) {
      future = promised.get(call);
      if (future == null || future.isDone()) {
        return;
      }
      promised.remove(call);
    }
    future.completeExceptionally(new IllegalStateException("call " + call));
  }

  /// A reference was given back: what returned it has no result any more.
  synchronized void forget(Value.Reference reference) {
    List<Long> calls = kept.remove(reference);
    if (calls != null) {
      calls.forEach(promised::remove);
    }
  }

  private static boolean isReference(Payload payload) {
    if (payload.references().size() != 1) {
      return false;
    }
    return switch (payload) {
      case Payload.Bytes(Encoded encoded) -> Arrays.equals(encoded.bytes(), SOLE_REFERENCE);
      case Payload.Single(Value value, _) -> value instanceof Value.Reference;
      case Payload.Opening _, Payload.Many _ -> false;
    };
  }
}
