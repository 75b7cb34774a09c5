package stoa.polyglot.javascript;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyObject;
import stoa.module.Language;
import stoa.polyglot.context.ConsoleCompiler;
import stoa.polyglot.context.Dialect;
import stoa.polyglot.context.Lockdown;
import stoa.polyglot.context.Method;
import stoa.polyglot.context.Resources;

/// JavaScript: ECMAScript modules in GraalJS.
public final class JavaScriptDialect implements Dialect, ConsoleCompiler {
  private static final long LARGEST = (1L << 53) - 1;
  private static final Map<String, Source> SOURCES = new ConcurrentHashMap<>();

  /// What leads out of a context, or to the inside of what is in it. Some are off by default.
  private static final List<String> SHUT =
      List.of(
          "console",
          "commonjs-require",
          "debug-builtin",
          "foreign-object-prototype",
          "graal-builtin",
          "java-package-globals",
          "load",
          "load-from-classpath",
          "load-from-url",
          "mle-mode",
          "nashorn-compat",
          "polyglot-builtin",
          "polyglot-evalfile",
          "print",
          "script-engine-global-scope-import",
          "scripting",
          "shadow-realm",
          "shared-array-buffer",
          "shell",
          "stack-trace-api",
          "syntax-extensions",
          "test262-mode",
          "testV8-mode",
          "v8-compat",
          "v8-intrinsics",
          "v8-realm-builtin",
          "webassembly",
          "worker");

  private final Engine engine;

  public JavaScriptDialect(Engine engine) {
    this.engine = engine;
  }

  /// One engine for all JavaScript contexts: they share parsed and compiled code, nothing else.
  public static Engine engine() {
    return Engine.newBuilder("js").option("engine.WarnInterpreterOnly", "false").build();
  }

  @Override
  public Language language() {
    return Language.JAVASCRIPT;
  }

  /// What `import stoa from "stoa"` reads.
  @Override
  public Map<String, String> virtualFiles() {
    return Map.of("stoa", Resources.text(JavaScriptDialect.class, "stoa.mjs"));
  }

  @Override
  public Context create(Setting setting) {
    Context.Builder builder =
        Lockdown.context("js", engine, setting, setting.jail())
            .allowHostAccess(Lockdown.hostAccess().allowBufferAccess(true).build());
    SHUT.forEach(option -> builder.option("js." + option, "false"));
    return builder
        .option("js.ecmascript-version", "staging")
        .option("js.text-encoding", "true")
        .option("js.async-context", "true")
        .option("js.async-stack-traces", "true")
        .option("js.json-modules", "true")
        .option("js.stack-trace-limit", "50")
        .option("js.unhandled-rejections", "warn")
        .build();
  }

  @Override
  public Value boot(Context context, ProxyObject host) {
    return part(context, "boot").execute(host);
  }

  @Override
  public Value part(Context context, String name) {
    return context.eval(
        SOURCES.computeIfAbsent(
            name,
            n ->
                Source.newBuilder(
                        "js", Resources.text(JavaScriptDialect.class, n + ".js"), "stoa:" + n)
                    .internal(true)
                    .buildLiteral()));
  }

  @Override
  public Value evaluate(Context context, String text) {
    return context.eval(Source.newBuilder("js", text, "console").cached(false).buildLiteral());
  }

  @Override
  public boolean incomplete(Context context, String text) {
    try {
      context.parse(Source.newBuilder("js", text, "console").cached(false).buildLiteral());
      return false;
    } catch (PolyglotException e) {
      return e.isIncompleteSource();
    }
  }

  @Override
  public List<Method> methods(List<stoa.value.Value> told, String source) {
    return told.stream().map(function -> FunctionSource.method(function, source)).toList();
  }

  @Override
  public String doc(String source, stoa.value.Value told) {
    return JsDoc.ofModule(source);
  }

  @Override
  public boolean holds(long number) {
    return -LARGEST <= number && number <= LARGEST;
  }

  @Override
  public Object number(long number) {
    return number == (int) number ? (Object) (int) number : (Object) (double) number;
  }

  /// A private buffer, which the guest may view without copying.
  @Override
  public Object bytes(byte[] content) {
    return ByteBuffer.wrap(content);
  }

  @Override
  public boolean namesBecomePositions() {
    return true;
  }
}
