package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.call.Failure;
import stoa.module.LoadedModule;
import stoa.value.Value;

/// What a context cannot do by its nature raises an error that code can catch, says what to do
/// instead, and leaves the module as it was. Fails if a door of the builder is opened.
class ContextLimitsTest extends InLab {
  private static final String PYTHON =
      """
      def runs(code):
          try:
              exec(code, {"__name__": "code"})
              return ["fine", ""]
          except BaseException as e:
              return [type(e).__name__, str(e)]
      """;

  private static final String JAVASCRIPT =
      """
      export async function runs(code) {
        try { await (0, eval)(`(async () => { ${code} })()`); return ["fine", ""]; } catch (e) { return [e.name, e.message]; }
      }
      export const throws = (code) => (0, eval)(code);
      """;

  @Test
  void whatAsksForMoreMemoryThanThereIsFailsAloneAndTheQuotaIsNamed() {
    LoadedModule module = lab.javascript("words", JAVASCRIPT);
    Failure failure = Lab.failure(module, "throws", "\"€\".repeat(5e8).length");
    assertThat(failure.code()).isEqualTo(Failure.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.details()).containsEntry("quota", "heap").containsKeys("used", "max");
    assertThat(failure.help()).contains("whole process", "`worker`");
    assertThat(Lab.call(module, "throws", "1 + 1").asLong()).isEqualTo(2);
  }

  private LoadedModule python() {
    return lab.python("words", PYTHON);
  }

  private static List<Value> runs(LoadedModule module, String code) {
    List<Value> told = Lab.call(module, "runs", code.replace(';', '\n')).asList();
    assertThat(Lab.call(module, "runs", "1").asList().getFirst()).isEqualTo(Value.of("fine"));
    return told;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "import threading;threading.Thread(target=print).start()|RuntimeError|no threads",
        "import threading;threading.Timer(1, print).start()|RuntimeError|no threads",
        "import _thread;_thread.start_new_thread(print, ())|RuntimeError|no threads",
        "from concurrent.futures import *;ThreadPoolExecutor().submit(print)|RuntimeError|no threads",
        "import multiprocessing;multiprocessing.Process(target=print).start()|RuntimeError|no threads",
        "import subprocess;subprocess.run(['ls'])|PermissionError|stoa.run(program",
        "import subprocess;subprocess.Popen('ls', shell=True)|PermissionError|stoa.run(program",
        "import os;os.system('ls')|PermissionError|stoa.run(program",
        "import os;os.popen('ls')|PermissionError|stoa.run(program",
        "import os;os.execv('/bin/ls', ['ls'])|PermissionError|stoa.run(program",
        "import os;os.kill(1, 9)|PermissionError|no signals",
        "import os;os.kill(os.getpid(), 9)|PermissionError|no signals",
        "import os;os.killpg(1, 9)|PermissionError|no signals",
        "import os;os.getppid()|PermissionError|no process of its own",
        "import os;os.getpgid(0)|PermissionError|no process of its own",
        "import os;os.setsid()|PermissionError|no process of its own",
        "import os;os.chown('x', 0, 0)|PermissionError|no process of its own",
        "import faulthandler;faulthandler.dump_traceback_later(1)|RuntimeError|no threads",
        "import os;os._exit(1)|RuntimeError|does not end the process",
        "import os;os.symlink('/etc', 'x')|PermissionError|no links",
        "import os;os.link('/etc/passwd', 'x')|PermissionError|no links",
        "import socket;socket.socket()|PermissionError|stoa.fetch(url)",
        "import socket;socket.create_connection(('localhost', 1))|PermissionError|stoa.connect(host, port)",
        "import socket;socket.create_server(('localhost', 0))|PermissionError|no sockets",
        "import socket;socket.socketpair()|PermissionError|no sockets",
        "import socket;socket.getaddrinfo('localhost', 1)|PermissionError|no sockets",
        "import socket;socket.gethostbyname('localhost')|PermissionError|no sockets",
        "import urllib.request;urllib.request.urlopen('http://localhost:1')|URLError|stoa.fetch(url)",
        "import http.client;http.client.HTTPSConnection('localhost').request('GET', '/')|PermissionError|no sockets",
        "import smtplib;smtplib.SMTP('localhost')|PermissionError|no sockets",
        "import select;select.select([], [], [], 0)|PermissionError|no sockets",
        "import selectors;selectors.DefaultSelector().select(0)|PermissionError|no sockets",
        "import ctypes|ImportError|no native code",
        "import sqlite3|ImportError|no native code",
        "import _testcapi|ImportError|no native code",
        "import bz2;bz2.compress(b'')|ImportError|no native code",
        "import signal;signal.signal(signal.SIGTERM, signal.SIG_IGN)|ValueError|no signals",
        "import signal;signal.raise_signal(signal.SIGTERM)|PermissionError|no signals",
        "import signal;signal.alarm(1)|PermissionError|no signals",
        "import signal;signal.setitimer(signal.ITIMER_REAL, 1)|PermissionError|no signals",
        "import _thread;_thread.interrupt_main()|RuntimeError|no signals",
        "import asyncio;asyncio.run(asyncio.sleep(0))|RuntimeError|async def",
        "import asyncio;asyncio.new_event_loop()|RuntimeError|async def",
        "import java;java.type('java.lang.System')|NotImplementedError|not allowed",
        "import java.lang.System|NotImplementedError|not allowed",
        "import java;java.add_to_classpath('/x.jar')|NotImplementedError|not allowed",
        "import polyglot;polyglot.eval(language='js', string='1')|RuntimeError|not allowed",
        "import polyglot;polyglot.eval(language='python', string='1')|RuntimeError|not allowed",
        "import polyglot;polyglot.import_value('x')|NotImplementedError|not allowed",
        "import polyglot;polyglot.export_value('x', 1)|NotImplementedError|not allowed",
      })
  void pythonIsToldWhatItCannotDo(String code, String type, String words) {
    List<Value> told = runs(python(), code);
    assertThat(told.get(0)).as(told.toString()).isEqualTo(Value.of(type));
    assertThat(told.get(1).asText()).contains(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import sys, importlib;del sys.modules['_signal'];s = importlib.import_module('_signal');s.raise_signal(15)",
        "import _imp, _signal;s = _imp.create_builtin(_signal.__spec__);_imp.exec_builtin(s);s.raise_signal(15)",
        "import importlib, _signal;importlib.reload(_signal).raise_signal(15)",
        "import sys;s = sys.modules['_frozen_importlib'].BuiltinImporter.load_module('_signal');s.raise_signal(15)",
        "import importlib.machinery as m;s = m.BuiltinImporter.find_spec('_signal');x = m.BuiltinImporter.create_module(s);m.BuiltinImporter.exec_module(x);x.raise_signal(15)",
        "import signal, inspect;inspect.unwrap(signal.raise_signal)(15)",
        "import sys;sys.modules.clear();import _signal;_signal.raise_signal(15)",
      })
  void signalsDoNotComeBack(String code) {
    assertThat(runs(python(), code).getFirst()).isNotEqualTo(Value.of("fine"));
  }

  @Test
  void nothingOfTheLibraryMakesAThread() {
    LoadedModule module = python();
    Set<Thread> before = threads();
    Lab.call(
        module,
        "runs",
        """
        import faulthandler, gc, atexit, tracemalloc, queue, sched, time
        faulthandler.enable()
        gc.collect()
        q = queue.Queue()
        q.put(1)
        """);
    assertThat(before).containsAll(threads());
  }

  /// But for the one that the engine itself starts for each context, sooner or later.
  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("Thread-.*|.*python.*"))
        .filter(thread -> !thread.getName().startsWith("python-actions-pool"))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "await import('fs')|Cannot find module",
        "await import('node:fs')|module 'node:fs'",
        "await import('http://127.0.0.1:1/x.mjs')|module 'http://127.0.0.1:1/x.mjs'",
        "new Worker('x')|Worker is not defined",
        "require('fs')|require is not defined",
        "process.exit()|process is not defined",
        "load('/etc/passwd')|load is not defined",
        "read('/etc/passwd')|read is not defined",
        "quit()|quit is not defined",
        "Java.type('java.lang.System')|Java is not defined",
        "Packages.java.lang.System|Packages is not defined",
        "java.lang.System|java is not defined",
        "Polyglot.eval('js', '1')|Polyglot is not defined",
        "Graal.versionECMAScript|Graal is not defined",
        "Debug.x|Debug is not defined",
        "new ShadowRealm()|ShadowRealm is not defined",
        "Realm.create()|Realm is not defined",
        "new SharedArrayBuffer(1)|SharedArrayBuffer is not defined",
        "WebAssembly.x|WebAssembly is not defined",
        "$262.x|$262 is not defined",
        "print(1)|print is not defined",
        "Error.captureStackTrace({})|captureStackTrace is not a function",
        "%DebugPrint(1)|Expected an operand",
        "Atomics.wait(new Int32Array(4), 0, 0)|Cannot execute on non-shared array",
      })
  void javaScriptIsToldWhatItCannotDo(String code, String words) {
    List<Value> told = runs(lab.javascript("words", JAVASCRIPT), code);
    assertThat(told.get(1).asText()).contains(words);
  }

  @ParameterizedTest
  @CsvSource({
    "process.env.HOME, Use stoa.env",
    "require('fs'), Use `import`",
    "new Worker('x'), instances",
    "Buffer.from('x'), Use Uint8Array",
    "new WebSocket('x'), stoa.connect"
  })
  void whatOnlyOtherRuntimesHaveIsNamedToWhoeverCalled(String code, String words) {
    assertThat(Lab.failure(lab.javascript("words", JAVASCRIPT), "throws", code).message())
        .contains("is not defined: a context has none.", words);
  }

  @Test
  void theHostsHalfWithstandsAModuleThatCallsItWithNonsense() {
    LoadedModule neighbour = lab.javascript("neighbour", "export const ping = () => 1;");
    for (int seed = 0; seed < 4; seed++) {
      LoadedModule module = lab.python("prober", PROBER);
      Lab.Recorder recorder = lab.ask("prober", "probe", seed);
      recorder.end();
      assertThat(Lab.call(neighbour, "ping")).isEqualTo(new Value.Int(1));
      module.close(java.time.Duration.ZERO);
    }
  }

  /// Finds the host's functions in the closures of Stoa's own half, and calls them.
  private static final String PROBER =
      """
      import stoa, random
      def host():
          seen, todo = set(), [stoa.module, stoa.accept, stoa.ref, stoa.__getattr__]
          while todo:
              f = todo.pop()
              if id(f) in seen: continue
              seen.add(id(f))
              for cell in getattr(f, "__closure__", None) or ():
                  try: v = cell.cell_contents
                  except ValueError: continue
                  if "foreign" in type(v).__name__.lower() and hasattr(v, "giveEnd"): return v
                  todo.append(v)
                  if hasattr(v, "__dict__"): todo.extend(vars(v).values())
      NAMES = ["returned", "item", "threw", "end", "later", "taken", "loaded", "refused", "accepts", "deadline", "cancelled", "caller", "lets",
          "open", "credit", "give", "giveEnd", "drop", "export", "revoke", "release", "say", "timer", "clearTimer", "now", "uuid", "random",
          "beside", "part", "folder", "data", "why", "variable", "environment"]
      VALUES = [None, True, -1, 0, 1, 7, 2**31 - 1, 2**31, 2**63, 2**70, -2**70, 0.5, float("nan"), float("inf"), "", "x", "OUT", "[[", "[" * 100000,
          "{s", "b", "R", "i", "stoa", "../../javascript/boot", b"", b"bytes", [], {}, (), lambda *a: 1, object(), ValueError("x")]
      def probe(seed):
          dice = random.Random(seed)
          h = host()
          assert h is not None
          said = []
          for n in range(1500):
              name = dice.choice(NAMES)
              given = [dice.choice(VALUES) for _ in range(dice.randrange(7))]
              try: getattr(h, name)(*given)
              except BaseException as e: said.append(f"{name}: {type(e).__name__} {e}"[:200])
          try: h.item(0, "b", b"", 0, 2**31 - 1)
          except BaseException as e: said.append(str(e))
          for line in sorted(set(said))[:60]: print(line)
          return len(said)
      """;
}
