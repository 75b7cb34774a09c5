// What the host does outside for a module to which it was granted: the web, ports, programs.
import { Named } from "./remote-call.js";

const LARGEST = 64 * 1024 * 1024; // bytes of a body that is gathered
const { isView } = ArrayBuffer;
const bytesOf = (v) => (isView(v) ? new Uint8Array(v.buffer, v.byteOffset, v.byteLength) : new Uint8Array(v));
const isBytes = (v) => isView(v) || v instanceof ArrayBuffer;

/** The headers of a response, by name in any case. */
class Headers {
  #all;
  constructor(all) {
    this.#all = all;
  }
  get(name) {
    return this.#all[String(name).toLowerCase()] ?? null;
  }
  has(name) {
    return String(name).toLowerCase() in this.#all;
  }
  keys() {
    return Object.keys(this.#all).values();
  }
  values() {
    return Object.values(this.#all).values();
  }
  entries() {
    return Object.entries(this.#all).values();
  }
  forEach(f) {
    for (const [name, value] of this.entries()) f(value, name, this);
  }
  [Symbol.iterator]() {
    return this.entries();
  }
}

/** An answer from the web. Its body comes while it is read; what was gathered once is kept. */
export class Response {
  #items;
  #taken = false;
  #gathered = null;
  constructor(head, items) {
    this.status = head.status;
    this.ok = head.status >= 200 && head.status < 300;
    this.url = head.url;
    this.headers = new Headers(Object.assign(Object.create(null), head.headers));
    this.#items = items;
  }
  get body() {
    return { [Symbol.asyncIterator]: () => this[Symbol.asyncIterator]() };
  }
  get bodyUsed() {
    return this.#taken;
  }
  /** The pieces of the body. */
  async *[Symbol.asyncIterator]() {
    if (this.#gathered !== null) return yield await this.#gathered;
    if (this.#taken) throw new TypeError("The body was read before.");
    this.#taken = true;
    let over = false;
    try {
      for (;;) {
        const { done, value } = await this.#items.next();
        over = done;
        if (done) return;
        yield value;
      }
    } finally {
      if (!over) await this.close();
    }
  }
  bytes() {
    return (this.#gathered ??= this.#gather());
  }
  async #gather() {
    if (this.#taken) throw new TypeError("The body was read before.");
    this.#taken = true;
    const pieces = [];
    let size = 0;
    for (;;) {
      const { done, value } = await this.#items.next();
      if (done) break;
      size += value.length;
      if (size > LARGEST) {
        await this.close();
        throw new RangeError(`The body of ${this.url} has more than 64 MiB. Read it in pieces: for await (const piece of response)`);
      }
      pieces.push(value);
    }
    const all = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
  async arrayBuffer() {
    return (await this.bytes()).slice().buffer;
  }
  async text() {
    const charset = /charset=["']?([^\s"';]+)/i.exec(this.headers.get("content-type") ?? "")?.[1] ?? "utf-8";
    const bytes = await this.bytes();
    try {
      return new TextDecoder(charset).decode(bytes);
    } catch {
      return new TextDecoder().decode(bytes);
    }
  }
  async json() {
    return JSON.parse(await this.text());
  }
  /** Nothing more of the body is wanted. */
  async close() {
    await this.#items.return();
  }
}

/** A body as text or bytes, and what it is if it was made from data. */
function bodyOf(body) {
  if (body === undefined || body === null) return [null, null];
  if (typeof body === "string") return [body, null];
  if (isBytes(body)) return [bytesOf(body), null];
  const plain = Array.isArray(body) || [Object.prototype, null].includes(Object.getPrototypeOf(body));
  return plain ? [JSON.stringify(body), "application/json"] : [String(body), null];
}

function headersOf(given, type) {
  const pairs = given === undefined || given === null ? [] : typeof given[Symbol.iterator] === "function" ? [...given] : Object.entries(given);
  const headers = Object.create(null);
  for (const [name, value] of pairs) headers[String(name).toLowerCase()] = String(value);
  if (type !== null) headers["content-type"] ??= type;
  return { ...headers };
}

export async function fetch(host, url, { method = "GET", headers, body, timeout = 30000, signal } = {}) {
  signal?.throwIfAborted();
  const [content, type] = bodyOf(body);
  const options = { method: String(method).toUpperCase(), headers: headersOf(headers, type), body: content, timeout_ms: Math.ceil(timeout) };
  const items = host.stream.fetch(String(url), new Named(options))[Symbol.asyncIterator]();
  signal?.addEventListener("abort", () => items.return(), { once: true });
  let head;
  try {
    head = await items.next();
  } catch (e) {
    signal?.throwIfAborted();
    throw e;
  }
  signal?.throwIfAborted();
  return new Response(head.value, items);
}

/** A channel to a port: bytes both ways. */
export function connect(open, name, port, { tls = false } = {}) {
  if (typeof name !== "string" || !Number.isInteger(port)) throw new TypeError("`stoa.connect` takes the name of a host and the number of a port.");
  return open("stoa", { topic: `${tls ? "tls" : "tcp"}:${name}:${port}` });
}

/** What a program left: its exit code, and what it wrote. */
class Ran {
  constructor({ code, out, err }) {
    this.code = code;
    this.ok = code === 0;
    this.out = out;
    this.err = err;
  }
  text() {
    return new TextDecoder().decode(this.out);
  }
}

const plainOptions = (v) => v !== null && typeof v === "object" && !isBytes(v);

export async function run(host, program, ...given) {
  const { input = null, timeout = 60000 } = plainOptions(given[given.length - 1]) ? given.pop() : {};
  const options = { input: input !== null && isBytes(input) ? bytesOf(input) : input, timeout_ms: Math.ceil(timeout) };
  return new Ran(await host.run(String(program), given.map(String), new Named(options)));
}
