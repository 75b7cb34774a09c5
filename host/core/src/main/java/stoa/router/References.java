package stoa.router;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Payload;
import stoa.value.Value;

/// Who owns and who holds which object, for the whole host (PROTOCOL.md, "References"). Any thread;
/// owners are told outside of the lock.
///
/// A payload on its way is a holder too: [#take] begins that, [#settle] ends it. So an object is
/// never given back while it travels.
public final class References {
  /// How many references one peer may hold, and how many of its own may be held.
  public static final int MAX = 100_000;

  private static final String ON_ITS_WAY = "";

  private final Map<Value.Reference, Held> held = new HashMap<>(); // guarded by this
  private final Map<String, Peer> peers = new HashMap<>(); // guarded by this
  private final Departed departed = new Departed(); // guarded by this

  /// Who keeps objects.
  public interface Owner {
    void release(Value.Reference own, long count);
  }

  /// One object that is held.
  private static final class Held {
    final long since = System.nanoTime();
    final Map<String, Long> holders = new LinkedHashMap<>();
    long sent;
  }

  /// One peer: what it owns and holds.
  private static final class Peer {
    final @Nullable Owner owner;
    final int most; // that it may own
    final Set<Value.Reference> own = new HashSet<>();
    final Set<Value.Reference> holds = new HashSet<>();

    Peer(@Nullable Owner owner, int most) {
      this.owner = owner;
      this.most = most;
    }
  }

  /// An owner to be told that nobody holds an object any more.
  private record Notice(Owner owner, Value.Reference reference, long count) {
    void tell() {
      owner.release(reference, count);
    }
  }

  /// A row for people.
  ///
  /// @param ageMillis since it was first handed out
  /// @param holders how often each holder received it and did not give it back
  public record Row(Value.Reference reference, long ageMillis, Map<String, Long> holders) {}

  /// A peer may own references from now on.
  void joined(String name, Owner owner) {
    joined(name, owner, MAX);
  }

  /// The same, with fewer than others.
  ///
  /// @param most how many others may hold at a time
  synchronized void joined(String name, Owner owner, int most) {
    peers.put(name, new Peer(owner, most));
  }

  /// A peer is gone: what it held is given back, what it owned is lost.
  void left(String name, String reason) {
    List<Notice> notices = new ArrayList<>();
    synchronized (this) {
      departed.peer(name, reason);
      Peer gone = peers.remove(name);
      if (gone == null) {
        return;
      }
      gone.own.forEach(this::lose);
      List.copyOf(gone.holds).forEach(reference -> drop(name, reference, notices));
    }
    notices.forEach(Notice::tell);
  }

  private void lose(Value.Reference reference) {
    Held lost = held.remove(reference);
    if (lost != null) {
      lost.holders.keySet().forEach(holder -> peer(holder).holds.remove(reference));
    }
  }

  /// A payload sets out.
  ///
  /// @throws FailureException DENIED if `from` neither owns nor holds a reference in it,
  ///   RESOURCE_EXHAUSTED if others would hold too many of its own
  void take(Payload payload, String from) {
    synchronized (this) {
      check(payload.references(), from);
      for (Value.Reference reference : payload.references()) {
        Held entry = held.computeIfAbsent(reference, _ -> new Held());
        if (reference.owner().equals(from)) {
          entry.sent++;
          peer(from).own.add(reference);
        }
        entry.holders.merge(ON_ITS_WAY, 1L, Long::sum);
      }
    }
  }

  private void check(List<Value.Reference> references, String from) {
    Peer sender = peer(from);
    int own = sender.own.size();
    for (Value.Reference reference : references) {
      if (!reference.owner().equals(from)) {
        if (!sender.holds.contains(reference)) {
          throw new FailureException(notHeld(reference, from));
        }
      } else if (sender.owner == null) {
        throw new FailureException(ReferenceFailures.ownsNothing(from));
      } else if (!sender.own.contains(reference) && ++own > sender.most) {
        throw new FailureException(
            ReferenceFailures.tooMany(
                from, "has handed out", sender.own.size(), references.size(), sender.most));
      }
    }
  }

  /// A payload is about to arrive.
  ///
  /// @throws FailureException RESOURCE_EXHAUSTED if `to` would hold too many
  synchronized void give(Payload payload, String to) {
    Peer receiver = peer(to);
    int more = payload.references().size();
    int has = receiver.holds.size();
    if (has + more > MAX) {
      throw new FailureException(ReferenceFailures.tooMany(to, "holds", has, more, MAX));
    }
    for (Value.Reference reference : payload.references()) {
      Held entry = held.get(reference);
      if (entry != null && (!reference.owner().equals(to) || isHost(to))) {
        entry.holders.merge(to, 1L, Long::sum);
        receiver.holds.add(reference);
      }
    }
  }

  /// Java code of this process has no proxy whose end would be seen: an object of its own that
  /// comes home stays until it is released by hand.
  private static boolean isHost(String peer) {
    return peer.equals(Identity.User.HOST.holder());
  }

  /// A payload has arrived, or never will.
  void settle(Payload payload) {
    List<Notice> notices = new ArrayList<>();
    synchronized (this) {
      payload.references().forEach(reference -> giveBack(ON_ITS_WAY, reference, 1, notices));
    }
    notices.forEach(Notice::tell);
  }

  /// A holder gives back a reference that it received this many times.
  public void release(String holder, Value.Reference reference, long count) {
    List<Notice> notices = new ArrayList<>();
    synchronized (this) {
      giveBack(holder, reference, count, notices);
    }
    notices.forEach(Notice::tell);
  }

  private void drop(String holder, Value.Reference reference, List<Notice> notices) {
    giveBack(holder, reference, Long.MAX_VALUE, notices);
  }

  private void giveBack(
      String holder, Value.Reference reference, long count, List<Notice> notices) {
    Held entry = held.get(reference);
    Long had = entry == null ? null : entry.holders.get(holder);
    if (entry == null || had == null) {
      return;
    }
    if (had > count) {
      entry.holders.put(holder, had - count);
      return;
    }
    entry.holders.remove(holder);
    Peer gaveUp = peers.get(holder);
    if (gaveUp != null) {
      gaveUp.holds.remove(reference);
      departed.released(holder, reference);
    }
    if (entry.holders.isEmpty()) {
      held.remove(reference);
      Peer owner = peers.get(reference.owner());
      if (owner != null && owner.owner != null) {
        owner.own.remove(reference);
        notices.add(new Notice(owner.owner, reference, entry.sent));
      }
    }
  }

  /// Lets `caller` call methods of an object.
  ///
  /// @return the owner's name
  /// @throws FailureException LOST if the object is gone, DENIED if it was never given to `caller`
  synchronized String callable(Value.Reference reference, String caller) {
    if (!peer(caller).holds.contains(reference) && !reference.owner().equals(caller)) {
      throw new FailureException(notHeld(reference, caller));
    }
    return reference.owner();
  }

  private Failure notHeld(Value.Reference reference, String peer) {
    return departed
        .reasonFor(reference.owner())
        .map(reason -> ReferenceFailures.ownerGone(reference, reason))
        .orElseGet(() ->
            departed.wasReleased(peer, reference)
                ? ReferenceFailures.released(reference)
                : ReferenceFailures.neverGiven(reference, peer));
  }

  /// A peer that only holds is known from its first reference on.
  private Peer peer(String name) {
    return peers.computeIfAbsent(name, _ -> new Peer(null, 0));
  }

  /// How many objects of a peer are held by others.
  synchronized int owned(String name) {
    Peer peer = peers.get(name);
    return peer == null ? 0 : peer.own.size();
  }

  /// All objects that are held.
  public synchronized List<Row> list() {
    long now = System.nanoTime();
    List<Row> rows = new ArrayList<>();
    held.forEach((reference, entry) -> {
      Map<String, Long> holders = new LinkedHashMap<>(entry.holders);
      Long travelling = holders.remove(ON_ITS_WAY);
      if (travelling != null) {
        holders.put("on its way", travelling);
      }
      rows.add(new Row(reference, (now - entry.since) / 1_000_000, holders));
    });
    return rows;
  }
}
