package stoa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import stoa.daemon.LogTail;
import stoa.daemon.RunFolder;
import stoa.host.LogLine;
import stoa.repl.line.Word;
import stoa.repl.view.Paint;
import stoa.repl.view.Printable;
import stoa.value.Json;

/// `stoa logs`: what the modules of the home have written, whether its host runs or not.
record LogsVerb(CommandLine line, Situation situation) {
  private static final int LINES = 50;

  private static final long POLL_MILLIS = 100;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  int run() throws IOException, InterruptedException {
    line.atMost(1);
    Path modules = situation.homes().modules(line);
    Path log = BackgroundHost.log(RunFolder.of(situation.folders().runtime(), modules), situation);
    Optional<String> module = line.words().stream().findFirst().map(Word::typed);
    try (LogTail tail = new LogTail(log, module)) {
      List<LogLine> last = tail.last(line.number(Flag.LINES, LINES));
      if (last.isEmpty()) {
        situation
            .streams()
            .remark(
                Files.exists(log)
                    ? "nothing in the log" + module.map(name -> " of `" + name + "`").orElse("")
                    : "no host has logged anything yet for " + modules);
      }
      last.forEach(this::print);
      while (line.has(Flag.FOLLOW)) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        tail.more(this::print);
      }
    }
    return ExitCode.DONE;
  }

  private void print(LogLine said) {
    situation.streams().out().line(line.has(Flag.JSON) ? Json.write(said.asValue()) : text(said));
  }

  private String text(LogLine said) {
    Paint paint = situation.streams().outPaint();
    String from = said.instance().isEmpty() ? said.module() : said.instance();
    String text = Printable.behindName(said.text());
    String shown =
        switch (said.stream()) {
          case OUT, ERR, INFO -> text;
          case DEBUG -> paint.faint(text);
          case WARNING -> paint.bold("warning: ") + text;
          case ERROR -> paint.error("error: ") + text;
        };
    return paint.faint(TIME.format(said.time())) + " " + paint.name(from) + " " + shown;
  }
}
