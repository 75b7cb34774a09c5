package stoa.sandbox;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// How well processes are confined, the best first.
public enum Level {
  /// By the program `bwrap`: a root, processes, network and users of its own.
  BUBBLEWRAP("Install it: apt install bubblewrap"),

  /// By the kernel's Landlock, within a root of its own as at the next level.
  LANDLOCK(
      "It needs Linux 5.13 with Landlock, `perl`, and namespaces, which containers and some systems forbid."),

  /// By `unshare`: a root of its own, made of what it may see.
  NAMESPACES("It needs namespaces, which containers and some systems forbid."),

  /// Without privileges, with limits, and with Landlock if the kernel has it; it can talk to the
  /// host as its user.
  REDUCED("It needs `setpriv`, of util-linux."),

  /// As any program of the user.
  NONE("");

  private final String help;

  Level(String help) {
    this.help = help;
  }

  /// As people write it.
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What helps if it cannot be had.
  public String help() {
    return help;
  }

  public boolean isBelow(Level other) {
    return compareTo(other) > 0;
  }

  public static Optional<Level> named(String id) {
    return Arrays.stream(values()).filter(level -> level.id().equals(id)).findFirst();
  }

  /// All of them, for people.
  public static String ids() {
    return Arrays.stream(values())
        .map(level -> "`" + level.id() + "`")
        .collect(Collectors.joining(", "));
  }
}
