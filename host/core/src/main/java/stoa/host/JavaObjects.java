package stoa.host;

import java.util.HashMap;
import java.util.Map;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.router.Identity;
import stoa.router.References;
import stoa.value.Value;

/// The objects that Java code handed out. Any thread.
///
/// An object stays from [#add] until it was sent and nobody holds it any more.
final class JavaObjects implements Invoker, References.Owner {
  private final Map<Long, JavaModule> objects = new HashMap<>(); // guarded by this
  private long last; // guarded by this

  synchronized Value.Reference add(Map<String, JavaMethod> methods) {
    Value.Reference reference = new Value.Reference(Identity.User.HOST.holder(), ++last);
    objects.put(last, new JavaModule("object " + last, methods));
    return reference;
  }

  /// The router says so when it has seen as many sendings as are counted: for objects inside one
  /// process that is always all of them.
  @Override
  public synchronized void release(Value.Reference own, long count) {
    objects.remove(own.number());
  }

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    if (invocation.target() instanceof Target.Handed(Value.Reference reference)) {
      JavaModule object;
      synchronized (this) {
        object = objects.get(reference.number());
      }
      if (object != null) {
        return object.open(invocation, caller);
      }
    }
    caller.send(
        new Signal.Failed(
            Failure.of(
                Code.LOST,
                "`" + invocation.target().text() + "` was given back and is gone.",
                "Ask its owner for a new one.")));
    return _ -> {};
  }
}
