package stoa.sandbox;

import static stoa.grant.Protection.Aspect.CPU;
import static stoa.grant.Protection.Aspect.ENVIRONMENT;
import static stoa.grant.Protection.Aspect.FILES;
import static stoa.grant.Protection.Aspect.HEAP;
import static stoa.grant.Protection.Aspect.NETWORK;
import static stoa.grant.Protection.Aspect.OTHER_MODULES;
import static stoa.grant.Protection.Aspect.PROCESSES;
import static stoa.grant.Protection.Aspect.THREADS;
import static stoa.grant.Protection.Aspect.TIME;
import static stoa.grant.Protection.bestEffort;
import static stoa.grant.Protection.enforced;
import static stoa.grant.Protection.notEnforced;

import java.util.List;
import stoa.grant.Protection;

/// What protects others from a process in a sandbox.
///
/// @param network whether the process was granted one
record Protections(Shape shape, boolean network) {
  List<Protection> ofProgram() {
    return List.of(
        bestEffort(CPU, "the system shares the cores among all processes; it may use what is free"),
        memory(),
        enforced(TIME, "a call that does not end when it is told to costs the process its life"),
        threads(),
        files(),
        network ? granted() : offline(),
        environment(),
        processes(),
        otherModules());
  }

  /// Guest code of a worker runs in a context there, and the sandbox is around that.
  List<Protection> ofWorker() {
    return List.of(
        bestEffort(
            CPU,
            "a call that uses more than its limit is stopped, or its process killed; below that the system shares the cores"),
        enforced(HEAP, "a heap of its own; when it is full the process ends"),
        enforced(TIME, "a call that does not end when it is told to costs the process its life"),
        enforced(THREADS, "it has one thread and can make none"),
        enforced(FILES, "a file system of the engine's, " + around(shape.strength().files())),
        enforced(NETWORK, "none of its own; the host reaches what was granted"),
        enforced(ENVIRONMENT, "the process is started with nothing but what was granted"),
        enforced(PROCESSES, "it can start none; the host runs what was granted"),
        enforced(OTHER_MODULES, "a process of its own, " + around(shape.strength().ownRoot())));
  }

  private String around(boolean too) {
    return too ? "and the sandbox `%s`".formatted(shape.name()) : "without a sandbox around it";
  }

  private Protection memory() {
    String each = "each process by the kernel, all together by the host's watch";
    return Cgroups.count("memory")
        ? enforced(HEAP, "all its processes together, by a control group")
        : bestEffort(HEAP, each + "; files in memory are not counted");
  }

  private Protection threads() {
    if (Cgroups.count("pids")) {
      return enforced(THREADS, "all its processes together, by a control group");
    }
    return bestEffort(THREADS, "counted by the host's watch, five times a second");
  }

  private Protection files() {
    Shape.Strength strength = shape.strength();
    if (strength.ownRoot()) {
      return enforced(
          FILES, "it sees the system's programs, its own files and what was granted, nothing else");
    }
    if (strength.files()) {
      return enforced(
          FILES, "others cannot be opened; that they exist, and how large they are, can be seen");
    }
    return shape.level() == Level.LANDLOCK
        ? bestEffort(FILES, "others cannot be opened; but this kernel lets it cut them")
        : notEnforced(FILES, "it opens what you can open");
  }

  private Protection granted() {
    return shape.strength().ownNetwork()
        ? bestEffort(NETWORK, "all of it, as some was granted: the kernel knows no names of hosts")
        : notEnforced(NETWORK, "all of it, as some was granted");
  }

  private Protection offline() {
    if (shape.strength().ownNetwork()) {
      return enforced(NETWORK, "there is none");
    }
    return shape.strength().connections()
        ? bestEffort(NETWORK, "connections by TCP are refused; UDP is not")
        : notEnforced(NETWORK, "it reaches what you can reach");
  }

  private Protection environment() {
    return shape.strength().files()
        ? enforced(ENVIRONMENT, "only variables that were granted, and none of other processes")
        : notEnforced(
            ENVIRONMENT, "it has only what was granted, but can read that of your processes");
  }

  private Protection processes() {
    if (shape.strength().ownRoot()) {
      return enforced(PROCESSES, "it sees its own only, and what it starts is confined as it is");
    }
    return shape.strength().ownProcesses()
        ? bestEffort(PROCESSES, "it sees others, but cannot signal or inspect them")
        : notEnforced(PROCESSES, "it sees, signals and inspects what you can");
  }

  private Protection otherModules() {
    return shape.strength().ownRoot()
        ? enforced(OTHER_MODULES, "it reaches the host by a socket of its own, as itself")
        : notEnforced(OTHER_MODULES, "it can connect to the host's socket as if it were you");
  }
}
