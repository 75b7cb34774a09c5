package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.host.Host;
import stoa.value.Json;
import stoa.value.Value;

/// `stoa references` lists owner, holder, age and count of a running host.
class ReferencesCommandTest {
  @TempDir Path folder;

  private Terminalless stoa() {
    return new Terminalless(folder);
  }

  @Test
  void whatIsHeldIsListedForPeopleAndPrograms() throws Exception {
    Files.createDirectories(folder.resolve("modules"));
    try (Host host =
        Host.builder()
            .modules(folder.resolve("modules"))
            .socket(folder.resolve("s"))
            .log(_ -> {})
            .start()) {
      Terminalless before = stoa();
      assertThat(before.run("references", "--socket", "s")).isZero();
      assertThat(before.out()).contains("No objects are held.");

      host.register("shop", Map.of("open", _ -> host.reference(Map.of("pay", _ -> 1))));
      Value held = host.module("shop").call("open");
      Terminalless people = stoa();
      assertThat(people.run("references", "--socket", "s")).isZero();
      assertThat(people.out()).containsPattern("owner +object +holder +received +age");
      assertThat(people.out()).containsPattern("host +1 +host +1 +\\d");

      Terminalless programs = stoa();
      assertThat(programs.run("references", "--socket", "s", "--json")).isZero();
      Value row = Json.read(programs.out()).at(0);
      assertThat(row.at("owner").asText()).isEqualTo("host");
      assertThat(row.at("holders").at("host").asLong()).isEqualTo(1);
      assertThat(row.at("age_ms").asLong()).isNotNegative();

      host.release((Value.Reference) held);
      Terminalless after = stoa();
      assertThat(after.run("references", "--socket", "s")).isZero();
      assertThat(after.out()).contains("No objects are held.");
    }
  }

  @Test
  void aHostThatDoesNotListenIsNamedWithTheNextStep() {
    Terminalless stoa = stoa();
    assertThat(stoa.run("references", "--socket", "nobody")).isNotZero();
    assertThat(stoa.err())
        .contains("no host answers at `" + folder.resolve("nobody") + "`")
        .contains("`stoa host` starts one");
  }
}
