package stoa.polyglot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.module.LoadedModule;
import stoa.polyglot.Lab.Recorder;
import stoa.value.Arguments;
import stoa.value.Value;

/// Channels with contexts at either end: JavaScript (`js`), synchronous Python (`py`) and
/// asynchronous Python (`pya`).
class ChannelsTest extends InLab {
  /// What a reader gets whose opener leaves.
  private static final Map<String, String> STOPPED =
      Map.of("js", "CANCELLED", "py", "Cancelled", "pya", "Error");

  /// Loads the module that takes channels, and does with them what their topic says.
  private void loadChat(String language) {
    load("chat", "acceptor", language);
  }

  private void loadTalker(String language) {
    load("talker", "opener", language);
  }

  private void load(String name, String stem, String language) {
    switch (language) {
      case "js" -> lab.javascript(name, text(stem + ".mjs"));
      case "py" -> lab.python(name, text(stem + ".py"));
      default -> lab.python(name, text(stem + "_async.py"));
    }
  }

  private static String text(String name) {
    try (InputStream file = ChannelsTest.class.getResourceAsStream("channels/" + name)) {
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Object ask(String method, Object... arguments) {
    return Lab.result(lab.ask("talker", method, arguments)).plain();
  }

  private void awaitLine(String text) {
    await().untilAsserted(() -> assertThat(lab.lines).extracting("text").contains(text));
  }

  private boolean said(String text) {
    return lab.lines.stream().anyMatch(line -> line.text().equals(text));
  }

  /// A channel opened by the user.
  private Recorder channel(String topic) {
    return lab.ask(
        "user",
        new Invocation(
            new Target.Channel("chat", Optional.empty()),
            topic,
            Payload.of(Arguments.NONE),
            Invocation.Terms.DEFAULT.with(Invocation.Shape.STREAMS_IN),
            stoa.call.Chain.begin()));
  }

  private static Signal item(Object value) {
    return new Signal.Item(Payload.of(Value.of(value)));
  }

  @ParameterizedTest
  @CsvSource({"js, js", "js, py", "js, pya", "py, js", "py, py", "py, pya", "pya, js", "pya, py"})
  void twoModulesTalkInBothDirectionsAndKnowEachOther(String opener, String acceptor) {
    loadChat(acceptor);
    loadTalker(opener);
    List<Object> values = List.of(1L, 2.5, "text", true, List.of(1L, "a"), Map.of("k", 1L));
    assertThat(ask("echo", values)).asInstanceOf(LIST).startsWith(values, List.of());
    assertThat(ask("who"))
        .isEqualTo(List.of("chat#1", "who", false, List.of("talker", "who", "talker", false)));
    assertThat(ask("calls")).isEqualTo(21L);
  }

  @ParameterizedTest
  @CsvSource({"js, js", "js, py", "js, pya", "py, js", "py, py", "py, pya", "pya, js", "pya, py"})
  void oneDirectionEndsAndTheOtherGoesOn(String opener, String acceptor) {
    loadChat(acceptor);
    loadTalker(opener);
    List<Long> hundred = LongStream.range(0, 100).boxed().toList();
    assertThat(ask("gathers", 100)).isEqualTo(List.of(List.of(hundred), "TypeError"));
    assertThat(ask("says")).isEqualTo(List.of(1L, 2L));
    awaitLine("sum 7");
  }

  @ParameterizedTest
  @CsvSource({"js, js", "js, py", "py, js", "py, pya", "pya, js", "pya, py"})
  void whatTheAcceptorThrowsEndsTheChannelForItsOpener(String opener, String acceptor) {
    loadChat(acceptor);
    loadTalker(opener);
    String type = acceptor.equals("js") ? "RangeError" : "ValueError";
    assertThat(ask("throws")).isEqualTo(List.of(List.of(1L), "THREW", type, true, "THREW"));
  }

  @ParameterizedTest
  @CsvSource({"js, js", "js, py", "py, js", "py, pya", "pya, js", "pya, py"})
  void eitherSideMayClose(String opener, String acceptor) {
    loadChat(acceptor);
    loadTalker(opener);
    assertThat(ask("closes")).asInstanceOf(LIST).first().isEqualTo(List.of(1L));
    awaitLine("sent nothing: CANCELLED");
    assertThat(ask("leaves")).asInstanceOf(LIST).first().isEqualTo(List.of());
    awaitLine("stopped: " + STOPPED.get(acceptor));
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "pya"})
  void aReaderThatDoesNotReadStopsTheAcceptorAfter32Items(String acceptor) {
    loadChat(acceptor);
    Recorder recorder = channel("floods");
    awaitLine("sent 31");
    assertThat(recorder.signals.getFirst())
        .isEqualTo(new Signal.Accepted("chat#1", Optional.empty()));
    assertThat(recorder.items()).hasSize(32);
    assertThat(said("sent 32")).isFalse();
    assertThat(recorder.ended()).isFalse();
    recorder.callee.send(new Signal.Credit(4));
    recorder.callee.send(new Signal.Credit(4));
    assertThat(Lab.result(recorder)).isEqualTo(Value.NULL);
    assertThat(recorder.items()).isEqualTo(LongStream.range(0, 40).boxed().toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "pya"})
  void aReaderThatDoesNotReadStopsTheOpenerAfter32Items(String opener) throws Exception {
    BlockingQueue<Signal> heard = new LinkedBlockingQueue<>();
    BlockingQueue<Flow> openers = new LinkedBlockingQueue<>();
    lab.modules.put(
        "chat",
        (_, caller) -> {
          caller.send(new Signal.Accepted("", Optional.empty()));
          openers.add(caller);
          return heard::add;
        });
    loadTalker(opener);
    Recorder fills = lab.ask("talker", "fills");
    Flow caller = openers.poll(10, TimeUnit.SECONDS);
    awaitLine("sent 31");
    assertThat(said("sent 32")).isFalse();
    assertThat(heard).hasSize(32);
    caller.send(new Signal.Credit(8));
    Lab.result(fills);
    await().until(() -> heard.size() >= 40);
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "pya"})
  void aChannelOutlivesTheCallInWhichItWasOpened(String opener) {
    loadChat("js");
    loadTalker(opener);
    ask("keeps", "echo");
    assertThat(ask("uses", 5)).isEqualTo(5L);
    assertThat(ask("uses", 6)).isEqualTo(6L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "pya"})
  void aChannelEndsWithTheInstanceThatOpenedIt(String opener) {
    loadChat("js");
    loadTalker(opener);
    ask("keeps", "waits");
    awaitLine("waiting");
    lab.modulesLoaded("talker").close(Duration.ZERO);
    awaitLine("stopped: CANCELLED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "pya"})
  void theChannelEndsForItsOpenerWithTheInstanceThatTookIt(String acceptor) {
    loadChat(acceptor);
    Recorder recorder = channel("waits");
    awaitLine("waiting");
    lab.modulesLoaded("chat").close(Duration.ZERO);
    Lab.failureOf(recorder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"py", "pya"})
  void aCancelledCallStopsWaitingOnItsChannelAndTheChannelStays(String opener) {
    loadChat("js");
    loadTalker(opener);
    ask("keeps", "waits");
    Recorder uses = lab.ask("talker", "uses", 1);
    awaitLine("waiting");
    uses.callee.send(new Signal.Cancel("enough"));
    Lab.failureOf(uses);
    assertThat(ask("refused")).isNull();
    assertThat(said("stopped: CANCELLED")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "pya"})
  void theOpenerThatLeavesCancelsTheAcceptor(String acceptor) {
    loadChat(acceptor);
    Recorder recorder = channel("waits");
    recorder.callee.send(item(1));
    awaitLine("waiting");
    if (!acceptor.equals("py")) {
      Lab.result(lab.ask("chat", "ping")); // it waits by now: its code would be interrupted
    }
    recorder.callee.send(new Signal.Cancel("enough"));
    assertThat(Lab.failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
    awaitLine("stopped: " + STOPPED.get(acceptor));
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "pya"})
  void whatIsNoValueIsRefusedAndTheChannelGoesOn(String acceptor) {
    loadChat(acceptor);
    Recorder recorder = channel("wrong");
    assertThat(Lab.result(recorder)).isEqualTo(Value.NULL);
    assertThat(recorder.items()).singleElement().asString().contains("at item");
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "pya"})
  void aModuleWithoutAnAcceptorTakesNoChannels(String opener) {
    lab.javascript("chat", "export const a = 1;");
    loadTalker(opener);
    Failure failure = Target.noChannels("chat");
    assertThat(ask("refused"))
        .isEqualTo(List.of("NO_SUCH_METHOD", failure.message(), failure.help()));
  }

  @Test
  void theAcceptorIsNoMethod() {
    LoadedModule py =
        lab.python("import stoa\n@stoa.accept\ndef talk(channel): pass\ndef other(): return 1\n");
    assertThat(py.info().methods()).extracting("name").containsExactly("other");
    LoadedModule js =
        lab.javascript(
            "import stoa from 'stoa'; export async function talk(c) {} stoa.accept(talk); export const other = () => 1;");
    assertThat(js.info().methods()).extracting("name").containsExactly("other");
  }

  @Test
  void aModuleHasOneAcceptorGivenWhileItIsLoaded() {
    assertThat(
            Lab.failure(
                    lab.javascript(
                        "import stoa from 'stoa'; export const late = () => stoa.accept(() => 1);"),
                    "late")
                .message())
        .contains("top level");
    assertThat(
            Lab.failure(lab.python("import stoa\ndef late(): stoa.accept(print)\n"), "late")
                .message())
        .contains("top level");
    LoadedModule twice =
        lab.javascript(
            "import stoa from 'stoa'; stoa.accept(() => 1); let why; try { stoa.accept(() => 2); } catch (e) { why = e.message; } export const said = () => why;");
    assertThat(Lab.call(twice, "said").asText()).contains("before");
    LoadedModule again =
        lab.python(
            "import stoa\nstoa.accept(print)\nwhy = ''\ntry: stoa.accept(print)\nexcept RuntimeError as e: why = str(e)\ndef said(): return why\n");
    assertThat(Lab.call(again, "said").asText()).contains("before");
  }
}
