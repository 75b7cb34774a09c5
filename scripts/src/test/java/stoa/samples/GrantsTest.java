package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import stoa.client.Items;
import stoa.host.Host;
import stoa.module.Placement;
import stoa.value.Value;

/// What modules may call, in both languages and every placement, with and without grants.
class GrantsTest {
  private static final Path RESOURCES =
      Command.ROOT.resolve("scripts/src/test/resources/stoa/samples/grants");
  private static final List<String> MODULES = List.of("asker", "asker_py");
  private static final Map<Placement, Host> HOSTS = new EnumMap<>(Placement.class);

  @TempDir static Path home;

  @BeforeAll
  static void start() {
    for (Placement placement : Placement.values()) {
      Path own = home.resolve(placement.id());
      HOSTS.put(
          placement,
          TestHost.builder()
              .modules(RESOURCES)
              .grants(own.resolve("grants.toml"))
              .data(own.resolve("data"))
              .placement(placement)
              .start());
    }
  }

  @AfterAll
  static void stop() {
    HOSTS.values().forEach(Host::close);
  }

  @AfterEach
  void takeEverythingBack() throws IOException {
    for (Placement placement : Placement.values()) {
      Files.deleteIfExists(home.resolve(placement.id()).resolve("grants.toml"));
      for (String module : MODULES) {
        stoa(placement, "revoke", module);
      }
    }
  }

  static Stream<Arguments> everywhere() {
    return Stream.of(Placement.values())
        .flatMap(placement -> MODULES.stream().map(module -> Arguments.of(placement, module)));
  }

  private static Value stoa(Placement placement, String method, Object... arguments) {
    return HOSTS.get(placement).module("stoa").call(method, arguments);
  }

  private static Value ask(Placement placement, String module, Object... call) {
    return HOSTS.get(placement).module(module).call("call", call);
  }

  private static void grant(Placement placement, String module, String... grants) {
    stoa(placement, "grant", module, List.of(grants));
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void withoutAGrantItCallsOthersAndAsksWhatTheyAre(Placement placement, String module) {
    assertThat(ask(placement, module, "other", "one")).isEqualTo(Value.of(1));
    assertThat(ask(placement, module, "stoa", "describe", "other").at("name").asText())
        .isEqualTo("other");
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void whatItMayNotIsRefusedWithTheCommandThatAllowsIt(Placement placement, String module) {
    assertThat(ask(placement, module, "stoa", "list").asText())
        .isEqualTo(
            "DENIED: `%s` may not see who is there: `stoa.list`. To allow it: stoa grant %s list"
                .formatted(module, module));
    assertThat(ask(placement, module, "stoa", "status").asText())
        .endsWith("stoa grant " + module + " stoa=status");
    grant(placement, module, "list", "stoa=status");
    assertThat(ask(placement, module, "stoa", "list").asList()).isNotEmpty();
    assertThat(ask(placement, module, "stoa", "status").at("pid").asLong()).isPositive();
    assertThat(ask(placement, module, "stoa", "unload", "other").asText()).startsWith("DENIED");
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void nobodyGrantsItselfAnything(Placement placement, String module) {
    grant(placement, module, "stoa=*");
    for (String method : List.of("grant", "revoke", "grants", "audit", "wanted", "pin", "unpin")) {
      assertThat(ask(placement, module, "stoa", method, module, "net=*").asText())
          .as(method)
          .contains("DENIED", "cannot be granted");
    }
    assertThat(stoa(placement, "grants", module).asList().toString()).doesNotContain("net");
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void itCallsOnlyWhomTheUserSays(Placement placement, String module) {
    grant(placement, module, "call=other.one");
    assertThat(ask(placement, module, "other", "one")).isEqualTo(Value.of(1));
    assertThat(ask(placement, module, "other", "two").asText())
        .isEqualTo(
            "DENIED: `%s` may not call `other.two`. To allow it: stoa grant %s call=other.two"
                .formatted(module, module));
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void whoMayNotListHearsNothingOfWhoComesAndGoes(Placement placement, String module) {
    Host host = HOSTS.get(placement);
    try (Items heard = host.module(module).items("heard", stoa.value.Arguments.of(">", 1))) {
      Awaitility.await()
          .until(() -> {
            host.module("stoa").call("unload", "other");
            host.module("other").call("one");
            return host.module("events").call("publish", "own.topic", 1).asLong() > 0;
          });
      assertThat(heard.next().asText()).isEqualTo("own.topic");
    }
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void theAuditShowsWhatItOffersMayAndDid(Placement placement, String module) {
    ask(placement, module, "stoa", "list");
    grant(placement, module, "list", "connect=other");
    ask(placement, module, "stoa", "list");
    Value.Reference lent = (Value.Reference) HOSTS.get(placement).module(module).call("lends");
    Value audit = stoa(placement, "audit", module);
    assertThat(audit.at("references").asList())
        .singleElement()
        .satisfies(row -> assertThat(row.at("owner").asText()).startsWith(module + "#"));
    HOSTS.get(placement).release(lent);
    assertThat(audit.at("methods").asList().toString()).contains("heard");
    assertThat(audit.at("may").asList().toString()).contains("connect", "other", "granted");
    assertThat(audit.at("placement").asText()).isEqualTo(placement.id());
    assertThat(audit.at("uses").asList())
        .anySatisfy(use -> {
          assertThat(use.at("use").asText()).isEqualTo("list=*");
          assertThat(use.at("allowed").asLong()).isPositive();
          assertThat(use.at("refused").asLong()).isPositive();
        });
  }
}
