package stoa.process;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.router.Found;
import stoa.sandbox.Watch;

/// Why a process could not start, or is no more, in words.
final class Deaths {
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          1, "SIGHUP", 2, "SIGINT", 3, "SIGQUIT", 4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8,
          "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");

  /// A longer line of the log is cut: with a failure goes what helps, not all that was written.
  private static final int LONGEST_LINE = 500;

  private Deaths() {}

  /// What is known of an end.
  ///
  /// @param farewell what it said as a reason, or how its connection ended
  /// @param spoke it began to speak the protocol
  record Report(Found found, Exit exit, String farewell, List<String> lastLines, boolean spoke) {}

  /// @param byHost the host killed it
  /// @param excess the limit that it was killed for, or null
  record Exit(int code, boolean byHost, Watch.@Nullable Excess excess) {}

  /// How a shell says that it could not run something, and that there is no such thing.
  private static final Set<Integer> NOT_RUN = Set.of(126, 127);

  static Failure cannotStart(Found found, String why) {
    return Failure.of(
        Code.LOAD_FAILED,
        "`%s` cannot be started: %s.".formatted(found.name(), why.strip()),
        "Is %s a program for this machine, or a script with a `#!` line?".formatted(found.main()));
  }

  static Failure loadFailed(Report report) {
    if (!report.spoke()
        && NOT_RUN.contains(report.exit().code())
        && !report.lastLines().isEmpty()) {
      String said =
          report
              .lastLines()
              .getLast()
              .replaceFirst("^(stoa-init: (\\d+: )?|prlimit: failed to execute )", "");
      return cannotStart(report.found(), said);
    }
    String how = report.spoke() ? "before it was ready" : "without a word of the Stoa protocol";
    String help =
        report.spoke()
            ? "What it wrote is in its log; correct it and call again."
            : "An executable in the modules folder must speak the protocol (PROTOCOL.md, \"Handshake\"). "
                + "What it reads outside of its folder has to be granted: stoa grant %s read=DIR"
                    .formatted(report.found().name());
    return Failure.of(
        Code.LOAD_FAILED,
        Description.of(
                "`%s` ended %s, %s%s."
                    .formatted(report.found().name(), how, words(report.exit()), because(report)),
                help)
            .with(details(report)));
  }

  static Failure lost(Report report) {
    Watch.Excess excess = report.exit().excess();
    if (excess != null) {
      return exhausted(report, excess);
    }
    return Overuse.ofHeap(report.found(), report.exit().code(), details(report))
        .orElseGet(() ->
            Failure.of(
                Code.LOST,
                Description.of(
                        "`%s` ended during the call, %s%s."
                            .formatted(
                                report.found().name(), words(report.exit()), because(report)),
                        "It is started again at the next call.")
                    .asRetryable()
                    .with(details(report))));
  }

  private static Failure exhausted(Report report, Watch.Excess excess) {
    Map<String, String> details = details(report);
    details.put("quota", excess.quota());
    details.put("used", Long.toString(excess.used()));
    details.put("max", Long.toString(excess.max()));
    String name = report.found().name();
    return Failure.of(
        Code.RESOURCE_EXHAUSTED,
        Description.of(
                "`%s` ended during the call, %s.".formatted(name, words(report.exit())),
                more(excess, name) + " It is started again at the next call.")
            .with(details));
  }

  /// Why a program of a module was killed.
  static Failure exhausted(String program, Optional<String> module, Watch.Excess excess) {
    return Failure.of(
        Code.RESOURCE_EXHAUSTED,
        Description.of(
                "`%s` was killed: %s.".formatted(program, words(excess)),
                module.map(name -> more(excess, name)).orElse(""))
            .with(
                Map.of(
                    "quota", excess.quota(),
                    "used", Long.toString(excess.used()),
                    "max", Long.toString(excess.max()))));
  }

  /// How it gets more. What it has already would change nothing.
  private static String more(Watch.Excess excess, String module) {
    return excess.quota().equals("memory")
        ? "It may have more: stoa grant %s host=memory:%dg."
            .formatted(module, (excess.max() >> 30) + 1)
        : "There is no grant for more of them.";
  }

  static Failure closed(Found found) {
    return Failure.of(
        Code.LOST,
        Description.of("`" + found.name() + "` was unloaded during the call.", "Call it again.")
            .asRetryable());
  }

  private static String because(Report report) {
    return report.farewell().isEmpty() || report.farewell().startsWith("the other side closed")
        ? ""
        : ": " + report.farewell().replaceFirst("\\.$", "");
  }

  private static Map<String, String> details(Report report) {
    Map<String, String> details = new HashMap<>();
    details.put(
        "log", report.lastLines().stream().map(Deaths::cut).collect(Collectors.joining("\n")));
    String signal = signal(report.exit().code());
    if (signal.isEmpty()) {
      details.put("exit_code", Integer.toString(report.exit().code()));
    } else {
      details.put("signal", signal);
    }
    if (report.exit().byHost()) {
      details.put("by", "host");
    }
    return details;
  }

  private static String cut(String line) {
    return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "...";
  }

  /// The JVM reports a death by signal as 128 + its number.
  private static String signal(int exitCode) {
    return SIGNALS.getOrDefault(exitCode - 128, "");
  }

  private static String words(Exit exit) {
    if (exit.excess() != null) {
      return "killed by the host: " + words(exit.excess());
    }
    if (exit.byHost()) {
      return "killed by the host";
    }
    String signal = signal(exit.code());
    return signal.isEmpty() ? "with exit code " + exit.code() : "killed by " + signal;
  }

  /// What it used too much of.
  static String words(Watch.Excess excess) {
    return excess.quota().equals("memory")
        ? "it used %,d MB of memory, and may have %,d MB"
            .formatted(excess.used() >> 20, excess.max() >> 20)
        : "it had more than %,d processes and threads".formatted(excess.max());
  }
}
