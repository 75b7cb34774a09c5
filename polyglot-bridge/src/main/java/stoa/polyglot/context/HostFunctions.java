package stoa.polyglot.context;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import stoa.call.Target;
import stoa.module.Surroundings;

/// The functions that a guest's half may call. They run on the guest's thread, called from boot
/// scripts only.
final class HostFunctions {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final GuestModule module;
  private final Guest guest;
  private final Map<String, Object> functions = new HashMap<>();

  private HostFunctions(GuestModule module, Guest guest) {
    this.module = module;
    this.guest = guest;
  }

  static ProxyObject of(GuestModule module, Guest guest) {
    HostFunctions host = new HostFunctions(module, guest);
    host.calls();
    host.nestedCalls();
    host.services();
    return ProxyObject.fromMap(host.functions);
  }

  private void calls() {
    Served served = module.served();
    does("returned", v -> served.returned(v[0].asLong(), () -> TapeReader.read(v, 1)));
    does("item", v -> served.item(v[0].asLong(), TapeReader.read(v, 1)));
    does("threw", v -> served.threw(v[0].asLong(), TapeReader.read(v, 1)));
    does("end", v -> served.end(v[0].asLong()));
    does("later", v -> served.later(v[0].asLong()));
    does("taken", v -> served.taken(v[0].asLong(), v[1].asInt()));
    does("waitItem", v -> served.await(v[0].asLong()));
    does("loaded", v -> module.loaded(TapeReader.read(v, 1)));
    does("refused", v -> module.refused(v[0], TapeReader.read(v, 1)));
    gives("deadline", v -> served.secondsLeft(v[0].asLong()));
    gives("cancelled", v -> served.isCancelled(v[0].asLong()));
    gives("caller", v -> served.caller(v[0].asLong()));
    gives("lets", v -> module.lets(v[0].asLong()));
  }

  private void nestedCalls() {
    Outbound outbound = module.outbound();
    does(
        "open",
        v ->
            outbound.open(
                v[0].asLong(),
                v[1].asLong(),
                new Target.Module(v[2].asString()),
                v[3].asString(),
                Outbound.Manner.of(v[4].asInt()),
                TapeReader.read(v, 5)));
    does("credit", v -> outbound.credit(v[0].asLong(), v[1].asInt()));
    gives("give", v -> outbound.give(v[0].asLong(), TapeReader.read(v, 1)));
    does("giveEnd", v -> outbound.giveEnd(v[0].asLong()));
    does("drop", v -> outbound.drop(v[0].asLong(), v[1].asString()));
    does("wait", v -> outbound.await(v[0].asLong()));
  }

  private void services() {
    does("say", v -> module.say(Surroundings.Stream.valueOf(v[0].asString()), v[1].asString()));
    gives(
        "timer",
        v -> module.timer(v[0]::executeVoid, v[1].asDouble(), v[2].asBoolean(), v[3].asLong()));
    does("clearTimer", v -> module.clearTimer((long) v[0].asDouble()));
    gives("now", v -> System.nanoTime() / 1e6);
    gives("uuid", v -> UUID.randomUUID().toString());
    gives("random", v -> guest.bytes(randomBytes(v[0].asInt())));
    gives("evaluate", v -> guest.evaluate(v[0].asString()));
    gives("incomplete", v -> guest.incomplete(v[0].asString()));
    gives("part", v -> guest.part(v[0].asString()));
  }

  private static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private void gives(String name, ProxyExecutable function) {
    functions.put(name, function);
  }

  private void does(String name, Action action) {
    functions.put(
        name,
        (ProxyExecutable)
            v -> {
              action.run(v);
              return true;
            });
  }

  private interface Action {
    void run(Value[] arguments);
  }
}
