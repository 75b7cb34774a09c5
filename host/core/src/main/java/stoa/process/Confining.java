package stoa.process;

import java.util.List;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.sandbox.Level;
import stoa.sandbox.Sandbox;

/// How well the processes of a host are confined: as well as this machine lets them, within what
/// the user wants.
///
/// @param atMost no better one is looked for
/// @param minimum below it no process is started
public record Confining(Level atMost, Level minimum) {
  public static final Confining BEST = new Confining(Level.BUBBLEWRAP, Level.NONE);

  /// The level in force.
  public Sandbox sandbox() {
    return Sandbox.atMost(atMost);
  }

  /// For a process of a module.
  ///
  /// @param what it is, for people
  /// @param asked what the module's manifest wants
  /// @throws FailureException LOAD_FAILED if the module or the user wants a better one than there
  ///   is
  Sandbox sandbox(String what, Level asked) {
    Sandbox sandbox = sandbox();
    if (sandbox.level().isBelow(asked)) {
      throw new FailureException(below(what, sandbox, asked, "the module's manifest wants"));
    }
    if (sandbox.level().isBelow(minimum)) {
      throw new FailureException(below(what, sandbox, minimum, "this host wants"));
    }
    return sandbox;
  }

  private Failure below(String what, Sandbox sandbox, Level wanted, String who) {
    List<String> problems = sandbox.problems(wanted);
    String why =
        atMost.isBelow(wanted)
            ? "The host was told to use no better one than `" + atMost.id() + "`."
            : String.join("; ", problems) + ".";
    return Failure.of(
        Code.LOAD_FAILED,
        "`%s` is not started: %s a sandbox of the level `%s` or better, and here is only `%s`."
            .formatted(what, who, wanted.id(), sandbox.level().id()),
        atMost.isBelow(wanted) ? why : why + " " + wanted.help());
  }
}
