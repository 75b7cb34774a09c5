// What most programs expect to find and the language does not have. Evaluated when the first of these names is used.
(function (boot) {
  "use strict";
  const { host, current, say, line, inspect, StoaError, proxied, outside } = boot;
  const globals = Object.create(null);

  // ---- timers ----
  function timer(repeat) {
    return (f, delay = 0, ...args) => {
      if (typeof f !== "function") throw new TypeError("a timer takes a function");
      const snapshot = new AsyncContext.Snapshot();
      const run = () => {
        try {
          snapshot.run(f, ...args);
        } catch (e) {
          host.say("ERROR", `Uncaught in a timer: ${e?.stack ?? e}`);
        }
      };
      return host.timer(run, Math.max(0, Number(delay) || 0), repeat, current.get()?.id ?? 0);
    };
  }
  const clear = (id) => {
    if (typeof id === "number") host.clearTimer(id);
  };
  globals.setTimeout = timer(false);
  globals.setInterval = timer(true);
  globals.setImmediate = (f, ...args) => globals.setTimeout(f, 0, ...args);
  globals.clearTimeout = globals.clearInterval = globals.clearImmediate = clear;
  globals.queueMicrotask = (f) => {
    if (typeof f !== "function") throw new TypeError("queueMicrotask takes a function");
    Promise.resolve().then(f);
  };

  // ---- console ----
  /** Fills in `%s`, `%d`, `%i`, `%f`, `%j`, `%o`, `%O` and drops `%c`, as consoles do. */
  function filled(words) {
    if (typeof words[0] !== "string" || words.length < 2 || !words[0].includes("%")) return words;
    let next = 1;
    const text = words[0].replace(/%([sdifjoOc%])/g, (whole, kind) => {
      if (kind === "%") return "%";
      if (next >= words.length) return whole;
      const v = words[next++];
      switch (kind) {
        case "s":
          return typeof v === "object" && v !== null ? inspect(v) : String(v);
        case "d":
          return typeof v === "bigint" ? `${v}n` : String(Number(v));
        case "i":
          return typeof v === "bigint" ? `${v}n` : String(parseInt(v, 10));
        case "f":
          return String(parseFloat(v));
        case "j":
          return JSON.stringify(v);
        case "c":
          return "";
        default:
          return inspect(v);
      }
    });
    return [text, ...words.slice(next)];
  }
  const sayFilled = (level) => {
    const plain = say(level);
    return (...words) => plain(...filled(words));
  };
  const out = sayFilled("OUT");
  const counts = Object.create(null);
  const started = Object.create(null);
  globals.console = {
    log: out,
    info: sayFilled("INFO"),
    debug: sayFilled("DEBUG"),
    warn: sayFilled("WARNING"),
    error: sayFilled("ERROR"),
    trace: (...words) => host.say("DEBUG", `${line(words)}\n${new Error("Trace").stack}`),
    dir: (v) => out(inspect(v)),
    table: (v) => out(inspect(v)),
    assert: (ok, ...words) => ok || host.say("ERROR", `Assertion failed${words.length ? ": " + line(words) : ""}`),
    group: out,
    groupEnd: () => {},
    count: (label = "default") => out(`${label}: ${(counts[label] = (counts[label] ?? 0) + 1)}`),
    time: (label = "default") => void (started[label] = host.now()),
    timeEnd: (label = "default") => out(`${label}: ${(host.now() - (started[label] ?? host.now())).toFixed(3)} ms`),
  };

  // ---- inspection, as people know it from other shells ----
  const plainKey = /^[A-Za-z_$][\w$]*$/;
  function show(v, depth, above) {
    switch (typeof v) {
      case "string":
        return quoted(v);
      case "bigint":
        return `${v}n`;
      case "symbol":
        return String(v);
      case "function":
        if (proxied(v) !== undefined) return `[object ${proxied(v).text}]`;
        return /^class\b/.test(Function.prototype.toString.call(v)) ? `[class ${v.name || "(anonymous)"}]` : `[Function: ${v.name || "(anonymous)"}]`;
      case "number":
        return Object.is(v, -0) ? "-0" : String(v);
    }
    if (v === null || typeof v !== "object") return String(v);
    if (above.includes(v)) return "[Circular]";
    if (v instanceof Error) return shownError(v);
    if (v instanceof Date) return isNaN(v) ? "Invalid Date" : v.toISOString();
    if (v instanceof RegExp) return String(v);
    if (v instanceof Promise) return "Promise {}";
    const name = Object.getPrototypeOf(v)?.constructor?.name ?? "[Object: null prototype]";
    if (depth < 0) return Array.isArray(v) ? "[Array]" : `[${name}]`;
    return compound(v, name, depth, [...above, v]);
  }
  function compound(v, name, depth, above) {
    const inner = (x) => show(x, depth - 1, above);
    const most = (list) => (list.length > 100 ? [...list.slice(0, 100), `... ${list.length - 100} more`] : list);
    if (Array.isArray(v)) return braces(most(Array.from(v, inner)), "[", "]");
    if (ArrayBuffer.isView(v) && !(v instanceof DataView)) return `${name}(${v.length}) ` + braces(most(Array.from(v.subarray(0, 101), inner)), "[", "]");
    if (v instanceof Set) return `Set(${v.size}) ` + braces(most([...v].map(inner)), "{", "}");
    if (v instanceof Map) return `Map(${v.size}) ` + braces(most([...v].map(([k, x]) => `${inner(k)} => ${inner(x)}`)), "{", "}");
    const entries = Object.keys(v).map((k) => `${plainKey.test(k) ? k : quoted(k)}: ${member(v, k, inner)}`);
    return (name === "Object" ? "" : name + " ") + braces(most(entries), "{", "}");
  }
  function member(v, key, inner) {
    const { get, value } = Object.getOwnPropertyDescriptor(v, key) ?? {};
    return get ? "[Getter]" : inner(value);
  }
  function braces(parts, open, close) {
    if (parts.length === 0) return open + close;
    const text = parts.join(", ");
    if (text.length <= 72 && !text.includes("\n")) return `${open} ${text} ${close}`;
    return `${open}\n${parts.map((p) => "  " + p.replaceAll("\n", "\n  ")).join(",\n")}\n${close}`;
  }
  function quoted(s) {
    const mark = !s.includes("'") ? "'" : !s.includes('"') ? '"' : "`";
    const body = JSON.stringify(s).slice(1, -1).replaceAll('\\"', '"');
    return mark + (mark === '"' ? body.replaceAll('"', '\\"') : body.replaceAll(mark, "\\" + mark)) + mark;
  }
  function shownError(e) {
    const stack = String(e.stack ?? e);
    return e.cause === undefined ? stack : `${stack}\n  [cause]: ${show(e.cause, 1, [e]).replaceAll("\n", "\n  ")}`;
  }

  globals.fetch = (url, options) => outside().fetch(url, options);

  // ---- data ----
  globals.structuredClone = (value) => {
    const seen = new Map();
    const copy = (v) => {
      if (typeof v === "function" || typeof v === "symbol") throw new TypeError(`${String(v)} could not be cloned`);
      if (v === null || typeof v !== "object") return v;
      if (seen.has(v)) return seen.get(v);
      const keep = (made) => (seen.set(v, made), made);
      if (v instanceof Date) return keep(new Date(v));
      if (v instanceof RegExp) return keep(new RegExp(v));
      if (v instanceof ArrayBuffer) return keep(v.slice(0));
      if (ArrayBuffer.isView(v)) return keep(new v.constructor(v.buffer.slice(v.byteOffset, v.byteOffset + v.byteLength)));
      if (v instanceof Map) {
        const made = keep(new Map());
        v.forEach((x, k) => made.set(copy(k), copy(x)));
        return made;
      }
      if (v instanceof Set) {
        const made = keep(new Set());
        v.forEach((x) => made.add(copy(x)));
        return made;
      }
      if (v instanceof Error) return keep(Object.assign(Object.create(Object.getPrototypeOf(v)), { message: v.message, stack: v.stack }));
      const made = keep(Array.isArray(v) ? new Array(v.length) : {});
      for (const k of Object.keys(v)) made[k] = copy(v[k]);
      return made;
    };
    return copy(value);
  };
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  globals.btoa = (text) => {
    const s = String(text);
    let made = "";
    for (let i = 0; i < s.length; i += 3) {
      const [a, b, c] = [s.charCodeAt(i), s.charCodeAt(i + 1), s.charCodeAt(i + 2)];
      if (a > 255 || b > 255 || c > 255) throw new RangeError("btoa takes characters up to U+00FF; encode with TextEncoder first");
      const bits = (a << 16) | ((b || 0) << 8) | (c || 0);
      made += alphabet[bits >> 18] + alphabet[(bits >> 12) & 63] + (i + 1 < s.length ? alphabet[(bits >> 6) & 63] : "=") + (i + 2 < s.length ? alphabet[bits & 63] : "=");
    }
    return made;
  };
  globals.atob = (text) => {
    const s = String(text).replace(/[\t\n\f\r ]/g, "").replace(/={1,2}$/, "");
    if (s.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(s)) throw new RangeError("atob was given text that is not base64");
    let made = "";
    for (let i = 0, bits = 0, n = 0; i < s.length; i++) {
      bits = ((bits << 6) | alphabet.indexOf(s[i])) & 0xffffff;
      n += 6;
      if (n >= 8) made += String.fromCharCode((bits >> (n -= 8)) & 255);
    }
    return made;
  };
  globals.crypto = {
    getRandomValues: (view) => {
      if (view.byteLength > 65536) throw new RangeError("getRandomValues gives at most 65536 bytes at once");
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(new Uint8Array(host.random(view.byteLength)));
      return view;
    },
    randomUUID: () => host.uuid(),
  };
  globals.performance = { now: () => host.now(), timeOrigin: Date.now() - host.now() };

  // ---- events and abortion ----
  globals.Event = class Event {
    constructor(type) {
      this.type = String(type);
      this.target = null;
      this.defaultPrevented = false;
    }
    preventDefault() {
      this.defaultPrevented = true;
    }
  };
  globals.EventTarget = class EventTarget {
    #listeners = [];
    addEventListener(type, listener, options) {
      this.#listeners.push({ type, listener, once: options?.once === true });
    }
    removeEventListener(type, listener) {
      this.#listeners = this.#listeners.filter((l) => l.type !== type || l.listener !== listener);
    }
    dispatchEvent(event) {
      event.target = this;
      for (const l of [...this.#listeners]) {
        if (l.type !== event.type) continue;
        if (l.once) this.removeEventListener(l.type, l.listener);
        typeof l.listener === "function" ? l.listener.call(this, event) : l.listener.handleEvent(event);
      }
      this["on" + event.type]?.(event);
      return !event.defaultPrevented;
    }
  };
  const abort = Symbol("abort");
  const abortError = () => Object.assign(new Error("This operation was aborted"), { name: "AbortError" });
  globals.AbortSignal = class AbortSignal extends globals.EventTarget {
    aborted = false;
    reason = undefined;
    onabort = null;
    throwIfAborted() {
      if (this.aborted) throw this.reason;
    }
    [abort](reason = abortError()) {
      if (this.aborted) return;
      this.aborted = true;
      this.reason = reason;
      this.dispatchEvent(new globals.Event("abort"));
    }
    static abort(reason) {
      const signal = new AbortSignal();
      signal[abort](reason);
      return signal;
    }
    static timeout(ms) {
      const signal = new AbortSignal();
      globals.setTimeout(() => signal[abort](Object.assign(new Error("The operation timed out"), { name: "TimeoutError" })), ms);
      return signal;
    }
  };
  globals.AbortController = class AbortController {
    signal = new globals.AbortSignal();
    abort(reason) {
      this.signal[abort](reason);
    }
  };

  /** The signal of a call: aborted when nobody wants its result any more. Outside of calls: one that never is. */
  function abortSignal(call) {
    const id = call?.id ?? 0;
    if (call !== undefined && call.signal !== null) return call.signal.signal;
    const signal = new globals.AbortController().signal;
    if (call === undefined) return signal;
    let told = null;
    // A loop that never yields sees it too, before the event.
    const why = () => told ?? (!call.over && host.cancelled(id) ? new StoaError(cancelled("nobody waits for it any more")) : undefined);
    Object.defineProperty(signal, "aborted", { get: () => why() !== undefined });
    Object.defineProperty(signal, "reason", { get: why });
    const abort = (reason) => {
      told = new StoaError(cancelled(reason));
      signal.dispatchEvent(new globals.Event("abort"));
    };
    call.signal = { signal, abort };
    return signal;
  }
  const cancelled = (reason) => ({ code: "CANCELLED", message: `The call was cancelled: ${reason}.`, help: "", retryable: false, remote: null });

  // ---- what there is elsewhere ----
  const NATIVE = 'give the module placement = "native" in its module.toml';
  const INSTEAD = {
    require: `Use \`import\`, or for node's own modules ${NATIVE}`,
    process: `Use stoa.env for the environment, or ${NATIVE}`,
    Buffer: "Use Uint8Array, TextEncoder and TextDecoder",
    Worker: `Use \`instances\` in module.toml to serve several calls at once, or ${NATIVE}`,
    XMLHttpRequest: "Use fetch(url)",
    WebSocket: "Use stoa.connect(host, port)",
    SharedArrayBuffer: "There is one thread; use ArrayBuffer",
    WebAssembly: `To use it ${NATIVE}`,
    Deno: "Use stoa.read(path), stoa.write(path, data), fetch(url) and stoa.run(program)",
  };
  /** The next step for who looked for what only other runtimes have. */
  function absent(message) {
    const name = /^(\w+) is not defined$/.exec(message)?.[1];
    return name !== undefined && Object.hasOwn(INSTEAD, name) ? `: a context has none. ${INSTEAD[name]}.` : "";
  }

  return { globals, absent, abortSignal, inspect: (v) => show(v, 4, []), console: () => host.part("console")(boot) };
});
