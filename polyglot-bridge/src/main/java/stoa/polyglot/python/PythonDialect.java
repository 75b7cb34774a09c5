package stoa.polyglot.python;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.FileSystem;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import stoa.module.Language;
import stoa.module.MethodInfo;
import stoa.module.MethodInfo.Kind;
import stoa.polyglot.context.Dialect;
import stoa.polyglot.context.GraalVersion;
import stoa.polyglot.context.Lockdown;
import stoa.polyglot.context.Method;
import stoa.polyglot.context.Method.Slot;
import stoa.polyglot.context.Resources;

/// Python: plain source files in GraalPy.
public final class PythonDialect implements Dialect {
  private static final Map<String, Source> SOURCES = new ConcurrentHashMap<>();

  private final Engine engine;
  private final Path cache;

  /// @param cache where the standard library is unpacked
  public PythonDialect(Engine engine, Path cache) {
    this.engine = engine;
    this.cache = cache;
  }

  /// One engine for all Python contexts: they share parsed and compiled code, nothing else.
  public static Engine engine() {
    return Engine.newBuilder("python").option("engine.WarnInterpreterOnly", "false").build();
  }

  @Override
  public Language language() {
    return Language.PYTHON;
  }

  @Override
  public Context create(Setting setting) {
    PythonHome home = PythonHome.in(cache, GraalVersion.text(engine));
    FileSystem files = new HomeFiles(setting.jail(), home.home());
    return Lockdown.context("python", engine, setting, files)
        .allowHostAccess(Lockdown.hostAccess().build())
        .option("python.PythonHome", home.home().toString())
        .option("python.PosixModuleBackend", "java")
        .option("python.NoUserSiteFlag", "true")
        .option("python.IgnoreEnvironmentFlag", "true")
        .option("python.EmulateJython", "false")
        .option("python.EnableDebuggingBuiltins", "false")
        .build();
  }

  @Override
  public Value boot(Context context, ProxyObject host) {
    ProxyExecutable parts = v -> part(context, v[0].asString());
    return part(context, "boot").execute(host, parts);
  }

  @Override
  public Value part(Context context, String name) {
    return context.eval(
        SOURCES.computeIfAbsent(
            name,
            n ->
                Source.newBuilder(
                        "python", Resources.text(PythonDialect.class, n + ".py"), "stoa:" + n)
                    .internal(true)
                    .buildLiteral()));
  }

  @Override
  public List<Method> methods(List<stoa.value.Value> told, String source) {
    return told.stream().map(PythonDialect::method).toList();
  }

  private static Method method(stoa.value.Value told) {
    List<MethodInfo.Parameter> parameters = new ArrayList<>();
    List<Slot> slots = new ArrayList<>();
    boolean known = !told.at("parameters").isNull();
    for (stoa.value.Value p :
        known ? told.at("parameters").asList() : List.<stoa.value.Value>of()) {
      Kind kind = Kind.valueOf(p.at("kind").asText());
      boolean required = p.at("required").asBoolean();
      String name = p.at("name").asText();
      slots.add(new Slot(name, kind, required));
      parameters.add(
          new MethodInfo.Parameter(
              name,
              p.at("type").asText(),
              "",
              !required && !kind.variadic(),
              p.at("fallback").asText(),
              kind));
    }
    MethodInfo info =
        new MethodInfo(
            told.at("name").asText(),
            told.at("doc").asText(),
            parameters,
            told.at("returns").asText(),
            told.at("streams").asBoolean(),
            false);
    return new Method(info, known ? Optional.of(slots) : Optional.empty());
  }

  @Override
  public String doc(String source, stoa.value.Value told) {
    return told.at("doc").asText();
  }

  @Override
  public boolean holds(long number) {
    return true;
  }

  @Override
  public Object number(long number) {
    return number == (int) number ? (Object) (int) number : (Object) number;
  }

  /// GraalPy makes no bytes of a host's buffer, but encodes a text of as many characters quickly.
  @Override
  public Object bytes(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  @Override
  public boolean namesBecomePositions() {
    return false;
  }
}
