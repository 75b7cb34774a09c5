package stoa.cli;

import java.util.List;
import stoa.call.FailureException;
import stoa.client.Items;
import stoa.client.ModuleClient;
import stoa.host.Host;
import stoa.repl.line.Word;
import stoa.repl.line.Words;
import stoa.value.Arguments;

/// `stoa call`: one call, its result on stdout.
record CallVerb(CommandLine line, Situation situation) {

  int run() {
    Target target = Target.of(line.target());
    Arguments arguments = arguments(line.rest());
    Host host = new EmbeddedHost(line, situation).start();
    try {
      ModuleClient module = host.module(target.module());
      ModuleClient limited = line.deadline().map(module::within).orElse(module);
      try (Items items = items(limited, target.method(), arguments)) {
        new Answer(situation.streams()).print(items);
      }
      return ExitCode.DONE;
    } catch (FailureException e) {
      warnAboutBrokenJson(line.rest());
      throw e;
    } finally {
      // Closing waits; a Ctrl-C that ended the call must not end that.
      var _ = Thread.interrupted();
      host.close();
    }
  }

  private Items items(ModuleClient module, String method, Arguments arguments) {
    return line.value(Flag.STREAM)
        .map(file -> module.items(method, arguments, JsonLines.of(file, situation)))
        .orElseGet(() -> module.items(method, arguments));
  }

  /// @throws UsageException if a name is given twice
  static Arguments arguments(List<Word> words) {
    try {
      return Words.arguments(words);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage() + ".", "");
    }
  }

  /// Text where JSON was meant is a common reason for a failing call.
  private void warnAboutBrokenJson(List<Word> words) {
    words.stream()
        .filter(Word::looksLikeBrokenJson)
        .map(word -> "note: `" + word.text() + "` is not JSON, so it was passed as text")
        .forEach(situation.streams()::remark);
  }
}
