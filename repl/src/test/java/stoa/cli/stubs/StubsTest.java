package stoa.cli.stubs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.module.MethodInfo;
import stoa.module.MethodInfo.Kind;
import stoa.module.ModuleInfo;

/// Files are compared with golden ones, and compiled where the compiler is at hand. To write the
/// golden ones anew: `-Dstoa.write-golden=true`.
class StubsTest {
  @TempDir Path folder;

  private static MethodInfo.Parameter p(String name, String type, String doc, String fallback) {
    return new MethodInfo.Parameter(name, type, doc, !fallback.isEmpty(), fallback, Kind.EITHER);
  }

  private static MethodInfo.Parameter named(String name, String type, String fallback) {
    boolean optional = !fallback.isEmpty();
    return new MethodInfo.Parameter(name, type, "", optional, fallback, Kind.NAMED);
  }

  private static MethodInfo.Parameter rest(String name, String type, boolean byName) {
    return new MethodInfo.Parameter(name, type, "", true, "", byName ? Kind.NAMED_REST : Kind.REST);
  }

  private static MethodInfo method(
      String name, String doc, String returns, boolean streams, MethodInfo.Parameter... all) {
    return new MethodInfo(name, doc, List.of(all), returns, streams, false);
  }

  private static MethodInfo method(String name, MethodInfo.Parameter... all) {
    return method(name, "", "", false, all);
  }

  private static ModuleInfo module(
      String name, String doc, String language, MethodInfo... methods) {
    return new ModuleInfo(name, "1.2.0", doc, List.of(methods), Map.of(), language);
  }

  /// What a usual module says.
  private static final ModuleInfo WORDS =
      module(
          "my-words",
          "Words and numbers.",
          "javascript",
          method(
              "count",
              "Counts how often each word occurs.\n\nCase matters.",
              "Record<string, number>",
              false,
              p("text", "string", "what to count", ""),
              p("least", "number", "leave out\nwhat is rarer", "1"),
              p("stop", "string[]", "", "null")),
          method("to", "", "number", true, p("n", "int", "", "")),
          method(
              "join",
              "Joins.",
              "string",
              false,
              p("sep", "string", "", ""),
              rest("parts", "string", false)),
          method(
              "save",
              "",
              "void",
              false,
              p("at", "Date", "", ""),
              p("data", "Uint8Array|string", "", "")),
          method("find", "", "string?", false, p("first", "", "", "1"), p("second", "", "", "")),
          method(
              "options",
              "",
              "bytes",
              false,
              rest("all", "int", false),
              p("sep", "str", "between", "','"),
              rest("more", "", true)),
          method("new", "Makes one.", "any", false),
          method(
              "running",
              "",
              "AsyncIterable<number>",
              false,
              p("start", "number", "", ""),
              p("numbers", "AsyncIterable<number>", "", "")),
          method(
              "area",
              "",
              "float",
              false,
              p("side", "float", "", ""),
              named("unit", "str", "'m'"),
              named("exact", "bool", "")));

  private static final String NASTY =
      "*/ \"\"\" ''' \\ \\u000a \\u00 \\N{DASH} `x` ${y} {@code <a> // # \u0000\u001b[31m\u2028\u2029\u0085\r\nnext\" */";

  /// What only a module of ill will, or of another language, says.
  private static final ModuleInfo NASTY_MODULE =
      new ModuleInfo(
          "a\"b\n*/\\u000a-1",
          NASTY,
          NASTY,
          List.of(
              method("class", NASTY, NASTY, false, p("class", NASTY, NASTY, NASTY)),
              method("Count", p("a", "int", "", "1")),
              method("count", p("a", "int", "", "1")),
              method("count", p("b", "int", "", "2")),
              method("COUNT", NASTY, "", true),
              method("_", p("_", "", "", "")),
              method("__init__", p("x", "", "", "")),
              method(
                  "_private", p("self", "", "", ""), p("this", "", "", ""), p("self_", "", "", "")),
              method("list", "", "list[str]", false, p("list", "list[int]", "", "")),
              method("str", "", "dict[str, bytes]", false, p("str", "str", "", "")),
              method("Any", "", "", true, p("x", "datetime", "", "")),
              method("list_", "", "bool", false),
              method("then", p("x", "", "", "")),
              method("constructor", p("arguments", "", "", "")),
              method("wait", p("timeout", "long", "", "0")),
              method("equals", p("other", "", "", "")),
              method("prototype.x", p("a.b", "", "", ""), p("", "", "", ""), p("9", "", "", "")),
              method(
                  "größe", p("größe", "number", "", ""), p("ﬁn", "", "", ""), p("fin", "", "", "")),
              method("$dollar", p("$a", "", "", ""), p("a", "", "", ""), p("a", "", "", "")),
              method("\n\"; evil(); //", p("\n", "\n", "\n", "\n")),
              method("", p("await", "", "", ""), p("yield", "", "", ""), p("None", "", "", "")),
              method("first", p("a", "", "", "1"), p("b", "", "", ""), p("c", "", "", "3")),
              method(
                  "odd",
                  rest("k", "", true),
                  rest("r", "int", false),
                  p("x", "", "", ""),
                  rest("r", "str", false)),
              method(
                  "named",
                  p("a", "", "", ""),
                  rest("rest", "list[int]", false),
                  p("b", "", "", "")),
              method("debug", p("__debug__", "int|str|None", "", "")),
              method("wide", parameters(150)),
              method(
                  "stream", "", "Iterator[int]", false, p("items", "AsyncIterator[int]", "", ""))),
          Map.of(),
          "c");

  private static MethodInfo.Parameter[] parameters(int count) {
    MethodInfo.Parameter[] all = new MethodInfo.Parameter[count];
    for (int i = 0; i < count; i++) {
      all[i] = p("p" + i, "int", "", "0");
    }
    return all;
  }

  // ---- golden files ----

  @ParameterizedTest
  @EnumSource
  void aUsualModuleIsWrittenAsItsUsersWould(Stubs language) throws IOException {
    Path golden = Path.of("src/test/resources/stubs/my-words." + language.id() + ".txt");
    String text = language.of(WORDS) + "\n";
    if (Boolean.getBoolean("stoa.write-golden")) {
      Files.writeString(golden, text);
    }
    assertThat(text).isEqualTo(Files.readString(golden));
  }

  // ---- Java ----

  private static void compileJava(String source) {
    Matcher name = Pattern.compile("(?m)^public interface (\\w+) \\{$").matcher(source);
    assertThat(name.find()).isTrue();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    var unit =
        new SimpleJavaFileObject(
            URI.create("string:///" + name.group(1) + ".java"), SimpleJavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options =
        List.of(
            "-proc:none",
            "-implicit:none",
            "-Xlint:all,-path",
            "-Werror",
            "-d",
            System.getProperty("java.io.tmpdir"));
    List<String> noClasses = new ArrayList<>(options);
    noClasses.addAll(List.of("-XDshould-stop.ifNoError=FLOW"));
    boolean done = compiler.getTask(said, null, null, noClasses, null, List.of(unit)).call();
    assertThat(done).as(said + "\n" + source).isTrue();
  }

  @Test
  void javaCompilesWhateverTheModuleSays() {
    compileJava(Stubs.JAVA.of(WORDS));
    compileJava(Stubs.JAVA.of(NASTY_MODULE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"list", "string", "value", "stream", "class", "object", "stoa", "map", "x-1"})
  void aModuleMayHaveTheNameOfAType(String name) throws Exception {
    ModuleInfo module =
        module(
            name,
            "",
            "python",
            method("a", "", "dict[str, list[datetime]]", true, p("x", "str", "", "")),
            method("b", "", "int", false, p("x", "object", "", ""), p("y", "bool", "", "")));
    compileJava(Stubs.JAVA.of(module));
    importPython(Stubs.PY.of(module));
  }

  // ---- Python ----

  private void importPython(String source) throws IOException, InterruptedException {
    Path file = folder.resolve("client.py");
    Files.writeString(file, source);
    assertThat(run("python3", "-W", "error", "-m", "py_compile", "client.py")).as(source).isEmpty();
    assertThat(
            run(
                "python3",
                "-W",
                "error",
                "-c",
                """
                import ast, typing, client
                for name, thing in vars(client).items():
                    if isinstance(thing, type) and thing.__module__ == "client":
                        for of, method in vars(thing).items():
                            if callable(method) and not of.startswith("__") and of != "_no_init_or_replace_init":
                                typing.get_type_hints(method)
                """))
        .as(source)
        .isEmpty();
  }

  private String run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Path sdk = Path.of(System.getProperty("stoa.root"), "polyglot-bridge/sdk/python");
    builder.environment().put("PYTHONPATH", sdk.toAbsolutePath().toString());
    builder.environment().put("PYTHONPYCACHEPREFIX", folder.resolve("cache").toString());
    Process process = builder.redirectErrorStream(true).start();
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return process.exitValue() == 0 ? said : said + "exit " + process.exitValue();
    }
  }

  @Test
  void pythonImportsWhateverTheModuleSays() throws Exception {
    importPython(Stubs.PY.of(WORDS));
    importPython(Stubs.PY.of(NASTY_MODULE));
  }

  // ---- TypeScript ----

  /// Without a compiler: no doc ends its comment, and each line is one that is meant.
  @Test
  void typeScriptHasOnlyMeantLinesWhateverTheModuleSays() {
    String code =
        Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL)
            .matcher(Stubs.TS.of(NASTY_MODULE))
            .replaceAll("");
    String name = "(?:[\\p{L}_$][\\p{L}\\p{Nd}_$]*|\"(?:[^\"\\\\]|\\\\.)*\")";
    assertThat(code.lines().filter(line -> !line.isBlank()))
        .allSatisfy(line ->
            assertThat(line)
                .matches(
                    "// [^\u2028\u2029\r]*|import stoa from \"stoa\";|export interface \\w+ \\{|\\}"
                        + "|  // [^\u2028\u2029\r]*|  readonly stream: \\{|  };|  (?:  )?"
                        + name
                        + "?"
                        + "\\([\\p{L}\\p{Nd}_$?:, .|\\[\\]<>()]*\\): [\\w<>,& \\[\\]|]+;"
                        + "|export const \\w+ = stoa.module\\(\".*\"\\) as unknown as \\w+;"));
  }

  /// A syntax check by node, where it strips types.
  @Test
  void nodeReadsTheTypeScript() throws Exception {
    String version = run("node", "--version").strip();
    int major = Integer.parseInt(version.replaceFirst("^v(\\d+).*", "$1"));
    assumeTrue(major >= 24, "node " + version + " does not strip types by itself");
    for (ModuleInfo module : List.of(WORDS, NASTY_MODULE)) {
      Files.writeString(folder.resolve("client.ts"), Stubs.TS.of(module));
      String strip =
          "import('node:module').then(m => m.stripTypeScriptTypes(require('fs').readFileSync('client.ts', 'utf8')))";
      assertThat(run("node", "--no-warnings", "-e", strip)).isEmpty();
    }
  }
}
