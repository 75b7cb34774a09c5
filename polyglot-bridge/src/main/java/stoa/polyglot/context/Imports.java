package stoa.polyglot.context;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;
import stoa.module.Surroundings;

/// The objects of others that a guest holds (PROTOCOL.md, "References", counting): each is one
/// proxy in the guest while that lives. What the guest forgets is given back by the [Reclaimer].
///
/// On the context's thread, but for what the reclaimer does.
final class Imports {
  private final Surroundings surroundings;
  private final Reclaimer reclaimer;
  private final Brink brink;
  private final Map<stoa.value.Value.Reference, Held> held = new ConcurrentHashMap<>();

  Imports(Surroundings surroundings, Reclaimer reclaimer) {
    this.surroundings = surroundings;
    this.reclaimer = reclaimer;
    this.brink = new Brink(this::collect);
  }

  /// What a proxy keeps, and by which the guest names it. It lives as long as the proxy: each leads
  /// to the other, and nothing else to either.
  static final class Foreign {
    private final stoa.value.Value.Reference reference;
    private @Nullable Value proxy;

    Foreign(stoa.value.Value.Reference reference) {
      this.reference = reference;
    }

    stoa.value.Value.Reference reference() {
      return reference;
    }
  }

  /// How often a reference was received and not given back.
  private final class Held extends Reclaimer.Trace<Foreign> {
    private final stoa.value.Value.Reference reference;
    private final AtomicLong count = new AtomicLong();

    Held(Foreign foreign) {
      super(foreign, reclaimer);
      this.reference = foreign.reference;
    }

    @Override
    void forgotten() {
      held.remove(reference, this);
      long had = count.getAndSet(0);
      if (had > 0) {
        surroundings.release(reference, had);
      }
    }
  }

  /// Does not wait for the reclaimer, which has many to look at.
  private void collect() {
    reclaimer.collect();
    for (Held known : held.values()) {
      if (known.refersTo(null)) {
        known.forgotten();
      }
    }
  }

  /// A payload with this reference has come.
  ///
  /// @return to be kept until its proxy is in the guest's hands
  Foreign received(stoa.value.Value.Reference reference) {
    Held known = held.get(reference);
    Foreign foreign = known == null ? null : known.get();
    if (known == null || foreign == null) {
      foreign = new Foreign(reference);
      known = new Held(foreign);
      held.put(reference, known);
      brink.rises(held::size);
    }
    known.count.incrementAndGet();
    return foreign;
  }

  /// Makes proxies.
  interface Maker {
    Value make(Foreign foreign);
  }

  /// The proxy of a reference that was just [#received].
  Value proxy(stoa.value.Value.Reference reference, Maker maker) {
    Held known = held.get(reference);
    Foreign foreign = known == null ? null : known.get();
    if (foreign == null) {
      throw new IllegalStateException(reference + " was not received");
    }
    Value proxy = foreign.proxy;
    if (proxy == null) {
      proxy = maker.make(foreign);
      foreign.proxy = proxy;
    }
    return proxy;
  }

  /// The guest needs an object no more.
  void release(Foreign foreign) {
    Held known = held.get(foreign.reference);
    if (known != null && known.refersTo(foreign)) {
      known.forgotten();
    }
  }

  /// What came is not for the guest. Any thread.
  void giveBack(stoa.value.Value.Reference reference) {
    surroundings.release(reference, 1);
  }

  int size() {
    return held.size();
  }
}
