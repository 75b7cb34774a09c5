package stoa.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import stoa.call.FailureException;
import stoa.repl.view.FailureText;
import stoa.repl.view.Paint;

/// From the words of a command line to the class that answers them, and from what that throws to
/// words and an exit code. Classes of other verbs are not even loaded.
record Dispatch(Situation situation, Interrupts interrupts) {

  /// @return the exit code
  int run(List<String> arguments) {
    boolean trace = arguments.contains(Flag.TRACE.text());
    try {
      return told(CommandLineReader.read(arguments), trace);
    } catch (UsageException e) {
      say(String.valueOf(e.getMessage()), e.help());
      return ExitCode.USAGE;
    } catch (Results.NobodyReads e) {
      return ExitCode.DONE;
    } catch (InterruptedException e) {
      return ExitCode.CANCELLED;
    } catch (IOException | UncheckedIOException e) {
      say(String.valueOf(e.getMessage()), "");
      trace(trace, e);
      return ExitCode.CALL_FAILED;
    } catch (RuntimeException | Error e) {
      say("Stoa itself broke: `" + e + "`.", "Please report it with what `--trace` adds.");
      trace(trace, e);
      return ExitCode.INTERNAL;
    }
  }

  private int told(CommandLine line, boolean trace) throws IOException, InterruptedException {
    try {
      return run(line);
    } catch (FailureException e) {
      remark(new FailureText(paint()).of(e.failure()));
      GrantHint.of(line, e.failure()).ifPresent(this::remark);
      trace(trace, e);
      return ExitCode.of(e.failure().code());
    }
  }

  private int run(CommandLine line) throws IOException, InterruptedException {
    if (line.has(Flag.HELP)) {
      return new HelpVerb(line, situation).about(line.verb());
    }
    return switch (line.verb()) {
      case SHELL -> new ShellVerb(line, situation, interrupts).run();
      case CALL -> new CallVerb(line, situation).run();
      case RUN -> new RunVerb(line, situation, interrupts).run();
      case BATCH -> new BatchVerb(line, situation).run();
      case LS -> new LsVerb(line, situation).run();
      case DESCRIBE -> new DescribeVerb(line, situation).run();
      case STUBS -> new StubsVerb(line, situation).run();
      case STATUS -> new StatusVerb(line, situation).run();
      case START -> new StartVerb(line, situation).run();
      case STOP -> new StopVerb(line, situation).run();
      case LOGS -> new LogsVerb(line, situation).run();
      case HOST -> new HostVerb(line, situation, interrupts).run();
      case RELOAD -> new ReloadVerb(line, situation).run();
      case DEV -> new DevVerb(line, situation, interrupts).run();
      case WHY -> new WhyVerb(line, situation).run();
      case DOCTOR -> new DoctorVerb(line, situation).run();
      case REFERENCES -> new ReferencesVerb(line, situation).run();
      case CONFORM -> new ConformVerb(line, situation).run();
      case GRANT -> new GrantVerb(line, situation).run();
      case GRANTS -> new GrantsVerb(line, situation).run();
      case REVOKE -> new RevokeVerb(line, situation).run();
      case AUDIT -> new AuditVerb(line, situation).run();
      case TRUST -> new TrustVerb(line, situation).run();
      case HELP -> new HelpVerb(line, situation).run();
      case VERSION -> new VersionVerb(line, situation).run();
    };
  }

  private void say(String message, String help) {
    remark(paint().error("error:") + " " + message);
    if (!help.isEmpty()) {
      remark("  " + paint().bold("help:") + " " + help);
    }
  }

  private void trace(boolean wanted, Throwable problem) {
    if (wanted) {
      problem.printStackTrace(situation.streams().err());
    }
  }

  private void remark(String text) {
    situation.streams().remark(text);
  }

  private Paint paint() {
    return situation.streams().errPaint();
  }
}
