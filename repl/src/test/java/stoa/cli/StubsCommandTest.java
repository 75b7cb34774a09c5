package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stoa.host.Host;

/// What `stoa stubs` writes, used to call the module that it was written for.
class StubsCommandTest {
  @TempDir Path folder;
  private Terminalless stoa;

  @BeforeEach
  void placeModules() throws IOException {
    Files.createDirectories(folder.resolve("modules/client"));
    Files.writeString(
        folder.resolve("modules/words.js"),
        """
        /**
         * Counts words.
         * @param {string} text where
         * @param {number} [least=1] from how many on
         * @returns {Object<string, number>}
         */
        export function count(text, least = 1) {
          const all = {};
          for (const word of text.split(" ")) all[word] = (all[word] ?? 0) + 1;
          return Object.fromEntries(Object.entries(all).filter(([_, n]) => n >= least));
        }
        /** @yields {number} */
        export function* to(/** @type {number} */ n) { for (let i = 1; i <= n; i++) yield i; }
        /** @param {...number} all @returns {number} */
        export function sum(...all) { return all.reduce((a, b) => a + b, 0); }
        """);
    Files.writeString(folder.resolve("modules/empty.js"), "export const nothing = 1;");
    stoa = new Terminalless(folder);
  }

  private String stubs(String language) {
    Terminalless command = new Terminalless(folder);
    assertThat(command.run("stubs", "words", "--lang", language, "--modules", "modules"))
        .as(command.err())
        .isZero();
    return command.out();
  }

  @Test
  void theJavaInterfaceIsBoundToItsModule() throws Exception {
    Path source = Files.writeString(folder.resolve("Words.java"), stubs("java"));
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", folder.toString(), source.toString());
    assertThat(compiled).isZero();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
        Host host = Host.builder().modules(folder.resolve("modules")).log(_ -> {}).start()) {
      Class<?> type = loader.loadClass("Words");
      Object words = host.bind("words", type);
      Method least = type.getMethod("count", String.class, double.class);
      assertThat(type.getMethod("count", String.class).invoke(words, "a b a"))
          .isEqualTo(Map.of("a", 2.0, "b", 1.0));
      assertThat(least.invoke(words, "a b a", 2)).isEqualTo(Map.of("a", 2.0));
      assertThat(type.getMethod("sum", double[].class).invoke(words, new double[] {1, 2.5}))
          .isEqualTo(3.5);
      try (Stream<?> items = (Stream<?>) type.getMethod("to", Object.class).invoke(words, 3)) {
        assertThat(items.map(Object.class::cast).toList()).isEqualTo(List.of(1.0, 2.0, 3.0));
      }
    }
  }

  @Test
  void aPythonModuleCallsThroughItsClient() throws IOException {
    Files.writeString(folder.resolve("modules/client/words_client.py"), stubs("py"));
    Files.writeString(
        folder.resolve("modules/client/main.py"),
        """
        from words_client import words, words_aio

        def both():
            return [words.count("a b a", least=2), list(words.to(2))]

        async def waiting():
            return [await words_aio.count("a b"), [n async for n in words_aio.to(2)]]
        """);
    assertThat(stoa.run("call", "client.both", "--modules", "modules")).as(stoa.err()).isZero();
    assertThat(stoa.run("call", "client.waiting", "--modules", "modules")).as(stoa.err()).isZero();
    assertThat(stoa.out()).isEqualTo("[{\"a\":2},[1,2]]\n[{\"a\":1,\"b\":1},[1,2]]\n");
  }

  @Test
  void typeScriptSaysWhatTheAuthorSaid() {
    assertThat(stubs("ts"))
        .contains("   * @param least from how many on (default: 1)\n")
        .contains("  count(text: string, least?: number): Promise<Record<string, number>>;\n")
        .contains("): AsyncIterable<number> & PromiseLike<number[]>;\n")
        .endsWith("export const words = stoa.module(\"words\") as unknown as Words;\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stubs wrods --lang ts      | 69 | wrods             | Did you mean `words`?",
        "stubs words --lang rb      | 2  | language `rb`     | `ts`, `py`, `java`",
        "stubs words                | 2  | `--lang` is missing | `ts`, `py`, `java`",
        "stubs                      | 2  | missing after `stubs` | stoa stubs MODULE",
        "stubs words.count --lang ts | 2 | `words.count`     | `stoa stubs words`",
        "stubs empty --lang py      | 1  | `empty`           | must export functions",
        "stubs words x --lang ts    | 2  | `x`               | stoa stubs MODULE",
      })
  void whatCannotBeWrittenIsSaid(String line, int code, String names, String help) {
    assertThat(stoa.run((line + " --modules modules").split(" +"))).isEqualTo(code);
    assertThat(stoa.err()).contains("error: ").contains(names).contains(help);
    assertThat(stoa.out()).isEmpty();
  }
}
