package stoa.cli;

import java.io.IOException;
import stoa.call.FailureException;
import stoa.client.Modules;
import stoa.host.RunningHost;

/// The host that a command calls: the one of its home, found or started, or one inside the command
/// itself.
record HostAccess(CommandLine line, Situation situation) {

  /// What a command does with its host.
  @FunctionalInterface
  interface Task {
    /// @return the exit code
    int run(Modules modules) throws IOException, InterruptedException;
  }

  /// Has the task done; once more by the next host, if this one was just about to end.
  int use(Task task) throws IOException, InterruptedException {
    try {
      return once(task);
    } catch (FailureException e) {
      if (!RunningHost.wasEnding(e.failure())) {
        throw e;
      }
      return once(task);
    }
  }

  private int once(Task task) throws IOException, InterruptedException {
    Modules modules =
        isEmbedded()
            ? new EmbeddedHost(line, situation).start()
            : BackgroundHost.finder(line, situation).find();
    try {
      return task.run(modules);
    } finally {
      // Closing waits; a Ctrl-C that ended the task must not end that.
      var _ = Thread.interrupted();
      modules.close();
    }
  }

  /// `--modules` names a folder for this command; a placement is nothing that others asked for.
  private boolean isEmbedded() {
    return line.has(Flag.EMBEDDED)
        || line.has(Flag.MODULES)
        || line.has(Flag.PLACEMENT)
        || BackgroundHost.ofProcess().isEmpty();
  }
}
