package stoa.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What binds the life of a child to that of its host, also when the host is killed. The best that
/// this system can do is found out once.
public enum Guard {
  /// The child and all that it starts live in a PID namespace of their own: whatever ends the host
  /// or the child ends them all, those included that left its process group and session.
  NAMESPACE(
      "what a module starts ends with it, and both with the host",
      "setpriv --pdeathsig KILL -- unshare --pid --fork --kill-child --"),

  /// The same for who is not root.
  USER_NAMESPACE(
      NAMESPACE.meaning,
      "setpriv --pdeathsig KILL -- unshare --user --map-current-user --pid --fork --kill-child --"),

  /// The child is killed with the host; what it has started itself may outlive it.
  SIGNAL(
      "a module ends with the host, but what it started may outlive both",
      "setpriv --pdeathsig KILL --"),

  /// The child is asked to end when the host closes, and hears of its death by the end of its
  /// connection.
  NONE("a module hears that the host has ended, and may go on", "");

  /// The first process of a PID namespace: reaps, and ends with the child, as the child ended. The
  /// shell must not say itself that somebody was killed.
  private static final String INIT =
      "exec 3<&0; \"$@\" <&3 3<&- & exec 3<&- 2>/dev/null; wait $!; exit $?";

  private static final long PROBE_SECONDS = 5;

  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // An unmodifiable copy.
  private final List<String> words;

  Guard(String meaning, String words) {
    this.meaning = meaning;
    this.words = words.isEmpty() ? List.of() : List.of(words.split(" "));
  }

  /// The best that works here.
  static Guard best() {
    return Best.KNOWN;
  }

  /// For a child that starts nothing itself.
  Guard ofLoner() {
    return this == NONE ? NONE : SIGNAL;
  }

  /// What it means, for people.
  public String meaning() {
    return meaning;
  }

  /// The command line that runs another one under this guard.
  List<String> around(List<String> command) {
    List<String> guarded = new ArrayList<>(words);
    if (this == NAMESPACE || this == USER_NAMESPACE) {
      guarded.addAll(List.of("sh", "-c", INIT, "stoa-init"));
    }
    guarded.addAll(command);
    return guarded;
  }

  private boolean works() {
    try {
      Process probe =
          new ProcessBuilder(around(List.of("true")))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start();
      if (!probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
        probe.destroyForcibly();
        return false;
      }
      return probe.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Found out at the first child.
  private static final class Best {
    static final Guard KNOWN = find();

    private static Guard find() {
      for (Guard guard : values()) {
        if (guard.works()) {
          return guard;
        }
      }
      return NONE;
    }
  }
}
