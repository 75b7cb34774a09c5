package stoa.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import stoa.call.FailureException;
import stoa.module.Access;
import stoa.module.LoadedModule;
import stoa.module.Surroundings;
import stoa.router.Found;
import stoa.router.Launcher;
import stoa.router.Timer;
import stoa.sandbox.Guard;
import stoa.sandbox.Limits;
import stoa.sandbox.Nest;
import stoa.sandbox.Watch;
import stoa.wire.Loop;

/// The modules that run as processes: launches them, and ends them all when the host closes.
public final class Children implements AutoCloseable {
  /// How long children may take to end by themselves when the host closes.
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

  private final Sdk sdk;
  private final Timer timer;
  private final Child.Nursery nursery;
  private final Set<Child> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// @param loop serves the children's sockets; asked for at the first child
  public Children(Sdk sdk, Timer timer, Supplier<Loop> loop, Quarters quarters) {
    this.sdk = sdk;
    this.timer = timer;
    this.nursery = new Child.Nursery(new Rendezvous(loop), new Spawner(), quarters, new Watch());
  }

  /// Runs modules under the interpreters of their languages, and executables as they are.
  public Launcher natives() {
    return launcher((found, _, _) -> ChildCommand.of(found, sdk));
  }

  /// What runs a module.
  @FunctionalInterface
  public interface Program {
    /// @param access what the module may reach by itself
    /// @param temp the private folder for temporary files that the process will have
    /// @throws FailureException LOAD_FAILED if there is none
    ChildCommand of(Found found, Access access, Path temp);
  }

  /// Runs modules by a command line of somebody else's.
  public Launcher launcher(Program program) {
    return (found, surroundings) -> launch(found, program, surroundings);
  }

  /// To start a process takes some milliseconds, the first one more. Whatever goes wrong, even for
  /// want of threads, its callers hear of it.
  private CompletableFuture<LoadedModule> launch(
      Found found, Program program, Surroundings surroundings) {
    CompletableFuture<LoadedModule> ready = new CompletableFuture<>();
    try {
      Thread.ofVirtual()
          .name("stoa-launch-" + found.name())
          .start(() -> launch(found, program, surroundings, ready));
    } catch (RuntimeException | Error e) {
      ready.completeExceptionally(failure(found, e));
    }
    return ready;
  }

  private void launch(
      Found found,
      Program program,
      Surroundings surroundings,
      CompletableFuture<LoadedModule> ready) {
    try {
      Nest nest = Nest.make();
      Child child = new Child(found, surroundings, timer, nursery, nest);
      ready.whenComplete((_, e) -> Optional.ofNullable(e).ifPresent(_ -> child.abandon()));
      Access access = surroundings.access();
      child.start(program.of(found, access, nest.temp()), access, ready);
      running.add(child);
      child.gone().whenComplete((_, _) -> running.remove(child));
      if (closed || ready.isCompletedExceptionally()) {
        child.abandon();
      }
    } catch (IOException | RuntimeException | Error e) {
      ready.completeExceptionally(failure(found, e));
    }
  }

  private static Throwable failure(Found found, Throwable problem) {
    return problem instanceof FailureException
        ? problem
        : new FailureException(Deaths.cannotStart(found, String.valueOf(problem)), problem);
  }

  /// Runs a program for a module, confined as the module itself would be, where it may reach what
  /// the module may.
  ///
  /// @param words the program's path, and its arguments
  /// @throws IOException if it cannot be started
  public Errand run(String module, Access access, List<String> words) throws IOException {
    Nest nest = Nest.make();
    try {
      Quarters quarters = nursery.quarters();
      Process process = nursery.spawner().start(quarters.prepare(module, access, words, nest));
      Limits limits = quarters.limits(module);
      Errand errand = new Errand(process, nest, limits);
      nursery.watch().over(process.toHandle(), nest, limits, errand::broke);
      return errand;
    } catch (IOException | RuntimeException e) {
      nest.close();
      throw e;
    }
  }

  /// Runs a program for the user, who may do everything, in his home.
  ///
  /// @param words the program's path, and its arguments
  /// @throws IOException if it cannot be started
  public Errand run(List<String> words) throws IOException {
    Nest nest = Nest.make();
    try {
      ProcessBuilder builder = new ProcessBuilder(Guard.best().around(words));
      builder.directory(Path.of(System.getProperty("user.home")).toFile());
      return new Errand(nursery.spawner().start(builder), nest, Limits.DEFAULT);
    } catch (IOException | RuntimeException e) {
      nest.close();
      throw e;
    }
  }

  /// Tells all that the host is about to end.
  public void drain() {
    running.forEach(Child::drain);
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(child -> child.close(Duration.ZERO));
    running.forEach(child -> child.awaitExit(CLOSE_LIMIT));
    nursery.rendezvous().close();
    nursery.spawner().close();
    nursery.watch().close();
  }
}
