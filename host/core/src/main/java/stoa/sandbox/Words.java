package stoa.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Pieces of command lines that several shapes have.
final class Words {
  /// The first process of a PID namespace: reaps, and ends with the child, as the child ended. The
  /// shell must not say itself that somebody was killed.
  static final String INIT = "exec 3<&0; \"$@\" <&3 3<&- & exec 3<&- 2>/dev/null; wait $!; exit $?";

  /// Its name, in errors that it writes.
  static final String INIT_NAME = "stoa-init";

  /// The bit of CAP_SETPCAP among the effective capabilities.
  private static final int SETPCAP = 8;

  private static final Fact<Long> CAPABILITIES = new Fact<>(Words::effective);

  private Words() {}

  /// Whether this process has privileges that others have not.
  static boolean privileged() {
    return CAPABILITIES.get() != 0;
  }

  private static long effective() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("CapEff:"))
          .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .findFirst()
          .orElse(0L);
    } catch (IOException e) {
      return 0; // this is no Linux
    }
  }

  /// No privileges, and none to come.
  ///
  /// @param mayDrop whether it has those that it is to lose
  static List<String> unprivileged(boolean mayDrop) {
    List<String> words = new ArrayList<>(List.of(Programs.word("setpriv"), "--no-new-privs"));
    if (mayDrop) {
      words.addAll(List.of("--inh-caps=-all", "--bounding-set=-all"));
    }
    words.add("--");
    return words;
  }

  static List<String> unprivileged() {
    return unprivileged((CAPABILITIES.get() >> SETPCAP & 1) == 1);
  }

  /// Sets limits, right before the program: what starts it may need more.
  ///
  /// @param ownUsers processes are counted for it alone, and not with all others of its user
  static List<String> limited(Limits limits, boolean ownUsers) {
    if (!Programs.has("prlimit")) {
      return List.of();
    }
    List<String> words = new ArrayList<>(List.of(Programs.word("prlimit")));
    words.add("--core=0:0");
    words.add("--nofile=" + both(limits.descriptors()));
    words.add("--data=" + both(limits.memory()));
    if (ownUsers) {
      words.add("--nproc=" + both(2L * limits.processes())); // the watch is to see it first
    }
    limits.cpu().ifPresent(time -> words.add("--cpu=" + both(Math.max(1, time.toSeconds()))));
    words.add("--");
    return words;
  }

  private static String both(long value) {
    return value + ":" + value;
  }

  /// Ends with the thread that starts it.
  static List<String> boundToHost() {
    return Programs.has("setpriv")
        ? List.of(Programs.word("setpriv"), "--pdeathsig", "KILL", "--")
        : List.of();
  }

  /// Away from the terminal.
  static List<String> ownSession() {
    return Programs.find("setsid").map(Path::toString).map(List::of).orElse(List.of());
  }
}
