package stoa.repl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jline.terminal.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.host.Host;
import stoa.host.LogLine;

/// The shell on a terminal without any abilities, with modules in Java; a few with JavaScript.
class ShellTest {
  @TempDir Path folder;
  private final CountDownLatch called = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private VirtualTerminal terminal;

  @BeforeEach
  void open() throws Exception {
    Files.createDirectories(folder.resolve("modules"));
    Files.writeString(
        folder.resolve("modules/js-words.js"), "export const up = (t) => t.toUpperCase();");
    Files.writeString(folder.resolve("modules/loop.js"), "export function forever() { for (;;); }");
    terminal = new VirtualTerminal(folder.resolve("history"), "dumb", this::start);
    terminal.shows("stoa> ");
  }

  @AfterEach
  void close() throws Exception {
    terminal.close();
    assertThat(terminal.isOver()).isTrue();
  }

  private Host start(Consumer<LogLine> log) {
    Host host = Host.builder().modules(folder.resolve("modules")).log(log).start();
    host.register(
        "words",
        Map.of(
            "echo", call -> call.arguments().positional(),
            "birds", _ -> List.of(Map.of("name", "wren"), Map.of("name", "owl")),
            "to", call -> Stream.iterate(1L, i -> i <= call.argument(0).asLong(), i -> i + 1),
            "boom",
                _ -> {
                  throw new IllegalStateException("broken");
                },
            "wait", _ -> waitForever()));
    return host;
  }

  private Object waitForever() throws InterruptedException {
    called.countDown();
    try {
      new CountDownLatch(1).await();
      return "never";
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw e;
    }
  }

  @Test
  void resultsAreShownAndStayAtHand() throws Exception {
    terminal.line("words.echo \"a b\" 2 {\"k\": [1]}");
    terminal.shows("[\"a b\", 2, {\"k\": [1]}]");
    terminal.line("words.echo(_, 7)");
    terminal.shows("[[\"a b\", 2, {\"k\": [1]}], 7]");
    terminal.line("words.birds");
    terminal.shows("wren");
  }

  @Test
  void streamsAreNumbered() throws Exception {
    terminal.line("words.to 3");
    terminal.shows("   3 3");
    terminal.line("words.echo _");
    terminal.shows("[[1, 2, 3]]");
  }

  @Test
  void ctrlCEndsTheCallWithinASecondAndKeepsTheShell() throws Exception {
    terminal.line("words.wait");
    assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
    long start = System.nanoTime();
    terminal.interrupt();
    terminal.shows("cancelled");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    terminal.line("words.echo still here");
    terminal.shows("[\"still\", \"here\"]");
  }

  @Test
  void ctrlCEndsAnEndlessLoopInAContext() throws Exception {
    terminal.line("describe loop");
    terminal.shows("forever()");
    terminal.line("loop.forever");
    terminal.shows("loop.forever");
    await().pollDelay(Duration.ofMillis(300)).until(() -> true);
    long start = System.nanoTime();
    terminal.interrupt();
    terminal.shows("cancelled");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    terminal.line("words.echo still here");
    terminal.shows("[\"still\", \"here\"]");
  }

  @Test
  void slipsAreAnsweredWithWhatWasMeant() throws Exception {
    terminal.line("wrods.echo 1");
    terminal.shows("Did you mean `words`?");
    terminal.line("words.ecko 1");
    terminal.shows("Did you mean `echo`?");
    terminal.line("hlep");
    terminal.shows("Did you mean `help`?");
    terminal.line("words.echo {a: 1}");
    terminal.shows("keys and text need double quotes");
  }

  @Test
  void errorsComeWithTheirTrace() throws Exception {
    terminal.line("words.boom");
    terminal.shows("error: IllegalStateException: broken");
    terminal.shows("ShellTest.java:");
  }

  @Test
  void anOpenBracketIsContinuedOnTheNextLine() throws Exception {
    terminal.line("words.echo {\"a\":");
    terminal.line("  1}");
    terminal.shows("[{\"a\": 1}]");
  }

  @Test
  void pastedLinesAreCallsOfTheirOwn() throws Exception {
    terminal.close();
    terminal = new VirtualTerminal(folder.resolve("history"), "xterm", this::start);
    terminal.shows("stoa> ");
    terminal.keys("\u001b[200~words.echo 1\nwords.echo {\"a\":\n 2}\n\u001b[201~\r");
    terminal.shows("[1]");
    terminal.shows("[{\"a\": 2}]");
  }

  @Test
  void wordsThatACommandDoesNotTakeAreRefused() throws Exception {
    terminal.line("ls words");
    terminal.shows("nothing may follow `ls`, and there is `words`");
    terminal.line("time");
    terminal.shows("say what to time: `time CALL`");
    assertThat(terminal.screen()).doesNotContain("took");
  }

  @Test
  void aTerminalWithoutASizeIsTakenForAnUsualOne() throws Exception {
    terminal.close();
    terminal = new VirtualTerminal(folder.resolve("history"), "xterm", Size.of(0, 0), this::start);
    terminal.shows("stoa> ");
    assertThat(terminal.size()).isEqualTo(Size.of(80, 24));
  }

  @Test
  void commandsListDescribeAndExplain() throws Exception {
    terminal.line("ls");
    terminal.shows("js-words");
    terminal.line("words");
    terminal.shows("echo(*arguments)");
    terminal.line("help reload");
    terminal.shows("loads a module anew");
    terminal.line("status");
    terminal.shows("Protection of others from a module");
    terminal.line("load js-words");
    terminal.shows("loaded `js-words`: 1 methods");
    terminal.line("unload js-words");
    terminal.shows("unloaded `js-words`");
    terminal.line("time words.to 1");
    terminal.shows("took ");
    terminal.line("history");
    terminal.shows("help reload");
  }

  @Test
  void tabCompletesModulesAndMethods() throws Exception {
    terminal.close();
    terminal = new VirtualTerminal(folder.resolve("history"), "ansi", this::start);
    terminal.line("words.echo 0");
    terminal.shows("[0]");
    terminal.keys("wor\tec\t");
    terminal.line("fine");
    terminal.shows("[\"fine\"]");
  }

  @Test
  void javaScriptIsEvaluatedWithTheModulesAtHand() throws Exception {
    terminal.line("js");
    terminal.shows("js> ");
    terminal.line("const twice = (x) => x * 2; twice(21)");
    terminal.shows("42");
    terminal.line("await words.echo('from', 'js')");
    terminal.shows("[ 'from', 'js' ]");
    terminal.line("while (true) {}");
    terminal.shows("while (true) {}");
    await().pollDelay(Duration.ofMillis(300)).until(() -> true);
    terminal.interrupt();
    terminal.shows("cancelled");
    terminal.line("'still ' + 'here'");
    terminal.shows("still here");
    terminal.line(".exit");
    terminal.line("words.echo back");
    terminal.shows("[\"back\"]");
  }

  @Test
  void ctrlDEndsTheShell() throws Exception {
    terminal.keys("\u0004");
    await().until(terminal::isOver);
  }

  @Test
  void exitEndsTheShell() throws Exception {
    terminal.line("exit");
    await().until(terminal::isOver);
  }
}
