package stoa.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.host.Host;
import stoa.host.LogLine;

/// What modules may do, asked and said in the shell.
class GrantShellTest {
  @TempDir Path folder;
  private VirtualTerminal terminal;

  @BeforeEach
  void open() throws Exception {
    Files.createDirectories(folder.resolve("modules/weather"));
    Files.writeString(
        folder.resolve("modules/weather/main.js"),
        """
        import stoa from "stoa";
        export const of = (town) => "fine in " + town;
        export const list = async () => (await stoa.module("stoa").list()).length > 0;
        """);
    Files.writeString(
        folder.resolve("modules/weather/module.toml"),
        "[grants]\nnet = [\"api.example.org:443\"]\n");
    Files.writeString(
        folder.resolve("modules/spy.js"),
        """
        import stoa from "stoa";
        export const look = async () => (await stoa.module("stoa").list()).length > 0;
        """);
    terminal = new VirtualTerminal(folder.resolve("history"), "dumb", this::start);
    terminal.shows("stoa> ");
  }

  @AfterEach
  void close() throws Exception {
    terminal.close();
    assertThat(terminal.isOver()).isTrue();
  }

  private Host start(Consumer<LogLine> log) {
    return Host.builder()
        .modules(folder.resolve("modules"))
        .grants(folder.resolve("grants.toml"))
        .log(log)
        .start();
  }

  private Path grants() {
    return folder.resolve("grants.toml");
  }

  @Test
  void beforeItsFirstCallAModulesWishesAreShown() throws Exception {
    terminal.line("weather.of \"Bern\"");
    terminal.shows("`weather` asks for: reach api.example.org:443.");
    terminal.shows("[s]how");
    terminal.line("y");
    terminal.shows("\"fine in Bern\"");
    assertThat(grants()).content().contains("api.example.org:443");
    terminal.forget();
    terminal.line("weather.of \"Rome\"");
    terminal.shows("\"fine in Rome\"");
    assertThat(terminal.screen()).doesNotContain("asks for");
    terminal.line("history");
    terminal.shows("weather.of \"Rome\"");
    assertThat(terminal.screen()).doesNotContain("\ny\n");
  }

  @Test
  void ctrlCAtAQuestionIsANo() throws Exception {
    terminal.line("weather.of \"Bern\"");
    terminal.shows("[s]how");
    terminal.interrupt();
    terminal.shows("\"fine in Bern\"");
    assertThat(grants()).doesNotExist();
    terminal.forget();
    terminal.line("weather.list");
    terminal.shows("try again? [y/N]");
    terminal.interrupt();
    terminal.shows("stoa grant weather list");
    terminal.line("weather.of \"Rome\"");
    terminal.shows("\"fine in Rome\"");
  }

  @Test
  void whatWasRefusedIsGrantedAndTheCallIsMadeAgain() throws Exception {
    terminal.line("spy.look");
    terminal.shows("`spy` may not see which modules there are.");
    terminal.line("y");
    terminal.shows("true");
    assertThat(grants()).content().contains("[spy]");
  }

  @Test
  void codeInAConsoleIsAskedForToo() throws Exception {
    terminal.line("js await spy.look()");
    terminal.shows("`spy` may not see which modules there are.");
    terminal.line("y");
    terminal.shows("true");
  }

  @Test
  void whatModulesMayDoIsSaidAndTakenBack() throws Exception {
    terminal.line("grants");
    terminal.shows("asked");
    terminal.line("grant spy net=a.example:1 list");
    terminal.shows("`spy` may now reach a.example:1 and see which modules there are.");
    terminal.line("audit spy");
    terminal.shows("It offers");
    terminal.line("revoke spy net");
    terminal.shows("`spy` may no longer reach a.example:1.");
    terminal.line("grant weather");
    terminal.shows("Grant all of it? [y/N]");
    terminal.line("y");
    terminal.shows("`weather` may now reach api.example.org:443.");
    terminal.line("grant spy net=a.example");
    terminal.shows("names no port: write `net=a.example:443`");
    terminal.line("help revoke");
    terminal.shows("takes away what a module was granted");
  }

  @Test
  void tabCompletesModulesAndKinds() throws Exception {
    terminal.close();
    terminal = new VirtualTerminal(folder.resolve("history"), "ansi", this::start);
    terminal.shows("stoa> ");
    terminal.keys("grant sp\tne\ta.example:1\r");
    terminal.shows("`spy` may now reach a.example:1.");
  }
}
