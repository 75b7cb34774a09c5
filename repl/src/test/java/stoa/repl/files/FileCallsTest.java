package stoa.repl.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.client.ModuleClient;
import stoa.value.Arguments;
import stoa.value.Value;

class FileCallsTest {
  @TempDir Path folder;
  private final Queue<Invocation> passedOn = new ConcurrentLinkedQueue<>();
  private FileCalls calls;
  private ModuleClient stoa;

  @BeforeEach
  void wrapARouter() {
    calls =
        new FileCalls(
            (invocation, caller) -> {
              passedOn.add(invocation);
              caller.send(new Signal.Returned(Payload.NULL));
              return _ -> {};
            },
            folder);
    stoa = new ModuleClient(calls, "stoa");
  }

  private List<Value> all(String method, Object... arguments) {
    try (Stream<Value> items = stoa.stream(method, arguments)) {
      return items.toList();
    }
  }

  private void fails(Code code, String message, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo(code);
              assertThat(e.failure().message()).contains(message);
            });
  }

  @Test
  void linesOfAFileAreAStream() throws IOException {
    Files.writeString(folder.resolve("a.txt"), "one\r\ntwo\n\nthree");
    assertThat(all("lines", "a.txt"))
        .extracting(Value::asText)
        .containsExactly("one", "two", "", "three");
  }

  @Test
  void rowsOfCsvAreMapsAndARaggedRowNamesItsLine() throws IOException {
    Files.writeString(folder.resolve("a.csv"), "x,y\n1,2\n");
    Files.writeString(folder.resolve("ragged.csv"), "x,y\n1,2\n3\n");
    assertThat(all("csv", "a.csv")).containsExactly(Value.of(Map.of("x", "1", "y", "2")));
    fails(
        Code.BAD_ARGUMENT,
        "line 3 of `" + folder.resolve("ragged.csv") + "` has 1 field, the header has 2",
        () -> all("csv", "ragged.csv"));
  }

  @Test
  void jsonIsReadAndABrokenOneNamesFileAndPlace() throws IOException {
    Files.writeString(folder.resolve("a.json"), "{\"a\": [1]}");
    Files.writeString(folder.resolve("b.json"), "{\"a\":\n [1");
    assertThat(stoa.call("json", "a.json")).isEqualTo(Value.of(Map.of("a", List.of(1))));
    fails(Code.BAD_ARGUMENT, "b.json`: not JSON at line 2", () -> stoa.call("json", "b.json"));
  }

  @Test
  void textAndBytesAreWrittenAsTheyAreAndValuesAsJson() throws IOException {
    stoa.call("write", "a.txt", "one\n");
    stoa.call(
        "write",
        new Arguments(
            List.of(new Value.Text("a.txt"), new Value.Text("two\n")),
            Map.of("append", new Value.Bool(true))));
    stoa.call("write", "b.bin", "ä".getBytes(StandardCharsets.ISO_8859_1));
    stoa.call("write", "c.json", List.of(1, 2));
    assertThat(folder.resolve("a.txt")).hasContent("one\ntwo\n");
    assertThat(folder.resolve("b.bin")).hasBinaryContent(new byte[] {(byte) 0xe4});
    assertThat(folder.resolve("c.json")).hasContent("[1, 2]\n");
  }

  @Test
  void bytesAreReadAsTheyAre() throws IOException {
    byte[] bytes = {0, (byte) 0xff, '\n'};
    Files.write(folder.resolve("a.bin"), bytes);
    assertThat(stoa.call("read", "a.bin")).isEqualTo(Value.of(bytes));
  }

  @Test
  void aMissingFileAndABadPathAreNamed() {
    fails(
        Code.BAD_ARGUMENT,
        "there is no file `" + folder.resolve("no.txt") + "`",
        () -> all("lines", "no.txt"));
    fails(Code.BAD_ARGUMENT, "the path must be text, was 7", () -> all("lines", 7));
    fails(Code.BAD_ARGUMENT, "cannot use the file", () -> stoa.call("write", ".", "x"));
  }

  @Test
  void otherCallsGoOn() {
    stoa.call("list");
    new ModuleClient(calls, "words").call("lines", "x");
    assertThat(passedOn).extracting(Invocation::name).containsExactly("stoa.list", "words.lines");
  }

  @Test
  void noMoreItemsComeThanWereAskedForAndACancelEndsTheCall() throws IOException {
    Files.writeString(folder.resolve("long.txt"), "x\n".repeat(10_000));
    Queue<Signal> said = new ConcurrentLinkedQueue<>();
    Invocation invocation =
        Invocation.of("stoa", "lines", Payload.of(Arguments.of("long.txt")))
            .with(Invocation.Terms.DEFAULT.withCredit(3));
    Flow call = calls.open(invocation, said::add);
    await().until(() -> said.size() == 3);
    call.send(new Signal.Credit(2));
    await().until(() -> said.size() == 5);
    call.send(new Signal.Cancel("enough"));
    await().until(() -> said.size() == 6);
    assertThat(said.stream().filter(Signal::ends))
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            failed -> assertThat(failed.failure()).isInstanceOf(Failure.ByCall.class));
  }
}
