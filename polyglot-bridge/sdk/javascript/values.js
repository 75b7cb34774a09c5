// Values between JavaScript and the wire: PROTOCOL.md, "Values".
import { Handle } from "./handle.js";
import { Malformed, Reader, Writer } from "./protobuf.js";

const MAX_DEPTH = 100;
/** Stands in a received table for an own object that is there no more. */
export const GONE = Symbol("gone");
const MIN_SECONDS = -62135596800, MAX_SECONDS = 253402300799;

/** A JavaScript value that cannot cross a call. The path grows while the error travels outwards. */
export class NotAValue extends TypeError {
  constructor(what, advice) {
    super();
    this.what = what;
    this.advice = advice;
    this.path = "";
  }

  at(step) {
    this.path = step + this.path;
    const path = this.path.length > 80 ? this.path.slice(0, 77) + "..." : this.path;
    this.message = `\`${path}\` is ${this.what}, which cannot cross a call. ${this.advice}`;
    return this;
  }
}

// --- writing ---------------------------------------------------------------------------------------------------------

/** The value as bytes. `name` is what an error calls it; `table` gives what passes by reference its index. */
export function encode(value, name = "value", table = null) {
  const writer = new ValueWriter(table);
  named(name, () => put(writer, value, 0));
  return writer.done();
}

export function encodeArguments(positional, byName = {}, table = null) {
  const writer = new ValueWriter(table);
  positional.forEach((value, i) => {
    writer.byte(0x0a);
    const start = writer.reserve();
    named(`argument ${i + 1}`, () => put(writer, value, 0));
    writer.close(start);
  });
  for (const [key, value] of Object.entries(byName)) {
    writer.byte(0x12);
    named(`argument ${key}`, () => putEntry(writer, key, value, 0));
  }
  return writer.done();
}

class ValueWriter extends Writer {
  constructor(table) {
    super();
    this.table = table;
  }
}

function named(name, write) {
  try {
    write();
  } catch (e) {
    throw e instanceof NotAValue ? e.at(name) : e;
  }
}

function put(writer, value, depth) {
  if (depth > MAX_DEPTH) {
    throw new NotAValue(`inside more than ${MAX_DEPTH} lists and maps`, "Flatten it; a value must not contain itself.");
  }
  switch (typeof value) {
    case "undefined":
      return;
    case "boolean":
      writer.byte(0x08);
      return writer.byte(value ? 1 : 0);
    case "number":
      return putNumber(writer, value);
    case "string":
      writer.byte(0x22);
      return writer.text(paired(value));
    case "bigint":
      return putBigInt(writer, value);
    case "object":
      return value === null ? undefined : putObject(writer, value, depth);
    case "function":
      return putReference(writer, value);
    default:
      throw strange(value);
  }
}

function putNumber(writer, value) {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    writer.byte(0x10);
    const double = value >= 0 ? value * 2 : value * -2 - 1;
    return writer.varint(double <= Number.MAX_SAFE_INTEGER ? double : zigzag(BigInt(value)));
  }
  writer.room(9);
  writer.byte(0x19);
  writer.size = writer.buffer.writeDoubleLE(value, writer.size);
}

const zigzag = (value) => BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));

function putBigInt(writer, value) {
  if (BigInt.asIntN(64, value) === value) {
    writer.byte(0x10);
    return writer.varint(zigzag(value));
  }
  const bytes = [];
  for (let rest = value; ; rest >>= 8n) {
    bytes.unshift(Number(rest & 255n));
    if ((rest >= -128n && rest < 128n)) break;
  }
  writer.byte(0x42);
  writer.bytes(bytes);
}

/** Text without a lone surrogate. */
function paired(text) {
  if (text.isWellFormed()) return text;
  const at = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(text).index;
  const unit = text.charCodeAt(at).toString(16).toUpperCase();
  const advice = "It is not Unicode: send bytes, or `text.toWellFormed()`.";
  throw new NotAValue(`text with a lone surrogate U+${unit} at index ${at}`, advice);
}

function putObject(writer, value, depth) {
  if (Array.isArray(value)) return putContainer(writer, 0x32, () => putItems(writer, value, depth + 1));
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    return putContainer(writer, 0x3a, () => putEntries(writer, plainEntries(value), depth + 1));
  }
  if (value instanceof Uint8Array) {
    writer.byte(0x2a);
    return writer.bytes(value);
  }
  if (value instanceof Date) return putDate(writer, value);
  if (value instanceof Map) return putContainer(writer, 0x3a, () => putEntries(writer, value, depth + 1));
  if (value instanceof Handle) return putReference(writer, value);
  throw strange(value);
}

function putReference(writer, value) {
  if (!writer.table) throw strange(value);
  const index = writer.table.indexOf(value);
  writer.byte(0x50);
  writer.varint(index);
}

function putContainer(writer, tag, content) {
  writer.byte(tag);
  const start = writer.reserve();
  content();
  writer.close(start);
}

function putItems(writer, items, depth) {
  for (let i = 0; i < items.length; i++) {
    writer.byte(0x0a);
    const start = writer.reserve();
    try {
      put(writer, items[i], depth);
    } catch (e) {
      throw e instanceof NotAValue ? e.at(`[${i}]`) : e;
    }
    writer.close(start);
  }
}

function plainEntries(object) {
  if (Object.getOwnPropertySymbols(object).length > 0) throw new NotAValue("an object with a symbol as key", "Keys are text.");
  return Object.entries(object);
}

const IDENTIFIER = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

function putEntries(writer, entries, depth) {
  for (const [key, value] of entries) {
    if (typeof key !== "string") {
      throw new NotAValue(`a Map with a key of type ${typeof key}`, "Keys are text: use `String(key)`.");
    }
    writer.byte(0x0a);
    try {
      putEntry(writer, key, value, depth);
    } catch (e) {
      throw e instanceof NotAValue ? e.at(IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`) : e;
    }
  }
}

function putEntry(writer, key, value, depth) {
  const entry = writer.reserve();
  if (key !== "") {
    writer.byte(0x0a);
    writer.text(paired(key));
  }
  writer.byte(0x12);
  const start = writer.reserve();
  put(writer, value, depth);
  writer.close(start);
  writer.close(entry);
}

function putDate(writer, date) {
  const millis = date.getTime();
  if (Number.isNaN(millis)) throw new NotAValue("an invalid Date", "Check it with `Number.isNaN(date.getTime())`.");
  const seconds = Math.floor(millis / 1000);
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
    throw new NotAValue("a Date outside the years 1 to 9999", "Send text instead.");
  }
  putContainer(writer, 0x4a, () => {
    if (seconds !== 0) {
      writer.byte(0x08);
      writer.varint(seconds >= 0 ? seconds * 2 : seconds * -2 - 1);
    }
    if (millis !== seconds * 1000) {
      writer.byte(0x10);
      writer.varint((millis - seconds * 1000) * 1_000_000);
    }
  });
}

const ADVICE = {
  Set: "Send an array: `[...value]`.",
  Promise: "Await it first.",
  RemoteCall: "Await it first.",
  RegExp: "Send `String(value)`.",
  URL: "Send `String(value)`.",
  Error: "Throw it, or send its message.",
  ArrayBuffer: "Send `new Uint8Array(value)`.",
  function: "Here is no connection that it could pass over by reference.",
  symbol: "Send text.",
};

function strange(value) {
  const kind = typeof value === "object" ? value.constructor?.name ?? "object" : typeof value;
  let advice = ADVICE[kind] ?? "Send null, a boolean, number, BigInt, string, Uint8Array, array, plain object or Date.";
  if (value instanceof Error) advice = ADVICE.Error;
  else if (ArrayBuffer.isView(value)) advice = "Send an array: `Array.from(value)`, or its bytes as Uint8Array.";
  else if (typeof value === "object" && !(kind in ADVICE)) {
    advice = typeof value.next === "function" || typeof value[Symbol.asyncIterator] === "function"
      ? "A stream is the last argument of a call, or its whole result."
      : "It is an instance of a class. Send a plain object, `{...value}`, or let it be called where it is: `stoa.ref(value)`.";
  }
  return new NotAValue(`${/^[aeiou]/i.test(kind) ? "an" : "a"} ${kind}`, advice);
}

// --- reading ---------------------------------------------------------------------------------------------------------

/** `references` is what the indices of references stand for. */
export function decode(bytes, references = null) {
  return take(reader(bytes, references), 0);
}

/** `[positional, named]`; named is a Map. */
export function decodeArguments(bytes, references = null) {
  const positional = [], byName = new Map();
  const input = reader(bytes, references);
  while (input.pos < input.end) {
    const tag = input.varint();
    if (tag === 0x0a) positional.push(takeNested(input, 0));
    else if (tag === 0x12) takeEntry(input, 0, byName);
    else input.skip(Number(tag));
  }
  return [positional, byName];
}

function reader(bytes, references) {
  const reader = new Reader(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes));
  reader.references = references;
  return reader;
}

function take(input, depth) {
  if (input.pos === input.end) return null;
  if (depth > MAX_DEPTH) throw new Malformed(`a value is inside more than ${MAX_DEPTH} lists and maps`);
  let value;
  while (input.pos < input.end) {
    const tag = input.varint();
    switch (tag) {
      case 0x08: value = input.varint() !== 0; break;
      case 0x10: value = unzigzag(input.varint()); break;
      case 0x19: value = takeDouble(input); break;
      case 0x22: value = input.text(); break;
      case 0x2a: value = new Uint8Array(input.bytes()); break;
      case 0x32: value = takeList(input, depth + 1); break;
      case 0x3a: value = takeMap(input, depth + 1); break;
      case 0x42: value = takeBigInteger(input.bytes()); break;
      case 0x4a: value = takeTimestamp(input); break;
      case 0x50: value = takeReference(input); break;
      default: input.skip(Number(tag));
    }
  }
  if (value === undefined) throw new Malformed("a value has a kind that is unknown here: its sender may be newer");
  return value;
}

function unzigzag(number) {
  if (typeof number === "number") {
    return number % 2 === 0 ? number / 2 : -(number - 1) / 2 - 1;
  }
  const value = (number >> 1n) ^ -(number & 1n);
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function takeDouble(input) {
  if (input.pos + 8 > input.end) throw new Malformed("a double is cut short");
  const value = input.buffer.readDoubleLE(input.pos);
  input.pos += 8;
  return value;
}

function takeReference(input) {
  const value = input.references?.[input.varint()];
  if (value === undefined) throw new Malformed("a reference has no entry in its table");
  if (value === GONE) throw new Malformed("it holds a reference to an object that was released here");
  return value;
}

/** Enters the field at hand, reads it with `content` to its end. */
function within(input, content) {
  const outer = input.end;
  input.end = input.span();
  const result = content();
  input.end = outer;
  return result;
}

const takeNested = (input, depth) => within(input, () => take(input, depth));

function takeList(input, depth) {
  return within(input, () => {
    const items = [];
    while (input.pos < input.end) {
      const tag = input.varint();
      if (tag === 0x0a) items.push(takeNested(input, depth));
      else input.skip(Number(tag));
    }
    return items;
  });
}

function takeMap(input, depth) {
  const entries = new Map();
  within(input, () => {
    while (input.pos < input.end) {
      const tag = input.varint();
      if (tag === 0x0a) takeEntry(input, depth, entries);
      else input.skip(Number(tag));
    }
  });
  if (typeof entries.get("then") === "function") throw new Malformed("a map has a function as `then`: `await` would call it");
  return Object.fromEntries(entries); // defines `__proto__` as a key like any other
}

function takeEntry(input, depth, into) {
  let key = "", value = null;
  within(input, () => {
    while (input.pos < input.end) {
      const tag = input.varint();
      if (tag === 0x0a) key = input.text();
      else if (tag === 0x12) value = takeNested(input, depth);
      else input.skip(Number(tag));
    }
  });
  if (into.has(key)) throw new Malformed(`the key \`${key}\` comes twice`);
  into.set(key, value);
}

function takeBigInteger(bytes) {
  if (bytes.length <= 8) throw new Malformed("a big integer fits 64 bits");
  if ((bytes[0] === 0 && bytes[1] < 128) || (bytes[0] === 255 && bytes[1] > 127)) {
    throw new Malformed("a big integer is not in its shortest form");
  }
  return BigInt.asIntN(bytes.length * 8, BigInt("0x" + bytes.toString("hex")));
}

function takeTimestamp(input) {
  let seconds = 0, nanos = 0;
  within(input, () => {
    while (input.pos < input.end) {
      const tag = input.varint();
      if (tag === 0x08) seconds = unzigzag(input.varint());
      else if (tag === 0x10) nanos = input.varint();
      else input.skip(Number(tag));
    }
  });
  if (nanos > 999_999_999) throw new Malformed(`a timestamp has ${nanos} nanoseconds`);
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) throw new Malformed("a timestamp is outside the years 1 to 9999");
  return new Date(seconds * 1000 + Math.floor(nanos / 1_000_000));
}
