package stoa.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import stoa.host.Host;
import stoa.host.HostBuilder;
import stoa.host.LogLine;
import stoa.module.Placement;
import stoa.repl.view.Printable;

/// Starts the host inside the command's own process.
record EmbeddedHost(CommandLine line, Situation situation) {

  /// With the modules that the command line means; what they write goes to stderr.
  Host start() {
    return start(situation.homes().of(line), this::log);
  }

  Host start(Home home, Consumer<LogLine> log) {
    return builder(home, log).start();
  }

  HostBuilder builder(Home home, Consumer<LogLine> log) {
    HostBuilder builder = bare(home.modules(), log).grants(home.grants()).data(home.data());
    HomeFile.of(home).minimum().ifPresent(builder::minimum);
    return builder;
  }

  /// Nothing can be granted, and no module has a folder.
  HostBuilder bare(Path modules, Consumer<LogLine> log) {
    HostBuilder builder =
        Host.builder().modules(modules).cache(situation.folders().cache()).log(log);
    sdk().ifPresent(builder::sdk);
    dist().flatMap(WorkerJvm::compiling).ifPresent(builder::workerJvm);
    placement().ifPresent(builder::placement);
    return builder;
  }

  /// One line on stderr.
  void log(LogLine line) {
    String name = situation.streams().errPaint().faint("[" + line.module() + "]");
    situation.streams().remark(name + " " + Printable.behindName(line.text()));
  }

  /// @throws UsageException if there is no such placement
  private Optional<Placement> placement() {
    return line.value(Flag.PLACEMENT)
        .map(id ->
            Placement.named(id)
                .orElseThrow(() ->
                    new UsageException(
                        "there is no placement `" + id + "`.",
                        "Write `context`, `worker` or `native`.")));
  }

  /// Where the launcher says that the distribution is.
  private static Optional<Path> dist() {
    return Optional.ofNullable(System.getProperty("stoa.dist")).map(Path::of);
  }

  /// Where the launcher says the distribution is, else where this code stands, else the sources.
  static Optional<Path> sdk() {
    return Stream.concat(dist().stream().map(dist -> dist.resolve("sdk")), besideThisCode())
        .filter(Files::isDirectory)
        .findFirst();
  }

  private static Stream<Path> besideThisCode() {
    CodeSource source = EmbeddedHost.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return Stream.empty();
    }
    try {
      Path code = Path.of(source.getLocation().toURI());
      // dist/lib/x.jar, and repl/target/.../classes in the sources.
      Path besideLib = code.resolveSibling("../sdk").normalize();
      return Stream.concat(
          Stream.of(besideLib),
          Stream.iterate(code, dir -> dir != null, Path::getParent)
              .map(dir -> dir.resolve("polyglot-bridge/sdk")));
    } catch (URISyntaxException e) {
      return Stream.empty();
    }
  }
}
