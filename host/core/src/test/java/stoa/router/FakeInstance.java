package stoa.router;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.module.LoadedModule;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;
import stoa.value.Value;

/// Answers `which` with its number; keeps `hold`, and `again`, which is idempotent, until it is
/// released.
final class FakeInstance implements LoadedModule {
  final List<String> called = Collections.synchronizedList(new ArrayList<>());
  final List<Flow> held = Collections.synchronizedList(new ArrayList<>());
  final CompletableFuture<Failure> ended = new CompletableFuture<>();
  volatile boolean closed;
  final List<Signal> said = Collections.synchronizedList(new ArrayList<>());
  final Invoker router;
  private final String name;
  private final int number;

  FakeInstance(String name, int number, Invoker router) {
    this.name = name;
    this.number = number;
    this.router = router;
  }

  /// Ends as a process does that was killed.
  void die(Failure why) {
    ended.complete(why);
    held.forEach(caller -> caller.send(new Signal.Failed(why)));
  }

  void release() {
    held.forEach(caller -> caller.send(new Signal.Returned(Payload.of(Value.of(number)))));
  }

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    called.add(invocation.method());
    if (!invocation.method().equals("which")) {
      held.add(caller);
    } else {
      caller.send(new Signal.Returned(Payload.of(Value.of(number))));
    }
    return said::add;
  }

  @Override
  public void release(Value.Reference own, long count) {}

  @Override
  public ModuleInfo info() {
    MethodInfo again = new MethodInfo("again", "", List.of(), "", false, true);
    return new ModuleInfo(name, "", "", List.of(again), Map.of(), "python");
  }

  @Override
  public CompletionStage<Failure> ended() {
    return ended;
  }

  @Override
  public boolean serves() {
    return !ended.isDone();
  }

  @Override
  public void close(Duration grace) {
    closed = true;
  }
}
