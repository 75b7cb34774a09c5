package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.host.Host;
import stoa.module.Placement;
import stoa.value.Value;

/// Pure methods may be cached, wherever their module runs and whoever declares it.
class CachedMethodsTest {
  private static final Map<Placement, Host> HOSTS = new EnumMap<>(Placement.class);

  @BeforeAll
  static void start() {
    for (Placement placement : Placement.values()) {
      HOSTS.put(
          placement,
          TestHost.builder()
              .modules(Command.ROOT.resolve("scripts/src/test/resources/stoa/samples/cached"))
              .placement(placement)
              .start());
    }
  }

  @AfterAll
  static void close() {
    HOSTS.values().forEach(Host::close);
  }

  static Stream<Arguments> declared() {
    return everywhere("shapes", "pyshapes", "told");
  }

  static Stream<Arguments> wrong() {
    // A worker says what its context says.
    return everywhere("wrongjs", "wrongpy", "soon")
        .filter(arguments -> arguments.get()[0] != Placement.WORKER);
  }

  private static Stream<Arguments> everywhere(String... modules) {
    return Stream.of(modules)
        .flatMap(
            module -> HOSTS.keySet().stream().map(placement -> Arguments.of(placement, module)));
  }

  @ParameterizedTest
  @MethodSource("declared")
  void anEarlierResultIsUsedAgainUntilTheModuleIsLoadedAnew(Placement placement, String module) {
    Host host = HOSTS.get(placement);
    Value first = host.module(module).call("area", 3);
    assertThat(host.module(module).call("area", 3)).isEqualTo(first);
    assertThat(host.module(module).call("area", 4)).isEqualTo(Value.of(List.of(16, 2)));
    assertThat(host.module(module).call("fresh", 3)).isNotEqualTo(first);
    assertThat(cached(host, module, "area")).isEqualTo("10m");
    assertThat(cached(host, module, "fresh")).isEmpty();

    host.module("stoa").call("reload", module);
    host.module(module).call("fresh", 1);
    assertThat(host.module(module).call("area", 3).at(1)).isEqualTo(Value.of(2));
  }

  private static String cached(Host host, String module, String method) {
    return host.module("stoa").call("describe", module).at("methods").asList().stream()
        .filter(said -> said.at("name").asText().equals(method))
        .map(said -> said.at("cached").asText())
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aDeclarationThatCannotBeIsSaidWhenTheModuleIsLoaded(Placement placement, String module) {
    FailureException e =
        catchThrowableOfType(
            FailureException.class, () -> HOSTS.get(placement).module(module).call("area", 3));
    assertThat(e.failure().code()).isEqualTo(Failure.Code.LOAD_FAILED);
    assertThat(e.failure().message()).contains("cached");
  }
}
