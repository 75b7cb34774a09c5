// The guest's half of a JavaScript context. Evaluates to a function that takes the host's functions and gives its own.
(function (hosted) {
  "use strict";
  const host = {};
  for (const name of ("returned item threw exhausted later loaded refused deadline cancelled open credit drop say timer " +
    "clearTimer now uuid random part evaluate incomplete").split(" ")) host[name] = hosted[name];
  const { keys, create, defineProperty } = Object;
  const { apply } = Reflect;
  const sourceOf = Function.prototype.toString;
  const then = Promise.prototype.then;
  const current = new AsyncContext.Variable();
  const calls = create(null); // calls under way: number -> state
  const { Tape, Reader, send, className } = host.part("values")();
  let tools;
  const inspect = (v) => toolbox().inspect(v);
  const { stoa, StoaError, Outgoing, methodsOf, settle, say, line, runs } = host.part("api")({ host, current, Tape, Reader, inspect });

  // ---- errors ----
  /** An error as plain data: type, message, stack, cause. Never throws. */
  function told(e, depth = 0) {
    try {
      if (!(e instanceof Error)) {
        return { type: e === null ? "null" : typeof e === "object" ? className(e) : typeof e, message: shown(e), stack: "" };
      }
      const remote = e instanceof StoaError;
      const message = String(e.message).toWellFormed();
      const text = remote && e.code !== "THREW" ? `${e.code}: ${message}${e.help ? ` ${e.help}` : ""}` : message;
      const data = { type: String(e.name).toWellFormed(), message: text, stack: String(e.stack).toWellFormed() };
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
    const call = calls[id];
    delete calls[id];
    if (call !== undefined) send(host.threw, id, told(e));
  }

  // ---- calls from outside ----
  let methods = create(null);

  function start(id, name, credit, codes, ...values) {
    const call = (calls[id] = { id, credit, sent: 0, iterator: null, async: false, pulling: false, closed: false });
    current.run(call, () => {
      try {
        const args = new Reader(codes, values).read();
        answer(call, apply(methods[name], undefined, args));
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
      if (typeof result[Symbol.asyncIterator] === "function") return stream(call, result[Symbol.asyncIterator](), true);
      if (typeof result.next === "function" && typeof result[Symbol.iterator] === "function") {
        return stream(call, result[Symbol.iterator](), false);
      }
    }
    send(host.returned, call.id, result);
    delete calls[call.id];
  }

  function finish(call, result) {
    if (calls[call.id] !== call) return;
    try {
      answer(call, result);
    } catch (e) {
      threw(call.id, e);
    }
  }

  // ---- streams to outside ----
  const TURN = 16; // items before other calls of this context get their turn

  function stream(call, iterator, async) {
    call.iterator = iterator;
    call.async = async;
    pump(call);
  }

  function pump(call) {
    if (call.pulling || call.closed) return;
    call.pulling = true;
    if (call.async) pumpAsync(call);
    else pumpSync(call);
  }

  function pumpSync(call) {
    try {
      for (let n = 0; call.credit > 0 && !call.closed; n++) {
        if (n === TURN) {
          host.later(call.id);
          break;
        }
        const step = call.iterator.next();
        if (step.done) return exhausted(call);
        call.credit--;
        call.sent++;
        send(host.item, call.id, step.value);
      }
      call.pulling = false;
    } catch (e) {
      broken(call, e);
    }
  }

  async function pumpAsync(call) {
    try {
      for (let n = 0; call.credit > 0 && !call.closed; n++) {
        if (n === TURN) {
          host.later(call.id);
          break;
        }
        const step = await call.iterator.next();
        if (call.closed) return;
        if (step.done) return exhausted(call);
        call.credit--;
        call.sent++;
        send(host.item, call.id, step.value);
      }
      call.pulling = false;
    } catch (e) {
      broken(call, e);
    }
  }

  function exhausted(call) {
    call.closed = true;
    delete calls[call.id];
    host.exhausted(call.id, call.sent === 0);
  }

  /** The generator threw, or an item was no value: then its `finally` blocks still have to run. */
  function broken(call, e) {
    if (call.closed) return;
    call.closed = true;
    closeIterator(call);
    threw(call.id, e);
  }

  function closeIterator(call) {
    try {
      const closing = call.iterator.return?.();
      if (call.async && closing) apply(then, Promise.resolve(closing), [undefined, () => {}]);
    } catch (e) {
      host.say("WARNING", `closing a stream threw ${shown(e)}`);
    }
  }

  function resume(id, credit) {
    const call = calls[id];
    if (call === undefined) return;
    call.credit += credit;
    if (call.iterator !== null) current.run(call, () => pump(call));
  }

  function cancel(id) {
    const call = calls[id];
    if (call === undefined) return;
    delete calls[id];
    call.closed = true;
    if (call.iterator !== null) current.run(call, () => closeIterator(call));
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

  const toolbox = () =>
    (tools ??= host.part("globals")({ host, current, say, line, stoa, Tape, Outgoing, methodsOf, inspect }));
  const LAZY =
    "setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask console structuredClone " +
    "atob btoa crypto performance Event EventTarget AbortSignal AbortController";
  LAZY.split(" ").forEach((name) => lazy(name, () => toolbox().globals[name]));

  function load(path, name, kind) {
    if (kind === "CONSOLE") {
      methods = toolbox().console();
      send(host.loaded, 0, { version: "", needs: {}, idempotent: [], methods: [] });
      return;
    }
    script = kind === "SCRIPT";
    if (script) runs(path);
    import(path).then(loaded, refused);
  }

  const refused = (e) => send(host.refused, e, told(e));

  let script = false;

  function loaded(namespace) {
    const found = [];
    if (script) namespace = { main: (...unused) => null, ...namespace };
    const names = keys(namespace);
    for (let i = 0; i < names.length; i++) {
      const f = namespace[names[i]];
      if (typeof f !== "function") continue;
      const source = apply(sourceOf, f, []);
      if (source.startsWith("class")) continue;
      methods[names[i]] = f;
      const kind = f[Symbol.toStringTag];
      found[found.length] = { name: names[i], source, streams: kind === "GeneratorFunction" || kind === "AsyncGeneratorFunction" };
    }
    const { version = "", needs = {}, idempotent = [] } = namespace.stoa ?? {};
    try {
      send(host.loaded, 0, { version: String(version), needs, idempotent, methods: found });
    } catch (e) {
      refused(e);
    }
  }

  return {
    load,
    start,
    resume,
    cancel,
    settle,
  };
});
