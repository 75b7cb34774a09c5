package stoa.polyglot.context;

import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;

/// Which release of GraalVM is on the class path. The engine itself says `Development Build`
/// outside a GraalVM.
public final class GraalVersion {
  private GraalVersion() {}

  public static String text(Engine engine) {
    String archive = Context.class.getPackage().getImplementationVersion();
    return archive == null ? engine.getVersion() : archive;
  }
}
