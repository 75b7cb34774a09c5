package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static stoa.polyglot.Lab.call;
import static stoa.polyglot.Lab.failure;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stoa.call.Failure;
import stoa.call.Thrown;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.MethodInfo;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;
import stoa.value.Arguments;
import stoa.value.Value;

class JavaScriptModuleTest extends InLab {
  @Test
  void exportedFunctionsAreMethods() {
    LoadedModule module =
        lab.javascript(
            """
            export const stoa = { version: "1.2.3", needs: { other: "^1.0.0" }, idempotent: ["add"] };
            export function add(a, b = 2) { return a + b; }
            export const later = async (x) => { await null; return x; };
            function hidden() {}
            export class Thing {}
            """);
    assertThat(module.info().methods())
        .extracting(MethodInfo::name)
        .containsExactlyInAnyOrder("add", "later");
    assertThat(module.info().version()).isEqualTo("1.2.3");
    assertThat(module.info().needs()).isEqualTo(Map.of("other", "^1.0.0"));
    assertThat(module.info().method("add").orElseThrow().idempotent()).isTrue();
    assertThat(call(module, "add", 1)).isEqualTo(new Value.Int(3));
    assertThat(call(module, "later", "x")).isEqualTo(new Value.Text("x"));
  }

  @Test
  void everyKindOfValueCrossesBothWays() {
    LoadedModule module =
        lab.javascript(
            "export const same = (x) => x; export const kind = (x) => x?.constructor?.name ?? String(x);");
    Map<String, Object> nested = new LinkedHashMap<>();
    nested.put("z", 1);
    nested.put("a", Arrays.asList(null, true, "ü😀"));
    nested.put("__proto__", "own");
    for (Object value :
        new Object[] {
          null,
          true,
          0,
          -5,
          (1L << 53) - 1,
          1L << 53,
          Long.MIN_VALUE,
          1.5,
          -0.0,
          Double.NaN,
          1e300,
          "",
          "text",
          BigInteger.TWO.pow(100).negate(),
          Instant.ofEpochMilli(-1),
          Instant.ofEpochMilli(1_700_000_000_123L),
          List.of(),
          Map.of(),
          nested
        }) {
      assertThat(call(module, "same", value)).isEqualTo(Value.of(value));
    }
    assertThat(call(module, "same", 2.0)).isEqualTo(new Value.Int(2));
    assertThat(call(module, "same", (Object) new byte[] {1, -1}).plain())
        .isEqualTo(new byte[] {1, -1});
    assertThat(call(module, "kind", 1L << 60).asText()).isEqualTo("BigInt");
    assertThat(call(module, "kind", (Object) new byte[1]).asText()).isEqualTo("Uint8Array");
    assertThat(call(module, "kind", Instant.EPOCH).asText()).isEqualTo("Date");
  }

  @Test
  void whatIsNoValueIsRefusedWithPathAndAdvice() {
    LoadedModule module =
        lab.javascript(
            """
            class Point {}
            export const set = () => ({ a: [1, new Set()] });
            export const point = () => new Point();
            export const fn = () => [class Other {}];
            export const loop = () => { const a = {}; a.b = [a]; return a; };
            export const deep = () => { let a = []; for (let i = 0; i < 200; i++) a = [a]; return a; };
            export const date = () => new Date(NaN);
            export const lone = () => "ab\\ud800";
            export const keys = () => new Map([[1, 2]]);
            export const late = async () => new Set();
            export function* items() { yield 1; yield new Set(); }
            export const sym = () => Symbol("x");
            """);
    assertThat(threw(module, "set"))
        .contains("Set cannot cross a call (at result.a[1]); return [...set]");
    assertThat(threw(module, "point")).contains("an instance of Point", "{...object}");
    assertThat(threw(module, "fn")).contains("[0]", "class Other");
    assertThat(threw(module, "loop")).contains("contains itself");
    assertThat(threw(module, "deep")).contains("deeper than 100");
    assertThat(threw(module, "date")).contains("Invalid Date");
    assertThat(threw(module, "lone")).contains("index 2");
    assertThat(threw(module, "keys")).contains("key of type number");
    assertThat(threw(module, "late")).contains("Set");
    assertThat(threw(module, "items")).contains("Set");
    assertThat(threw(module, "sym")).contains("symbol");
  }

  private static String threw(LoadedModule module, String method) {
    Failure.ByGuest failure = (Failure.ByGuest) failure(module, method);
    assertThat(failure.thrown().type()).isEqualTo("TypeError");
    return failure.message();
  }

  @Test
  void argumentsAreFittedToParameters() {
    LoadedModule module =
        lab.javascript(
            """
            export function f(a, b = ")", { c, d = 4 } = {}, ...rest) { return [a, b, c, d, rest]; }
            export function two(a, /* , */ b) { return [a, b]; }
            /** @param {number} [a] may be absent */
            export function one(a) { return a === undefined; }
            export const bound = two.bind(null);
            """);
    assertThat(call(module, "f", named(Map.of("a", 1, "c", 3))).plain())
        .isEqualTo(Arrays.asList(1L, ")", 3L, 4L, List.of()));
    assertThat(call(module, "f", 1, 2, Map.of(), 5, 6).plain())
        .isEqualTo(Arrays.asList(1L, 2L, null, 4L, List.of(5L, 6L)));
    assertThat(
            call(module, "two", new Arguments(List.of(Value.of(1)), Map.of("b", Value.of(2))))
                .plain())
        .isEqualTo(List.of(1L, 2L));
    assertThat(call(module, "one")).isEqualTo(new Value.Bool(true));
    assertThat(call(module, "bound", 1, 2).plain()).isEqualTo(List.of(1L, 2L));
    assertThat(bad(module, "two", Arguments.of(1))).contains("needs `b`").contains("two(a, b)");
    assertThat(bad(module, "two", Arguments.of(1, 2, 3))).contains("2 arguments", "got 3");
    assertThat(bad(module, "two", named(Map.of("a", 1, "bb", 1))))
        .contains("no parameter `bb`", "Did you mean `b`");
    assertThat(bad(module, "two", new Arguments(List.of(Value.of(1)), Map.of("a", Value.of(2)))))
        .contains("`a` twice");
  }

  private static Arguments named(Map<String, Object> values) {
    return new Arguments(List.of(), Value.of(values).asMap());
  }

  private static String bad(LoadedModule module, String method, Arguments arguments) {
    Failure failure = failure(module, method, arguments);
    assertThat(failure.code()).isEqualTo(Failure.Code.BAD_ARGUMENT);
    return failure.message() + " " + failure.help();
  }

  @Test
  void anUnknownMethodIsAnsweredWithTheClosest() {
    LoadedModule module =
        lab.javascript("export const count = () => 1; export const other = () => 2;");
    Failure failure = failure(module, "cuont");
    assertThat(failure.code()).isEqualTo(Failure.Code.NO_SUCH_METHOD);
    assertThat(failure.help()).isEqualTo("Did you mean `count`?");
    assertThat(failure(module, "nothingLikeIt").help()).isEqualTo("It has `count`, `other`.");
  }

  @Test
  void errorsKeepTypeMessageFramesAndCause() {
    LoadedModule module =
        lab.javascript(
            """
            function inner() { throw new RangeError("inner"); }
            export function outer() {
              try { inner(); } catch (e) { throw new TypeError("outer", { cause: e }); }
            }
            export async function late() { await null; inner(); }
            export function odd() { throw "text"; }
            """);
    Thrown thrown = ((Failure.ByGuest) failure(module, "outer")).thrown();
    assertThat(thrown.type()).isEqualTo("TypeError");
    assertThat(thrown.message()).isEqualTo("outer");
    assertThat(thrown.module()).isEqualTo("lab");
    assertThat(thrown.frames())
        .containsExactly(new Thrown.Frame("javascript", "outer", "lab.mjs", 3));
    assertThat(thrown.cause().orElseThrow().frames())
        .extracting(Thrown.Frame::function)
        .containsExactly("inner", "outer");
    Thrown late = ((Failure.ByGuest) failure(module, "late")).thrown();
    assertThat(late.type()).isEqualTo("RangeError");
    assertThat(late.frames().getFirst())
        .isEqualTo(new Thrown.Frame("javascript", "inner", "lab.mjs", 1));
    assertThat(failure(module, "odd").message()).contains("text");
  }

  @Test
  void aModuleThatCannotBeLoadedSaysWhere() {
    Failure syntax = loadFailure("export function ok() {}\nexport function f( {\n");
    assertThat(syntax.code()).isEqualTo(Failure.Code.LOAD_FAILED);
    assertThat(syntax.message()).contains("broken.mjs:3:");
    Failure thrown = loadFailure("\nboom();");
    assertThat(thrown.message()).contains("ReferenceError", "boom", "broken.mjs:2");
    Failure absent = loadFailure("import './other.mjs';");
    assertThat(absent.message()).contains("other.mjs");
    assertThat(absent.help()).contains("folder");
  }

  private Failure loadFailure(String text) {
    return lab.loadFailure(
        lab.source("broken", ".mjs", Language.JAVASCRIPT, ModuleSource.Kind.MODULE, text));
  }

  @Test
  void topLevelAwaitMayWait() {
    LoadedModule module =
        lab.javascript(
            "export const x = 1; const v = await new Promise((r) => setTimeout(() => r(7), 20)); export const get = () => v;");
    assertThat(call(module, "get")).isEqualTo(new Value.Int(7));
  }

  @Test
  void aFolderModuleImportsItsOwnFilesOnly() {
    Path main =
        lab.write(
            "pack/main.mjs",
            "import { y } from './lib/y.mjs'; import data from './d.json' with { type: 'json' }; export const get = () => [y, data.k];"
                + "export const out = async () => (await import('../secret.mjs')).default; export const link = () => import('./link.mjs');");
    lab.write("pack/lib/y.mjs", "export const y = 5;");
    lab.write("pack/d.json", "{\"k\": 6}");
    Path secret = lab.write("secret.mjs", "export default 1;");
    try {
      java.nio.file.Files.createSymbolicLink(folder.resolve("pack/link.mjs"), secret);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    LoadedModule module =
        lab.load(
            new ModuleSource(
                "pack",
                main,
                Language.JAVASCRIPT,
                Optional.of(folder.resolve("pack")),
                ModuleSource.Kind.MODULE));
    assertThat(call(module, "get").plain()).isEqualTo(List.of(5L, 6L));
    assertThat(failure(module, "out").message())
        .contains("`pack` may not read `" + secret + "`", "stoa grant pack read=" + secret);
    assertThat(failure(module, "link").message()).contains("`pack` may not read `");
  }

  @Test
  void nothingOfTheHostIsInReach() {
    LoadedModule module =
        lab.javascript(
            """
            export const absent = () => ["Java", "Packages", "Polyglot", "Graal", "load", "loadWithNewGlobal", "print", "quit", "require", "process", "java"]
              .filter((name) => name in globalThis);
            export const host = () => { try { return setTimeout.constructor("return typeof Java")(); } catch (e) { return e.name; } };
            export const env = () => typeof process;
            """);
    assertThat(call(module, "absent").plain()).isEqualTo(List.of());
    assertThat(call(module, "host").plain()).isEqualTo("undefined");
  }

  @Test
  void wordsBecomeLines() {
    LoadedModule module =
        lab.javascript(
            """
            import stoa from "stoa";
            export function talk() { console.log("a", { b: [1, "x"] }, 2n); console.error("two\\nlines"); stoa.log.warning("careful"); }
            """);
    call(module, "talk");
    assertThat(lab.lines)
        .containsExactly(
            new Surroundings.Line(Surroundings.Stream.OUT, "a { b: [ 1, 'x' ] } 2n"),
            new Surroundings.Line(Surroundings.Stream.ERROR, "two"),
            new Surroundings.Line(Surroundings.Stream.ERROR, "lines"),
            new Surroundings.Line(Surroundings.Stream.WARNING, "careful"));
  }

  @Test
  void commonGlobalsWork() {
    LoadedModule module =
        lab.javascript(
            """
            export const all = async () => {
              const order = [];
              setTimeout(() => order.push("late"), 15);
              const id = setInterval(() => order.push("tick"), 2);
              await new Promise((r) => setTimeout(r, 30));
              clearInterval(id);
              const abort = new AbortController();
              abort.signal.addEventListener("abort", () => order.push("aborted"));
              abort.abort();
              return [
                order.includes("late") && order.filter((x) => x === "tick").length > 2 && order.includes("aborted"),
                new TextDecoder().decode(new TextEncoder().encode("ü")),
                atob(btoa("hello")),
                structuredClone({ a: new Map([[1, new Date(0)]]) }).a.get(1).getTime(),
                crypto.randomUUID().length,
                crypto.getRandomValues(new Uint8Array(8)).length,
                performance.now() > 0,
              ];
            };
            """);
    assertThat(call(module, "all").plain())
        .isEqualTo(List.of(true, "ü", "hello", 0L, 36L, 8L, true));
  }

  @Test
  void sourceBecomesHelp() {
    LoadedModule module =
        lab.javascript(
            """
            /** Counts things. */

            /**
             * Counts words.
             * @param {string} text what to count in
             * @param {{min: number}} [options] how
             * @returns {object} the counts
             */
            export function count(text, { min = 1 } = {}) {}
            /** @yields {string} lines */
            export async function* lines(path, ...more) {}
            """);
    assertThat(module.info().doc()).isEqualTo("Counts things.");
    MethodInfo count = module.info().method("count").orElseThrow();
    assertThat(count.doc()).isEqualTo("Counts words.");
    assertThat(count.signature())
        .isEqualTo("count(text: string, options?: {min: number} = {}) -> object");
    assertThat(count.parameters().getFirst().doc()).isEqualTo("what to count in");
    assertThat(module.info().method("lines").orElseThrow().signature())
        .isEqualTo("lines(path, *more) -> stream of string");
  }

  @Test
  void commentsOfOneLineMayHaveTags() {
    LoadedModule module =
        lab.javascript(
            """
            /** Adds. @param {number} a first @param {number} [b] mail@example.org @returns {number} the sum */
            export const add = (a, b = 1) => a + b;
            /** @returns {string} who */
            export function who() {}
            """);
    MethodInfo add = module.info().method("add").orElseThrow();
    assertThat(add.doc()).isEqualTo("Adds.");
    assertThat(add.signature()).isEqualTo("add(a: number, b?: number = 1) -> number");
    assertThat(add.parameters().getLast().doc()).isEqualTo("mail@example.org");
    MethodInfo who = module.info().method("who").orElseThrow();
    assertThat(who.doc()).isEmpty();
    assertThat(who.signature()).isEqualTo("who() -> string");
  }

  @Test
  void aScriptRunsAndHasMain() {
    LoadedModule with =
        lab.load(
            lab.source(
                "script",
                ".mjs",
                Language.JAVASCRIPT,
                ModuleSource.Kind.SCRIPT,
                "console.log('top'); export function main(a) { return a + 1; }"));
    assertThat(call(with, "main", 1)).isEqualTo(new Value.Int(2));
    LoadedModule without =
        lab.load(
            lab.source(
                "bare",
                ".mjs",
                Language.JAVASCRIPT,
                ModuleSource.Kind.SCRIPT,
                "console.log('all');"));
    assertThat(without.info().method("main")).isEmpty();
    assertThat(lab.lines).extracting(Surroundings.Line::text).containsExactly("top", "all");
  }
}
