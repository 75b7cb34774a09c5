package stoa.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import stoa.grant.Protection;

/// What is said to protect others, word for word. Who changes a word looks for the test that
/// violates it: `SandboxTest`, `EscapesTest`.
class ProtectionsTest {
  private static final Path TABLE = Path.of("src/test/resources/stoa/sandbox/protections.txt");

  private static final Set<String> ALL = Set.of("pids", "memory");

  private static final List<Shape> SHAPES =
      List.of(
          new Bubblewrap(true),
          new Namespaces(true, true),
          new Namespaces(true, false),
          new Landlock(),
          new Reduced(),
          new Plain());

  private final List<String> lines = new ArrayList<>();

  private void table(String title, List<Protection> rows) {
    lines.add("# " + title);
    rows.forEach(row ->
        lines.add("%s: %s: %s".formatted(row.aspect().text(), row.degree().text(), row.how())));
    lines.add("");
  }

  @Test
  void theReportSaysWhatItAlwaysSaid() throws IOException {
    assumeThat(new Landlock().strength())
        .as("the kernel has Landlock of 2024")
        .isEqualTo(new Shape.Strength(false, true, false, true, true));
    table("context", Protection.ofContext());
    for (Shape shape : SHAPES) {
      table(shape.name() + ", worker", new Protections(shape, false, ALL).ofWorker());
      table(shape.name() + ", no network", new Protections(shape, false, ALL).ofProgram());
      table(shape.name() + ", network", new Protections(shape, true, ALL).ofProgram());
      table(shape.name() + ", no groups", new Protections(shape, false, Set.of()).ofProgram());
    }
    assertThat(String.join("\n", lines)).isEqualTo(Files.readString(TABLE));
  }

  @Test
  void ofWhoCanSpeakAsTheUserNothingIsSaidToBeEnforced() {
    for (Shape shape : Sandbox.shapes()) {
      if (!shape.strength().ownRoot()) {
        assertThat(new Protections(shape, false, ALL).ofProgram())
            .extracting(Protection::degree)
            .doesNotContain(Protection.Degree.ENFORCED);
        assertThat(shape.level().isBelow(Level.NAMESPACES)).isTrue();
      }
    }
  }
}
