package stoa.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The layers, as two tables. A package that is in neither fails the test: whoever adds one says
/// where it stands.
class LayersTest {
  /// What a package, with all below it, may import of ours. Its own packages go without saying.
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          // testing: knows nobody, and nobody but the build knows it
          entry("stoa.testing", Set.of()),
          // spec
          entry("stoa.v1", Set.of()),
          entry("stoa.value", Set.of()),
          entry("stoa.files", Set.of()),
          entry("stoa.call", Set.of("stoa.value")),
          entry("stoa.limit", Set.of("stoa.value", "stoa.call")),
          entry("stoa.module", Set.of("stoa.value", "stoa.call", "stoa.limit", "stoa.files")),
          // polyglot-bridge: knows the contract and nothing of the host
          entry(
              "stoa.polyglot",
              Set.of("stoa.value", "stoa.files", "stoa.limit", "stoa.call", "stoa.module")),
          // host/core: knows the contract and nothing of the bridge; only the wire sees the
          // messages
          entry(
              "stoa.wire",
              Set.of("stoa.v1", "stoa.value", "stoa.limit", "stoa.call", "stoa.module")),
          entry("stoa.grant", Set.of("stoa.value", "stoa.call", "stoa.module")),
          entry("stoa.sandbox", Set.of("stoa.call", "stoa.files", "stoa.grant")),
          entry(
              "stoa.router",
              Set.of(
                  "stoa.value",
                  "stoa.call",
                  "stoa.limit",
                  "stoa.files",
                  "stoa.module",
                  "stoa.grant",
                  "stoa.sandbox")),
          entry(
              "stoa.process",
              Set.of(
                  "stoa.value",
                  "stoa.files",
                  "stoa.limit",
                  "stoa.call",
                  "stoa.module",
                  "stoa.wire",
                  "stoa.grant",
                  "stoa.sandbox",
                  "stoa.router")),
          entry("stoa.events", Set.of("stoa.value", "stoa.call", "stoa.limit")),
          entry(
              "stoa.session",
              Set.of("stoa.value", "stoa.call", "stoa.module", "stoa.wire", "stoa.router")),
          entry(
              "stoa.worker",
              Set.of(
                  "stoa.value",
                  "stoa.limit",
                  "stoa.call",
                  "stoa.module",
                  "stoa.wire",
                  "stoa.sandbox",
                  "stoa.router",
                  "stoa.process")),
          entry(
              "stoa.outside",
              Set.of(
                  "stoa.value",
                  "stoa.limit",
                  "stoa.call",
                  "stoa.files",
                  "stoa.module",
                  "stoa.grant",
                  "stoa.router",
                  "stoa.sandbox",
                  "stoa.process")),
          entry("stoa.client", Set.of("stoa.value", "stoa.call", "stoa.module", "stoa.wire")),
          entry(
              "stoa.host",
              Set.of(
                  "stoa.value",
                  "stoa.limit",
                  "stoa.call",
                  "stoa.module",
                  "stoa.wire",
                  "stoa.grant",
                  "stoa.sandbox",
                  "stoa.router",
                  "stoa.process",
                  "stoa.events",
                  "stoa.session",
                  "stoa.worker",
                  "stoa.outside",
                  "stoa.client")),
          entry(
              "stoa.daemon",
              Set.of("stoa.value", "stoa.call", "stoa.module", "stoa.client", "stoa.host")),
          // looks at everything that can be wrong, and at what is not enforced
          entry(
              "stoa.doctor",
              Set.of(
                  "stoa.value",
                  "stoa.call",
                  "stoa.module",
                  "stoa.grant",
                  "stoa.sandbox",
                  "stoa.router",
                  "stoa.process",
                  "stoa.client",
                  "stoa.host",
                  "stoa.daemon")),
          entry("stoa.conform", Set.of("stoa.value", "stoa.call", "stoa.client", "stoa.host")),
          // repl
          entry(
              "stoa.repl",
              Set.of(
                  "stoa.value",
                  "stoa.call",
                  "stoa.module",
                  "stoa.outside",
                  "stoa.client",
                  "stoa.host")),
          entry(
              "stoa.cli",
              Set.of(
                  "stoa.value",
                  "stoa.call",
                  "stoa.module",
                  "stoa.outside",
                  "stoa.client",
                  "stoa.host",
                  "stoa.grant",
                  "stoa.sandbox",
                  "stoa.daemon",
                  "stoa.doctor",
                  "stoa.conform",
                  "stoa.repl")));

  /// Libraries that only these packages may see.
  private static final Map<String, Set<String>> ONLY_SEEN_BY =
      Map.of(
          "org.graalvm", Set.of("stoa.polyglot"),
          "tools.jackson.dataformat", Set.of("stoa.cli"),
          "java.net.http", Set.of("stoa.outside"),
          "org.jline", Set.of("stoa.cli", "stoa.repl"));

  private static JavaClasses classes;

  @BeforeAll
  static void readTheClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(location -> !location.contains("test-classes"))
            .importPackages("stoa");
  }

  @Test
  void eachPackageHasItsPlaceInTheTable() {
    assertThat(
            classes.stream().map(JavaClass::getPackageName).filter(name -> layer(name).isEmpty()))
        .as("packages that MAY_IMPORT does not know: add a row")
        .isEmpty();
  }

  @Test
  void packagesImportOnlyWhatTheTableGrants() {
    assertThat(dependencies().filter(LayersTest::isNotGranted).map(LayersTest::tell))
        .as("imports against the layers: move the code, or change MAY_IMPORT and say why")
        .isEmpty();
  }

  @Test
  void librariesAreSeenOnlyByTheirPackages() {
    assertThat(dependencies().filter(LayersTest::isAForeignLibrary).map(LayersTest::tell))
        .as("uses of a library that another package owns")
        .isEmpty();
  }

  @Test
  void noPackagesFormACycle() {
    slices().matching("stoa.(**)").should().beFreeOfCycles().allowEmptyShould(true).check(classes);
  }

  private static Stream<Dependency> dependencies() {
    return classes.stream()
        .sorted(Comparator.comparing(JavaClass::getName))
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream());
  }

  private static boolean isNotGranted(Dependency dependency) {
    Optional<String> from = layer(dependency.getOriginClass().getPackageName());
    Optional<String> to = layer(dependency.getTargetClass().getPackageName());
    return from.isPresent()
        && to.isPresent()
        && !from.equals(to)
        && !MAY_IMPORT.getOrDefault(from.get(), Set.of()).contains(to.get());
  }

  private static boolean isAForeignLibrary(Dependency dependency) {
    String origin = dependency.getOriginClass().getPackageName();
    String target = dependency.getTargetClass().getPackageName();
    return ONLY_SEEN_BY.entrySet().stream()
        .filter(row -> isIn(target, row.getKey()))
        .anyMatch(row -> row.getValue().stream().noneMatch(owner -> isIn(origin, owner)));
  }

  private static Optional<String> layer(String packageName) {
    return MAY_IMPORT.keySet().stream().filter(row -> isIn(packageName, row)).findAny();
  }

  private static boolean isIn(String packageName, String parent) {
    return packageName.equals(parent) || packageName.startsWith(parent + ".");
  }

  private static String tell(Dependency dependency) {
    return List.of(dependency.getDescription().split("\n", 2)).getFirst();
  }
}
