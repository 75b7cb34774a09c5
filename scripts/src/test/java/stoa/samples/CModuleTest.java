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
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.client.Items;
import stoa.host.Host;
import stoa.value.Arguments;
import stoa.value.Json;
import stoa.value.Value;

/// The module in C, which has no library but libc and its protobuf written by hand.
class CModuleTest {
  @TempDir static Path folder;
  private static Host host;

  @BeforeAll
  static void build() throws Exception {
    Path source = Command.ROOT.resolve("scripts/modules/echo-c");
    Path module = Files.createDirectories(folder.resolve("echo-c"));
    for (String file : new String[] {"main.c", "Makefile"}) {
      Files.copy(source.resolve(file), module.resolve(file));
    }
    Process make = new ProcessBuilder("make", "-s").directory(module.toFile()).inheritIO().start();
    assertThat(make.waitFor()).isZero();
    host = Host.builder().modules(folder).log(_ -> {}).start();
  }

  @AfterAll
  static void close() {
    host.close();
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
                  assertThat(host.module("echo-c").call("echo", value)).isEqualTo(value);
                }));
  }

  @Test
  void callsStreamsAndFailuresWork() {
    assertThat(host.module("echo-c").call("add", 40, 2).asLong()).isEqualTo(42);
    assertThat(host.module("echo-c").call("upper", "abc").asText()).isEqualTo("ABC");
    try (Stream<Value> numbers = host.module("echo-c").stream("count", 1000)) {
      assertThat(numbers.mapToLong(Value::asLong).sum()).isEqualTo(499_500);
    }
    assertThatThrownBy(() -> host.module("echo-c").call("fail", "on purpose"))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure().code()).isEqualTo(Code.THREW))
        .hasMessageContaining("on purpose");
    assertThatThrownBy(() -> host.module("echo-c").call("nope"))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure().code()).isEqualTo(Code.NO_SUCH_METHOD));
  }

  @Test
  void aStreamLeftEarlyLeavesTheModuleUsable() {
    try (Items items = host.module("echo-c").items("count", Arguments.of(1_000_000_000))) {
      assertThat(items.next().asLong()).isZero();
    }
    assertThat(host.module("echo-c").call("add", 1, 1).asLong()).isEqualTo(2);
  }

  @Test
  void aLargePayloadCrossesInParts() {
    String large = "0123456789".repeat(100_000);
    assertThat(host.module("echo-c").call("echo", large).asText()).isEqualTo(large);
  }
}
