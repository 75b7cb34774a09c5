// The connection to the host: frames in and out, batched; and the calls that this module makes.
import { AsyncLocalStorage } from "node:async_hooks";
import { cut, fromWire, StoaError } from "./failures.js";
import { FrameReader, INITIAL_CREDIT, payloadFrames, PREFACE, PROTOCOL, write } from "./frames.js";
import { Malformed, Writer } from "./protobuf.js";
import { encodeArguments } from "./values.js";

const FEATURES = ["log"];
const FLUSH_BYTES = 1 << 16;

/** The incoming call that the running code serves. */
export const current = new AsyncLocalStorage();

export class Connection {
  ready = false;
  draining = false;
  server;
  #transport;
  #reader = new FrameReader();
  #out = new Writer();
  #flushing = false;
  #features = [];
  #calls = new Map();
  #next;
  #greeted;
  #preface = PREFACE;
  #left = false;

  constructor(transport, server) {
    this.#transport = transport;
    this.#next = transport.dials ? 1 : 2;
    this.server = server;
    this.#out.raw(PREFACE);
    if (!transport.dials) this.flush(); // first of all, a child on stdio says that it speaks the protocol
  }

  /** Exchanges Hello and Welcome; then the host's frames are handled until it goes. */
  greet(info, token) {
    if (this.#transport.dials) {
      this.send({ hello: { protocol_min: PROTOCOL, protocol_max: PROTOCOL, features: FEATURES, module: info, token } });
      this.#greeted = ({ welcome }) => this.#agree(welcome, welcome?.protocol === PROTOCOL);
    } else {
      this.#greeted = ({ hello }) => {
        this.#agree(hello, hello?.protocol_min <= PROTOCOL && hello?.protocol_max >= PROTOCOL);
        if (this.ready) this.send({ welcome: { protocol: PROTOCOL, features: this.#features, module: info } });
      };
    }
    this.#transport.listen((data) => this.#received(data), () => process.exit(0)); // gone: nobody wants what we do
  }

  #agree(words, fits) {
    if (!words) return this.leave("the first frame must be Hello or Welcome", 1);
    if (!fits) return this.leave(`this module speaks protocol ${PROTOCOL} only`, 1);
    this.#features = (words.features ?? []).filter((f) => FEATURES.includes(f));
    this.ready = true;
  }

  /** Tells the host that the module could not be loaded. */
  refuse(reason, token) {
    if (this.#transport.dials) this.send({ hello: { protocol_min: PROTOCOL, protocol_max: PROTOCOL, token } });
    this.leave(reason, 1);
  }

  // --- reading ---

  #received(data) {
    try {
      if (this.#preface.length > 0) data = this.#pastPreface(data);
      for (const frame of this.#reader.feed(data)) this.#handle(frame);
    } catch (e) {
      if (!(e instanceof Malformed)) throw e;
      this.leave(`malformed frame: ${e.message}`, 1);
    }
  }

  #pastPreface(data) {
    const size = Math.min(data.length, this.#preface.length);
    if (!data.subarray(0, size).equals(this.#preface.subarray(0, size))) throw new Malformed("no preface");
    this.#preface = this.#preface.subarray(size);
    return data.subarray(size);
  }

  #handle(frame) {
    if (this.#left) return;
    if (frame.goodbye) return this.#dismissed(frame.goodbye.reason);
    if (!this.ready) return this.#greeted(frame);
    if (frame.ping) return this.send({ pong: frame.ping });
    if (frame.drain) {
      this.draining = true;
      return this.server.rest();
    }
    if (!frame.call) return;
    const outgoing = this.#calls.get(frame.call);
    if (outgoing) outgoing.heard(frame);
    else this.server.heard(frame.call, frame);
  }

  #dismissed(reason) {
    if (!this.ready) process.stderr.write(`stoa: ${reason}\n`);
    process.exit(this.ready ? 0 : 1);
  }

  // --- writing ---

  /** Queues a frame. What is queued leaves in one write when the code at hand has run. */
  send(frame) {
    write(frame, this.#out);
    if (this.#out.size > FLUSH_BYTES) return this.flush();
    if (this.#flushing) return;
    this.#flushing = true;
    process.nextTick(() => {
      this.#flushing = false;
      this.flush();
    });
  }

  sendPayload(call, kind, header, name, payload) {
    for (const frame of payloadFrames(call, kind, header, name, payload)) this.send(frame);
  }

  flush() {
    if (this.#out.size === 0) return;
    const data = this.#out.done();
    this.#out = new Writer();
    this.#transport.send(data);
  }

  leave(reason, status) {
    if (this.#left) return;
    this.#left = true;
    if (status) process.stderr.write(`stoa: ${reason}\n`);
    this.send({ goodbye: { reason: cut(reason) } });
    this.flush();
    this.#transport.close(() => process.exit(status));
  }

  // --- calls to other modules ---

  /** Opens a call. `listener(kind, content)` hears item, end, returned, failed. */
  open(module, method, positional, named, listener) {
    const name = `${module}.${method}`;
    if (!this.ready) {
      const help = "Make them in a method.";
      throw new StoaError("UNAVAILABLE", "Calls cannot be made while the module is being loaded.", { help });
    }
    const argument = encodeArguments(positional, named);
    const header = { module, method, credit: INITIAL_CREDIT };
    const parent = current.getStore();
    if (parent) {
      if (parent.cancelled) throw new StoaError("CANCELLED", `\`${name}\` was not called: its caller was cancelled.`);
      if (parent.open) header.parent = parent.id;
      const left = parent.secondsLeft();
      if (left !== null) {
        if (left <= 0) throw new StoaError("DEADLINE_EXCEEDED", `No time is left to call \`${name}\`.`);
        header.timeout_us = Math.max(1, Math.floor(left * 1e6));
      }
    }
    if (this.draining && !header.parent) throw new StoaError("UNAVAILABLE", "The host is about to stop.", { retryable: true });
    const id = this.#next;
    this.#next += 2;
    const outgoing = new Outgoing(this, id, parent, listener);
    this.#calls.set(id, outgoing);
    this.sendPayload(id, "invoke", header, "argument", argument);
    return outgoing;
  }

  forget(id) {
    this.#calls.delete(id);
  }

  log(level, text) {
    if (!this.ready || !this.#features.includes("log")) {
      process.stderr.write(`${level.toLowerCase()}: ${text}\n`);
      return;
    }
    const call = current.getStore();
    const log = { level, text: cut(text) };
    this.send(call?.open ? { call: call.id, log } : { log });
  }
}

/** A call that this module makes. */
class Outgoing {
  #connection;
  #id;
  #parent;
  #listener;
  #ended = false;
  #opening = null;
  #parts = [];
  #consumed = 0;

  constructor(connection, id, parent, listener) {
    this.#connection = connection;
    this.#id = id;
    this.#parent = parent;
    this.#listener = listener;
    parent?.children.add(this);
  }

  heard({ item, returned, part, failed, end }) {
    if (item) this.#payload("item", item);
    else if (returned) this.#payload("returned", returned);
    else if (part && this.#opening) this.#payload(this.#opening, part);
    else if (failed) this.#end("failed", fromWire(failed));
    else if (end) this.#listener("end");
  }

  #payload(kind, { more, payload = Buffer.alloc(0) }) {
    if (more || this.#opening) this.#parts.push(Buffer.from(payload));
    this.#opening = more ? kind : null;
    if (more) return;
    const whole = this.#parts.length > 0 ? Buffer.concat(this.#parts) : payload;
    this.#parts = [];
    if (kind === "returned") this.#end(kind, whole);
    else this.#listener(kind, Buffer.from(whole));
  }

  #end(kind, content) {
    if (this.#ended) return;
    this.#ended = true;
    this.#connection.forget(this.#id);
    this.#parent?.children.delete(this);
    this.#listener(kind, content);
  }

  /** The answer is wanted no more. Whoever waits for it gets CANCELLED. */
  cancel(reason) {
    if (this.#ended) return;
    this.#connection.send({ call: this.#id, cancel: { reason } });
    this.#end("failed", new StoaError("CANCELLED", `The call was cancelled: ${reason}.`));
  }

  /** An item was taken: the callee may send another. Credit is given in halves of the window. */
  consumed() {
    if (++this.#consumed < INITIAL_CREDIT / 2 || this.#ended) return;
    this.#connection.send({ call: this.#id, credit: { items: this.#consumed } });
    this.#consumed = 0;
  }
}
