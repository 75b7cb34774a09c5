package stoa.cli;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import stoa.host.RunningHost;
import stoa.repl.view.Printable;
import stoa.value.Value;

/// `stoa why`: what the host of the home last decided about a module. Starts nothing: a host that
/// does not run has decided nothing.
record WhyVerb(CommandLine line, Situation situation) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  int run() throws IOException, InterruptedException {
    line.atMost(1);
    String name = line.target();
    Report report = Report.of(line, situation);
    Optional<RunningHost> running = BackgroundHost.finder(line, situation).running();
    if (running.isEmpty()) {
      report.print(
          Value.of(Map.of("running", false)),
          () -> "no host runs for " + situation.homes().modules(line));
      return ExitCode.UNAVAILABLE;
    }
    try (RunningHost host = running.get()) {
      Value told = host.module("stoa").call("why", name);
      report.print(told, () -> text(name, told));
    }
    return ExitCode.DONE;
  }

  private static String text(String name, Value decisions) {
    if (decisions.asList().isEmpty()) {
      return "nobody has called `" + name + "` since the host began";
    }
    return decisions.asList().stream()
        .map(row ->
            "%s  %-12s  %s"
                .formatted(
                    TIME.format(Instant.parse(row.at("at").asText())),
                    row.at("what").asText(),
                    Printable.of(row.at("why").asText()))
                .stripTrailing())
        .collect(Collectors.joining("\n"));
  }
}
