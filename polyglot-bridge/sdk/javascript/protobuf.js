// The little of protobuf that Stoa needs: varints, and messages as objects described by tables.

export const VARINT = 0, FIXED64 = 1, LENGTH = 2, FIXED32 = 5;

/** Bytes that are not what they should be. */
export class Malformed extends Error {}

/** Appends to a buffer that grows. A length goes in front of what it measures: reserve() one byte, then close(). */
export class Writer {
  constructor() {
    this.buffer = Buffer.allocUnsafe(256);
    this.size = 0;
  }

  room(bytes) {
    if (this.size + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.size + bytes));
    this.buffer.copy(larger, 0, 0, this.size);
    this.buffer = larger;
  }

  byte(value) {
    this.room(1);
    this.buffer[this.size++] = value;
  }

  /** A number up to 2^53 or a BigInt of 64 bits. */
  varint(value) {
    this.room(10);
    if (typeof value === "bigint") {
      for (value = BigInt.asUintN(64, value); value > 127n; value >>= 7n) this.buffer[this.size++] = Number(value & 127n) | 128;
      this.buffer[this.size++] = Number(value);
      return;
    }
    for (; value > 0x7fffffff; value = Math.floor(value / 128)) this.buffer[this.size++] = (value % 128) | 128;
    for (; value > 127; value >>>= 7) this.buffer[this.size++] = (value & 127) | 128;
    this.buffer[this.size++] = value;
  }

  bytes(data) {
    this.varint(data.length);
    this.raw(data);
  }

  raw(data) {
    this.room(data.length);
    this.buffer.set(data, this.size);
    this.size += data.length;
  }

  /** Well-formed text with its length. */
  text(text) {
    const most = text.length * 3;
    this.room(most + 5);
    if (most < 128) {
      const length = this.buffer.write(text, this.size + 1);
      this.buffer[this.size] = length;
      this.size += length + 1;
    } else {
      this.varint(Buffer.byteLength(text));
      this.size += this.buffer.write(text, this.size);
    }
  }

  reserve() {
    this.byte(0);
    return this.size;
  }

  /** Fills in the length of what was written since reserve(). */
  close(start) {
    const length = this.size - start;
    if (length > 127) {
      let extra = 0;
      for (let rest = length; rest > 127; rest = Math.floor(rest / 128)) extra++;
      this.room(extra);
      this.buffer.copyWithin(start + extra, start, this.size);
      const end = this.size + extra;
      this.size = start - 1;
      this.varint(length);
      this.size = end;
    } else {
      this.buffer[start - 1] = length;
    }
  }

  done() {
    return this.buffer.subarray(0, this.size);
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads from `pos` to `end` of a Buffer. */
export class Reader {
  constructor(buffer, pos = 0, end = buffer.length) {
    this.buffer = buffer;
    this.pos = pos;
    this.end = end;
  }

  /** A number if it is at most 2^53 - 1, else a BigInt. */
  varint() {
    let result = 0;
    for (let factor = 1, i = 0; i < 10; i++, factor *= 128) {
      if (this.pos >= this.end) throw new Malformed("a varint is cut short");
      const byte = this.buffer[this.pos++];
      if (i === 7) return this.#large(i + 1);
      result += (byte & 127) * factor;
      if (byte < 128) return result;
    }
  }

  /** Goes back and reads a varint of more than 49 bits. */
  #large(read) {
    this.pos -= read;
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.pos >= this.end) throw new Malformed("a varint is cut short");
      const byte = this.buffer[this.pos++];
      result |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        result = BigInt.asUintN(64, result);
        return result <= 9007199254740991n ? Number(result) : result;
      }
    }
    throw new Malformed("a varint has more than ten bytes");
  }

  /** Enters a field with a length: returns where it ends. */
  span() {
    const size = this.varint();
    if (typeof size === "bigint" || size > this.end - this.pos) throw new Malformed("a field is longer than what holds it");
    return this.pos + size;
  }

  bytes() {
    const end = this.span();
    const start = this.pos;
    this.pos = end;
    return this.buffer.subarray(start, end);
  }

  text() {
    const bytes = this.bytes();
    if (bytes.length < 64) {
      let ascii = true;
      for (let i = 0; i < bytes.length && ascii; i++) ascii = bytes[i] < 128;
      if (ascii) return bytes.latin1Slice(0, bytes.length);
    }
    try {
      return strict.decode(bytes);
    } catch {
      throw new Malformed("text is not UTF-8");
    }
  }

  /** Passes an unknown field, whose tag was just read. */
  skip(tag) {
    const wire = tag % 8;
    if (tag < 8) throw new Malformed("a field has the number 0");
    if (wire === VARINT) this.varint();
    else if (wire === LENGTH) this.pos = this.span();
    else if (wire === FIXED64) this.pos += 8;
    else if (wire === FIXED32) this.pos += 4;
    else throw new Malformed(`wire type ${wire} is not in use`);
    if (this.pos > this.end) throw new Malformed("a field is longer than what holds it");
  }
}

/** Numbers with names. A number of a newer version stays a number. */
export class Enum {
  constructor(numbers) {
    this.numbers = numbers;
    this.names = new Map(Object.entries(numbers).map(([name, number]) => [number, name]));
  }
}

/** A module has put that name into the prototype of all objects: an assignment could run its code. */
const own = (message, name, value) =>
  Object.defineProperty(message, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });

/**
 * A message type. Its fields: name -> [number, type]; a type is "uint", "bool", "text", "bytes", "map" (of text to text),
 * an Enum or a Message; in an array for a repeated field. The fields in `body` are written even when they have their default.
 */
export class Message {
  constructor(fields, body = []) {
    this.readers = new Map();
    this.writers = [];
    for (const [name, [number, type]] of Object.entries(fields)) this.add(name, number, type, body.includes(name));
  }

  add(name, number, type, inBody) {
    const repeated = Array.isArray(type);
    if (repeated) type = type[0];
    const isNumber = type === "uint" || type === "bool" || type instanceof Enum;
    const tag = number * 8 + (isNumber ? VARINT : LENGTH);
    this.readers.set(tag, { name, type, repeated });
    this.writers.push({ name, tag, type, repeated, inBody });
  }

  /** Reads up to `reader.end`. */
  decode(reader) {
    const message = {};
    while (reader.pos < reader.end) {
      const tag = reader.varint();
      const field = this.readers.get(tag);
      if (field === undefined) {
        reader.skip(Number(tag));
        continue;
      }
      const { name, type, repeated } = field;
      if (type === "map") {
        const { key = "", value = "" } = nested(ENTRY, reader);
        (message[name] ??= new Map()).set(key, value);
        continue;
      }
      const value = read(type, reader);
      if (repeated) (message[name] ??= []).push(value);
      else if (name in Object.prototype) own(message, name, value);
      else message[name] = value;
    }
    return message;
  }

  encode(message, writer) {
    for (const { name, tag, type, repeated, inBody } of this.writers) {
      const value = message[name];
      if (value === undefined) continue;
      if (repeated) for (const item of value) put(writer, tag, type, item);
      else if (type === "map") for (const [key, text] of value) put(writer, tag, ENTRY, { key, value: text });
      else if (inBody || type instanceof Message || !isDefault(type, value)) put(writer, tag, type, value);
    }
  }
}

function isDefault(type, value) {
  if (type === "bytes") return value.length === 0;
  return !value || (type instanceof Enum && type.numbers[value] === 0);
}

function read(type, reader) {
  switch (type) {
    case "uint": return reader.varint();
    case "bool": return reader.varint() !== 0;
    case "text": return reader.text();
    case "bytes": return reader.bytes();
  }
  if (type instanceof Message) return nested(type, reader);
  const number = reader.varint();
  return type.names.get(number) ?? number;
}

function nested(type, reader) {
  const outer = reader.end;
  reader.end = reader.span();
  const message = type.decode(reader);
  reader.end = outer;
  return message;
}

function put(writer, tag, type, value) {
  writer.varint(tag);
  if (type === "uint") writer.varint(value);
  else if (type === "bool") writer.byte(value ? 1 : 0);
  else if (type === "text") writer.text(value);
  else if (type === "bytes") writer.bytes(value);
  else if (type instanceof Enum) writer.varint(typeof value === "number" ? value : type.numbers[value]);
  else {
    const start = writer.reserve();
    type.encode(value, writer);
    writer.close(start);
  }
}

const ENTRY = new Message({ key: [1, "text"], value: [2, "text"] }, ["key", "value"]);
