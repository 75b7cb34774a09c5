package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import stoa.host.Host;
import stoa.module.Placement;
import stoa.value.Value;

/// Objects that a module handed out and that come home to it, in contexts and in processes.
@Timeout(60)
class OwnObjectsTest {
  private static final Map<Placement, Host> HOSTS = new EnumMap<>(Placement.class);

  @BeforeAll
  static void start() {
    for (Placement placement : List.of(Placement.CONTEXT, Placement.NATIVE)) {
      HOSTS.put(
          placement,
          TestHost.builder()
              .modules(Command.ROOT.resolve("scripts/src/test/resources/stoa/samples/home"))
              .placement(placement)
              .start());
    }
  }

  @AfterAll
  static void close() {
    HOSTS.values().forEach(Host::close);
  }

  static Stream<Arguments> modules() {
    return HOSTS.keySet().stream()
        .flatMap(placement ->
            Stream.of("ownjs", "ownpy").map(module -> Arguments.of(placement, module)));
  }

  private static Value call(Placement placement, String module, String method, Object... all) {
    return HOSTS.get(placement).module(module).call(method, all);
  }

  private static Stream<Value> held(Placement placement, String owner) {
    return call(placement, "stoa", "references").asList().stream()
        .filter(row -> row.at("owner").asText().equals(owner + "#1"));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void canBeCalledAsAResultWhileSomebodyHoldsThemAndThenSayThatNobodyDoes(
      Placement placement, String module) {
    assertThat(call(placement, module, "hands_out").asList())
        .extracting(Value::asText)
        .containsExactly("true", "7");
    assertThat(call(placement, module, "calls_again").asText()).isEqualTo("7");
    call(placement, "keeper", "drop");
    await()
        .untilAsserted(() ->
            assertThat(call(placement, module, "calls_again").asText())
                .startsWith("LOST: ")
                .contains("an object of this side that nobody else holds any more"));
    assertThat(call(placement, module, "data").asText()).startsWith("BAD_ARGUMENT: ");
  }

  @ParameterizedTest
  @MethodSource("modules")
  void arriveAsThemselvesAndAreHeldByNobodyBehindTheirOwner(Placement placement, String module) {
    assertThat(call(placement, module, "round_trips", 100).asLong()).isEqualTo(200);
    assertThat(held(placement, module))
        .allSatisfy(
            row -> assertThat(row.at("holders").asMap().keySet()).doesNotContain(module + "#1"));
  }
}
