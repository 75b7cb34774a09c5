package stoa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.cli.dev.ModuleWatch;
import stoa.client.Modules;
import stoa.repl.line.Word;
import stoa.repl.view.Changes;
import stoa.repl.view.Printable;
import stoa.value.Value;

/// `stoa dev`: watches the files of modules, and loads those anew that change, until Ctrl-C.
record DevVerb(CommandLine line, Situation situation, Interrupts interrupts) {

  int run() throws IOException {
    HostAccess access = new HostAccess(line, situation);
    Report report = Report.of(line, situation);
    Path folder = access.home().modules();
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          "there is no folder " + folder + " to watch.", "Make it, or name another home.");
    }
    Set<String> named = line.words().stream().map(Word::typed).collect(Collectors.toSet());
    try (ModuleWatch watch = ModuleWatch.of(folder);
        Modules host = access.open(new EmbeddedHost(line, situation)::log)) {
      situation.streams().remark("watching " + folder + "; Ctrl-C ends it");
      Map<String, String> before = states(host);
      while (true) {
        SortedSet<String> changed = watch.next();
        Map<String, String> now = states(host);
        for (String module : changed) {
          boolean wanted = named.contains(module);
          boolean isModule = now.containsKey(module) || before.containsKey(module);
          if (isModule && (wanted || named.isEmpty())) {
            changed(host, module, wanted ? "loaded" : now.getOrDefault(module, "")).print(report);
          }
        }
        before = now;
      }
    } catch (InterruptedException e) {
      interrupts.over(ExitCode.DONE);
      return ExitCode.DONE;
    }
  }

  /// What became of a change.
  private record Outcome(String module, String text, Value told) {
    void print(Report report) {
      LocalTime now = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("at", now.toString());
      row.put("module", module);
      row.put("told", told);
      report.print(Value.of(row), () -> "%tT  %s  %s".formatted(now, module, Printable.of(text)));
    }
  }

  /// @param state as `stoa.list` has it, or empty
  private static Outcome changed(Modules host, String module, String state) {
    if (state.isEmpty()) {
      return outcome(module, "its file is gone; what is loaded goes on serving");
    }
    if (!state.equals("loaded")) {
      return outcome(module, "changed; it is loaded at its next call");
    }
    try {
      Value told = host.module("stoa").call("reload", module);
      return new Outcome(module, "loaded anew: " + Changes.text(told), told);
    } catch (FailureException e) {
      return new Outcome(module, "not loaded: " + e.failure().message(), told(e.failure()));
    }
  }

  private static Outcome outcome(String module, String text) {
    return new Outcome(module, text, Value.of(text));
  }

  private static Value told(Failure failure) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("code", failure.code().name());
    told.put("message", failure.message());
    told.put("details", failure.details());
    return Value.of(Map.of("failure", told));
  }

  private static Map<String, String> states(Modules host) {
    return host.module("stoa").call("list").asList().stream()
        .collect(Collectors.toMap(row -> row.at("name").asText(), row -> row.at("state").asText()));
  }
}
