package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import stoa.host.Host;
import stoa.host.HostBuilder;

/// `RelayHost MODULES SOCKET SDK [OPTIONS]`: a host that other processes connect to, until it is
/// killed. Like the host of a home it looks whether its clients are heard. OPTIONS is a file with options for the JVMs of its workers.
public final class RelayHost {
  private RelayHost() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path socket = Path.of(args[1]);
    Files.deleteIfExists(socket); // of one that was killed
    HostBuilder builder =
        Host.builder()
            .modules(Path.of(args[0]))
            .grants(Path.of(args[0], "grants.toml"))
            .socket(socket)
            .sdk(Path.of(args[2]))
            .standsAlone("bench", Optional.of(Duration.ofHours(1)), _ -> {})
            .log(line -> System.err.println(line.module() + ": " + line.text()));
    if (args.length > 3) {
      builder.workerJvm(List.of("@" + args[3]));
    }
    Host host = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(host::close));
    System.out.println("ready on " + socket);
    new CountDownLatch(1).await();
  }
}
