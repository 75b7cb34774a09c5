package bench;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import stoa.host.Host;

/// `IdleHost MODULES [NAME...]`: starts a host, calls `echo` of the modules named, writes `ready` and idles until it is killed.
public final class IdleHost {
  private IdleHost() {}

  public static void main(String[] args) throws InterruptedException {
    Host host =
        Host.builder().modules(Path.of(args[0])).cache(Path.of(System.getenv("BENCH_CACHE"))).start();
    for (int i = 1; i < args.length; i++) {
      var _ = host.module(args[i]).call("echo", "warm");
    }
    System.out.println("ready: " + host.names().size() + " modules");
    new CountDownLatch(1).await();
  }
}
