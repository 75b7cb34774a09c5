package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import stoa.host.Host;
import stoa.module.Placement;
import stoa.value.Value;

/// A module reads a stream whose producer calls it back for each item.
@Timeout(60)
class RecursionTest {
  /// More than a stream has credit at first.
  private static final int ITEMS = 40;

  private static final String PY =
      """
      import stoa
      def twice(n): return 2 * n
      def items(module, n):
          for i in range(n): yield stoa.module(module).twice(i)
      def applied(f, n):
          for i in range(n): yield f(i)
      def reads(producer, me, n): return [item for item in stoa.module(producer).items(me, n)]
      def reads_streaming(producer, me, n): return list(stoa.module(producer).stream.items(me, n))
      def reads_applied(producer, me, n): return list(stoa.module(producer).applied(lambda i: 2 * i, n))
      def passes_on(producer, me, n): yield from stoa.module(producer).items(me, n)
      """;

  private static final String JS =
      """
      import stoa from "stoa";
      const all = async (items) => {
        const got = [];
        for await (const item of items) got.push(item);
        return got;
      };
      export const twice = (n) => 2 * n;
      export async function* items(module, n) {
        for (let i = 0; i < n; i++) yield await stoa.module(module).twice(i);
      }
      export async function* applied(f, n) {
        for (let i = 0; i < n; i++) yield await f(i);
      }
      export const reads = (producer, me, n) => all(stoa.module(producer).items(me, n));
      export const reads_streaming = (producer, me, n) => all(stoa.module(producer).stream.items(me, n));
      export const reads_applied = (producer, me, n) => all(stoa.module(producer).applied((i) => 2 * i, n));
      export async function* passes_on(producer, me, n) {
        yield* stoa.module(producer).items(me, n);
      }
      """;

  @TempDir private static Path modules;
  private static Host host;

  @BeforeAll
  static void start() throws IOException {
    for (Placement placement : Placement.values()) {
      module("js-" + placement.id(), "main.mjs", JS, placement);
      module("py-" + placement.id(), "main.py", PY, placement);
    }
    host = TestHost.builder().modules(modules).log(_ -> {}).start();
  }

  private static void module(String name, String file, String text, Placement placement)
      throws IOException {
    Path folder = Files.createDirectory(modules.resolve(name));
    Files.writeString(folder.resolve(file), text);
    Files.writeString(folder.resolve("module.toml"), "placement = \"" + placement.id() + "\"\n");
  }

  @AfterAll
  static void close() {
    host.close();
  }

  static Stream<Arguments> pairs() {
    return Stream.of("js-context", "py-context", "js-native", "py-native")
        .flatMap(reader ->
            Stream.of(
                    "js-context", "py-context", "js-worker", "py-worker", "js-native", "py-native")
                .filter(producer -> !producer.equals(reader))
                .map(producer -> Arguments.of(reader, producer)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aProducerCallsBackWhoReadsItsItems(String reader, String producer) {
    List<Long> doubled = IntStream.range(0, ITEMS).mapToObj(n -> 2L * n).toList();
    for (String way : List.of("reads", "reads_streaming", "reads_applied")) {
      List<Value> items = host.module(reader).call(way, producer, reader, ITEMS).asList();
      assertThat(items.stream().map(Value::asLong)).as(way).isEqualTo(doubled);
    }
    try (Stream<Value> items = host.module(reader).stream("passes_on", producer, reader, ITEMS)) {
      assertThat(items.map(Value::asLong)).isEqualTo(doubled);
    }
  }
}
