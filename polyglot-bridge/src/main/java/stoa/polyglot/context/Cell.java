package stoa.polyglot.context;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.module.Language;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;

/// A context on a thread of its own, for one module. It can be prepared before anybody knows which:
/// what depends on the module (its files, its words, whom it calls) is looked up when it is needed,
/// and is bound once, when the module moves in. It is never given back.
public final class Cell {
  private final Language language;
  private final Supplier<Dialect> dialects;
  private final ContextThread thread;
  private volatile @Nullable Dialect dialect;
  private volatile @Nullable Jail jail;
  private volatile @Nullable Guest guest;
  private volatile @Nullable GuestModule tenant;

  /// @param dialects is asked once, on the cell's thread, because an engine may have to start first
  /// @param watch looks at what it does
  public Cell(Language language, Supplier<Dialect> dialects, CpuWatch watch) {
    this.language = language;
    this.dialects = dialects;
    this.thread = new ContextThread(this::chain, this::taskFailed, watch);
    thread.start();
  }

  public Language language() {
    return language;
  }

  // ---- while nobody has moved in; any thread ----

  /// Makes everything that does not depend on the module. Returns at once.
  ///
  /// @return fails with what the engine threw; a module that moves in nevertheless tries again
  public CompletableFuture<Void> prepare() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    thread.submit(
        ContextThread.NO_CALL,
        () -> {
          try {
            guest().prepare();
            done.complete(null);
          } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  /// Ends it. Who has moved in ends by itself.
  public void close() {
    thread.submit(ContextThread.NO_CALL, this::closeContext);
    thread.stop();
  }

  /// Waits until its thread has ended, for at most this long.
  public void awaitEnd(Duration time) throws InterruptedException {
    var _ = thread.join(time.toMillis());
  }

  public boolean hasEnded() {
    return thread.hasEnded();
  }

  /// The module moves in, for good.
  void admit(GuestModule module) {
    if (tenant != null) {
      throw new IllegalStateException("a context has one module, for ever");
    }
    tenant = module;
    thread.serve(module.name());
  }

  // ---- what it has; on its thread, unless said otherwise ----

  ContextThread thread() {
    return thread;
  }

  /// Who lives here.
  GuestModule tenant() {
    GuestModule known = tenant;
    if (known == null) {
      throw new IllegalStateException("a context that is prepared has no module yet");
    }
    return known;
  }

  Dialect dialect() {
    Dialect known = dialect;
    if (known == null) {
      known = dialects.get();
      dialect = known;
    }
    return known;
  }

  Jail jail() {
    Jail known = jail;
    if (known == null) {
      known = new Jail(dialect().virtualFiles());
      jail = known;
    }
    return known;
  }

  /// Lets the files of a source be seen, and what was granted to it.
  void open(ModuleSource source, Surroundings surroundings) throws IOException {
    jail().open(source, surroundings);
  }

  /// The context; makes it if that was not done before.
  Guest guest() {
    Guest known = guest;
    if (known == null) {
      known =
          new Guest(
              this,
              dialect(),
              new Dialect.Setting(
                  jail(), lines(Surroundings.Stream.OUT), lines(Surroundings.Stream.ERR)));
      guest = known;
    }
    return known;
  }

  /// Null while there is none. Any thread.
  @Nullable Guest guestIfAny() {
    return guest;
  }

  /// Closes the files that the guest has open. Any thread.
  void closeFiles() {
    Jail known = jail;
    if (known != null) {
      known.close();
    }
  }

  void closeContext() {
    Guest made = guest;
    if (made != null) {
      made.context().close(true);
    }
  }

  private LineStream lines(Surroundings.Stream stream) {
    return new LineStream(line -> tenant().sayLine(stream, line));
  }

  private @Nullable Chain chain(long call) {
    GuestModule known = tenant;
    return known == null ? null : known.chain(call);
  }

  /// What closing a context that nobody used throws is nobody's concern.
  private void taskFailed(Throwable error) {
    GuestModule known = tenant;
    if (known != null) {
      known.taskFailed(error);
    }
  }
}
