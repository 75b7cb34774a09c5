package stoa.router;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import stoa.call.Direct;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Signal;
import stoa.call.TakesParts;
import stoa.call.Target;
import stoa.sandbox.Litter;

/// Lets the two ends of a channel meet without the host (PROTOCOL.md, "Channels"), and tells the
/// opener who has taken it. Each callee has a folder of its own for that, where nobody else can
/// make or remove anything; all see all of them. Any thread.
public final class Meetings implements AutoCloseable {
  private final SocketFolder folder = new SocketFolder();
  private final Map<String, Integer> places = new ConcurrentHashMap<>();
  private final AtomicInteger made = new AtomicInteger();
  private final SecureRandom random = new SecureRandom();
  private final Set<Direct> open = ConcurrentHashMap.newKeySet();

  /// What stands in front of the callee of a channel.
  ///
  /// @param holder the callee
  Invoker before(Invoker callee, String holder) {
    return new Host(this, callee, holder);
  }

  private record Host(Meetings meetings, Invoker callee, String holder)
      implements Invoker, TakesParts {
    @Override
    public Flow open(Invocation invocation, Flow opener) {
      Target.Channel wanted = (Target.Channel) invocation.target();
      Optional<Direct> offer = wanted.direct().flatMap(_ -> meetings.offer(holder));
      Invocation offered = invocation.on(new Target.Channel(wanted.module(), offer));
      return callee.open(offered, new Answers(this, offer, opener));
    }
  }

  /// What the callee says.
  private static final class Answers implements Flow, TakesParts {
    private final Host host;
    private final Optional<Direct> offer;
    private final Flow opener;
    private final AtomicBoolean accepted = new AtomicBoolean();

    Answers(Host host, Optional<Direct> offer, Flow opener) {
      this.host = host;
      this.offer = offer;
      this.opener = opener;
    }

    @Override
    public void send(Signal signal) {
      if (signal instanceof Signal.Accepted(_, Optional<Direct> direct)) {
        if (accepted.compareAndSet(false, true)) {
          opener.send(new Signal.Accepted(host.holder(), direct.flatMap(_ -> offer)));
        }
        return;
      }
      if (signal.ends()) {
        offer.ifPresent(host.meetings()::over);
      }
      opener.send(signal);
    }
  }

  /// The folder with all places.
  public Path folder() throws IOException {
    return folder.path();
  }

  /// Where others meet an instance. A number, because paths of sockets must be short.
  public Path of(String holder) throws IOException {
    int number = places.computeIfAbsent(holder, _ -> made.incrementAndGet());
    return Files.createDirectories(folder.path().resolve(Integer.toString(number)));
  }

  /// An instance is no more.
  public void left(String holder) {
    Integer number = places.remove(holder);
    try {
      if (number != null) {
        Litter.delete(folder.path().resolve(Integer.toString(number)));
      }
    } catch (IOException e) {
      System.getLogger("stoa").log(System.Logger.Level.WARNING, "cannot delete a place", e);
    }
  }

  /// @return empty if there can be no socket: the channel goes through the host
  private Optional<Direct> offer(String holder) {
    try {
      Direct direct = new Direct(of(holder).resolve(secret(6)).toString(), secret(16), secret(16));
      open.add(direct);
      return Optional.of(direct);
    } catch (IOException e) {
      System.getLogger("stoa").log(System.Logger.Level.WARNING, "no direct channels", e);
      return Optional.empty();
    }
  }

  private String secret(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /// Nobody waits there any more. The callee removes its socket itself, unless it died.
  private void over(Direct direct) {
    open.remove(direct);
    try {
      Files.deleteIfExists(Path.of(direct.path()));
    } catch (IOException e) {
      System.getLogger("stoa").log(System.Logger.Level.WARNING, "cannot delete a socket", e);
    }
  }

  @Override
  public void close() {
    List.copyOf(open).forEach(this::over);
    places.clear();
    folder.close();
  }
}
