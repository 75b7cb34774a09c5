// The guest's half of a JavaScript context. Evaluates to a function that takes the host's functions and gives its own.
// Values cross as a tape: a string of one-letter codes and the scalars that they stand for (TapeWriter.java has the list).
// Statics are captured before user code runs, and arrays are walked by index, so that changed prototypes do little harm.
(function (hosted) {
  "use strict";
  const host = {};
  for (const name of ("returned item threw exhausted later loaded refused deadline cancelled open credit drop say timer " +
    "clearTimer now uuid random part evaluate incomplete").split(" ")) host[name] = hosted[name];
  const { isArray } = Array;
  const { getPrototypeOf, keys, create, defineProperty, freeze } = Object;
  const { apply } = Reflect;
  const { isSafeInteger, isFinite } = Number;
  const objectPrototype = Object.prototype;
  const { has: mapHas, get: mapGet, set: mapSet } = Map.prototype;
  const mapForEach = Map.prototype.forEach;
  const getTime = Date.prototype.getTime;
  const sourceOf = Function.prototype.toString;
  const then = Promise.prototype.then;
  const { isView } = ArrayBuffer;
  const current = new AsyncContext.Variable();
  const calls = create(null); // calls under way: number -> state
  const outgoing = create(null); // calls to other modules: number -> sink
  let lastOutgoing = 0;
  const DEPTH = 100;
  const GATHERED = 100000;

  // ---- values to tape ----
  class Tape {
    constructor() {
      this.codes = "";
      this.values = [];
      this.path = [];
      this.above = [];
    }
    put(code, value) {
      this.codes += code;
      this.values[this.values.length] = value;
    }
    refuse(what, hint) {
      let where = "";
      for (let i = 0; i < this.path.length; i++) {
        const step = this.path[i];
        where += typeof step === "number" ? `[${step}]` : `.${String(step)}`;
      }
      throw new TypeError(`${what} cannot cross a call${where ? ` (at result${where})` : ""}; ${hint}`);
    }
    add(v) {
      switch (typeof v) {
        case "undefined":
          this.codes += "n";
          return;
        case "boolean":
          this.codes += v ? "t" : "f";
          return;
        case "string":
          if (!v.isWellFormed()) {
            this.refuse(`text with a lone surrogate at index ${loneAt(v)}`, "use text.toWellFormed()");
          }
          return this.put("s", v);
        case "number":
          return this.put(isSafeInteger(v) && !(v === 0 && 1 / v < 0) ? "i" : "r", v);
        case "bigint":
          return this.put("I", v);
        case "function":
          return this.refuse(`function ${v.name || "(anonymous)"}`, "return data, or export the function as a method");
        case "symbol":
          return this.refuse("symbol", "return its description as text");
      }
      if (v === null) {
        this.codes += "n";
        return;
      }
      this.object(v);
    }
    object(v) {
      const depth = this.above.length;
      if (depth >= DEPTH || this.above.includes(v)) {
        this.refuse(
          this.above.includes(v) ? "a structure that contains itself" : `a structure deeper than ${DEPTH} levels`,
          "return a tree of plain data, and name other parts by a key",
        );
      }
      this.above[depth] = v;
      if (isArray(v)) {
        this.codes += "[";
        for (let i = 0; i < v.length; i++) this.child(i, v[i]);
        this.codes += "]";
      } else {
        const proto = getPrototypeOf(v);
        if (proto === objectPrototype || proto === null) this.plain(v);
        else this.special(v);
      }
      this.above.length = depth;
    }
    child(step, v) {
      const at = this.path.length;
      this.path[at] = step;
      this.add(v);
      this.path.length = at;
    }
    plain(v) {
      this.codes += "{";
      const names = keys(v);
      for (let i = 0; i < names.length; i++) {
        this.values[this.values.length] = names[i];
        this.child(names[i], v[names[i]]);
      }
      this.codes += "}";
    }
    special(v) {
      if (v instanceof Map) return this.map(v);
      if (v instanceof Date) return this.date(v);
      if (v instanceof ArrayBuffer) return this.bytes(v, 0, v.byteLength);
      if (isView(v)) return this.bytes(v.buffer, v.byteOffset, v.byteLength);
      if (v instanceof Set) this.refuse("Set", "return [...set]");
      if (v instanceof Error) this.refuse("an error object", "throw it, or return its message");
      if (typeof v.then === "function") this.refuse("a promise inside a value", "await it first");
      if (v instanceof RegExp) this.refuse("RegExp", "return its source as text");
      if (v instanceof String || v instanceof Number || v instanceof Boolean) return this.add(v.valueOf());
      if (typeof v.toJSON === "function") return this.refuse(`an instance of ${className(v)}`, "return object.toJSON()");
      this.refuse(`an instance of ${className(v)}`, "return a plain object, as {...object}");
    }
    map(v) {
      this.codes += "{";
      apply(mapForEach, v, [
        (value, key) => {
          if (typeof key !== "string") this.refuse(`a Map with a key of type ${typeof key}`, "use text as keys");
          this.values[this.values.length] = key;
          this.child(key, value);
        },
      ]);
      this.codes += "}";
    }
    date(v) {
      const ms = apply(getTime, v, []);
      if (!isFinite(ms)) this.refuse("an Invalid Date", "check the date before returning it");
      const seconds = Math.floor(ms / 1000);
      this.codes += "T";
      this.values[this.values.length] = seconds;
      this.values[this.values.length] = (ms - seconds * 1000) * 1000000;
    }
    bytes(buffer, offset, length) {
      this.codes += "b";
      if (!(buffer instanceof ArrayBuffer)) buffer = new Uint8Array(buffer).slice().buffer;
      this.values[this.values.length] = buffer;
      this.values[this.values.length] = offset;
      this.values[this.values.length] = length;
    }
  }

  function loneAt(text) {
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c < 0xd800 || c > 0xdfff) continue;
      if (c < 0xdc00 && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
      else return i;
    }
    return -1;
  }

  function className(v) {
    try {
      return v.constructor.name || "a class";
    } catch {
      return "a class";
    }
  }

  /** Hands a value to a host function whose first argument is `id`. */
  function send(to, id, value) {
    const tape = new Tape();
    tape.add(value);
    apply(to, undefined, [id, tape.codes, ...tape.values]);
  }

  // ---- tape to values ----
  class Reader {
    constructor(codes, values) {
      this.codes = codes;
      this.values = values;
      this.at = 0;
      this.next = 0;
    }
    take() {
      return this.values[this.next++];
    }
    read() {
      switch (this.codes[this.at++]) {
        case "n":
          return null;
        case "u":
          return undefined;
        case "t":
          return true;
        case "f":
          return false;
        case "I":
          return bigFrom(this.take());
        case "b":
          return new Uint8Array(this.take());
        case "T":
          return new Date(this.take() * 1000 + Math.floor(this.take() / 1000000));
        case "[":
          return this.list();
        case "{":
          return this.map();
        default:
          return this.take();
      }
    }
    list() {
      const made = [];
      while (this.codes[this.at] !== "]") made[made.length] = this.read();
      this.at++;
      return made;
    }
    map() {
      const made = {};
      while (this.codes[this.at] !== "}") {
        const key = this.take();
        const value = this.read();
        if (key === "__proto__") defineProperty(made, key, { value, enumerable: true, writable: true, configurable: true });
        else made[key] = value;
      }
      this.at++;
      return made;
    }
  }

  const bigFrom = (hex) => (hex[0] === "-" ? -BigInt("0x" + hex.slice(1)) : BigInt("0x" + hex));

  // ---- errors ----
  class StoaError extends Error {
    constructor(failure) {
      super(failure.message);
      this.code = failure.code;
      this.help = failure.help;
      this.retryable = failure.retryable;
      this.remote = failure.remote;
    }
  }
  defineProperty(StoaError.prototype, "name", { value: "StoaError", configurable: true, writable: true });

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

  // ---- calls to other modules ----
  function call(module, method, given, streaming) {
    const id = ++lastOutgoing;
    let named = {};
    if (given.length > 0 && given[given.length - 1] instanceof Named) {
      named = given[given.length - 1].values;
      given = given.slice(0, -1);
    }
    const sink = new Outgoing(id, `${module}.${method}`, streaming);
    const tape = new Tape();
    tape.add([given, named]);
    outgoing[id] = sink;
    host.open(id, current.get()?.id ?? 0, module, method, tape.codes, ...tape.values);
    return sink;
  }

  class Named {
    constructor(values) {
      this.values = values;
    }
  }

  /** A call to another module: a promise and an async iterable. Whichever is used first decides. */
  class Outgoing {
    #id;
    #name;
    #signals = [];
    #read = 0;
    #wake = null;
    #ended = false;
    #promise = null;
    #taken = 0;
    #streaming;
    constructor(id, name, streaming) {
      this.#id = id;
      this.#name = name;
      this.#streaming = streaming;
    }
    static signal(sink, kind, value) {
      sink.#signals[sink.#signals.length] = { kind, value };
      if (kind === "returned" || kind === "failed") {
        sink.#ended = true;
        delete outgoing[sink.#id];
      }
      const wake = sink.#wake;
      sink.#wake = null;
      wake?.();
    }
    async #next() {
      while (this.#read === this.#signals.length) await new Promise((resolve) => (this.#wake = resolve));
      const signal = this.#signals[this.#read++];
      if (this.#read === this.#signals.length) {
        this.#signals = [];
        this.#read = 0;
      }
      if (signal.kind === "item" && ++this.#taken === TURN) {
        this.#taken = 0;
        host.credit(this.#id, TURN);
      }
      if (signal.kind === "failed") throw new StoaError(signal.value);
      return signal;
    }
    async #gather() {
      const all = [];
      let many = false;
      for (;;) {
        const signal = await this.#next();
        if (signal.kind === "returned") return many ? all : signal.value;
        many = true;
        if (signal.kind === "item") all[all.length] = signal.value;
        if (all.length > GATHERED) {
          host.drop(this.#id);
          throw new RangeError(`${this.#name} gave more than ${GATHERED} items; read it with "for await"`);
        }
      }
    }
    async *#iterate() {
      let many = false;
      try {
        for (;;) {
          const signal = await this.#next();
          if (signal.kind === "item") {
            many = true;
            yield signal.value;
          } else if (signal.kind === "returned") {
            if (!many && signal.value !== null) {
              throw new TypeError(`${this.#name} returned one value, not a stream; use "await" for it`);
            }
            return;
          }
        }
      } finally {
        if (!this.#ended) host.drop(this.#id);
      }
    }
    get then() {
      return this.#streaming ? undefined : (ok, failed) => this.#asPromise().then(ok, failed);
    }
    get catch() {
      return this.#streaming ? undefined : (failed) => this.#asPromise().catch(failed);
    }
    get finally() {
      return this.#streaming ? undefined : (done) => this.#asPromise().finally(done);
    }
    #asPromise() {
      return (this.#promise ??= this.#gather());
    }
    [Symbol.asyncIterator]() {
      return this.#iterate();
    }
  }

  function settle(id, kind, codes, ...values) {
    const sink = outgoing[id];
    if (sink !== undefined) Outgoing.signal(sink, kind, codes === "" ? null : new Reader(codes, values).read());
  }

  // ---- the authoring API ----
  const methodsOf = (module, streaming) =>
    new Proxy(create(null), {
      get(_, name) {
        if (typeof name !== "string" || name === "then") return undefined;
        if (name === "stream" && !streaming) return methodsOf(module, true);
        return (...given) => call(module, name, given, streaming);
      },
    });

  async function write(path, data, { append = false } = {}) {
    const put = (content, more) => call("stoa", "write", [path, content, new Named({ append: more })], false);
    if (typeof data === "string" || data instanceof ArrayBuffer || isView(data)) return put(data, append);
    if (data === null || typeof data !== "object" || isArray(data)) return put(pretty(data), append);
    if (!data[Symbol.asyncIterator] && !data[Symbol.iterator]) return put(pretty(data), append);
    let text = "";
    let started = append;
    for await (const item of data) {
      text += typeof item === "string" ? item : JSON.stringify(item, plainer) + "\n";
      if (text.length > 65536) {
        await put(text, started);
        started = true;
        text = "";
      }
    }
    if (text !== "" || !started) await put(text, started);
  }

  const plainer = (_, v) => (typeof v === "bigint" ? JSON.rawJSON(v.toString()) : v instanceof Map ? Object.fromEntries(v) : v);
  const pretty = (data) => JSON.stringify(data, plainer, 2) + "\n";

  const say = (level) => (...words) => host.say(level, line(words));
  const line = (words) => {
    let text = "";
    for (let i = 0; i < words.length; i++) text += (i ? " " : "") + (typeof words[i] === "string" ? words[i] : inspect(words[i]));
    return text.toWellFormed();
  };

  const stoa = freeze({
    module: (name) => methodsOf(String(name), false),
    named: (values) => new Named({ ...values }),
    log: freeze({ debug: say("DEBUG"), info: say("INFO"), warning: say("WARNING"), error: say("ERROR") }),
    call: freeze({
      get deadline() {
        const left = host.deadline(current.get()?.id ?? 0);
        return left < 0 ? null : left;
      },
      get cancelled() {
        return host.cancelled(current.get()?.id ?? 0);
      },
    }),
    lines: (path) => call("stoa", "lines", [path], true),
    csv: (path) => call("stoa", "csv", [path], true),
    json: (path) => call("stoa", "json", [path], false),
    write,
    Error: StoaError,
  });
  defineProperty(globalThis, Symbol.for("stoa"), { value: stoa });

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

  let tools;
  const toolbox = () => (tools ??= host.part("globals")({ host, current, say, line, stoa, Tape, Outgoing, methodsOf, inspect: (v) => inspect(v) }));
  const inspect = (v) => toolbox().inspect(v);
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
