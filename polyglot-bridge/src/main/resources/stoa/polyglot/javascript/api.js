// What `import stoa from "stoa"` gives, and the calls to other modules behind it.
(function (boot) {
  "use strict";
  const { host, current, Tape, Reader, send, inspect, streams, outside } = boot;
  const { create, defineProperty, freeze } = Object;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const { apply } = Reflect;
  const outgoing = create(null); // calls to other modules: number -> sink; for channels, a function
  let lastOutgoing = 0;
  const GATHERED = 100000;
  const STREAMS = 2; // flags of Outbound.Manner
  const ONE_WAY = 4;
  const OWN = 16;
  const CREDIT = 32; // items that a callee takes at first
  const TURN = 16; // items taken before credit is given for as many more

  class StoaError extends Error {
    constructor(failure) {
      super(failure.code === "DENIED" && failure.help ? `${failure.message} ${failure.help}` : failure.message);
      this.code = failure.code;
      this.help = failure.help;
      this.retryable = failure.retryable;
      this.remote = failure.remote;
    }
  }
  defineProperty(StoaError.prototype, "name", { value: "StoaError", configurable: true, writable: true });

  /** The call for which code calls others; 0 once that has returned: what it left running calls for itself. */
  function maker() {
    const call = current.get();
    return call === undefined || (call.over && !call.stopped) ? 0 : call.id;
  }

  /** What a call is made on: a module by its name, the result of a call by its number, what a proxy keeps, or an own object. */
  const ofModule = (name) => ({ to: name, text: name });

  function call(target, method, given, { streaming = false, oneWay = false } = {}) {
    const id = ++lastOutgoing;
    const sink = new Outgoing(id, `${target.text}.${method}`, streaming, oneWay);
    if (target.failed !== undefined) {
      Outgoing.signal(sink, "failed", target.failed);
      return sink;
    }
    let named = {};
    if (given.length > 0 && given[given.length - 1] instanceof Named) {
      named = given[given.length - 1].values;
      given = given.slice(0, -1);
    }
    const last = given[given.length - 1];
    const iterator = last !== null && typeof last === "object" && !isArray(last) ? streams().iteratorOf(last) : null;
    if (iterator !== null) given = given.slice(0, -1);
    const tape = new Tape();
    tape.args(given, named);
    outgoing[id] = sink;
    const flags = (iterator === null ? 0 : STREAMS) + (oneWay ? ONE_WAY : 0) + (target.own ? OWN : 0);
    host.open(id, maker(), target.to, method, flags, tape.codes, ...tape.values);
    if (iterator !== null) Outgoing.produce(sink, iterator);
    return sink;
  }

  /** The same, as code sees it: what is called on the call is called on its result. */
  const opened = (target, method, given, streaming) => new Proxy(call(target, method, given, { streaming }), onResult);

  const onResult = {
    get(sink, name) {
      if (typeof name === "symbol" || name === "then" || name === "catch" || name === "finally") return Outgoing.own(sink, name);
      return (...given) => opened(Outgoing.result(sink), name, given, false);
    },
    set: () => false,
  };

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
    #pump = null;
    #snapshot = null;
    #oneWay;
    #outcome = null;
    constructor(id, name, streaming, oneWay) {
      this.#id = id;
      this.#name = name;
      this.#streaming = streaming;
      this.#oneWay = oneWay;
    }
    /** `then`, `catch`, `finally` and what symbols name. */
    static own(sink, name) {
      const found = Reflect.get(sink, name, sink);
      return typeof found === "function" ? (...given) => apply(found, sink, given) : found;
    }
    /** What the call returned or will return, as something to make calls on. */
    static result(sink) {
      const text = `${sink.#name}(...)`;
      const outcome = sink.#outcome;
      if (outcome === null) return { to: sink.#id, text };
      if (outcome.kind === "failed") return { text, failed: outcome.value };
      const object = outcome.value !== null && (typeof outcome.value === "object" || typeof outcome.value === "function");
      const target = outcome.kind === "returned" && object ? boot.references().targetOf(outcome.value, text) : undefined;
      if (target !== undefined) return target;
      return { text, failed: failure("BAD_ARGUMENT", `${text} is no object that calls could be made on.`) };
    }
    static signal(sink, kind, value) {
      if (kind === "credit") {
        if (sink.#pump !== null) sink.#snapshot.run(() => sink.#pump.more(value));
        return;
      }
      const signal = { kind, value };
      if (!sink.#oneWay) sink.#signals[sink.#signals.length] = signal;
      if (kind === "returned" || kind === "failed" || kind === "broken") {
        sink.#ended = true;
        sink.#outcome = signal;
        if (sink.#oneWay && kind !== "returned") warn(sink.#name, value);
        delete outgoing[sink.#id];
        if (sink.#pump !== null) sink.#snapshot.run(() => sink.#pump.close());
      }
      const wake = sink.#wake;
      sink.#wake = null;
      wake?.();
    }
    /** Streams what an iterator gives to the callee. */
    static produce(sink, iterator) {
      const id = sink.#id;
      const of = current.get()?.id ?? 0;
      sink.#snapshot = new AsyncContext.Snapshot();
      sink.#pump = new (streams().Pump)(iterator, CREDIT, {
        item: (value) => send(host.give, id, value, "item"),
        end: () => host.giveEnd(id),
        broken: (e) => {
          if (sink.#ended) return;
          host.drop(id, e instanceof Error ? `${e.name}: ${e.message}`.toWellFormed() : "its producer threw");
          Outgoing.signal(sink, "broken", e);
        },
        later: () => host.timer(() => sink.#snapshot.run(() => sink.#pump.more(0)), 0, false, of),
      });
      sink.#pump.more(0);
    }
    #drop(reason) {
      if (this.#ended) return;
      this.#ended = true;
      this.#outcome = { kind: "failed", value: failure("CANCELLED", `${this.#name} was cancelled: ${reason}.`) };
      delete outgoing[this.#id];
      host.drop(this.#id, reason);
      if (this.#pump !== null) this.#pump.close();
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
      if (signal.kind === "broken") throw signal.value;
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
          this.#drop("it gave too many items");
          throw new RangeError(`${this.#name} gave more than ${GATHERED} items; read it with "for await"`);
        }
      }
    }
    async *#iterate() {
      let many = false;
      try {
        for (;;) {
          const signal = await this.#next();
          if (signal.kind === "returned") {
            if (!many && signal.value !== null) {
              throw new TypeError(`${this.#name} returned one value, not a stream; use "await" for it`);
            }
            return;
          }
          many = true;
          if (signal.kind === "item") yield signal.value;
        }
      } finally {
        this.#drop("the caller needs no more");
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
    if (sink === undefined) return;
    const value = codes === "" ? null : new Reader(codes, values).read();
    if (typeof sink !== "function") return Outgoing.signal(sink, kind, value);
    if (kind === "returned" || kind === "failed") delete outgoing[id];
    sink(kind, value);
  }

  /** The calls of channels. */
  const ofChannels = {
    add(hear) {
      outgoing[++lastOutgoing] = hear;
      return lastOutgoing;
    },
    drop(id, reason) {
      delete outgoing[id];
      host.drop(id, reason);
    },
  };

  // ---- the authoring API ----
  const failure = (code, message) => ({ code, message, help: "", retryable: false, remote: null });
  const warn = (name, e) => host.say("WARNING", `The one-way call of ${name} failed: ${e.code ?? e.name}: ${e.message}`.toWellFormed());

  /** All methods of something, by name. */
  const methodsOf = (target) => new Proxy(create(null), { get: (_, name) => (typeof name === "string" ? property(target, name) : undefined) });

  /** A method by its name; `stream` is one, and has all others as streams. */
  function property(target, name) {
    if (name === "then") return undefined;
    const method = (...given) => opened(target, name, given, false);
    if (name !== "stream") return method;
    return new Proxy(method, {
      get: (_, of) => (typeof of === "string" && of !== "then" ? (...given) => opened(target, of, given, true) : undefined),
    });
  }
  methodsOf.property = property;
  methodsOf.named = (name) => methodsOf(ofModule(name));

  /** Calls whose outcome nobody waits for. */
  function oneWay(to) {
    const target = typeof to === "function" ? boot.references().target(to) : ofModule(String(to));
    if (target === undefined) throw new TypeError("stoa.oneWay takes the name of a module, or an object that came out of a call");
    const send = (method, given) => void call(target, method, given, { oneWay: true });
    return new Proxy(() => {}, {
      get: (_, name) => (typeof name === "string" && name !== "then" ? (...given) => send(name, given) : undefined),
      apply: (_, __, given) => send("call", given),
    });
  }

  async function write(path, data, { append = false } = {}) {
    const put = (content, more) => call(ofModule("stoa"), "write", [path, content, new Named({ append: more })]);
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

  let script = null;
  /** Says which file runs as a script. */
  const runs = (path) => (script = freeze({ path, folder: path.slice(0, path.lastIndexOf("/")) || "/" }));

  const stoa = freeze({
    module: (name) => methodsOf(ofModule(String(name))),
    events: methodsOf(ofModule("events")),
    oneWay,
    channel: async (module, { topic = "" } = {}) => boot.channels().open(module, String(topic), maker()),
    accept: (handler) => boot.accept(handler),
    ref: (object) => boot.references().ref(object),
    release: (held) => boot.references().release(held),
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
      get caller() {
        return host.caller(current.get()?.id ?? 0) || null;
      },
      get signal() {
        return boot.abortSignal(current.get());
      },
    }),
    lines: (path) => opened(ofModule("stoa"), "lines", [path], true),
    csv: (path) => opened(ofModule("stoa"), "csv", [path], true),
    json: (path) => opened(ofModule("stoa"), "json", [path], false),
    read: (path) => outside().read(path),
    write,
    fetch: (url, options) => outside().fetch(url, options),
    connect: async (name, port, options) => outside().connect(name, port, options),
    run: (program, ...given) => outside().run(program, ...given),
    get env() {
      return outside().env;
    },
    get data() {
      return host.data() || null;
    },
    get script() {
      return script;
    },
    Error: StoaError,
    StoaError,
  });
  defineProperty(globalThis, Symbol.for("stoa"), { value: stoa });

  return { stoa, StoaError, Named, maker, ofModule, Outgoing, outgoing: ofChannels, call: opened, methodsOf, settle, say, line, runs };
});
