package stoa.escapes;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Watches over the signals of this JVM: they have handlers of our own, which only count, so that
/// somebody who raises one is found out and does no harm.
final class HostSignals implements AutoCloseable {
  private static final List<String> NAMES = List.of("TERM", "INT", "HUP", "ALRM");

  private final Class<?> signal;
  private final Class<?> handler;
  private final Map<String, Object> before = new LinkedHashMap<>();
  private final Map<String, Object> ours = new LinkedHashMap<>();
  private final Map<String, AtomicInteger> raised = new TreeMap<>();

  HostSignals() {
    try {
      signal = Class.forName("sun.misc.Signal");
      handler = Class.forName("sun.misc.SignalHandler");
      for (String name : NAMES) {
        AtomicInteger count = new AtomicInteger();
        raised.put(name, count);
        ours.put(
            name,
            Proxy.newProxyInstance(
                HostSignals.class.getClassLoader(),
                new Class<?>[] {handler},
                (_, method, _) -> method.getName().equals("handle") ? count.incrementAndGet() : 0));
        before.put(name, handle(name, ours.get(name)));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no signals here", e);
    }
  }

  private Object handle(String name, Object by) throws ReflectiveOperationException {
    Method handle = signal.getMethod("handle", signal, handler);
    return handle.invoke(null, signal.getConstructor(String.class).newInstance(name), by);
  }

  /// Name of the signal to what became of it.
  @SuppressWarnings("ReferenceEquality") // a handler is that very object
  synchronized Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    try {
      for (String name : NAMES) {
        boolean still = handle(name, ours.get(name)) == ours.get(name);
        facts.put(
            "SIG" + name,
            (still ? "handled by the host" : "TAKEN") + ", raised " + raised.get(name) + " times");
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return facts;
  }

  @Override
  public void close() {
    try {
      for (String name : NAMES) {
        handle(name, before.get(name));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
