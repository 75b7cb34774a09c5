package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stoa.grant.Protection;
import stoa.host.Host;
import stoa.module.Placement;
import stoa.sandbox.Sandbox;
import stoa.value.Value;

/// What the host says of the protection of others from a module: that all of it is said, and
/// everywhere the same. Whether it is true is tried by [stoa.escapes.EscapesTest].
class ReportTest {
  @TempDir static Path home;
  private static Host host;

  @BeforeAll
  static void start() throws IOException {
    for (Placement placement : Placement.values()) {
      Path module =
          Files.createDirectories(home.resolve("modules").resolve("in_" + placement.id()));
      Files.writeString(module.resolve("main.js"), "export const size = (text) => text.length;");
      Files.writeString(
          module.resolve("module.toml"), "placement = \"%s\"\n".formatted(placement.id()));
    }
    host =
        TestHost.builder()
            .modules(home.resolve("modules"))
            .grants(home.resolve("grants.toml"))
            .data(home.resolve("data"))
            .sdk(Path.of(System.getProperty("stoa.dist"), "sdk"))
            .start();
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static Value stoa(String method, Object... arguments) {
    return host.module("stoa").call(method, arguments);
  }

  private static String level(Value report, Protection.Aspect aspect) {
    return report.asList().stream()
        .filter(row -> row.at("what").asText().equals(aspect.text()))
        .findFirst()
        .orElseThrow()
        .at("level")
        .asText();
  }

  @ParameterizedTest
  @EnumSource
  void everyRespectIsReportedByDescribeStatusAndAuditAlike(Placement placement) {
    String module = "in_" + placement.id();
    Value described = stoa("describe", module);
    assertThat(described.at("placement").asText()).isEqualTo(placement.id());
    Value report = described.at("protection");
    assertThat(report.asList())
        .extracting(row -> row.at("what").asText())
        .containsExactlyElementsOf(
            Arrays.stream(Protection.Aspect.values()).map(Protection.Aspect::text).toList());
    assertThat(report.asList())
        .allSatisfy(row -> {
          assertThat(row.at("level").asText()).isIn("enforced", "best effort", "not enforced");
          assertThat(row.at("how").asText()).isNotBlank();
        });
    assertThat(stoa("status").at("protection").at(placement.id())).isEqualTo(report);
    assertThat(stoa("audit", module).at("enforced")).isEqualTo(report);
  }

  @Test
  void aGrantOfTheNetworkShowsInTheReportOfANativeModule() {
    stoa("grant", "in_native", List.of("net=example.org:443"));
    Value report = stoa("describe", "in_native").at("protection");
    assertThat(level(report, Protection.Aspect.NETWORK)).isNotEqualTo("enforced");
    assertThat(stoa("status").at("protection").at("native_online")).isEqualTo(report);
    stoa("revoke", "in_native");
    assertThat(stoa("describe", "in_native").at("protection"))
        .isEqualTo(stoa("status").at("protection").at("native"));
  }

  @Test
  void theStatusNamesTheSandboxInForceAndWhyThereIsNoBetterOne() {
    Value told = stoa("status").at("sandbox");
    Sandbox best = Sandbox.best();
    assertThat(told.at("level").asText()).isEqualTo(best.level().id());
    assertThat(told.at("name").asText()).isEqualTo(best.name());
    assertThat(told.at("minimum").asText()).isEqualTo("none");
    assertThat(told.at("why").asText().isEmpty()).isEqualTo(best.level().id().equals("bubblewrap"));
  }

  @Test
  void anAuditHasMethodsWithTheTypesThatTheirAuthorWrote() throws IOException {
    Files.writeString(
        home.resolve("modules/typed.js"),
        """
        /** Counts.
         * @param {string} text
         * @returns {number} */
        export const count = (text) => text.length;
        """);
    assertThat(stoa("audit", "typed").at("methods").plain())
        .isEqualTo(List.of(Map.of("signature", "count(text: string) -> number", "doc", "Counts.")));
  }

  @Test
  void whoMayCallNobodyHasALineThatSaysSo() throws IOException {
    Files.writeString(home.resolve("modules/alone.js"), "export const one = () => 1;");
    Files.writeString(home.resolve("grants.toml"), "[alone]\ncall = []\n");
    Map<String, String> nobody =
        Map.of("module", "alone", "kind", "call", "value", "", "state", "withheld");
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(stoa("grants").asList()).extracting(Value::plain).contains(nobody));
    assertThat(stoa("audit", "alone").at("may").asList())
        .extracting(Value::plain)
        .contains(Map.of("kind", "call", "value", "", "why", "withheld"))
        .doesNotContain(Map.of("kind", "call", "value", "*", "why", "default"));
  }
}
