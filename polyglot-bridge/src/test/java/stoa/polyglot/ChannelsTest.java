package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
class ChannelsTest {
  @TempDir Path folder;
  private Lab lab;

  @BeforeEach
  void open() {
    lab = new Lab(folder);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  /// What is done with a channel depends on its topic.
  private static final Map<String, String> ACCEPTORS =
      Map.of(
          "js",
          """
          import stoa from "stoa";
          const topics = {
            async echo(channel) { for await (const x of channel) await channel.send(x); },
            async gathers(channel) { const got = []; for await (const x of channel) got.push(x); await channel.send(got); },
            async says(channel) { await channel.send(1); await channel.send(2); channel.end(); let n = 0; for await (const x of channel) n += x; console.log(`sum ${n}`); },
            async throws(channel) { await channel.send(1); throw new RangeError("not today"); },
            async closes(channel) { await channel.send(1); channel.close(); try { await channel.send(2); } catch (e) { console.log(`sent nothing: ${e.code}`); } await channel.closed; },
            async who(channel) { await channel.send([channel.peer, channel.topic, stoa.call.caller, channel.direct]); },
            async waits(channel) { console.log("waiting"); try { for await (const x of channel); } catch (e) { console.log(`stopped: ${e.code}`); throw e; } },
            async floods(channel) { for (let i = 0; i < 40; i++) channel.send(i).then(() => console.log(`sent ${i}`)); },
            async wrong(channel) { try { await channel.send(new Set()); } catch (e) { await channel.send(e.message); } },
            async calls(channel) { for await (const f of channel) await channel.send(await f.call(20)); },
          };
          stoa.accept((channel) => topics[channel.topic](channel));
          export const ping = () => 1;
          """,
          "py",
          """
          import stoa
          def echo(channel):
              for x in channel: channel.send(x)
          def gathers(channel): channel.send(list(channel))
          def says(channel):
              channel.send(1)
              channel.send(2)
              channel.end()
              print(f"sum {sum(channel)}")
          def throws(channel):
              channel.send(1)
              raise ValueError("not today")
          def closes(channel):
              channel.send(1)
              channel.close()
              try: channel.send(2)
              except stoa.Error as e: print(f"sent nothing: {e.code}")
          def who(channel): channel.send([channel.peer, channel.topic, stoa.call.caller, channel.direct])
          def waits(channel):
              print("waiting")
              try: list(channel)
              except BaseException as e:
                  print(f"stopped: {type(e).__name__}")
                  raise
          def floods(channel):
              for i in range(40):
                  channel.send(i)
                  print(f"sent {i}")
          def wrong(channel):
              try: channel.send({1})
              except TypeError as e: channel.send(str(e))
          def calls(channel):
              for f in channel: channel.send(f(20))
          topics = dict(echo=echo, gathers=gathers, says=says, throws=throws, closes=closes, who=who, waits=waits, floods=floods, wrong=wrong, calls=calls)
          @stoa.accept
          def talk(channel): topics[channel.topic](channel)
          """,
          "pya",
          """
          import stoa
          async def echo(channel):
              async for x in channel: await channel.send(x)
          async def gathers(channel): await channel.send([x async for x in channel])
          async def says(channel):
              await channel.send(1)
              await channel.send(2)
              channel.end()
              print(f"sum {sum([x async for x in channel])}")
          async def throws(channel):
              await channel.send(1)
              raise ValueError("not today")
          async def closes(channel):
              await channel.send(1)
              await channel.close()
              try: await channel.send(2)
              except stoa.Error as e: print(f"sent nothing: {e.code}")
          async def who(channel): await channel.send([channel.peer, channel.topic, stoa.call.caller, channel.direct])
          async def waits(channel):
              print("waiting")
              try:
                  async for x in channel: pass
              except BaseException as e:
                  print(f"stopped: {type(e).__name__}")
                  raise
          async def floods(channel):
              for i in range(40):
                  await channel.send(i)
                  print(f"sent {i}")
          async def wrong(channel):
              try: await channel.send({1})
              except TypeError as e: await channel.send(str(e))
          async def calls(channel):
              async for f in channel: await channel.send(await stoa.aio(f)(20))
          @stoa.accept
          async def talk(channel): await globals()[channel.topic](channel)
          def ping(): return 1
          """);

  private static final Map<String, String> OPENERS =
      Map.of(
          "js",
          """
          import stoa from "stoa";
          let kept;
          const all = async (channel) => { const got = []; for await (const x of channel) got.push(x); return got; };
          const open = (topic) => stoa.channel("chat", { topic, direct: true });
          export async function echo(values) { const channel = await open("echo"); const got = []; for (const v of values) { await channel.send(v); for await (const x of channel) { got.push(x); break; } } channel.end(); return [got, await all(channel), await channel.closed]; }
          export async function gathers(n) { const channel = await open("gathers"); for (let i = 0; i < n; i++) await channel.send(i); channel.end(); try { await channel.send(0); } catch (e) { return [await all(channel), e.name]; } }
          export async function says() { const channel = await open("says"); const got = await all(channel); await channel.send(3); await channel.send(4); channel.end(); await channel.closed; return got; }
          export async function throws() { const channel = await open("throws"); const got = []; try { for await (const x of channel) got.push(x); } catch (e) { let again; try { await channel.closed; } catch (f) { again = f.code; } return [got, e.code, e.remote.type, e.message.includes("not today"), again]; } }
          export async function closes() { const channel = await open("closes"); return [await all(channel), await channel.closed]; }
          export async function who() { const channel = await open("who"); return [channel.peer, channel.topic, channel.direct, (await all(channel))[0]]; }
          export async function leaves() { const channel = await open("waits"); channel.close(); return [await all(channel), await channel.closed]; }
          export async function fills() { const channel = await open("lobby"); for (let i = 0; i < 40; i++) { await channel.send(i); console.log(`sent ${i}`); } }
          export async function keeps(topic) { kept = await open(topic); }
          export async function uses(x) { await kept.send(x); for await (const y of kept) return y; }
          export async function refused() { try { await open("echo"); } catch (e) { return [e.code, e.message, e.help]; } }
          export async function calls() { const channel = await open("calls"); await channel.send((x) => x + 1); for await (const x of channel) { channel.close(); return x; } }
          """,
          "py",
          """
          import stoa
          kept = None
          def open(topic): return stoa.channel("chat", topic=topic, direct=True)
          def echo(values):
              got = []
              with open("echo") as channel:
                  for v in values:
                      channel.send(v)
                      got.append(next(iter(channel)))
                  channel.end()
                  return [got, list(channel), None]
          def gathers(n):
              with open("gathers") as channel:
                  for i in range(n): channel.send(i)
                  channel.end()
                  try: channel.send(0)
                  except RuntimeError as e: return [list(channel), "TypeError"]
          def says():
              with open("says") as channel:
                  got = list(channel)
                  channel.send(3)
                  channel.send(4)
                  channel.end()
                  return got
          def throws():
              got = []
              with open("throws") as channel:
                  try:
                      for x in channel: got.append(x)
                  except stoa.Error as e:
                      try: channel.send(1)
                      except stoa.Error as f: return [got, e.code, e.remote.type, "not today" in e.message, f.code]
          def closes():
              with open("closes") as channel: return [list(channel), None]
          def who():
              with open("who") as channel: return [channel.peer, channel.topic, channel.direct, list(channel)[0]]
          def leaves():
              with open("waits") as channel: channel.close()
              return [list(channel), None]
          def fills():
              with open("lobby") as channel:
                  for i in range(40):
                      channel.send(i)
                      print(f"sent {i}")
          def keeps(topic):
              global kept
              kept = open(topic)
          def uses(x):
              kept.send(x)
              return next(iter(kept))
          def refused():
              try: open("echo")
              except stoa.Error as e: return [e.code, e.message, e.help]
          def calls():
              with open("calls") as channel:
                  channel.send(lambda x: x + 1)
                  return next(iter(channel))
          """,
          "pya",
          """
          import stoa
          kept = None
          def open(topic): return stoa.aio.channel("chat", topic=topic, direct=True)
          async def all(channel): return [x async for x in channel]
          async def first(channel):
              async for x in channel: return x
          async def echo(values):
              got = []
              async with open("echo") as channel:
                  for v in values:
                      await channel.send(v)
                      got.append(await first(channel))
                  channel.end()
                  return [got, await all(channel), None]
          async def gathers(n):
              async with open("gathers") as channel:
                  for i in range(n): await channel.send(i)
                  channel.end()
                  try: await channel.send(0)
                  except RuntimeError as e: return [await all(channel), "TypeError"]
          async def says():
              async with open("says") as channel:
                  got = await all(channel)
                  await channel.send(3)
                  await channel.send(4)
                  channel.end()
                  return got
          async def throws():
              got = []
              async with open("throws") as channel:
                  try:
                      async for x in channel: got.append(x)
                  except stoa.Error as e:
                      try: await channel.send(1)
                      except stoa.Error as f: return [got, e.code, e.remote.type, "not today" in e.message, f.code]
          async def closes():
              async with open("closes") as channel: return [await all(channel), None]
          async def who():
              async with open("who") as channel: return [channel.peer, channel.topic, channel.direct, await first(channel)]
          async def leaves():
              async with open("waits") as channel: await channel.close()
              return [await all(channel), None]
          async def fills():
              async with open("lobby") as channel:
                  for i in range(40):
                      await channel.send(i)
                      print(f"sent {i}")
          async def keeps(topic):
              global kept
              kept = await open(topic)
          async def uses(x):
              await kept.send(x)
              return await first(kept)
          async def refused():
              try: await open("echo")
              except stoa.Error as e: return [e.code, e.message, e.help]
          async def calls():
              async with open("calls") as channel:
                  await channel.send(lambda x: x + 1)
                  return await first(channel)
          """);

  /// What a reader gets whose opener leaves.
  private static final Map<String, String> STOPPED =
      Map.of("js", "CANCELLED", "py", "Cancelled", "pya", "Error");

  private LoadedModule load(String name, String language, String text) {
    return language.equals("js") ? lab.javascript(name, text) : lab.python(name, text);
  }

  private void load(String opener, String acceptor) {
    load("chat", acceptor, ACCEPTORS.get(acceptor));
    load("talker", opener, OPENERS.get(opener));
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
    load(opener, acceptor);
    List<Object> values = List.of(1L, 2.5, "text", true, List.of(1L, "a"), Map.of("k", 1L));
    assertThat(ask("echo", values)).asList().startsWith(values, List.of());
    assertThat(ask("who"))
        .isEqualTo(List.of("chat#1", "who", false, List.of("talker", "who", "talker", false)));
    assertThat(ask("calls")).isEqualTo(21L);
  }

  @ParameterizedTest
  @CsvSource({"js, js", "js, py", "js, pya", "py, js", "py, py", "py, pya", "pya, js", "pya, py"})
  void oneDirectionEndsAndTheOtherGoesOn(String opener, String acceptor) {
    load(opener, acceptor);
    List<Long> hundred = LongStream.range(0, 100).boxed().toList();
    assertThat(ask("gathers", 100)).isEqualTo(List.of(List.of(hundred), "TypeError"));
    assertThat(ask("says")).isEqualTo(List.of(1L, 2L));
    awaitLine("sum 7");
  }

  @ParameterizedTest
  @CsvSource({"js, js", "js, py", "py, js", "py, pya", "pya, js", "pya, py"})
  void whatTheAcceptorThrowsEndsTheChannelForItsOpener(String opener, String acceptor) {
    load(opener, acceptor);
    String type = acceptor.equals("js") ? "RangeError" : "ValueError";
    assertThat(ask("throws")).isEqualTo(List.of(List.of(1L), "THREW", type, true, "THREW"));
  }

  @ParameterizedTest
  @CsvSource({"js, js", "js, py", "py, js", "py, pya", "pya, js", "pya, py"})
  void eitherSideMayClose(String opener, String acceptor) {
    load(opener, acceptor);
    assertThat(ask("closes")).asList().first().isEqualTo(List.of(1L));
    awaitLine("sent nothing: CANCELLED");
    assertThat(ask("leaves")).asList().first().isEqualTo(List.of());
    awaitLine("stopped: " + STOPPED.get(acceptor));
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "pya"})
  void aReaderThatDoesNotReadStopsTheAcceptorAfter32Items(String acceptor) {
    load("chat", acceptor, ACCEPTORS.get(acceptor));
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
    load("talker", opener, OPENERS.get(opener));
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
    load(opener, "js");
    ask("keeps", "echo");
    assertThat(ask("uses", 5)).isEqualTo(5L);
    assertThat(ask("uses", 6)).isEqualTo(6L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "pya"})
  void aChannelEndsWithTheInstanceThatOpenedIt(String opener) {
    load(opener, "js");
    ask("keeps", "waits");
    awaitLine("waiting");
    lab.modulesLoaded("talker").close(Duration.ZERO);
    awaitLine("stopped: CANCELLED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "pya"})
  void theChannelEndsForItsOpenerWithTheInstanceThatTookIt(String acceptor) {
    load("chat", acceptor, ACCEPTORS.get(acceptor));
    Recorder recorder = channel("waits");
    awaitLine("waiting");
    lab.modulesLoaded("chat").close(Duration.ZERO);
    Lab.failureOf(recorder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"py", "pya"})
  void aCancelledCallStopsWaitingOnItsChannelAndTheChannelStays(String opener) {
    load(opener, "js");
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
    load("chat", acceptor, ACCEPTORS.get(acceptor));
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
    load("chat", acceptor, ACCEPTORS.get(acceptor));
    Recorder recorder = channel("wrong");
    assertThat(Lab.result(recorder)).isEqualTo(Value.NULL);
    assertThat(recorder.items()).singleElement().asString().contains("at item");
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "pya"})
  void aModuleWithoutAnAcceptorTakesNoChannels(String opener) {
    lab.javascript("chat", "export const a = 1;");
    load("talker", opener, OPENERS.get(opener));
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
