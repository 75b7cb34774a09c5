package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static stoa.polyglot.Lab.call;
import static stoa.polyglot.Lab.failure;

import java.math.BigInteger;
import java.nio.file.Files;
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
import stoa.value.Arguments;
import stoa.value.Value;

class PythonModuleTest extends InLab {
  @Test
  void publicFunctionsAreMethods() {
    LoadedModule module =
        lab.python(
            """
            '''Adds things.'''
            from functools import wraps, lru_cache
            __stoa__ = {"version": "1.2.3", "needs": {"other": "^1.0.0"}, "idempotent": ["add"]}
            def add(a: int, b: int = 2, *rest, key: "str | None" = None, **more) -> int:
                '''Adds.

                  Indented.
                '''
                return a + b
            async def later(x): return x
            def items(n: list[str]):
                yield 1
            def _hidden(): pass
            class Thing: pass
            alias = wraps
            @lru_cache
            def cached(x): return x
            """);
    assertThat(module.info().methods())
        .extracting(MethodInfo::name)
        .containsExactly("add", "later", "items", "cached");
    assertThat(module.info().doc()).isEqualTo("Adds things.");
    assertThat(module.info().version()).isEqualTo("1.2.3");
    MethodInfo add = module.info().method("add").orElseThrow();
    assertThat(add.signature())
        .isEqualTo("add(a: int, b?: int = 2, *rest, key?: str | None = None, **more) -> int");
    assertThat(add.doc()).isEqualTo("Adds.\n\nIndented.");
    assertThat(add.idempotent()).isTrue();
    assertThat(module.info().method("items").orElseThrow().signature())
        .isEqualTo("items(n: list[str]) -> stream");
    assertThat(call(module, "add", 1)).isEqualTo(new Value.Int(3));
    assertThat(call(module, "later", "x")).isEqualTo(new Value.Text("x"));
    assertThat(call(module, "cached", 5)).isEqualTo(new Value.Int(5));
  }

  @Test
  void everyKindOfValueCrossesBothWays() {
    LoadedModule module =
        lab.python(
            "def same(x): return x\ndef kind(x): return type(x).__name__\ndef pair(): return (1, [2.0])\n");
    Map<String, Object> nested = new LinkedHashMap<>();
    nested.put("z", 1);
    nested.put("a", Arrays.asList(null, true, "ü😀"));
    for (Object value :
        new Object[] {
          null,
          true,
          false,
          0,
          -5,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          1.5,
          2.0,
          -0.0,
          Double.NaN,
          1e300,
          "",
          "text",
          BigInteger.TWO.pow(100).negate(),
          BigInteger.TWO.pow(63),
          Instant.ofEpochSecond(-1, 5000),
          List.of(),
          Map.of(),
          nested
        }) {
      assertThat(call(module, "same", value)).isEqualTo(Value.of(value));
    }
    byte[] bytes = new byte[256];
    for (int i = 0; i < 256; i++) {
      bytes[i] = (byte) i;
    }
    assertThat(call(module, "same", (Object) bytes).plain()).isEqualTo(bytes);
    assertThat(call(module, "pair").plain()).isEqualTo(List.of(1L, List.of(2.0)));
    assertThat(call(module, "kind", (Object) bytes).asText()).isEqualTo("bytes");
    assertThat(call(module, "kind", Instant.EPOCH).asText()).isEqualTo("datetime");
    assertThat(call(module, "kind", (Object) null).asText()).isEqualTo("NoneType");
  }

  @Test
  void whatIsNoValueIsRefusedWithPathAndAdvice() {
    LoadedModule module =
        lab.python(
            """
            import datetime
            from dataclasses import dataclass
            @dataclass
            class Point:
                x: int
            class Other: pass
            def set_(): return {"a": [1, {2}]}
            def point(): return Point(1)
            def other(): return Other()
            def fn(): return [Other]
            def loop():
                a = {}
                a["b"] = [a]
                return a
            def naive(): return datetime.datetime(2020, 1, 1)
            def lone(): return "ab\\ud800"
            def keys(): return {1: 2}
            async def late(): return {1}
            def items():
                yield 1
                yield {1}
            """);
    assertThat(threw(module, "set_"))
        .contains(
            "set is not a value that can cross a call (at result.a[1]); return sorted(...) or list(...)");
    assertThat(threw(module, "point")).contains("dataclass Point", "dataclasses.asdict");
    assertThat(threw(module, "other")).contains("an instance of Other");
    assertThat(threw(module, "fn")).contains("[0]", "class Other");
    assertThat(threw(module, "loop")).contains("contains itself");
    assertThat(threw(module, "naive")).contains(".astimezone()");
    assertThat(threw(module, "lone")).contains("index 2");
    assertThat(threw(module, "keys")).contains("key of type int");
    assertThat(threw(module, "late")).contains("set");
    assertThat(threw(module, "items")).contains("set");
  }

  private static String threw(LoadedModule module, String method) {
    Failure.ByGuest failure = (Failure.ByGuest) failure(module, method);
    assertThat(failure.thrown().type()).isEqualTo("TypeError");
    return failure.message();
  }

  @Test
  void argumentsAreCheckedBeforeTheBody() {
    LoadedModule module =
        lab.python(
            "def f(a, b=2, *, c=3): return [a, b, c]\ndef body(a): return len(5)\ndef g(a, /, **k): return [a, k]\n");
    assertThat(
            call(module, "f", new Arguments(List.of(Value.of(1)), Map.of("c", Value.of(9))))
                .plain())
        .isEqualTo(List.of(1L, 2L, 9L));
    assertThat(
            call(module, "g", new Arguments(List.of(Value.of(1)), Map.of("z", Value.of(9))))
                .plain())
        .isEqualTo(List.of(1L, Map.of("z", 9L)));
    for (Arguments wrong :
        List.of(
            Arguments.NONE,
            Arguments.of(1, 2, 3),
            new Arguments(List.of(Value.of(1)), Map.of("a", Value.of(9))),
            new Arguments(List.of(Value.of(1)), Map.of("d", Value.of(9))))) {
      Failure failure = failure(module, "f", wrong);
      assertThat(failure.code()).isEqualTo(Failure.Code.BAD_ARGUMENT);
      assertThat(failure.help()).contains("f(a, b? = 2, *, c? = 3)");
    }
    assertThat(failure(module, "body", 1).code()).isEqualTo(Failure.Code.THREW);
  }

  @Test
  void errorsKeepTypeMessageFramesAndCause() {
    LoadedModule module =
        lab.python(
            """
            def inner():
                raise KeyError("k")
            def outer():
                try:
                    inner()
                except KeyError as e:
                    raise ValueError("outer") from e
            async def late():
                inner()
            """);
    Thrown thrown = ((Failure.ByGuest) failure(module, "outer")).thrown();
    assertThat(thrown.type()).isEqualTo("ValueError");
    assertThat(thrown.message()).isEqualTo("outer");
    assertThat(thrown.frames()).containsExactly(new Thrown.Frame("python", "outer", "lab.py", 7));
    Thrown cause = thrown.cause().orElseThrow();
    assertThat(cause.type()).isEqualTo("KeyError");
    assertThat(cause.frames())
        .containsExactly(
            new Thrown.Frame("python", "inner", "lab.py", 2),
            new Thrown.Frame("python", "outer", "lab.py", 5));
    assertThat(((Failure.ByGuest) failure(module, "late")).thrown().frames())
        .extracting(Thrown.Frame::function)
        .containsExactly("inner", "late");
  }

  @Test
  void aModuleThatCannotBeLoadedSaysWhere() {
    Failure syntax =
        lab.loadFailure(
            lab.source(
                "broken",
                ".py",
                Language.PYTHON,
                ModuleSource.Kind.MODULE,
                "x = 1\ndef f(:\n  pass\n"));
    assertThat(syntax.code()).isEqualTo(Failure.Code.LOAD_FAILED);
    assertThat(syntax.message()).contains("broken.py:2:");
    Failure thrown =
        lab.loadFailure(
            lab.source("broken", ".py", Language.PYTHON, ModuleSource.Kind.MODULE, "\n1 / 0\n"));
    assertThat(thrown.message()).contains("ZeroDivisionError", "broken.py:2");
    Failure absent =
        lab.loadFailure(
            lab.source(
                "broken", ".py", Language.PYTHON, ModuleSource.Kind.MODULE, "import nowhere\n"));
    assertThat(absent.message()).contains("nowhere");
    assertThat(absent.help()).contains("folder");
  }

  @Test
  void aFolderModuleImportsItsOwnFilesAndNothingElse() throws Exception {
    Path main =
        lab.write(
            "pack/main.py",
            """
            from lib.y import y
            def get(): return y
            def read(path): return open(path).read()
            def write(path): open(path, "w").write("x")
            def listing(path):
                import os
                return sorted(os.listdir(path))
            """);
    lab.write("pack/lib/y.py", "y = 5");
    lab.write("secret.txt", "secret");
    Files.createSymbolicLink(folder.resolve("pack/link.txt"), folder.resolve("secret.txt"));
    LoadedModule module =
        lab.load(
            new ModuleSource(
                "pack",
                main,
                Language.PYTHON,
                Optional.of(folder.resolve("pack")),
                ModuleSource.Kind.MODULE));
    assertThat(call(module, "get").plain()).isEqualTo(5L);
    for (String path :
        List.of(
            "../secret.txt", "/etc/passwd", "link.txt", folder.resolve("secret.txt").toString())) {
      assertThat(failure(module, "read", path).message())
          .as(path)
          .startsWith("PermissionError")
          .contains("`pack` may not read `");
    }
    assertThat(failure(module, "write", "new.txt").message()).startsWith("PermissionError");
    assertThat(call(module, "listing", folder.resolve("pack").toString()).asList())
        .contains(Value.of("main.py"));
    assertThat(failure(module, "listing", "/").message()).startsWith("PermissionError");
  }

  @Test
  void nothingOfTheHostIsInReach() {
    LoadedModule module =
        lab.python(
            """
            import os
            def env(): return dict(os.environ)
            def java():
                import java
                return str(java.type("java.lang.System"))
            def polyglot():
                import polyglot
                return polyglot.eval(language="js", string="1")
            def process():
                return os.system("true")
            def thread():
                import _thread
                _thread.start_new_thread(lambda: None, ())
            """);
    assertThat(call(module, "env").asMap()).doesNotContainKeys("PATH", "HOME", "USER");
    for (String method : List.of("java", "polyglot", "process", "thread")) {
      assertThat(failure(module, method).code())
          .as(method)
          .isIn(Failure.Code.THREW, Failure.Code.INTERNAL);
    }
  }
}
