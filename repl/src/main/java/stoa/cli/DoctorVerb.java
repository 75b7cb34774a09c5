package stoa.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stoa.doctor.Doctor;
import stoa.doctor.Finding;
import stoa.doctor.Finding.Grade;
import stoa.host.HostBuilder;
import stoa.repl.view.Paint;
import stoa.repl.view.Printable;
import stoa.value.Value;

/// `stoa doctor`: looks at the machine and at each module, and tells what is wrong and how to mend
/// it.
record DoctorVerb(CommandLine line, Situation situation) {

  int run() {
    line.atMost(0);
    Report report = Report.of(line, situation);
    Home home = situation.homes().of(line);
    EmbeddedHost embedded = new EmbeddedHost(line, situation);
    Doctor doctor = new Doctor(home.modules(), situation.folders().runtime(), EmbeddedHost.sdk());
    Optional<HostBuilder> host =
        line.has(Flag.NO_LOAD)
            ? Optional.empty()
            : Optional.of(embedded.builder(home, embedded::log));
    List<Finding> findings = doctor.examine(host);
    long wrong = findings.stream().filter(finding -> finding.grade() == Grade.WRONG).count();
    report.print(told(findings, wrong), () -> text(findings, wrong));
    return wrong == 0 ? ExitCode.DONE : ExitCode.CALL_FAILED;
  }

  private static Value told(List<Finding> findings, long wrong) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("fine", wrong == 0);
    told.put("findings", findings.stream().map(Finding::told).toList());
    return Value.of(told);
  }

  private String text(List<Finding> findings, long wrong) {
    Paint paint = situation.streams().outPaint();
    List<String> lines = new ArrayList<>();
    for (Finding finding : findings) {
      String grade = "%-6s".formatted(finding.grade().text());
      lines.add(
          "%s%-14s %-12s %s"
              .formatted(
                  finding.grade() == Grade.WRONG ? paint.error(grade) : paint.faint(grade),
                  finding.subject(),
                  finding.check(),
                  Printable.of(finding.text())));
      if (!finding.fix().isEmpty()) {
        lines.add("      " + paint.bold("fix:") + " " + Printable.of(finding.fix()));
      }
    }
    lines.add(wrong == 0 ? "Everything works." : "%d of these do not work.".formatted(wrong));
    return String.join("\n", lines);
  }
}
