package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.client.Items;
import stoa.host.Host;
import stoa.value.Arguments;
import stoa.value.Json;
import stoa.value.Value;

/// What a module must do that speaks the protocol without an SDK, built from its sources.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EchoModule {
  private final String name;
  private Host host;

  EchoModule(String name) {
    this.name = name;
  }

  @BeforeAll
  void build(@TempDir Path folder) throws Exception {
    Path source = Command.ROOT.resolve("scripts/modules").resolve(name);
    Path module = folder.resolve(name);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : (Iterable<Path>) files.filter(f -> !f.endsWith("main"))::iterator) {
        Files.copy(file, module.resolve(source.relativize(file).toString()));
      }
    }
    Process make = new ProcessBuilder("make", "-s").directory(module.toFile()).inheritIO().start();
    assertThat(make.waitFor()).isZero();
    host = Host.builder().modules(folder).log(_ -> {}).start();
  }

  @AfterAll
  void close() {
    if (host != null) {
      host.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyKindOfValueComesBackUnchanged() throws IOException {
    Path vectors = Command.ROOT.resolve("spec/vectors/values.json");
    return Json.read(Files.readString(vectors)).asList().stream()
        .filter(row -> !row.at("json").asText().contains("$reference"))
        .map(row ->
            DynamicTest.dynamicTest(
                row.at("name").asText(),
                () -> {
                  Value value = Json.read(row.at("json").asText());
                  assertThat(host.module(name).call("echo", value)).isEqualTo(value);
                }));
  }

  @Test
  void callsStreamsAndFailuresWork() {
    assertThat(host.module(name).call("add", 40, 2).asLong()).isEqualTo(42);
    assertThat(host.module(name).call("upper", "abc").asText()).isEqualTo("ABC");
    try (Stream<Value> numbers = host.module(name).stream("count", 1000)) {
      assertThat(numbers.mapToLong(Value::asLong).sum()).isEqualTo(499_500);
    }
    assertThatThrownBy(() -> host.module(name).call("fail", "on purpose"))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure().code()).isEqualTo(Code.THREW))
        .hasMessageContaining("on purpose");
    assertThatThrownBy(() -> host.module(name).call("nope"))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure().code()).isEqualTo(Code.NO_SUCH_METHOD));
  }

  @Test
  void aStreamLeftEarlyLeavesTheModuleUsable() {
    try (Items items = host.module(name).items("count", Arguments.of(1_000_000_000))) {
      assertThat(items.next().asLong()).isZero();
    }
    assertThat(host.module(name).call("add", 1, 1).asLong()).isEqualTo(2);
  }

  @Test
  void aLargePayloadCrossesInParts() {
    String large = "0123456789".repeat(100_000);
    assertThat(host.module(name).call("echo", large).asText()).isEqualTo(large);
  }
}
