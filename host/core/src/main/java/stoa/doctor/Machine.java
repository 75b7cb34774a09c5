package stoa.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import stoa.call.FailureException;
import stoa.daemon.RunFolder;
import stoa.doctor.Finding.Grade;
import stoa.grant.Protection;
import stoa.sandbox.Guard;
import stoa.sandbox.Level;
import stoa.sandbox.Programs;
import stoa.sandbox.Sandbox;

/// What a host finds around it, whatever its modules are.
record Machine(Path modules, Path runtime) {
  private static final String HOST = "host";
  private static final String SANDBOX = "sandbox";

  /// GraalVM's compiler is made for this version of Java alone.
  private static final int COMPILER_JAVA = 25;

  List<Finding> examine() {
    return List.of(java(), runFolder(), guard(), sandbox());
  }

  private static Finding java() {
    String text = Runtime.version() + " in " + System.getProperty("java.home");
    return Runtime.version().feature() == COMPILER_JAVA
        ? Finding.fine(HOST, "java", text)
        : new Finding(
            HOST,
            "java",
            Grade.NOTE,
            text + ", for which there is no compiler of guest code",
            "Install a JDK 25, or point STOA_JAVA_HOME to one.");
  }

  private Finding runFolder() {
    RunFolder folder = RunFolder.of(runtime, modules);
    try {
      folder.check();
      return Finding.fine(HOST, "run folder", folder.path() + " is this user's alone");
    } catch (FailureException e) {
      return Finding.wrong(HOST, "run folder", e.failure());
    } catch (IOException e) {
      return new Finding(
          HOST,
          "run folder",
          Grade.WRONG,
          "cannot look at " + folder.path() + ": " + e.getMessage(),
          "Set XDG_RUNTIME_DIR to a folder that you can write and only you can enter (chmod 700).");
    }
  }

  private static Finding guard() {
    Guard guard = Guard.best();
    return switch (guard) {
      case NAMESPACE, USER_NAMESPACE -> Finding.fine(HOST, "children", guard.meaning());
      case SIGNAL ->
          new Finding(
              HOST,
              "children",
              Grade.NOTE,
              guard.meaning(),
              "Let this user make PID namespaces: `unshare --user --pid --fork true` has to work.");
      case NONE ->
          new Finding(
              HOST,
              "children",
              Grade.NOTE,
              guard.meaning(),
              "Install util-linux, which has `setpriv` and `unshare`.");
    };
  }

  /// Which sandbox confines processes of modules, what it leaves open, and how there would be a
  /// better one.
  private static Finding sandbox() {
    Sandbox sandbox = Sandbox.best();
    if (sandbox.level() == Level.BUBBLEWRAP) {
      return Finding.fine(HOST, SANDBOX, sandbox.name());
    }
    List<String> open =
        sandbox.protectionsOfProgram(false).stream()
            .filter(protection -> protection.degree() == Protection.Degree.NOT_ENFORCED)
            .map(protection -> protection.aspect().text())
            .toList();
    String text =
        "processes of modules are confined by `%s`%s (%s)"
            .formatted(
                sandbox.name(),
                open.isEmpty() ? "" : ", which does not enforce: " + String.join(", ", open),
                String.join("; ", sandbox.problems(Level.BUBBLEWRAP)));
    String fix =
        Programs.onPath("bwrap").isEmpty()
            ? Level.BUBBLEWRAP.help()
            : "Let this user make namespaces: `bwrap --unshare-all --ro-bind / / true` has to work.";
    return new Finding(HOST, SANDBOX, Grade.NOTE, text, fix);
  }
}
