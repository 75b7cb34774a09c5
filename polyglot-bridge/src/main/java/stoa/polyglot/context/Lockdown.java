package stoa.polyglot.context;

import java.io.InputStream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.io.FileSystem;
import org.graalvm.polyglot.io.IOAccess;

/// What every context is without: all that its builder can open is shut by name, whatever the
/// defaults are or will be.
///
/// GraalVM's own name for this, `SandboxPolicy.CONSTRAINED`, forbids options that are needed:
/// `python.PythonHome`, `js.stack-trace-limit`.
public final class Lockdown {
  private Lockdown() {}

  /// @param files all that it sees of files
  public static Context.Builder context(
      String language, Engine engine, Dialect.Setting setting, FileSystem files) {
    return Context.newBuilder(language)
        .engine(engine)
        .allowAllAccess(false)
        .allowCreateProcess(false)
        .allowCreateThread(false)
        .allowEnvironmentAccess(EnvironmentAccess.NONE)
        .allowHostClassLoading(false)
        // A filter that lets nothing through would still make `Java` a global.
        .allowHostClassLookup(null)
        .allowInnerContextOptions(false)
        .allowIO(IOAccess.newBuilder().fileSystem(files).allowHostSocketAccess(false).build())
        .allowNativeAccess(false)
        .allowPolyglotAccess(PolyglotAccess.NONE)
        .allowValueSharing(false)
        .useSystemExit(false)
        .in(InputStream.nullInputStream())
        .out(setting.out())
        .err(setting.err())
        .allowExperimentalOptions(true);
  }

  /// Nothing of a host object can be read, called or implemented.
  public static HostAccess.Builder hostAccess() {
    return HostAccess.newBuilder()
        .allowPublicAccess(false)
        .allowAllImplementations(false)
        .allowAllClassImplementations(false)
        .allowArrayAccess(false)
        .allowListAccess(false)
        .allowBufferAccess(false)
        .allowIterableAccess(false)
        .allowIteratorAccess(false)
        .allowMapAccess(false)
        .allowBigIntegerNumberAccess(true)
        .allowAccessInheritance(false)
        .allowMutableTargetMappings();
  }
}
