package stoa.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stoa.daemon.HostFinder;
import stoa.host.RunningHost;
import stoa.repl.view.ModuleText;
import stoa.repl.view.Paint;
import stoa.repl.view.Printable;
import stoa.repl.view.ProtectionText;
import stoa.value.Json;
import stoa.value.Value;

/// `stoa status`: whether the host of the home runs, and how it is doing. Starts nothing.
record StatusVerb(CommandLine line, Situation situation) {
  private static final String SANDBOX = "sandbox";

  private static final List<String> FACTS =
      List.of(
          "pid",
          "build",
          "java",
          "uptime_s",
          "idle_limit_s",
          "clients",
          "calls",
          "heap_mb",
          "prepared",
          SANDBOX,
          "children",
          "log");

  int run() throws IOException, InterruptedException {
    line.atMost(0);
    Report report = Report.of(line, situation);
    HostFinder finder = BackgroundHost.finder(line, situation);
    Optional<RunningHost> running = finder.running();
    if (running.isEmpty()) {
      report.print(
          Value.of(Map.of("running", false)),
          () -> "no host runs for " + situation.homes().modules(line));
      return ExitCode.UNAVAILABLE;
    }
    try (RunningHost host = running.get()) {
      Value told = host.module("stoa").call("status");
      report.print(told, () -> text(finder, told));
    }
    return ExitCode.DONE;
  }

  private String text(HostFinder finder, Value told) {
    List<String> lines = new ArrayList<>();
    lines.add("socket        " + finder.folder().socket());
    for (String fact : FACTS) {
      if (fact.equals(SANDBOX) && told.at(fact).isNull()) {
        continue; // a host that does not say it
      }
      lines.add("%-13s ".formatted(fact) + plain(told.at(fact)));
    }
    told.at("engines")
        .asMap()
        .forEach((language, engine) -> lines.add("%-13s ".formatted(language) + engine.asText()));
    Paint paint = situation.streams().outPaint();
    if (!told.at("protection").isNull()) {
      lines.add("");
      lines.add(paint.bold("Protection of others from a module"));
      lines.add(new ProtectionText(paint, 120).table(told.at("protection")));
      lines.add("");
    }
    lines.add(new ModuleText(paint, 120).list(told.at("modules")));
    return String.join("\n", lines);
  }

  private static String plain(Value fact) {
    return switch (fact) {
      case Value.Text(String text) -> text;
      case Value.Null _ -> "none";
      case Value.Dictionary(Map<String, Value> entries) when entries.containsKey("level") ->
          sandbox(fact);
      default -> Json.write(fact);
    };
  }

  /// `landlock, in namespaces (bubblewrap: there is no `bwrap` on PATH)`.
  private static String sandbox(Value told) {
    String why = plain(told.at("why"));
    String minimum = plain(told.at("minimum"));
    return plain(told.at("name"))
        + (why.isEmpty() ? "" : " (" + Printable.of(why) + ")")
        + (minimum.equals("none") ? "" : "; `" + minimum + "` is the least");
  }
}
