package stoa.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import stoa.call.FailureException;
import stoa.client.Items;
import stoa.client.ModuleClient;
import stoa.repl.line.Word;
import stoa.repl.line.Words;
import stoa.value.Arguments;
import stoa.value.Value;

/// `stoa call`: one call, its result on stdout.
record CallVerb(CommandLine line, Situation situation) {

  int run() throws IOException, InterruptedException {
    Target target = Target.of(line.target(), behind());
    Answer answer = Answer.of(line, situation);
    Arguments arguments = arguments();
    try {
      HostAccess access = new HostAccess(line, situation);
      return access.call(host -> {
        ModuleClient module = new ModuleClient(access.way(host), target.module());
        ModuleClient limited = line.deadline().map(module::within).orElse(module);
        try (Items items = items(limited, target.method(), arguments)) {
          answer.print(items);
        }
        return ExitCode.DONE;
      });
    } catch (FailureException e) {
      warnAboutBrokenJson(line.rest());
      throw e;
    }
  }

  private Optional<String> behind() {
    return line.rest().stream().findFirst().filter(word -> word.name().isEmpty()).map(Word::text);
  }

  private Items items(ModuleClient module, String method, Arguments arguments) {
    return line.value(Flag.STREAM)
        .map(file -> module.items(method, arguments, streamed(file)))
        .orElseGet(() -> module.items(method, arguments));
  }

  private Stream<Value> streamed(String file) {
    return StreamedFile.of(file, line.has(Flag.CBOR), situation);
  }

  /// The words, or with `--cbor` what stdin holds if there are none. A stream from stdin, and a
  /// person at it, have no arguments for us.
  private Arguments arguments() {
    boolean stdinIsFree =
        !situation.streams().terminals().in()
            && !line.value(Flag.STREAM).equals(Optional.of(StreamedFile.STANDARD));
    return line.has(Flag.CBOR) && line.rest().isEmpty() && stdinIsFree
        ? CborArguments.read(situation.streams().in())
        : arguments(line.rest());
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
