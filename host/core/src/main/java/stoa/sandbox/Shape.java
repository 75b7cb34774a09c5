package stoa.sandbox;

import java.io.IOException;
import java.util.List;

/// One way to confine a program.
interface Shape {
  Level level();

  /// For people: `landlock, in namespaces`.
  String name();

  /// What it is able to do, if it works at all.
  Strength strength();

  /// What it needs of this machine and is not there; empty: nothing.
  String lacks();

  /// The command line that runs another one within the confinement, and ends it with the host.
  List<String> around(List<String> command, Confinement confinement) throws IOException;

  /// @param ownRoot the process sees a root of its own, made of what it may see
  /// @param ownProcesses it sees and reaches no others
  /// @param ownNetwork without a grant it has no network at all
  /// @param files it cannot open others than those granted
  /// @param connections only those of TCP are refused
  record Strength(
      boolean ownRoot,
      boolean ownProcesses,
      boolean ownNetwork,
      boolean files,
      boolean connections) {}
}
