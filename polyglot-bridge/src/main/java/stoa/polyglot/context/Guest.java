package stoa.polyglot.context;

import java.util.Optional;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/// A context and its guest's half. Everything here runs on the thread that owns the context.
final class Guest {
  private final Dialect dialect;
  private final Context context;
  private final Value start;
  private final Value resume;
  private final Value cancel;
  private final Value settle;
  private final Value functions;
  private final Value feed;

  Guest(Cell cell, Dialect dialect, Dialect.Setting setting) {
    this.dialect = dialect;
    context = dialect.create(setting);
    functions = dialect.boot(context, HostFunctions.of(cell, this));
    start = function("start");
    resume = function("resume");
    cancel = function("cancel");
    settle = function("settle");
    feed = function("feed");
    rehearse();
  }

  /// Makes a call that nobody has made, with a little of each kind of value: each function on the
  /// way of a call has to be made ready in each context, and that takes longer than the call.
  private void rehearse() {
    Value rehearsing = function("rehearsing");
    rehearsing.executeVoid(true);
    start.executeVoid(
        dialect.number(ContextThread.NO_CALL),
        null,
        "",
        0,
        "[{sir[tn]}]{}",
        "text",
        "",
        "integer",
        dialect.number(1),
        "real",
        0.5,
        "list");
    rehearsing.executeVoid(false);
  }

  /// JavaScript gives an object, Python a dict.
  private Value function(String name) {
    return functions.hasHashEntries() ? functions.getHashValue(name) : functions.getMember(name);
  }

  Context context() {
    return context;
  }

  /// Does what takes time at the load of any module. What it makes depends on none.
  void prepare() {
    function("prepare").executeVoid();
  }

  void load(String path, String name, String kind) {
    function("load").executeVoid(path, name, kind);
  }

  /// @param object what the call is made on; null: the module
  void start(GuestCall call, @Nullable Value object, TapeWriter arguments) {
    start.executeVoid(
        arguments.after(
            dialect.number(call.number()), object, call.invocation().method(), call.credit()));
  }

  /// Hands a channel to the module's acceptor.
  void accept(GuestCall call) {
    function("accept")
        .executeVoid(dialect.number(call.number()), call.invocation().method(), call.credit());
  }

  /// @param beside whether code blocks meanwhile: what would block too must not go on
  /// @return whether it would, and did not
  boolean resume(long call, int credit, boolean beside) {
    Value putOff = resume.execute(dialect.number(call), credit, beside);
    return putOff.isBoolean() && putOff.asBoolean();
  }

  void cancel(long call, String reason) {
    cancel.executeVoid(dialect.number(call), reason);
  }

  /// What the callee of a call said.
  void settle(long call, String kind, TapeWriter content) {
    settle.executeVoid(content.after(dialect.number(call), kind));
  }

  /// What the caller of a call streams.
  void feed(long call, String kind, TapeWriter content) {
    feed.executeVoid(content.after(dialect.number(call), kind));
  }

  /// What stands for an object of somebody else.
  Value proxy(Imports.Foreign foreign) {
    return function("proxy").execute(foreign, text(foreign.reference()));
  }

  private static String text(stoa.value.Value.Reference reference) {
    return reference.owner() + "/" + reference.number();
  }

  /// Nobody holds an own object any more.
  void forget(Value object) {
    function("forget").executeVoid(object);
  }

  /// What can be called on an own object.
  ///
  /// @return a map: `method` describes the method of that name; if there is none, `names` lists
  ///   those that there are
  stoa.value.Value look(Value object, String name, Border border) {
    Value tape = function("look").execute(object, name);
    Value[] parts = new Value[(int) tape.getArraySize()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = tape.getArrayElement(i);
    }
    return TapeReader.read(parts, 0, border);
  }

  Object bytes(byte[] content) {
    return dialect.bytes(content);
  }

  Object part(String name) {
    return dialect.part(context, name);
  }

  /// What compiles for the console, if its half in the guest does not do that itself.
  Optional<ConsoleCompiler> consoleCompiler() {
    return dialect instanceof ConsoleCompiler compiler ? Optional.of(compiler) : Optional.empty();
  }
}
