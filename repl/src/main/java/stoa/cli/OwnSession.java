package stoa.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Takes this process out of the session of whoever started it, as setsid(2) does: no terminal and
/// no Ctrl-C reaches it any more.
final class OwnSession {
  private OwnSession() {}

  @SuppressWarnings("restricted") // the launcher allows it
  static void begin() {
    Linker linker = Linker.nativeLinker();
    MethodHandle setsid =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setsid"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT));
    try {
      // Fails only where the process leads a session or group already, which is as good.
      var _ = (int) setsid.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("setsid cannot be called", e);
    }
  }
}
