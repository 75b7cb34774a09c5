package stoa.polyglot.context;

import java.lang.ref.Reference;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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

  /// Random bytes given at a time, as `crypto.getRandomValues` has it.
  private static final int MOST_RANDOM = 65_536;

  private final Cell cell;
  private final Guest guest;
  private final Map<String, Object> functions = new HashMap<>();

  private HostFunctions(Cell cell, Guest guest) {
    this.cell = cell;
    this.guest = guest;
  }

  /// Whom they act for is asked when they are called: the module may move in later.
  static ProxyObject of(Cell cell, Guest guest) {
    HostFunctions host = new HostFunctions(cell, guest);
    host.calls();
    host.nestedCalls();
    host.references();
    host.services();
    host.grants();
    return ProxyObject.fromMap(host.functions);
  }

  private void calls() {
    does("returned", this::returned);
    does("item", v -> served().item(v[0].asLong(), read(v, 1)));
    does("threw", v -> served().threw(v[0].asLong(), read(v, 1)));
    does("end", v -> served().end(v[0].asLong()));
    does("later", v -> served().later(v[0].asLong()));
    does("taken", v -> served().taken(v[0].asLong(), v[1].asInt()));
    does("waitItem", v -> served().await(v[0].asLong()));
    does("loaded", v -> module().loaded(read(v, 1)));
    does("refused", v -> module().refused(v[0], read(v, 1)));
    does("accepts", _ -> module().accepts());
    gives("deadline", v -> served().secondsLeft(v[0].asLong()));
    gives("cancelled", v -> served().isCancelled(v[0].asLong()));
    gives("caller", v -> served().caller(v[0].asLong()));
    gives("lets", v -> module().lets(v[0].asLong()));
  }

  /// Of a call that was only rehearsed nobody hears.
  private void returned(Value[] v) {
    long call = v[0].asLong();
    if (call != ContextThread.NO_CALL) {
      served().returned(call, () -> read(v, 1));
    }
  }

  private void nestedCalls() {
    does(
        "open",
        v ->
            outbound()
                .open(
                    v[0].asLong(),
                    v[1].asLong(),
                    new Outbound.Manner(on(v[2], v[4].asInt()), v[3].asString(), v[4].asInt()),
                    read(v, 5)));
    does("credit", v -> outbound().credit(v[0].asLong(), v[1].asInt()));
    gives("give", v -> outbound().give(v[0].asLong(), read(v, 1)));
    does("giveEnd", v -> outbound().giveEnd(v[0].asLong()));
    does("drop", v -> outbound().drop(v[0].asLong(), v[1].asString()));
    does("wait", v -> outbound().await(v[0].asLong()));
  }

  /// What a call is made on: a module by name, the result of another call by its number, an own
  /// object by its number, or what a proxy keeps.
  private Outbound.On on(Value to, int flags) {
    if (to.isString()) {
      String name = to.asString();
      return new Outbound.On.Known(
          (flags & Outbound.CHANNEL) == 0
              ? new Target.Module(name)
              : new Target.Channel(name, Optional.empty()));
    }
    return to.isNumber() && (flags & Outbound.OWN) == 0
        ? new Outbound.On.ResultOf(to.asLong())
        : new Outbound.On.Known(new Target.Handed(border().reference(to)));
  }

  private void references() {
    gives("export", v -> module().number(border().exports().add(v[0])));
    does("revoke", v -> border().exports().revoke(v[0].asLong()));
    does("release", v -> border().imports().release(Border.foreign(v[0])));
  }

  private void services() {
    does("say", v -> module().say(Surroundings.Stream.valueOf(v[0].asString()), v[1].asString()));
    gives(
        "timer",
        v -> module().timer(v[0]::executeVoid, v[1].asDouble(), v[2].asBoolean(), v[3].asLong()));
    does("clearTimer", v -> module().clearTimer((long) v[0].asDouble()));
    gives("now", v -> System.nanoTime() / 1e6);
    gives("uuid", v -> UUID.randomUUID().toString());
    gives("random", v -> guest.bytes(randomBytes(v[0].asInt())));
    gives("beside", _ -> module().isBeside());
    gives("part", v -> guest.part(v[0].asString()));
    guest.consoleCompiler().ifPresent(this::console);
  }

  private void grants() {
    gives("folder", _ -> cell.jail().folder());
    gives("data", _ -> cell.jail().data());
    gives("why", v -> cell.jail().why(v[0].asString(), v[1].asString()));
    gives("variable", v -> module().environment().look(v[0].asString()));
    gives("environment", _ -> module().environment().all());
  }

  private void console(ConsoleCompiler compiler) {
    gives("evaluate", v -> compiler.evaluate(guest.context(), v[0].asString()));
    gives("incomplete", v -> compiler.incomplete(guest.context(), v[0].asString()));
  }

  private GuestModule module() {
    return cell.tenant();
  }

  private Served served() {
    return module().served();
  }

  private Outbound outbound() {
    return module().outbound();
  }

  private Border border() {
    return module().border();
  }

  private static byte[] randomBytes(int count) {
    if (count < 0 || count > MOST_RANDOM) {
      throw new IllegalArgumentException("at most " + MOST_RANDOM + " random bytes at a time");
    }
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private void gives(String name, ProxyExecutable function) {
    functions.put(
        name,
        (ProxyExecutable)
            v -> {
              try {
                return function.execute(v);
              } catch (IndexOutOfBoundsException
                  | ClassCastException
                  | UnsupportedOperationException
                  | NullPointerException e) {
                throw misused(name, e);
              }
            });
  }

  /// A module has found its way to what only its half of Stoa calls. It harms nobody but itself.
  private static IllegalArgumentException misused(String name, RuntimeException why) {
    return new IllegalArgumentException(
        "`" + name + "` of Stoa's own half of a context does not take this", why);
  }

  private stoa.value.Value read(Value[] arguments, int first) {
    return TapeReader.read(arguments, first, border());
  }

  /// What the arguments lead to is not forgotten before the action is done: proxies among them.
  private void does(String name, Action action) {
    gives(
        name,
        v -> {
          try {
            action.run(v);
            return true;
          } finally {
            Reference.reachabilityFence(v);
          }
        });
  }

  private interface Action {
    void run(Value[] arguments);
  }
}
