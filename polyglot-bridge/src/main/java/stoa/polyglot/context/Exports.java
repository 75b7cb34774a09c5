package stoa.polyglot.context;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Payload;

/// The objects that a guest has handed out, by number, each with how often it was sent
/// (PROTOCOL.md, "References", the owner's half). On the context's thread.
final class Exports {
  private final Supplier<String> owner;
  private final Brink brink;
  private final Consumer<Value> forgotten;
  private final Map<Long, Export> exports = new HashMap<>();
  private final List<Long> unsent = new ArrayList<>();

  /// Objects that are on their way home or that a waiting call is made on, and how often: nobody
  /// may hold them any more when they arrive.
  private final Map<Long, Integer> expected = new ConcurrentHashMap<>();

  private long last;

  /// An object that is handed out.
  static final class Export {
    private @Nullable Value object;
    private long sent;
    private final Map<String, Method> methods = new HashMap<>();

    private Export(Value object) {
      this.object = object;
    }

    /// @param find asks the guest, once for each name
    Method method(String name, Function<String, Method> find) {
      return methods.computeIfAbsent(name, find);
    }
  }

  /// @param owner the name of this instance: a worker learns its own after its module was loaded
  /// @param brink has other contexts give back what they have forgotten
  /// @param forgotten is told of objects that nobody holds any more
  Exports(Supplier<String> owner, Brink brink, Consumer<Value> forgotten) {
    this.brink = brink;
    this.owner = owner;
    this.forgotten = forgotten;
  }

  String owner() {
    return owner.get();
  }

  boolean owns(stoa.value.Value.Reference reference) {
    return reference.owner().equals(owner.get());
  }

  /// The guest is about to send an object that is not handed out.
  ///
  /// @return its number
  long add(Value object) {
    exports.put(++last, new Export(object));
    unsent.add(last);
    brink.rises(exports::size);
    return last;
  }

  /// A payload sets out.
  void sent(Payload payload) {
    count(payload, 1);
    // Objects whose payload was refused half-way were never sent.
    unsent.forEach(number -> subtract(number, 0));
    unsent.clear();
  }

  /// A payload did not set out after all.
  void stays(Payload payload) {
    count(payload, -1);
    payload.references().stream()
        .filter(this::owns)
        .forEach(reference -> subtract(reference.number(), 0));
  }

  private void count(Payload payload, int by) {
    for (stoa.value.Value.Reference reference : payload.references()) {
      Export export = owns(reference) ? exports.get(reference.number()) : null;
      if (export != null) {
        export.sent += by;
      }
    }
  }

  /// Nobody holds an object any more, as far as it was sent this many times.
  void subtract(long number, long count) {
    Export export = exports.get(number);
    if (export == null) {
      return;
    }
    export.sent -= count;
    if (export.sent <= 0 && !expected.containsKey(number)) {
      exports.remove(number);
      if (export.object != null) {
        forgotten.accept(export.object);
      }
    }
  }

  /// An object comes home: it is kept until [#met]. Any thread.
  void expect(long number) {
    expected.merge(number, 1, Integer::sum);
  }

  void met(long number) {
    expected.computeIfPresent(number, (_, times) -> times == 1 ? null : times - 1);
    subtract(number, 0);
  }

  /// The owner takes an object back from all who hold it.
  void revoke(long number) {
    Export export = exports.get(number);
    if (export != null) {
      export.object = null;
    }
  }

  /// @throws FailureException LOST if it is not handed out
  Export find(long number) {
    Export export = exports.get(number);
    if (export == null || export.object == null) {
      throw new FailureException(lost(number, export != null));
    }
    return export;
  }

  /// @throws FailureException LOST if it is not handed out
  Value object(long number) {
    Value object = find(number).object;
    if (object == null) {
      throw new IllegalStateException("found without its object");
    }
    return object;
  }

  private Failure lost(long number, boolean revoked) {
    String object = "The object " + owner.get() + "/" + number + " is gone: ";
    return Failure.of(
        Failure.Code.LOST,
        object + (revoked ? "its owner released it." : "nobody held it any more."),
        "Ask its owner for it again.");
  }

  int size() {
    return exports.size();
  }
}
