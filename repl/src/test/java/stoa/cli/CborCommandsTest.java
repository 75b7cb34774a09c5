package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.cli.cbor.Cbor;
import stoa.cli.cbor.CborItems;
import stoa.value.Value;

/// Whole commands that speak CBOR.
class CborCommandsTest {
  @TempDir Path folder;
  private Terminalless stoa;

  @BeforeEach
  void placeModules() throws IOException {
    Files.createDirectories(folder.resolve("modules"));
    Files.writeString(
        folder.resolve("modules/echo.js"),
        """
        /** Gives back what it got. */
        export function echo(value, more = null) { return more === null ? value : [value, more]; }
        export function* to(n) { for (let i = 1; i <= n; i++) yield i; }
        """);
    stoa = new Terminalless(folder);
  }

  private int run(String line) {
    return stoa.run((line + " --modules modules").split(" "));
  }

  /// What came out, item by item.
  private static List<Value> items(byte[] sequence) throws IOException {
    List<Value> items = new ArrayList<>();
    CborItems in = new CborItems(new ByteArrayInputStream(sequence));
    for (var next = in.next(); next.isPresent(); next = in.next()) {
      items.add(((CborItems.Good) next.get()).value());
    }
    return items;
  }

  private static byte[] sequence(Object... items) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object item : items) {
      out.writeBytes(Cbor.write(Value.of(item)));
    }
    return out.toByteArray();
  }

  private static Value value(Object plain) {
    return Value.of(plain);
  }

  @Test
  void aCallTakesItsArgumentsFromAnArrayOrAMap() throws IOException {
    stoa.in(sequence(List.of(new byte[] {1, 2}, 2.0)));
    assertThat(run("call echo.echo --cbor")).isZero();
    stoa.in(sequence(Map.of("more", 1, "value", "x")));
    assertThat(run("call echo.echo --cbor")).isZero();
    assertThat(items(stoa.outBytes()))
        .containsExactly(value(List.of(new byte[] {1, 2}, 2)), value(List.of("x", 1)));
  }

  @Test
  void argumentsOnTheLineLeaveStdinAlone() throws IOException {
    stoa.in(new byte[] {(byte) 0xff});
    assertThat(run("call echo.echo 7 --cbor")).isZero();
    assertThat(stoa.outBytes()).isEqualTo(new byte[] {7});
  }

  @Test
  void nothingOnStdinIsNoArguments() {
    assertThat(run("call echo.echo --cbor")).isEqualTo(1);
    assertThat(stoa.err()).contains("BAD_ARGUMENT").contains("`value`");
  }

  @Test
  void whatIsNoArgumentsOnStdinIsRefused() {
    stoa.in(sequence("text"));
    assertThat(run("call echo.echo --cbor")).isEqualTo(2);
    assertThat(stoa.err()).contains("stdin holds text").contains("one CBOR array");
    stoa.in(new byte[] {(byte) 0x82, 1});
    assertThat(run("call echo.echo --cbor")).isEqualTo(2);
    assertThat(stoa.err()).contains("not CBOR at byte 2").contains("one CBOR array");
  }

  @Test
  void streamsAreSequencesBothWays() throws IOException {
    assertThat(run("call echo.to 3 --cbor")).isZero();
    assertThat(items(stoa.outBytes())).containsExactly(value(1), value(2), value(3));
    Files.write(folder.resolve("items.cbor"), stoa.outBytes());
    Situation situation = new Situation(Streams.ofProcess(), Map.of(), folder);
    try (Stream<Value> stream = StreamedFile.of("items.cbor", true, situation)) {
      assertThat(stream).containsExactly(value(1), value(2), value(3));
    }
  }

  @Test
  void aReferenceCannotBePrinted() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThatThrownBy(() -> new CborOutput(new Results(out)).print(new Value.Reference("x#1", 7)))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure().code()).isEqualTo(Code.UNSUPPORTED))
        .hasMessageContaining("reference");
    assertThat(out.size()).isZero();
  }

  @Test
  void aBatchReadsASequenceAndWritesOne() throws IOException {
    ByteArrayOutputStream in = new ByteArrayOutputStream();
    in.writeBytes(sequence(0));
    in.writeBytes(HexFormat.of().parseHex("f7"));
    in.writeBytes(sequence(1, 2));
    Files.write(folder.resolve("in.cbor"), in.toByteArray());
    assertThat(run("batch echo.echo --input in.cbor --output out.cbor --cbor --jobs 2"))
        .isEqualTo(1);
    assertThat(items(Files.readAllBytes(folder.resolve("out.cbor"))))
        .satisfiesExactly(
            record -> assertThat(record).hasToString("{\"item\":0,\"result\":0}"),
            record ->
                assertThat(record.toString()).contains("\"item\":1", "BAD_ARGUMENT", "byte 2"),
            record -> assertThat(record).hasToString("{\"item\":2,\"result\":1}"),
            record -> assertThat(record).hasToString("{\"item\":3,\"result\":2}"));
    assertThat(stoa.err()).contains("4 items: 3 ok, 1 failed");
  }

  @Test
  void aBatchStopsWhereTheInputIsNoCbor() {
    stoa.in(new byte[] {1, (byte) 0xff, 2});
    assertThat(run("batch echo.echo --format cbor")).isEqualTo(1);
    assertThat(stoa.out()).isEqualTo("{\"item\":0,\"result\":1}\n");
    assertThat(stoa.err()).contains("cannot read the input any further: it is not CBOR at byte 2");
  }

  @Test
  void whatIsPrintedAsJsonIsPrintedAsCborToo() throws IOException {
    assertThat(run("ls --cbor")).isZero();
    assertThat(run("describe echo --cbor")).isZero();
    assertThat(run("describe echo.echo --cbor")).isZero();
    assertThat(run("version --cbor")).isZero();
    assertThat(items(stoa.outBytes()))
        .satisfiesExactly(
            modules -> assertThat(modules.at(0).at("name")).isEqualTo(value("echo")),
            module -> assertThat(module.at("methods").asList()).hasSize(2),
            method -> assertThat(method.at("doc")).isEqualTo(value("Gives back what it got.")),
            version -> assertThat(version.asMap()).containsKey("java"));
  }

  @Test
  void oneOfTwoWaysToPrintHasToBeChosen() {
    assertThat(run("ls --json --cbor")).isEqualTo(2);
    assertThat(stoa.err()).contains("`--json` and `--cbor`").contains("Choose one");
  }

  @Test
  void bytesAreNotWrittenToATerminal() {
    stoa.printingToTerminal();
    for (String line : List.of("call echo.echo 1", "ls", "version", "batch echo.echo")) {
      assertThat(run(line + " --cbor")).as(line).isEqualTo(2);
    }
    assertThat(stoa.err()).contains("stdout is a terminal").contains("> FILE");
    assertThat(stoa.outBytes()).isEmpty();
  }
}
