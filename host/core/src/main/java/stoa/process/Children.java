package stoa.process;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import stoa.call.FailureException;
import stoa.module.LoadedModule;
import stoa.module.Surroundings;
import stoa.router.Found;
import stoa.router.Launcher;
import stoa.router.Timer;
import stoa.wire.Loop;

/// The modules that run as processes: launches them, and ends them all when the host closes.
public final class Children implements AutoCloseable {
  /// How long children may take to end by themselves when the host closes.
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

  private final Sdk sdk;
  private final Timer timer;
  private final Rendezvous rendezvous;
  private final Set<Child> running = ConcurrentHashMap.newKeySet();

  /// @param loop serves the children's sockets; asked for at the first child
  public Children(Sdk sdk, Timer timer, Supplier<Loop> loop) {
    this.sdk = sdk;
    this.timer = timer;
    this.rendezvous = new Rendezvous(loop);
  }

  /// Runs modules under the interpreters of their languages, and executables as they are.
  public Launcher natives() {
    return launcher(found -> ChildCommand.of(found, sdk));
  }

  /// Runs modules by a command line of somebody else's.
  public Launcher launcher(Function<Found, ChildCommand> command) {
    return (found, surroundings) -> launch(found, command, surroundings);
  }

  private CompletableFuture<LoadedModule> launch(
      Found found, Function<Found, ChildCommand> command, Surroundings surroundings) {
    CompletableFuture<LoadedModule> ready = new CompletableFuture<>();
    try {
      Child child = new Child(found, surroundings, timer, rendezvous);
      child.start(command.apply(found), ready);
      running.add(child);
      child.process().onExit().whenComplete((_, _) -> running.remove(child));
      ready.whenComplete((_, problem) -> Optional.ofNullable(problem).ifPresent(_ -> child.kill()));
    } catch (FailureException e) {
      ready.completeExceptionally(e);
    }
    return ready;
  }

  /// Tells all that the host is about to end.
  public void drain() {
    running.forEach(Child::drain);
  }

  @Override
  public void close() {
    running.forEach(child -> child.close(Duration.ZERO));
    running.forEach(child -> child.awaitExit(CLOSE_LIMIT));
    rendezvous.close();
  }
}
