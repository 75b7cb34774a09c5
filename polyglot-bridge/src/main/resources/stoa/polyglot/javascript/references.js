// Objects that stay where they are: what this context hands out, and proxies for what it was handed. Evaluated when the first
// one is needed.
(function (boot) {
  "use strict";
  const { host, StoaError, Tape, methodsOf, call } = boot;
  const { apply } = Reflect;
  const { getPrototypeOf, getOwnPropertyDescriptor, getOwnPropertyNames } = Object;
  const sourceOf = Function.prototype.toString;
  const numbers = new WeakMap(); // what is handed out -> its number
  const proxies = new WeakMap(); // proxy -> what its calls are made on

  // ---- what can be called on an object ----
  const NEVER = new Set(
    ("constructor __proto__ prototype toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable toJSON " +
      "__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__").split(" "),
  );
  const builtins = new Set();
  const BUILTINS =
    "Object Function Array Map Set WeakMap WeakSet WeakRef Promise Date RegExp Error EvalError RangeError ReferenceError SyntaxError " +
    "TypeError URIError AggregateError String Number Boolean Symbol BigInt ArrayBuffer DataView Iterator FinalizationRegistry " +
    "Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array " +
    "BigUint64Array";
  for (const name of BUILTINS.split(" ")) {
    const known = globalThis[name]?.prototype;
    if (known !== undefined) builtins.add(known);
  }
  const intrinsics = [async function () {}, function* () {}, async function* () {}, Uint8Array, [].values(), new Map().keys(), new Set().keys()];
  for (const one of [...intrinsics, (function* () {})(), (async function* () {})()]) {
    for (let o = getPrototypeOf(one); o !== null; o = getPrototypeOf(o)) if (typeof o === "object") builtins.add(o);
  }
  builtins.add(getPrototypeOf(Uint8Array).prototype);

  const isClass = (f) => {
    try {
      return /^class\b/.test(apply(sourceOf, f, []));
    } catch {
      return true;
    }
  };

  /** Names from outside meet nothing but this: data properties that are functions, below the language's own prototypes. */
  function methodOf(object, name) {
    if (typeof object === "function") return name === "call" ? object : undefined;
    if (typeof name !== "string" || name === "" || name[0] === "_" || name[0] === "#" || NEVER.has(name)) return undefined;
    for (let o = object; o !== null && !builtins.has(o); o = getPrototypeOf(o)) {
      const found = getOwnPropertyDescriptor(o, name);
      if (found === undefined) continue;
      const f = found.value;
      return typeof f === "function" && !proxies.has(f) && !isClass(f) ? f : undefined;
    }
    return undefined;
  }

  function namesOf(object) {
    if (typeof object === "function") return ["call"];
    const found = new Set();
    for (let o = object; o !== null && !builtins.has(o); o = getPrototypeOf(o)) {
      for (const name of getOwnPropertyNames(o)) if (methodOf(object, name) !== undefined) found.add(name);
    }
    return [...found];
  }

  /** What the host asks before a call on an object: [codes, ...values] of a description, or of the names that there are. */
  function look(object, name) {
    const f = methodOf(object, name);
    const tape = new Tape();
    tape.add(f === undefined ? { names: namesOf(object) } : { method: boot.described(name, f) });
    return [tape.codes, ...tape.values];
  }

  const invoke = (object, name, args) => apply(methodOf(object, name), typeof object === "function" ? undefined : object, args);

  // ---- what is handed out ----
  /** The owner's hold on an object that passes by reference. */
  class Handle {
    #object;
    constructor(object) {
      this.#object = object;
    }
    static crossing(handle) {
      if (handle.#object === null) throw lost("This handle", "it was released here");
      return numberOf(handle.#object);
    }
    /** Takes the object back from all who hold it: their calls fail with LOST. */
    release() {
      if (this.#object === null) return;
      const number = numbers.get(this.#object);
      if (number !== undefined) {
        numbers.delete(this.#object);
        host.revoke(number);
      }
      this.#object = null;
    }
    [Symbol.dispose]() {
      this.release();
    }
  }

  function lost(what, why) {
    return new StoaError({ code: "LOST", message: `${what} is gone: ${why}.`, help: "", retryable: false, remote: null });
  }

  function numberOf(object) {
    let number = numbers.get(object);
    if (number === undefined) {
      number = host.export(object);
      numbers.set(object, number);
    }
    return number;
  }

  function ref(object) {
    const refuse = (what, hint) => {
      throw new TypeError(`stoa.ref takes no ${what}; ${hint}`);
    };
    if (object instanceof Handle || proxies.has(object)) return object;
    if (typeof object === "function") return isClass(object) ? refuse("class", "hand over an instance or a function") : new Handle(object);
    if (object === null || typeof object !== "object") refuse(object === null ? "null" : typeof object, "pass data as it is");
    const proto = getPrototypeOf(object);
    if (typeof object.next === "function" && methodOf(object, "next") === undefined) {
      refuse("iterator", "return it, or give it as the last argument of a call");
    }
    if (proto !== Object.prototype && builtins.has(proto)) {
      if (typeof object.then === "function") refuse("promise", "await it first");
      refuse(object.constructor?.name ?? "data", "pass data as it is");
    }
    if (object[Symbol.toStringTag] === "Module") refuse("module", "hand over the functions that are meant");
    if (typeof object.then === "function") refuse("promise", "await it first");
    if ((proto === Object.prototype || proto === null) && namesOf(object).length === 0) refuse("plain data", "pass it as it is");
    return new Handle(object);
  }

  /** What stands for a value on the tape; a text says why nothing does. */
  function crossing(v) {
    const target = proxies.get(v);
    if (target !== undefined) {
      if (target.failed !== undefined) throw new StoaError(target.failed);
      return target.to;
    }
    if (v instanceof Handle) return Handle.crossing(v);
    return isClass(v) ? `class ${v.name || "(anonymous)"}` : numberOf(v);
  }

  // ---- what was handed to us ----
  const locals = {
    [Symbol.toPrimitive]: (target) => () => `[object ${target.text}]`,
    [Symbol.toStringTag]: () => "StoaObject",
    [Symbol.dispose]: (_, proxy) => () => release(proxy),
  };

  function proxy(token, text) {
    const target = { to: token, text };
    const made = new Proxy(() => {}, {
      get: (_, name, receiver) =>
        typeof name === "string" ? methodsOf.property(target, name) : Object.hasOwn(locals, name) ? locals[name](target, receiver) : undefined,
      apply: (_, __, given) => call(target, "call", given),
      has: (_, name) => typeof name === "string" && name !== "then",
      set: () => false,
      defineProperty: () => false,
      deleteProperty: () => false,
      setPrototypeOf: () => false,
    });
    proxies.set(made, target);
    return made;
  }

  /** Gives back what was handed to us. */
  function release(held) {
    if (held instanceof Handle) return held.release();
    const target = proxies.get(held);
    if (target === undefined) throw new TypeError("stoa.release takes an object that came out of a call, or what stoa.ref gave");
    if (target.failed !== undefined) return;
    target.failed = {
      code: "LOST",
      message: `The object ${target.text} is gone: it was released here.`,
      help: "Ask its owner for it again.",
      retryable: false,
      remote: null,
    };
    host.release(target.to);
  }

  /** What calls on the result of a call are made on: what a proxy stands for, or an own object that came home. */
  function targetOf(v, text) {
    const target = proxies.get(v);
    if (target !== undefined) return target;
    const number = numbers.get(v);
    if (number !== undefined) return { to: number, own: true, text };
    if (namesOf(v).length === 0) return undefined;
    const message = `${text} returned an object of this side that nobody else holds any more.`;
    return { text, failed: { code: "LOST", message, help: "Call the object itself, which is at hand.", retryable: false, remote: null } };
  }

  return {
    look,
    invoke,
    ref,
    release,
    proxy,
    crossing,
    isHandle: (v) => v instanceof Handle,
    target: (v) => proxies.get(v),
    targetOf,
    forget: (object) => numbers.delete(object),
  };
});
