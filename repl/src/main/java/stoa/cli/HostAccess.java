package stoa.cli;

import java.io.IOException;
import stoa.client.Modules;

/// The host that a command calls: the one of its home, found or started, or one inside the command
/// itself.
record HostAccess(CommandLine line, Situation situation) {

  Modules open() throws IOException, InterruptedException {
    return isEmbedded()
        ? new EmbeddedHost(line, situation).start()
        : BackgroundHost.finder(line, situation).find();
  }

  /// `--modules` names a folder for this command; a placement is nothing that others asked for.
  private boolean isEmbedded() {
    return line.has(Flag.EMBEDDED)
        || line.has(Flag.MODULES)
        || line.has(Flag.PLACEMENT)
        || BackgroundHost.ofProcess().isEmpty();
  }
}
