// What `import stoa from "stoa"` gives, and the calls to other modules behind it.
(function (boot) {
  "use strict";
  const { host, current, Tape, Reader, inspect } = boot;
  const { create, defineProperty, freeze } = Object;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const outgoing = create(null); // calls to other modules: number -> sink
  let lastOutgoing = 0;
  const GATHERED = 100000;
  const TURN = 16; // items taken before credit is given for as many more

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
    new Proxy(streaming ? () => {} : create(null), {
      apply: (_, self, given) => call(module, "stream", given, false),
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

  let script = null;
  /** Says which file runs as a script. */
  const runs = (path) => (script = freeze({ path, folder: path.slice(0, path.lastIndexOf("/")) || "/" }));

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
    get script() {
      return script;
    },
    Error: StoaError,
    StoaError,
  });
  defineProperty(globalThis, Symbol.for("stoa"), { value: stoa });

  return { stoa, StoaError, Outgoing, methodsOf, settle, say, line, runs };
});
