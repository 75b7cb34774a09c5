package stoa.cli;

import java.io.IOException;
import java.util.List;
import stoa.client.ModuleClient;
import stoa.repl.grant.GrantWords;
import stoa.repl.view.GrantText;
import stoa.value.Value;

/// `stoa grant`: lets a module do something, or all that its manifest asks for.
record GrantVerb(CommandLine line, Situation situation) {

  int run() throws IOException, InterruptedException {
    GrantWords words = GrantAccess.words(line, situation, GrantWords.Reader::grants);
    GrantAccess access = GrantAccess.of(line, situation);
    Report report = Report.of(line, situation);
    return access.use(stoa -> {
      List<String> wanted = words.grants().isEmpty() ? asked(stoa, words) : words.grants();
      if (wanted.isEmpty()) {
        return ExitCode.DONE;
      }
      Value told = stoa.call("grant", words.module(), wanted);
      report.print(told, () -> GrantText.granted(words.module(), told));
      new GrantWords(words.module(), wanted).notes().forEach(this::remark);
      access.place();
      return ExitCode.DONE;
    });
  }

  /// What the module asks for and has not been granted, if the user agrees; else nothing.
  ///
  /// @throws UsageException if there is nobody to ask
  private List<String> asked(ModuleClient stoa, GrantWords words) {
    String module = words.module();
    List<String> asked = GrantWords.askedBy(stoa, module);
    if (asked.isEmpty()) {
      remark(GrantText.asksForNothing(module, "stoa grant"));
      return List.of();
    }
    if (line.has(Flag.YES)) {
      return asked;
    }
    Prompt prompt = new Prompt(situation.streams());
    if (!prompt.isPossible()) {
      throw new UsageException(
          GrantText.asksFor(module, asked), "To grant all of it: stoa grant " + module + " --yes");
    }
    remark(GrantText.asksFor(module, asked));
    if (prompt.agrees("Grant all of it?")) {
      return asked;
    }
    remark("nothing was granted");
    return List.of();
  }

  private void remark(String text) {
    situation.streams().remark(text);
  }
}
