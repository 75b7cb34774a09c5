package stoa.sandbox;

import java.util.ArrayList;
import java.util.List;

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

  private static final List<String> PROGRAMS = List.of("setpriv", "unshare");

  private static final Fact<Guard> BEST = new Fact<>(Guard::find);

  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // An unmodifiable copy.
  private final List<String> words;

  Guard(String meaning, String words) {
    this.meaning = meaning;
    this.words = words.isEmpty() ? List.of() : List.of(words.split(" "));
  }

  /// The best that works here, found out at the first child.
  public static Guard best() {
    return BEST.get();
  }

  private static Guard find() {
    for (Guard guard : values()) {
      if (Probe.works(guard.around(List.of("true")))) {
        return guard;
      }
    }
    return NONE;
  }

  /// What it means, for people.
  public String meaning() {
    return meaning;
  }

  /// The command line that runs another one under this guard.
  public List<String> around(List<String> command) {
    List<String> guarded = new ArrayList<>();
    words.forEach(word -> guarded.add(PROGRAMS.contains(word) ? Programs.word(word) : word));
    if (this == NAMESPACE || this == USER_NAMESPACE) {
      guarded.addAll(List.of(Programs.word("sh"), "-c", Words.INIT, Words.INIT_NAME));
    }
    guarded.addAll(command);
    return guarded;
  }

  /// Whether processes under it are counted apart from others of the user.
  boolean ownUsers() {
    return this == USER_NAMESPACE;
  }
}
