package stoa.escapes;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Who handles the signals of this JVM. It can only be asked by putting somebody else in the place
/// for a moment.
final class HostSignals {
  private static final List<String> NAMES = List.of("TERM", "INT", "HUP", "USR2");

  private HostSignals() {}

  /// Name of the signal to who handles it.
  static synchronized Map<String, String> handlers() {
    Map<String, String> handlers = new TreeMap<>();
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Method handle = signal.getMethod("handle", signal, handler);
      Object nobody =
          Proxy.newProxyInstance(
              HostSignals.class.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> null);
      for (String name : NAMES) {
        Object it = signal.getConstructor(String.class).newInstance(name);
        Object before = handle.invoke(null, it, nobody);
        handle.invoke(null, it, before);
        handlers.put("SIG" + name, before.getClass().getName() + "@" + System.identityHashCode(before));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no signals here", e);
    }
    return handlers;
  }
}
