package stoa.host;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import stoa.router.Timer;
import stoa.session.Leases;

/// What makes a host the concern of a process of its own: it can be told to end, and ends when
/// nobody uses it.
///
/// @param build which program it is, for those who compare
/// @param idle without it the host waits for ever
/// @param end is told once, on a thread of the host
record StandAlone(String build, Optional<Duration> idle, Consumer<Farewell> end) {
  StandAlone {
    AtomicBoolean told = new AtomicBoolean();
    Consumer<Farewell> taker = end;
    end =
        why -> {
          if (!told.getAndSet(true) || why == Farewell.STOP_NOW) {
            taker.accept(why);
          }
        };
  }

  /// Looks from time to time whether the host is used.
  void watch(Leases leases, Timer timer) {
    long limit = idle.map(Duration::toNanos).orElse(Long.MAX_VALUE);
    look(leases, timer, Math.clamp(limit / 4, TimeUnit.MILLISECONDS.toNanos(10), Leases.STEP));
  }

  private void look(Leases leases, Timer timer, long every) {
    timer.in(
        every,
        TimeUnit.NANOSECONDS,
        () -> {
          if (leases.expired()) {
            end.accept(Farewell.IDLE);
          } else {
            look(leases, timer, every);
          }
        });
  }
}
