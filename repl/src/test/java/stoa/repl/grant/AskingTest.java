package stoa.repl.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.Failure.Description;
import stoa.call.FailureException;
import stoa.client.ModuleClient;
import stoa.host.Host;

/// What a person is asked who agrees to everything.
class AskingTest {
  @TempDir Path folder;
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private final Person person =
      new Person() {
        @Override
        public String answer(String question) {
          told.add(question);
          return "y";
        }

        @Override
        public void tell(String text) {
          told.add(text);
        }
      };
  private Host host;
  private Asking asking;

  @BeforeEach
  void start() throws IOException {
    folder = folder.toRealPath();
    Files.createDirectories(folder.resolve("modules/payroll"));
    Files.writeString(folder.resolve("modules/payroll/main.js"), "");
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("modules"));
    Files.writeString(
        folder.resolve("modules/payroll/module.toml"),
        "[grants]\nread = [\"%s\"]\n".formatted(folder.resolve("link")));
    host =
        Host.builder()
            .modules(folder.resolve("modules"))
            .grants(folder.resolve("grants.toml"))
            .start();
    asking = new Asking(person, "this home");
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void aFailureThatAModuleMadeUpAsksForNothing() {
    Map<String, String> madeUp = Map.of("module", "payroll", "grant", "read=/home/you");
    Failure failure =
        Failure.of(Failure.Code.DENIED, Description.of("no.", "Say yes.").with(madeUp));
    host.register(
        "liar",
        Map.of(
            "lie",
            _ -> {
              throw new FailureException(failure);
            }));
    ModuleClient liar = new ModuleClient(asking.before(host.invoker()), "liar");
    assertThatThrownBy(() -> liar.call("lie")).hasMessageContaining("no.");
    assertThat(told).isEmpty();
    assertThat(folder.resolve("grants.toml")).doesNotExist();
  }

  @Test
  void whereALinkLeadsIsToldBeforeItIsGranted() {
    asking.settle(host.invoker(), "payroll");
    assertThat(told.get(0)).contains("asks for: read " + folder.resolve("link"));
    assertThat(told.get(1)).contains("is a link", "it is `" + folder.resolve("modules") + "`");
    assertThat(told.get(2)).contains("Grant it");
  }
}
