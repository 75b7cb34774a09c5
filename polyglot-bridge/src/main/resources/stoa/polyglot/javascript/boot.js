// The guest's half of a JavaScript context. Evaluates to a function that takes the host's functions and gives its own.
(function (hosted) {
  "use strict";
  const host = {};
  for (const name of ("returned item end threw later taken accepts loaded refused deadline cancelled caller open credit give giveEnd " +
    "drop export revoke release say timer clearTimer now uuid random part evaluate incomplete data variable environment").split(" ")) host[name] = hosted[name];
  const { keys, create, defineProperty } = Object;
  const { apply } = Reflect;
  const sourceOf = Function.prototype.toString;
  if (Symbol.dispose === undefined) defineProperty(Symbol, "dispose", { value: Symbol("Symbol.dispose") }); // as node 20 has it
  const then = Promise.prototype.then;
  const current = new AsyncContext.Variable();
  const calls = create(null); // calls under way: number -> state
  let tools;
  let streaming;
  let referring;
  let channeling;
  let further;
  const { Tape, Reader, send, className } = host.part("values")({
    stream: (call) => streams().ofCaller(call),
    references: () => references(),
    isHandle: (v) => referring !== undefined && referring.isHandle(v),
  });
  const inspect = (v) => toolbox().inspect(v);
  const streams = () => (streaming ??= host.part("streams")({ host, StoaError, shown }));
  const references = () => (referring ??= host.part("references")({ host, StoaError, Tape, methodsOf, call, described }));
  const channels = () => (channeling ??= host.part("channels")({ host, StoaError, send, streams, outgoing, returned, threw }));
  const outside = () =>
    (further ??= host.part("outside")({ host, StoaError, Named, channels, maker, call: (to, ...given) => call(ofModule(to), ...given) }));
  const { stoa, StoaError, Named, maker, ofModule, Outgoing, outgoing, call, methodsOf, settle, say, line, runs } = host.part("api")({
    host,
    current,
    Tape,
    Reader,
    send,
    inspect,
    streams,
    references,
    channels,
    outside,
    accept,
    abortSignal: (call) => toolbox().abortSignal(call),
  });

  // ---- errors ----
  const NO_SOCKETS = "Socket IO is not allowed"; // what the engine says to who imports a URL

  /** An error as plain data: type, message, stack, cause. Never throws. */
  function told(e, depth = 0) {
    try {
      if (!(e instanceof Error)) {
        return { type: e === null ? "null" : typeof e === "object" ? className(e) : typeof e, message: shown(e), stack: "" };
      }
      const remote = e instanceof StoaError;
      let message = String(e.message).toWellFormed();
      if (e instanceof ReferenceError) message += toolbox().absent(message);
      if (message.endsWith(NO_SOCKETS)) message = message.slice(0, -NO_SOCKETS.length) + "Only files are imported.";
      const help = remote && e.help && !message.endsWith(e.help) ? ` ${e.help}` : "";
      const text = remote && e.code !== "THREW" ? `${e.code}: ${message}${help}` : message;
      const data = { type: String(e.name).toWellFormed(), message: text, stack: String(e.stack).toWellFormed() };
      if (remote) data.code = String(e.code).toWellFormed();
      if (remote && e.remote) data.remote = e.remote;
      else if (e.cause !== undefined && depth < 8) data.cause = told(e.cause, depth + 1);
      return data;
    } catch {
      return { type: "Error", message: "an error that cannot be described", stack: "" };
    }
  }

  function shown(v) {
    try {
      return (typeof v === "object" ? JSON.stringify(v) : String(v)).toWellFormed();
    } catch {
      return "an object";
    }
  }

  function threw(id, e) {
    if (over(id) !== undefined) send(host.threw, id, told(e));
  }

  /** A call is over; undefined when it was before. What its caller streams is not for anybody any more. */
  function over(id, why = "over") {
    const call = calls[id];
    if (call === undefined) return undefined;
    delete calls[id];
    call.over = true;
    if (call.feed !== null) call.feed("over", why);
    return call;
  }

  // ---- calls from outside ----
  let methods = create(null);

  function start(id, object, name, credit, codes, ...values) {
    const call = (calls[id] = { id, credit, pump: null, feed: null, signal: null, over: false, stopped: false });
    current.run(call, () => {
      try {
        const args = new Reader(codes, values, call).read();
        answer(call, object === null ? apply(methods[name], undefined, args) : references().invoke(object, name, args));
      } catch (e) {
        threw(id, e);
      }
    });
  }

  function answer(call, result) {
    if (result !== null && typeof result === "object") {
      if (typeof result.then === "function") {
        apply(then, Promise.resolve(result), [(v) => finish(call, v), (e) => threw(call.id, e)]);
        return;
      }
      if (typeof result[Symbol.asyncIterator] === "function" || typeof result.next === "function") {
        const iterator = streams().iteratorOf(result);
        if (iterator !== null) return stream(call, iterator);
      }
    }
    returned(call.id, result);
  }

  function returned(id, result) {
    try {
      send(host.returned, id, result);
      over(id);
    } catch (e) {
      threw(id, e);
    }
  }

  function finish(call, result) {
    if (calls[call.id] !== call) return;
    try {
      answer(call, result);
    } catch (e) {
      threw(call.id, e);
    }
  }

  function stream(call, iterator) {
    const { id } = call;
    call.pump = new (streams().Pump)(iterator, call.credit, {
      item: (value) => send(host.item, id, value, "item"),
      end: (empty, value) => {
        if (empty) host.end(id); // else it could not be told from the result null
        returned(id, value);
      },
      broken: (e) => threw(id, e),
      later: () => host.later(id),
    });
    call.pump.more(0);
  }

  function resume(id, credit) {
    const call = calls[id];
    if (call === undefined) return;
    if (call.pump === null) call.credit += credit;
    else current.run(call, () => call.pump.more(credit));
  }

  /** What the caller streams. */
  function feed(id, kind, codes, ...values) {
    const call = calls[id];
    if (call !== undefined) call.feed(kind, codes === "" ? null : new Reader(codes, values, call).read());
  }

  function cancel(id, reason) {
    const call = over(id, `cancelled: ${reason}`);
    if (call === undefined) return;
    call.stopped = true;
    current.run(call, () => {
      if (call.signal !== null) call.signal.abort(reason);
      if (call.pump !== null) call.pump.close();
    });
  }

  // ---- channels ----
  let acceptor = null;
  let takesAcceptor = false;

  /** At the top level of a module: its function for channels. */
  function accept(handler) {
    if (typeof handler !== "function") throw new TypeError("`stoa.accept` takes a function, which is called with each channel.");
    if (!takesAcceptor) throw new TypeError("`stoa.accept` is called at the top level of a module, while that is loaded.");
    if (acceptor !== null) throw new TypeError("`stoa.accept` was called before: a module has one acceptor.");
    acceptor = handler;
    host.accepts();
  }

  function startChannel(id, topic, credit) {
    const call = (calls[id] = { id, credit, pump: null, feed: null, signal: null, over: false, stopped: false });
    current.run(call, () => channels().accept(call, topic, acceptor));
  }

  // ---- loading ----
  function lazy(name, make) {
    defineProperty(globalThis, name, {
      configurable: true,
      get() {
        const value = make();
        defineProperty(globalThis, name, { value, writable: true, configurable: true });
        return value;
      },
      set(value) {
        defineProperty(globalThis, name, { value, writable: true, configurable: true });
      },
    });
  }

  const proxied = (v) => referring?.target(v);
  const toolbox = () =>
    (tools ??= host.part("globals")({ host, current, say, line, stoa, StoaError, Tape, Outgoing, methodsOf: methodsOf.named, inspect, proxied, outside }));
  const LAZY =
    "setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask console structuredClone " +
    "atob btoa crypto performance Event EventTarget AbortSignal AbortController fetch";
  LAZY.split(" ").forEach((name) => lazy(name, () => toolbox().globals[name]));

  function load(path, name, kind) {
    if (kind === "CONSOLE") {
      methods = toolbox().console();
      send(host.loaded, 0, { version: "", needs: {}, idempotent: [], cached: {}, methods: [] });
      return;
    }
    script = kind === "SCRIPT";
    takesAcceptor = !script;
    if (script) runs(path);
    import(path).then(loaded, refused);
  }

  const refused = (e) => send(host.refused, e, told(e));

  let script = false;

  function described(name, f) {
    const kind = f[Symbol.toStringTag];
    return { name, source: apply(sourceOf, f, []), streams: kind === "GeneratorFunction" || kind === "AsyncGeneratorFunction" };
  }

  function loaded(namespace) {
    const found = [];
    takesAcceptor = false;
    const names = keys(namespace);
    for (let i = 0; i < names.length; i++) {
      const f = namespace[names[i]];
      if (typeof f !== "function" || f === acceptor) continue;
      const one = described(names[i], f);
      if (one.source.startsWith("class")) continue;
      methods[names[i]] = f;
      found[found.length] = one;
    }
    const { version = "", needs = {}, idempotent = [], cached = {} } = namespace.stoa ?? {};
    try {
      send(host.loaded, 0, { version: String(version), needs, idempotent, cached, methods: found });
    } catch (e) {
      refused(e);
    }
  }

  /** What takes time at the load of any module, and leaves nothing behind that one could see. */
  const prepare = () => void import("stoa");

  /** While it is on, there is a method of no name for a call that nobody has made. */
  function rehearsing(on) {
    methods = create(null);
    if (on) methods[""] = (v) => v;
  }

  return {
    prepare,
    rehearsing,
    load,
    start,
    accept: startChannel,
    resume,
    cancel,
    settle,
    feed,
    look: (object, name) => references().look(object, name),
    proxy: (token, text) => references().proxy(token, text),
    forget: (object) => references().forget(object),
  };
});
