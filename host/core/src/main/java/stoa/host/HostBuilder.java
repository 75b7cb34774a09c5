package stoa.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import stoa.module.Placement;
import stoa.process.Sdk;

/// How a [Host] is to be. Only the modules folder has to be said.
public final class HostBuilder {
  private Optional<Path> modules = Optional.empty();
  private Optional<Path> cache = Optional.empty();
  private Optional<Path> sdk = Optional.empty();
  private Optional<Placement> placement = Optional.empty();
  private Duration activationLimit = Duration.ofSeconds(60);
  private Consumer<LogLine> log = LogLine::toSystemLogger;

  HostBuilder() {}

  /// @param limit how long a module may take to become ready
  record Launch(Optional<Placement> placement, Duration limit) {}

  /// What a builder has collected.
  record Settings(
      Path modules, Optional<Path> cache, Sdk sdk, Launch launch, Consumer<LogLine> log) {}

  /// The folder with the modules. It need not exist yet.
  public HostBuilder modules(Path folder) {
    modules = Optional.of(folder);
    return this;
  }

  /// A folder for what engines unpack (48 MB for Python), kept from one start to the next. Without
  /// it they use a private temporary folder, which is deleted on close: the first Python module
  /// then takes seconds longer.
  public HostBuilder cache(Path folder) {
    cache = Optional.of(folder);
    return this;
  }

  /// The folder with the SDKs `javascript/` and `python/`, which modules in placement `native`
  /// need.
  public HostBuilder sdk(Path folder) {
    sdk = Optional.of(folder);
    return this;
  }

  /// Runs all modules that can in this placement, whatever their manifests say.
  public HostBuilder placement(Placement forced) {
    placement = Optional.of(forced);
    return this;
  }

  /// How long a module may take to become ready. Default: 60 s.
  public HostBuilder activationLimit(Duration limit) {
    activationLimit = limit;
    return this;
  }

  /// Who gets what modules write. Without it: the System.Logger `stoa.module.NAME`. Called from
  /// many threads.
  public HostBuilder log(Consumer<LogLine> taker) {
    log = taker;
    return this;
  }

  /// @throws IllegalStateException if no modules folder was given
  public Host start() {
    Path folder =
        modules.orElseThrow(() ->
            new IllegalStateException("say where the modules are: Host.builder().modules(folder)"));
    return new Host(
        new Settings(folder, cache, new Sdk(sdk), new Launch(placement, activationLimit), log));
  }
}
