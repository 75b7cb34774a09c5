package stoa.polyglot.context;

import java.lang.ref.Reference;
import java.util.List;
import org.graalvm.polyglot.Value;
import stoa.call.FailureException;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.module.Surroundings;
import stoa.value.Arguments;
import stoa.value.MalformedValueException;

/// What crosses the border of a context, in both directions, and the references in it. On the
/// context's thread, but for [#comes], [#giveBack] and [#refuse].
///
/// A payload that comes is announced at once by [#comes]; later it enters and is [#met], or is
/// given back.
final class Border {
  private final GuestModule module;
  private final Cell cell;
  private final Exports exports;
  private final Imports imports;

  Border(GuestModule module, Cell cell, Surroundings surroundings, Reclaimer reclaimer) {
    this.module = module;
    this.cell = cell;
    this.exports =
        new Exports(
            surroundings::instance,
            new Brink(reclaimer::collect),
            object -> module.guest().forget(object));
    this.imports = new Imports(surroundings, reclaimer);
  }

  Dialect dialect() {
    return cell.dialect();
  }

  Exports exports() {
    return exports;
  }

  Imports imports() {
    return imports;
  }

  // ---- out ----

  Payload leaves(stoa.value.Value value) {
    return leaves(Payload.of(value));
  }

  Payload leaves(Arguments arguments) {
    return leaves(Payload.of(arguments));
  }

  private Payload leaves(Payload payload) {
    if (!payload.references().isEmpty()) {
      exports.sent(payload);
    }
    return payload;
  }

  /// A payload that was to leave was not sent.
  void stays(Payload payload) {
    if (!payload.references().isEmpty()) {
      exports.stays(payload);
    }
  }

  /// What a guest wrote for an object: the number of its own, or what the proxy of another keeps.
  stoa.value.Value.Reference reference(Value written) {
    return written.isHostObject()
        ? foreign(written).reference()
        : new stoa.value.Value.Reference(exports.owner(), written.asLong());
  }

  static Imports.Foreign foreign(Value written) {
    return written.<Imports.Foreign>asHostObject();
  }

  // ---- in ----

  /// A payload has come and waits for the guest. Any thread.
  void comes(Payload payload) {
    for (stoa.value.Value.Reference reference : payload.references()) {
      if (exports.owns(reference)) {
        exports.expect(reference.number());
      }
    }
  }

  /// A call has come and waits for its turn. Any thread.
  void comes(Invocation invocation) {
    comes(invocation.argument());
    if (invocation.target() instanceof Target.Handed(stoa.value.Value.Reference own)) {
      exports.expect(own.number());
    }
  }

  void met(Invocation invocation) {
    met(invocation.argument());
    if (invocation.target() instanceof Target.Handed(stoa.value.Value.Reference own)) {
      exports.met(own.number());
    }
  }

  /// A call of the guest's goes to an object that may be its own, which has come home and is held
  /// by nobody: the call holds it, however far it goes round.
  void keep(stoa.value.Value.Reference reference, OutgoingCall call) {
    if (exports.owns(reference)) {
      exports.expect(reference.number());
      call.whenSettled(() -> exports.met(reference.number()));
    }
  }

  /// The guest does not take the call. Any thread.
  void giveBack(Invocation invocation) {
    giveBack(invocation.argument());
    if (invocation.target() instanceof Target.Handed(stoa.value.Value.Reference own)) {
      module.submit(ContextThread.NO_CALL, () -> exports.met(own.number()));
    }
  }

  /// What came has entered.
  void met(Payload payload) {
    for (stoa.value.Value.Reference reference : payload.references()) {
      if (exports.owns(reference)) {
        exports.met(reference.number());
      }
    }
  }

  /// @throws MalformedValueException if the bytes are no value
  /// @throws FailureException if an own object comes home that is not handed out any more
  TapeWriter enters(Payload payload) {
    if (payload.references().isEmpty()) {
      return new TapeWriter(this).add(payload.value());
    }
    List<Imports.Foreign> received = received(payload);
    try {
      return new TapeWriter(this).add(payload.value());
    } finally {
      Reference.reachabilityFence(received);
    }
  }

  /// @throws FailureException if an own object comes home that is not handed out any more
  TapeWriter enters(Payload payload, Binding.Bound arguments) {
    if (payload.references().isEmpty()) {
      return new TapeWriter(this).add(arguments);
    }
    List<Imports.Foreign> received = received(payload);
    try {
      return new TapeWriter(this).add(arguments);
    } finally {
      Reference.reachabilityFence(received);
    }
  }

  private List<Imports.Foreign> received(Payload payload) {
    return payload.references().stream()
        .filter(reference -> !exports.owns(reference))
        .map(imports::received)
        .toList();
  }

  /// What a reference is in the guest: its own object, or a proxy.
  Value object(stoa.value.Value.Reference reference) {
    return exports.owns(reference)
        ? exports.object(reference.number())
        : imports.proxy(reference, foreign -> module.guest().proxy(foreign));
  }

  /// The guest does not take what came. Any thread.
  void giveBack(Payload payload) {
    for (stoa.value.Value.Reference reference : payload.references()) {
      if (exports.owns(reference)) {
        module.submit(ContextThread.NO_CALL, () -> exports.met(reference.number()));
      } else {
        imports.giveBack(reference);
      }
    }
  }

  void refuse(Signal signal) {
    giveBack(signal.content());
  }
}
