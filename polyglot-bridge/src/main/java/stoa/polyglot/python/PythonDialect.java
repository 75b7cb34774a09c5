package stoa.polyglot.python;

import java.nio.file.Path;
import java.util.List;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyObject;
import stoa.module.Language;
import stoa.polyglot.context.Dialect;
import stoa.polyglot.context.Method;

/// Python: plain source files in GraalPy.
public final class PythonDialect implements Dialect {
  public PythonDialect(Engine engine, Path cache) {}

  public static Engine engine() {
    return Engine.newBuilder("python").option("engine.WarnInterpreterOnly", "false").build();
  }

  @Override
  public Language language() {
    return Language.PYTHON;
  }

  @Override
  public Context create(Setting setting) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Value boot(Context context, Setting setting, ProxyObject host) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Method> methods(List<stoa.value.Value> told, String source) {
    return List.of();
  }

  @Override
  public Value part(Context context, String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Value evaluate(Context context, String text) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean incomplete(Context context, String text) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String doc(String source, stoa.value.Value told) {
    return "";
  }

  @Override
  public boolean holds(long number) {
    return true;
  }

  @Override
  public Object bytes(byte[] content) {
    return content;
  }

  @Override
  public boolean namesBecomePositions() {
    return false;
  }
}
