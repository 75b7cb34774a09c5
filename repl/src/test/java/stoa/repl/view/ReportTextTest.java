package stoa.repl.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import stoa.value.Value;

/// How far others are protected from modules, and what these may use, for people.
class ReportTextTest {
  private static Map<String, Object> row(String what, String level) {
    return Map.of("what", what, "level", level, "how", "");
  }

  @Test
  void aTableHasALineForEachRespectAndSaysWhatAGrantOfTheNetworkChanges() {
    Value told =
        Value.of(
            Map.of(
                "context",
                List.of(row("heap", "not enforced"), row("network", "enforced")),
                "worker",
                List.of(row("heap", "enforced"), row("network", "enforced")),
                "native",
                List.of(row("heap", "best effort"), row("network", "enforced")),
                "native_online",
                List.of(row("heap", "best effort"), row("network", "not enforced"))));
    assertThat(new ProtectionText(Paint.NONE, 100).table(told).lines())
        .containsExactly(
            "         context       worker    native",
            "heap     not enforced  enforced  best effort",
            "network  enforced      enforced  enforced; with a grant of net: not enforced");
  }

  @Test
  void limitsStandOnAsFewLinesAsTheyFit() {
    Value told =
        Value.of(
            List.of(
                limit("cpu", null, 90_000, "ms"),
                limit("open calls", 3L, 10_000, "calls"),
                limit("output", 2048L, 64 << 20, "bytes"),
                limit("references", 0L, 100_000, "references")));
    assertThat(new LimitsText(200).of(told))
        .containsExactly(
            "cpu 90s, open calls 3 of 10,000, output 2 KB of 64 MB, references 0 of 100,000");
    assertThat(new LimitsText(40).of(told))
        .containsExactly(
            "cpu 90s, open calls 3 of 10,000,", "output 2 KB of 64 MB,", "references 0 of 100,000");
    assertThat(new LimitsText(40).of(Value.of(Map.of()).at("limits"))).isEmpty();
  }

  private static Map<String, Object> limit(
      String what, @Nullable Long used, long max, String unit) {
    Map<String, Object> row = new HashMap<>();
    row.put("what", what);
    row.put("used", used);
    row.put("max", max);
    row.put("unit", unit);
    return row;
  }

  @Test
  void whoMayCallNobodyIsSaidToInsteadOfAnEmptyGrant() {
    Value rows =
        Value.of(
            List.of(Map.of("module", "alone", "kind", "call", "value", "", "state", "withheld")));
    assertThat(GrantText.table(rows, Paint.NONE, 100))
        .contains("call = []", "withheld", "call no module");
    assertThat(GrantText.plain("host=time:1h"))
        .isEqualTo("let a call use up to 1h of CPU time, if its module.toml asks for it");
  }
}
