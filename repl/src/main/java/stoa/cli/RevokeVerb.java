package stoa.cli;

import java.io.IOException;
import java.util.List;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.repl.grant.GrantWords;
import stoa.repl.view.GrantText;
import stoa.value.Value;

/// `stoa revoke`: takes away what a module was granted: a grant, all of a kind, or all.
record RevokeVerb(CommandLine line, Situation situation) {

  int run() throws IOException, InterruptedException {
    GrantWords words = GrantAccess.words(line, situation, GrantWords.Reader::revoked);
    GrantAccess access = GrantAccess.of(line, situation);
    Report report = Report.of(line, situation);
    return access.use(stoa -> {
      Value told = stoa.call("revoke", words.module(), words.grants());
      boolean nothing =
          told.at("revoked").asList().isEmpty() && !told.at("calls_nobody").asBoolean();
      if (nothing && !words.grants().isEmpty()) {
        throw new FailureException(notGranted(words, GrantText.texts(told.at("all"))));
      }
      report.print(told, () -> GrantText.revoked(words.module(), told));
      access.place();
      return ExitCode.DONE;
    });
  }

  /// Somebody who believes to have taken something away must hear that it was nothing.
  private static Failure notGranted(GrantWords words, List<String> left) {
    return Failure.of(
        Code.BAD_ARGUMENT,
        "`%s` was not granted %s, so nothing was taken away."
            .formatted(words.module(), GrantText.quoted(words.grants())),
        left.isEmpty()
            ? "Nothing at all is granted to it."
            : "What is granted to it: " + String.join(" ", left));
  }
}
