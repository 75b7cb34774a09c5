package stoa.escapes;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import stoa.escapes.Attempt.Tongue;
import stoa.host.HostBuilder;
import stoa.module.Placement;
import stoa.samples.TestHost;
import stoa.sandbox.Level;
import stoa.sandbox.Sandbox;

/// One language in one placement.
///
/// @param level how well its processes are confined at most; empty: as well as this machine can
record Lane(Tongue tongue, Placement placement, Optional<Level> level) {
  /// Languages that see what a sandbox is worth: one with everything in its library, and programs.
  private static final List<Tongue> TELLING = List.of(Tongue.PY, Tongue.SH, Tongue.PERL, Tongue.C);

  /// Every language in every placement.
  static List<Lane> all() {
    List<Lane> lanes = new ArrayList<>();
    for (Placement placement : Placement.values()) {
      Stream.of(Tongue.values())
          .filter(tongue -> placement == Placement.NATIVE || !tongue.isProgram())
          .forEach(tongue -> lanes.add(new Lane(tongue, placement, Optional.empty())));
    }
    return lanes;
  }

  /// Processes as they run at a level below the best.
  static List<Lane> at(Level level) {
    return TELLING.stream()
        .map(tongue -> new Lane(tongue, Placement.NATIVE, Optional.of(level)))
        .toList();
  }

  /// Below the best level only what the operating system refuses is of interest; without a sandbox
  /// it is tried only if it does no harm.
  boolean holds(Attempt attempt) {
    return attempt.isTried(tongue, placement)
        && (level.isEmpty()
            || (level.get() == Level.NONE
                ? attempt.terms().harmless().contains(tongue)
                : attempt.isAtTheSystem()));
  }

  /// The module that makes an attempt: one of its own, if it would spoil it for others.
  String module(Attempt attempt) {
    return tongue.id() + attempt.terms().apart(placement, attempt.id());
  }

  boolean isConfined() {
    return level.isEmpty() || level.get() != Level.NONE;
  }

  /// Why it cannot be tried on this machine; empty: it can.
  String lacks() {
    if (level.isPresent() && Sandbox.atMost(level.get()).level() != level.get()) {
      return "no sandbox of the level `" + level.get().id() + "` works here";
    }
    return placement != Placement.NATIVE || isOnPath(tongue.command())
        ? ""
        : "there is no `" + tongue.command() + "` on the PATH";
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  HostBuilder host(World world) {
    HostBuilder builder = TestHost.builder().sdk(world.sdk()).socket(world.hostSocket());
    return level.map(builder::sandbox).orElse(builder);
  }

  @Override
  public String toString() {
    return placement.id() + "-" + tongue.id() + level.map(it -> "-" + it.id()).orElse("");
  }
}
