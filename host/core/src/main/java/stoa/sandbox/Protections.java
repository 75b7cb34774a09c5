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
import java.util.Set;
import stoa.grant.Protection;

/// What protects others from a process in a sandbox. Of a program without a root of its own nothing
/// is enforced: it can connect to the host's socket as the user, and have done there what the user
/// may.
///
/// @param network whether the process was granted one
/// @param counted what control groups count: `pids`, `memory`
record Protections(Shape shape, boolean network, Set<String> counted) {
  private static final String AS_YOU = "; but it can ask the host as if it were you";

  List<Protection> ofProgram() {
    return List.of(
        bestEffort(CPU, "the system shares the cores among all processes; it may use what is free"),
        memory(),
        time(),
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
    return shape.strength().ownRoot() && counted.contains("memory")
        ? enforced(HEAP, "all its processes together, by a control group")
        : bestEffort(
            HEAP,
            "each process by the kernel, all together by the host's watch; files in memory are not counted");
  }

  private Protection time() {
    String killed = "a call that does not end when it is told to costs the process its life";
    return shape.strength().ownRoot()
        ? enforced(TIME, killed)
        : bestEffort(TIME, killed + "; what it has started and left may go on");
  }

  private Protection threads() {
    return shape.strength().ownRoot() && counted.contains("pids")
        ? enforced(THREADS, "all its processes together, by a control group")
        : bestEffort(THREADS, "counted by the host's watch, five times a second");
  }

  private Protection files() {
    if (shape.strength().ownRoot()) {
      return enforced(
          FILES, "it sees the system's programs, its own files and what was granted, nothing else");
    }
    return shape instanceof Landlock
        ? bestEffort(
            FILES, "it cannot open others, but see and change their modes and times" + AS_YOU)
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
        ? bestEffort(NETWORK, "connections by TCP are refused, UDP is not" + AS_YOU)
        : notEnforced(NETWORK, "it reaches what you can reach");
  }

  private Protection environment() {
    if (shape.strength().ownRoot()) {
      return enforced(ENVIRONMENT, "only variables that were granted, and none of other processes");
    }
    return shape.strength().files()
        ? bestEffort(ENVIRONMENT, "only variables that were granted" + AS_YOU)
        : notEnforced(
            ENVIRONMENT, "it has only what was granted, but can read that of your processes");
  }

  private Protection processes() {
    if (shape.strength().ownRoot()) {
      return enforced(PROCESSES, "it sees its own only, and what it starts is confined as it is");
    }
    return shape.strength().ownProcesses()
        ? bestEffort(PROCESSES, "it sees others, but cannot signal or inspect them" + AS_YOU)
        : notEnforced(PROCESSES, "it sees, signals and inspects what you can");
  }

  private Protection otherModules() {
    return shape.strength().ownRoot()
        ? enforced(OTHER_MODULES, "it reaches the host by a socket of its own, as itself")
        : notEnforced(OTHER_MODULES, "it can connect to the host's socket as if it were you");
  }
}
