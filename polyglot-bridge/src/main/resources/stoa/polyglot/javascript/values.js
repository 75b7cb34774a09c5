// Values on their way out of and into JavaScript, as a tape: a string of one-letter codes and the scalars that they stand for
// (TapeWriter.java has the list). Statics are captured before user code runs, and arrays are walked by index, so that changed
// prototypes do little harm.
(function (boot) {
  "use strict";
  const { isArray } = Array;
  const { getPrototypeOf, keys, defineProperty } = Object;
  const { apply } = Reflect;
  const { isSafeInteger, isFinite } = Number;
  const objectPrototype = Object.prototype;
  const mapForEach = Map.prototype.forEach;
  const getTime = Date.prototype.getTime;
  const { isView } = ArrayBuffer;
  const DEPTH = 100;
  const identifier = /^[A-Za-z_$][\w$]*$/;

  // ---- values to tape ----
  class Tape {
    /** @param root what an error calls the value */
    constructor(root = "result", plainOnly = false) {
      this.root = root;
      this.plainOnly = plainOnly;
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
        where += typeof step === "number" ? `[${step}]` : identifier.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
      }
      if (where.length > 80) where = where.slice(0, 77) + "...";
      throw new TypeError(`${what} cannot cross a call (at ${this.root}${where}); ${hint}`);
    }
    /** The arguments of a call, each with a name of its own. */
    args(given, named) {
      this.codes += "[[";
      for (let i = 0; i < given.length; i++) {
        this.root = `argument ${i + 1}`;
        this.add(given[i]);
      }
      this.codes += "]{";
      const names = keys(named);
      for (let i = 0; i < names.length; i++) {
        this.root = `argument ${names[i]}`;
        this.values[this.values.length] = names[i];
        this.add(named[names[i]]);
      }
      this.codes += "}]";
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
          return this.reference(v);
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
    /** An object that stays here, or a proxy of one that is elsewhere. */
    reference(v) {
      if (this.plainOnly) this.refuse("a function", "it is shown only");
      const written = boot.references().crossing(v);
      if (typeof written === "string") this.refuse(written, "hand over an instance or a function");
      this.put("R", written);
    }
    special(v) {
      if (boot.isHandle(v)) return this.reference(v);
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
      this.refuse(`an instance of ${className(v)}`, "return a plain object, as {...object}, or stoa.ref(object)");
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
  function send(to, id, value, root) {
    const tape = new Tape(root);
    tape.add(value);
    apply(to, undefined, [id, tape.codes, ...tape.values]);
  }

  // ---- tape to values ----
  class Reader {
    constructor(codes, values, call) {
      this.codes = codes;
      this.values = values;
      this.call = call;
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
        case "S":
          return boot.stream(this.call);
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

  return { Tape, Reader, send, className };
});
