package stoa.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.LateFlow;
import stoa.call.Signal;
import stoa.client.ModuleClient;
import stoa.client.Modules;
import stoa.host.LogLine;
import stoa.host.RunningHost;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;

/// The host of a home for somebody who may stay longer than it does: when it has gone, the next
/// call finds or starts another. Any thread.
public final class LastingHost implements Modules {
  private static final Surroundings.Line ANOTHER =
      new Surroundings.Line(
          Surroundings.Stream.WARNING,
          "the host was gone; this is another one, and its modules begin anew");

  private final HostFinder finder;
  private final Consumer<RunningHost> listening;
  private final Consumer<LogLine> log;
  private @Nullable RunningHost current; // guarded by this
  private boolean closed; // guarded by this

  private LastingHost(HostFinder finder, Consumer<RunningHost> listening, Consumer<LogLine> log) {
    this.finder = finder;
    this.listening = listening;
    this.log = log;
  }

  /// @param log takes what modules write for calls that are made here
  /// @throws FailureException UNAVAILABLE as [HostFinder#find] says
  public static LastingHost echoing(HostFinder finder, Consumer<LogLine> log) {
    return found(new LastingHost(finder.echoing(log), _ -> {}, log));
  }

  /// @param log takes what modules write
  /// @throws FailureException UNAVAILABLE as [HostFinder#find] says
  public static LastingHost listening(HostFinder finder, Consumer<LogLine> log) {
    return found(new LastingHost(finder, host -> host.listen(log), log));
  }

  private static LastingHost found(LastingHost host) {
    host.reached();
    return host;
  }

  /// The host that runs now. Blocks while it has to be found.
  private synchronized RunningHost reached() {
    if (closed) {
      throw new FailureException(
          Failure.of(Code.CANCELLED, "the connection to the host was closed.", ""));
    }
    RunningHost known = current;
    if (known != null && known.isConnected()) {
      return known;
    }
    try {
      RunningHost found = finder.find();
      listening.accept(found);
      if (known != null) {
        known.close();
        log.accept(LogLine.now("stoa", "", ANOTHER));
      }
      current = found;
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          Failure.of(Code.CANCELLED, "the search for the host was cancelled.", ""), e);
    }
  }

  @Override
  public ModuleClient module(String name) {
    return new ModuleClient(this::open, name);
  }

  @Override
  public Invoker invoker() {
    return this::open;
  }

  private Flow open(Invocation invocation, Flow caller) {
    RunningHost known;
    synchronized (this) {
      known = current;
    }
    if (known != null && known.isConnected()) {
      return known.invoker().open(invocation, caller);
    }
    LateFlow callee = new LateFlow();
    Thread.ofVirtual()
        .name("stoa-find")
        .start(() -> {
          try {
            callee.attach(reached().invoker().open(invocation, caller));
          } catch (FailureException e) {
            caller.send(new Signal.Failed(e.failure()));
          } catch (UncheckedIOException e) {
            caller.send(
                new Signal.Failed(
                    Failure.of(
                        Code.UNAVAILABLE, "the host cannot be found: " + e.getMessage(), "")));
          }
        });
    return callee;
  }

  @Override
  public LoadedModule attach(
      ModuleSource source, UnaryOperator<Invoker> way, Consumer<Surroundings.Line> said) {
    return reached().attach(source, way, said);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (current != null) {
      current.close();
    }
  }
}
