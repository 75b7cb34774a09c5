package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whole commands, with JavaScript modules where a module is needed.
class DispatchTest {
  @TempDir Path folder;
  private Terminalless stoa;

  @BeforeEach
  void placeModules() throws IOException {
    Files.createDirectories(folder.resolve("modules"));
    write(
        "modules/words.js",
        """
        /** Words and numbers. */
        /**
         * Counts words.
         * @param {string} text where
         * @param {number} [least=1] from how many on
         */
        export function count(text, least = 1) {
          return text.split(" ").length >= least ? text.split(" ").length : 0;
        }
        export function* to(n) { for (let i = 1; i <= n; i++) yield i; }
        export function forever() { for (;;); }
        export function boom(what) { throw new TypeError("no " + what); }
        export function nothing() {}
        export function say(text) { console.log(text); }
        """);
    write("modules/broken.js", "export function (");
    stoa = new Terminalless(folder);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private int run(String line) {
    return stoa.run((line + " --modules modules").split(" "));
  }

  @Test
  void aCallPrintsItsResultAsJson() {
    assertThat(run("call words.count to least=1")).isZero();
    assertThat(stoa.out()).isEqualTo("1\n");
    assertThat(stoa.err()).isEmpty();
  }

  @Test
  void aStreamPrintsOneLineAnItemAndNothingPrintsNull() {
    assertThat(run("call words.to 3")).isZero();
    assertThat(run("call words.nothing")).isZero();
    assertThat(stoa.out()).isEqualTo("1\n2\n3\nnull\n");
  }

  @Test
  void whatAModuleWritesGoesToStderrUnderItsName() {
    assertThat(run("call words.say hello")).isZero();
    assertThat(stoa.err()).contains("[words] hello");
    assertThat(stoa.out()).isEqualTo("null\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "call words.boom x                      | 1   | TypeError: no x           | words.js:",
        "call words.cuont x                     | 1   | cuont                     | count",
        "call words.count                       | 1   | text                      | BAD_ARGUMENT",
        "call wrods.count x                     | 69  | wrods                     | Did you mean `words`?",
        "call broken.x                          | 69  | broken                    | LOAD_FAILED",
        "call words.forever --deadline 300ms    | 124 | words.forever             | DEADLINE",
        "call words                             | 2   | `words` names no method   | stoa ls",
        "call words count x                     | 2   | `words` names no method   | Write `words.count`;",
        "call                                   | 2   | missing after `call`      | MODULE.METHOD",
        "run nothing.js                         | 2   | no script `nothing.js`    | Looked for",
        "run modules                            | 2   | `modules` is a folder     | Name the file",
        "batch words.count --input modules      | 2   | `modules` is a folder     | Name a file",
        "batch words.count --force --output modules | 2 | `modules` is a folder   | Name a file",
        "batch words.count --input none.ndjson  | 2   | no input file `none.ndjson` | Looked for",
        "describe words.cuont                   | 1   | cuont                     | Did you mean `count`?",
        "describe words count                   | 2   | `count`                   | stoa describe",
        "help cal                               | 2   | `cal`                     | Did you mean `call`?",
        "trust nowhere                          | 2   | `nowhere`                 | stoa.toml",
        "call words.count x --placement moon    | 2   | `moon`                    | native",
      })
  void aFailureHasItsExitCodeNamesTheThingAndSaysTheNextStep(
      String line, int code, String names, String help) {
    assertThat(run(line)).isEqualTo(code);
    assertThat(stoa.err()).contains("error: ").contains(names).contains(help);
    assertThat(stoa.out()).isEmpty();
    assertThat(stoa.err()).doesNotContain("\tat stoa.");
  }

  @Test
  void aJavaTraceIsShownWhenAskedFor() {
    assertThat(run("call words.boom x --trace")).isEqualTo(1);
    assertThat(stoa.err()).contains("\tat stoa.cli.");
  }

  @Test
  void brokenJsonInAFailingCallIsPointedOut() {
    assertThat(stoa.run("call", "words.boom", "{a: 1}", "--modules", "modules")).isEqualTo(1);
    assertThat(stoa.err()).contains("`{a: 1}` is not JSON, so it was passed as text");
  }

  @Test
  void aModulesFolderThatIsNotThereIsNamed() {
    assertThat(stoa.run("ls", "--modules", "nowhere")).isEqualTo(2);
    assertThat(stoa.err()).contains("nowhere").contains(folder.toString());
  }

  @Test
  void listsAndDescriptionsAreForPeopleOrPrograms() {
    assertThat(run("ls")).isZero();
    assertThat(stoa.out()).containsPattern("words +not loaded +context +javascript");
    assertThat(run("describe words.count")).isZero();
    assertThat(stoa.out())
        .contains("count(text: string, least?: number = 1)")
        .contains("from how many on")
        .contains("stoa call words.count");
    assertThat(run("ls --json")).isZero();
    assertThat(stoa.out()).contains("{\"name\":\"words\",\"state\":\"not loaded\"");
    assertThat(run("describe words --json")).isZero();
    assertThat(stoa.out()).contains("\"methods\":[{\"name\":\"boom\"");
  }

  @Test
  void helpAndVersionStartNothing() {
    assertThat(stoa.run("help")).isZero();
    assertThat(stoa.run("batch", "--help")).isZero();
    assertThat(stoa.run("version", "--json")).isZero();
    assertThat(stoa.out())
        .contains("stoa call MODULE.METHOD [ARG...]")
        .contains("--jobs N")
        .contains("\"languages\":[");
  }

  @Test
  void aBatchMakesOneCallForEachLineAndTellsBrokenOnes() throws IOException {
    write("in.ndjson", "\"a b\"\n\n{broken\n\"c\"\n7\n");
    int code = run("batch words.count --input in.ndjson --output out.ndjson --jobs 2");
    assertThat(code).isEqualTo(1);
    assertThat(Files.readAllLines(folder.resolve("out.ndjson")))
        .hasSize(4)
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("{\"item\":0,\"result\":2}"),
            line -> assertThat(line).contains("\"item\":1", "BAD_ARGUMENT", "line 3, column"),
            line -> assertThat(line).isEqualTo("{\"item\":2,\"result\":1}"),
            line -> assertThat(line).contains("\"item\":3", "THREW"));
    assertThat(stoa.err()).contains("4 items: 2 ok, 2 failed").contains("1 THREW");
  }

  @Test
  void aBatchReadsCsvAndSpreadsItsColumnsByName() throws IOException {
    write("in.csv", "text,least\n\"a, b c\",1\nx\n");
    assertThat(run("batch words.count --input in.csv --spread")).isEqualTo(1);
    assertThat(stoa.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("{\"item\":0,\"result\":3}"),
            line -> assertThat(line).contains("the row in line 3 of the input has 1 field"));
  }

  @Test
  void aBatchDoesNotBeginWhenItsTargetIsWrong() throws IOException {
    write("in.ndjson", "1\n2\n");
    assertThat(run("batch wrods.count --input in.ndjson --output out.ndjson")).isEqualTo(69);
    assertThat(run("batch words.cuont --input in.ndjson --output out.ndjson")).isEqualTo(1);
    assertThat(folder.resolve("out.ndjson")).doesNotExist();
  }

  @Test
  void aBatchOverwritesOnlyWhenTold() throws IOException {
    write("out.ndjson", "precious");
    stoa.in("\"a\"\n");
    assertThat(run("batch words.count --output out.ndjson")).isEqualTo(2);
    assertThat(folder.resolve("out.ndjson")).hasContent("precious");
    assertThat(run("batch words.count --output out.ndjson --force")).isZero();
    assertThat(folder.resolve("out.ndjson")).hasContent("{\"item\":0,\"result\":1}");
  }

  @Test
  void aScriptDrivesTheModulesBesideItAndUsesFiles() throws IOException {
    write("birds.csv", "name,song\nwren,long\nowl,short\n");
    write(
        "report.js",
        """
        import stoa from "stoa";
        export async function main(title, times) {
          console.log(title);
          const names = [];
          for await (const row of stoa.csv("birds.csv")) names.push(row.name);
          await stoa.write("names.txt", names.join(" "));
          return (await stoa.module("words").count(names.join(" "))) * times;
        }
        """);
    assertThat(stoa.run("run", "report.js", "Birds", "times=10")).isZero();
    assertThat(stoa.out()).isEqualTo("Birds\n20\n");
    assertThat(folder.resolve("names.txt")).hasContent("wren owl");
  }

  @Test
  void aMissingFileOfAScriptIsNamed() throws IOException {
    write(
        "lost.js",
        """
        import stoa from "stoa";
        export async function main() { for await (const l of stoa.lines("lost.txt")) console.log(l); }
        """);
    assertThat(stoa.run("run", "lost.js")).isEqualTo(1);
    assertThat(stoa.err()).contains("there is no file `" + folder.resolve("lost.txt") + "`");
  }

  @Test
  void argumentsOfAScriptWithoutMainReachNobodyAndItIsSaid() throws Exception {
    for (String name : List.of("bare.js", "bare.py")) {
      Files.writeString(folder.resolve(name), "");
      assertThat(stoa.run("run", name, "1")).isZero();
      assertThat(stoa.err()).contains("exports no `main`, so its arguments reach nobody");
      assertThat(stoa.run("run", name)).isZero();
    }
  }

  @Test
  void aScriptThatExitsOrThrowsEndsAsItSaysAndIsNotCalledUnloadable() throws Exception {
    write("five.py", "import sys\nsys.exit(5)\n");
    write("enough.py", "import sys\ndef main():\n    print('done')\n    sys.exit()\n");
    write("sorry.py", "import sys\nsys.exit('no birds today')\n");
    write("thrown.js", "throw new TypeError('no birds')");
    write("broken.py", "def (:\n");
    assertThat(stoa.run("run", "five.py")).isEqualTo(5);
    assertThat(stoa.run("run", "enough.py")).isZero();
    assertThat(stoa.out()).isEqualTo("done\n");
    assertThat(stoa.run("run", "sorry.py")).isEqualTo(1);
    assertThat(stoa.err()).contains("no birds today").doesNotContain("error:");
    assertThat(stoa.run("run", "thrown.js")).isEqualTo(1);
    assertThat(stoa.err())
        .contains("error: TypeError: no birds")
        .contains("thrown.js:1")
        .doesNotContain("be loaded");
    assertThat(stoa.run("run", "broken.py")).isEqualTo(69);
    assertThat(stoa.err()).contains("Script `broken` could not be loaded");
  }

  @Test
  void theDeadlineOfAScriptHoldsForItsTopLevelToo() throws Exception {
    Files.writeString(folder.resolve("endless.js"), "for (;;);");
    assertThat(stoa.run("run", "endless.js", "--deadline", "300ms")).isEqualTo(124);
    assertThat(stoa.err()).contains("top level of `endless.js`");
  }

  @Test
  void linesFromAPipeRunOneAfterTheOther() {
    stoa.in("words.count \"a b\"\nwords.boom 1\nwords.count(\"a\",\n  least=1)\n");
    assertThat(stoa.run("--modules", "modules")).isEqualTo(1);
    assertThat(stoa.out()).isEqualTo("2\n1\n");
    assertThat(stoa.err()).contains("TypeError: no 1");
  }
}
