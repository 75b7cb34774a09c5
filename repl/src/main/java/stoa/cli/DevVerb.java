package stoa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import stoa.call.FailureException;
import stoa.cli.dev.ModuleWatch;
import stoa.client.Modules;
import stoa.repl.line.Word;
import stoa.repl.view.Changes;
import stoa.value.Value;

/// `stoa dev`: watches the files of modules, and loads those anew that change, until Ctrl-C.
record DevVerb(CommandLine line, Situation situation, Interrupts interrupts) {

  int run() throws IOException {
    HostAccess access = new HostAccess(line, situation);
    Report report = Report.of(line, situation);
    Path folder = access.modules();
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          "there is no folder " + folder + " to watch.", "Make it, or name another home.");
    }
    Set<String> named = line.words().stream().map(Word::typed).collect(Collectors.toSet());
    try (ModuleWatch watch = ModuleWatch.of(folder);
        Modules host = access.open(new EmbeddedHost(line, situation)::log)) {
      situation.streams().remark("watching " + folder + "; Ctrl-C ends it");
      while (true) {
        for (String module : watch.next()) {
          if (named.isEmpty() || named.contains(module)) {
            changed(host, module, named.contains(module)).ifPresent(what -> what.print(report));
          }
        }
      }
    } catch (InterruptedException e) {
      interrupts.over(ExitCode.DONE);
      return ExitCode.DONE;
    }
  }

  /// What became of a change.
  private record Outcome(String module, String text, Value told) {
    void print(Report report) {
      LocalTime now = LocalTime.now().truncatedTo(ChronoUnit.SECONDS);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("at", now.toString());
      row.put("module", module);
      row.put("told", told);
      report.print(Value.of(row), () -> "%tT  %s  %s".formatted(now, module, text));
    }
  }

  /// @param wanted whether it was named: then it is loaded even if nobody has called it
  /// @return empty if nobody wants to know
  private Optional<Outcome> changed(Modules host, String module, boolean wanted) {
    try {
      String state = state(host, module);
      if (state.isEmpty()) {
        return Optional.of(outcome(module, "its file is gone; what is loaded goes on serving"));
      }
      if (!state.equals("loaded") && !wanted) {
        return Optional.of(outcome(module, "changed; it is loaded at its next call"));
      }
      Value told = host.module("stoa").call("reload", module);
      return Optional.of(new Outcome(module, "loaded anew: " + Changes.text(told), told));
    } catch (FailureException e) {
      String text = "not loaded: " + e.failure().message();
      return Optional.of(outcome(module, text));
    }
  }

  private static Outcome outcome(String module, String text) {
    return new Outcome(module, text, Value.of(text));
  }

  private static String state(Modules host, String module) {
    return host.module("stoa").call("list").asList().stream()
        .filter(row -> row.at("name").asText().equals(module))
        .map(row -> row.at("state").asText())
        .findFirst()
        .orElse("");
  }
}
