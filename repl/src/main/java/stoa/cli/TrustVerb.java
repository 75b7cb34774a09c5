package stoa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `stoa trust`: the user's word that a home may be used by whoever stands below it.
record TrustVerb(CommandLine line, Situation situation) {

  int run() throws IOException {
    line.atMost(1);
    Path home = situation.working().resolve(line.target()).normalize();
    if (!Files.isDirectory(home)) {
      throw new UsageException(
          "there is no folder `" + line.target() + "`.", "Name the folder that has `stoa.toml`.");
    }
    Trust.of(situation.folders()).add(home);
    situation.streams().remark("trusted: `" + home + "`");
    return ExitCode.DONE;
  }
}
