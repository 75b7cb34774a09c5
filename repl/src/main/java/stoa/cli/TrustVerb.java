package stoa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.client.ModuleClient;
import stoa.value.Value;

/// `stoa trust`: the user's word that a home may be used by whoever stands below it, or that the
/// files of a module are those that may run.
///
/// A word with a `/` in it, `.`, `..`, and a folder that has the mark of a home mean a home; all
/// else is the name of a module.
record TrustVerb(CommandLine line, Situation situation) {
  private static final Pattern HOME = Pattern.compile(".*/.*|\\.{1,2}");

  int run() throws IOException, InterruptedException {
    line.atMost(1);
    String word = line.target();
    Path folder = situation.working().resolve(word).normalize();
    boolean isHome =
        HOME.matcher(word).matches() || Files.isRegularFile(folder.resolve(Homes.MARK));
    return isHome ? home(word, folder) : module(word);
  }

  private int home(String word, Path home) throws IOException {
    if (!Files.isDirectory(home)) {
      throw new UsageException(
          "there is no folder `" + word + "`.", "Name the folder that has `stoa.toml`.");
    }
    Trust trust = Trust.of(situation.folders());
    if (line.has(Flag.NO)) {
      boolean was = trust.remove(home);
      remark(
          was
              ? "the home `" + home + "` is not trusted any more"
              : "the home `" + home + "` was not trusted");
      return ExitCode.DONE;
    }
    trust.add(home);
    remark("the home `" + home + "` is trusted");
    Home.at(home).granted().ifPresent(this::remark);
    return ExitCode.DONE;
  }

  private int module(String name) throws IOException, InterruptedException {
    Report report = Report.of(line, situation);
    return GrantAccess.of(line, situation)
        .use(stoa -> {
          Value told = told(stoa, name);
          report.print(told, () -> text(name, told));
          return ExitCode.DONE;
        });
  }

  private Value told(ModuleClient stoa, String name) {
    try {
      return stoa.call(line.has(Flag.NO) ? "unpin" : "pin", name);
    } catch (FailureException e) {
      if (e.failure().code() != Code.NO_SUCH_MODULE) {
        throw e;
      }
      throw new UsageException(
          "`" + name + "` is neither a home, a folder with `stoa.toml`, nor a module.",
          e.failure().help());
    }
  }

  private String text(String name, Value told) {
    if (line.has(Flag.NO)) {
      return "the files of module `%s` may change".formatted(name);
    }
    String digest = told.at("sha256").asText();
    boolean same = told.at("before").equals(told.at("sha256"));
    return same
        ? "module `%s` was trusted as it is already: sha256 %s".formatted(name, digest)
        : "module `%s` is trusted as it is now, and is refused if a file of it changes: sha256 %s"
            .formatted(name, digest);
  }

  private void remark(String text) {
    situation.streams().remark(text);
  }
}
