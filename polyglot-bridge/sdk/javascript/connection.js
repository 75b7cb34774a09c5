// The connection to the host: the handshake, frames in and out, batched; and the calls that this side makes.
import { timingSafeEqual } from "node:crypto";
import { current } from "./current.js";
import { cut, StoaError } from "./failures.js";
import { FrameReader, INITIAL_CREDIT, MAX_FRAME, MAX_PAYLOAD, payloadFrames, PREFACE, PROTOCOL, write } from "./frames.js";
import { Outgoing } from "./outgoing.js";
import { Malformed, Writer } from "./protobuf.js";
import { References } from "./references.js";
import { Talk, WINDOW } from "./talk.js";
import { encode, encodeArguments } from "./values.js";

const FEATURES = ["log", "streams-in", "references", "pipelining", "large-payloads", "channels", "direct-channels"];
const FLUSH_BYTES = 1 << 16;
const HEADER_BYTES = 4096; // what a frame holds beside payload and references, generously

export class Connection {
  ready = false;
  draining = false;
  gone = null; // why, when it is over
  dismissed = false; // by the host
  server;
  references = new References(this);
  #transport;
  #owner;
  #reader = new FrameReader();
  #out = new Writer();
  #flushing = false;
  #known; // the features of this side
  #features = [];
  #most = MAX_FRAME;
  #calls = new Map();
  #talks = new Map(); // of the calls, of either side, in which this one sends payloads in parts
  #busy = false;
  #next;
  #greeted;
  #early = null;
  #preface = PREFACE;
  #left = false;

  /**
   * `owner` hears ready() after the handshake and over(reason, status) at the end; a status other than 0 is a fault.
   * `features`: what this side can, if that is not all; it is less on the connection of a direct channel.
   */
  constructor(transport, server, owner, features = FEATURES) {
    this.#known = features;
    this.#transport = transport;
    this.#next = transport.dials ? 1 : 2;
    this.#owner = owner;
    this.server = server;
    server.connection = this;
    this.#out.raw(PREFACE);
    if (!transport.dials) this.flush(); // first of all, a child on stdio says that it speaks the protocol
  }

  /** Exchanges Hello and Welcome; then the host's frames are handled until it goes. `token` is shown, `expected` wanted. */
  greet(info, token, expected) {
    if (this.#transport.dials) {
      this.send({ hello: { protocol_min: PROTOCOL, protocol_max: PROTOCOL, features: this.#known, module: info, token } });
      this.#greeted = ({ welcome }) => this.#agree(welcome, welcome?.protocol === PROTOCOL, expected);
    } else {
      const answer = () => this.send({ welcome: { protocol: PROTOCOL, features: this.#features, module: info, token } });
      this.#greeted = ({ hello }) => {
        this.#agree(hello, hello?.protocol_min <= PROTOCOL && hello?.protocol_max >= PROTOCOL, expected, answer);
      };
    }
    this.#transport.listen((data) => this.#received(data), () => this.#over("the host has gone", 0));
  }

  #agree(words, fits, expected, answer) {
    if (!words) return this.leave("the first frame must be Hello or Welcome", 1);
    if (!fits) return this.leave(`this side speaks protocol ${PROTOCOL} only`, 1);
    if (expected && !isSame(words.token ?? Buffer.alloc(0), expected)) return this.leave("it is not who was expected here", 1);
    const { features = [], limits = {}, instance } = words;
    this.#features = this.#known.filter((f) => features.includes(f) && (f !== "references" || instance));
    this.#most = Number(limits.max_frame_bytes || MAX_FRAME);
    this.references.agree(instance ?? "", Number(limits.max_references || 0));
    this.ready = true;
    answer?.();
    this.#transport.hold?.(this.#busy);
    if (!this.#owner.ready) return;
    this.#early = [];
    this.#owner.ready();
    setImmediate(() => this.#catchUp());
  }

  /** What came right behind the handshake waits until the code that awaited it has run. */
  #catchUp() {
    const frames = this.#early;
    this.#early = null;
    for (const frame of frames) this.#handle(frame);
  }

  /** Whether this is the connection of a direct channel. */
  get isDirect() {
    return this.#known !== FEATURES;
  }

  /** Whether a feature is in force. */
  has(feature) {
    return this.#features.includes(feature);
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
    if (this.#left || this.gone) return;
    if (this.#early) return void this.#early.push(frame);
    if (frame.goodbye) return this.#dismissed(frame.goodbye.reason || "the host said goodbye");
    if (!this.ready) return this.#greeted(frame);
    if (!frame.call) return this.#heard(frame);
    if (frame.credit?.bytes) this.#credited(frame.call, Number(frame.credit.bytes));
    const outgoing = this.#calls.get(frame.call);
    if (outgoing) return outgoing.heard(frame);
    this.server.heard(frame.call, frame);
  }

  /** A frame about the connection. Those that are unknown here are ignored. */
  #heard({ ping, drain, release }) {
    if (ping) this.send({ pong: ping });
    if (release) this.references.released(release.counts);
    if (drain) {
      this.draining = true;
      this.changed();
    }
  }

  #dismissed(reason) {
    this.dismissed = this.#left = true;
    this.#transport.close(() => {});
    this.#over(reason, this.ready ? 0 : 1);
  }

  #over(reason, status) {
    if (this.gone) return;
    this.gone = reason;
    this.#left = true;
    for (const call of [...this.#calls.values()]) call.lost(reason);
    this.server.lost(reason);
    this.#owner.over(reason, status);
  }

  // --- writing ---

  /** Queues a frame. What is queued leaves in one write when the code at hand has run. */
  send(frame) {
    if (this.#left) return;
    write(frame, this.#out);
    if (this.#out.size > FLUSH_BYTES) return this.flush();
    if (this.#flushing) return;
    this.#flushing = true;
    process.nextTick(() => {
      this.#flushing = false;
      this.flush();
    });
  }

  /** Says something in a call, behind the parts that wait for room there. */
  say(frame) {
    const talk = this.#talks.size > 0 && this.#talks.get(frame.call);
    if (talk) talk.say(frame, 0);
    else this.send(frame);
  }

  /**
   * Sends an item. Gives a promise of room for the next if there is none. If references must make room first it is sent
   * then, if it is still `wanted()`.
   */
  sendItem(call, value, wanted) {
    try {
      return this.sendValue(call, "item", value, "item");
    } catch (e) {
      return this.references.retry(e, () => wanted() && this.sendValue(call, "item", value, "item"));
    }
  }

  /** Sends Item or Returned. `name` is what errors call the value. Gives a promise of its end if some of it has to wait. */
  sendValue(call, kind, value, name) {
    const table = this.references.table();
    const payload = encode(value, name, table);
    this.#checkSize(call, payload);
    return this.#sendPayload(call, kind, { references: table.seal() }, "payload", payload);
  }

  #sendPayload(call, kind, header, name, payload) {
    const used = HEADER_BYTES + (header.references ? this.#most / 2 : 0);
    const piece = Math.max(1, Math.min(MAX_PAYLOAD, Math.floor(this.#most - used)));
    if (payload.length <= piece) {
      header[name] = payload;
      this.say({ call, [kind]: header });
    } else {
      this.#sendParts(call, payload.length, piece, payloadFrames(call, kind, header, name, payload, piece));
    }
    return this.#talks.size > 0 ? this.#talks.get(call)?.caughtUp() : undefined;
  }

  #sendParts(call, left, piece, frames) {
    let talk = this.#talks.get(call);
    if (!talk) this.#talks.set(call, (talk = new Talk((frame) => this.send(frame))));
    for (const frame of frames) {
      talk.say(frame, Math.min(piece, left));
      left -= piece;
    }
  }

  /** Who has no `large-payloads` never says that there is room again. */
  #checkSize(call, payload) {
    if (payload.length <= MAX_PAYLOAD || this.has("large-payloads")) return;
    if (payload.length <= (this.#talks.get(call)?.room ?? WINDOW)) return;
    const message = `A payload of ${payload.length} bytes cannot be sent here: one direction of a call takes ${WINDOW} bytes in parts.`;
    throw new StoaError("UNSUPPORTED", message, { help: "The other side has no `large-payloads`: send a stream of small pieces." });
  }

  /** The other side has room for more parts. */
  #credited(call, bytes) {
    const talk = this.#talks.get(call);
    talk?.credited(bytes);
    if (talk?.idle) this.#talks.delete(call);
  }

  /** A part was taken: whoever sent it may send more. */
  took(call, bytes) {
    if (bytes > 0 && this.has("large-payloads")) this.send({ call, credit: { bytes } });
  }

  /** The call is over, or will be with what is said next: what still waits there is not said. */
  drop(call) {
    const talk = this.#talks.size > 0 && this.#talks.get(call);
    if (!talk) return;
    this.#talks.delete(call);
    for (const { invoke, item, returned } of talk.drop()) this.references.unsent((invoke ?? item ?? returned)?.references);
  }

  flush() {
    if (this.#out.size === 0) return;
    const data = this.#out.done();
    this.#out = new Writer();
    this.#transport.send(data);
  }

  leave(reason, status = 0) {
    if (this.#left) return;
    this.send({ goodbye: { reason: cut(reason) } });
    this.flush();
    this.#left = true;
    this.#transport.close(() => this.#over(reason, status));
  }

  // --- calls ---

  /**
   * Opens a call of `{name, target, method, positional, named, stream, oneWay}`. `listener(kind, content, references)`
   * hears item, end, returned and failed.
   */
  open(request, listener) {
    const { name, target, method, positional, named, stream, oneWay } = request;
    const header = Object.assign({}, target, { method, credit: oneWay ? 0 : INITIAL_CREDIT });
    if (oneWay) header.one_way = true;
    const parent = current.getStore();
    this.#admit(name, header);
    this.#inherit(name, parent, header);
    if (this.draining && !header.parent) throw stopping();
    if (stream) {
      if (!this.has("streams-in")) throw unsupported(`\`${name}\` was not called: streams cannot be sent here.`, "Send a list.");
      header.streams = true;
    }
    const table = this.references.table();
    const argument = encodeArguments(positional, named, table);
    this.#checkSize(this.#next, argument);
    header.references = table.seal();
    const outgoing = this.#begin(parent, listener);
    this.#sendPayload(outgoing.id, "invoke", header, "argument", argument);
    if (stream) outgoing.feed(stream);
    return outgoing;
  }

  /** Opens a channel. `listener` hears accepted, credit, item, end, returned and failed. */
  openChannel(module, method, direct, listener) {
    const channel = { module };
    const header = { object: { channel }, method, credit: INITIAL_CREDIT, streams: true };
    this.#admit(module, header);
    const parent = current.getStore();
    if (parent?.cancelled) throw tooLate(module, parent); // a channel would stay
    if (!this.has("channels")) throw unsupported(`No channel was opened to \`${module}\`: there are none here.`, "The host may be older.");
    if (this.draining) throw stopping();
    if (direct && this.has("direct-channels")) channel.direct = {};
    const outgoing = this.#begin(undefined, listener); // it outlives the call that opens it
    this.send({ call: outgoing.id, invoke: header });
    return outgoing;
  }

  #begin(parent, listener) {
    const id = this.#next;
    this.#next += 2;
    const outgoing = new Outgoing(this, id, parent, listener);
    this.#calls.set(id, outgoing);
    this.changed();
    return outgoing;
  }

  /** Throws if no call may be made now. */
  #admit(name, header) {
    if (this.gone || this.#left) throw new StoaError("LOST", `\`${name}\` was not called: ${this.gone ?? "the connection is closed"}.`);
    if (!this.ready) {
      const help = "Make them in a method.";
      throw new StoaError("UNAVAILABLE", "Calls cannot be made while the module is being loaded.", { help });
    }
    if (header.object && !header.object.channel && !this.has("references")) throw unsupported(`\`${name}\` was not called: there are no references here.`, "");
  }

  /** Adds what a call has from the one that makes it. */
  #inherit(name, parent, header) {
    if (!parent?.open && !parent?.cancelled) return;
    const left = parent.timeToCall();
    header.lane = parent.lane;
    header.metadata = parent.metadata;
    if (parent.open && parent.connection === this) header.parent = parent.id;
    if (left === null) return;
    if (left <= 0) throw tooLate(name, parent);
    header.timeout_us = Math.max(1, Math.floor(left * 1e3));
  }

  forget(id) {
    this.drop(id);
    this.#calls.delete(id);
    this.changed();
  }

  /** A call has begun or ended. */
  changed() {
    const busy = this.#calls.size > 0 || this.server.busy;
    if (busy !== this.#busy) this.#transport.hold?.((this.#busy = busy));
    if (!busy && this.draining) this.leave("drained");
  }

  /** Whether lines for the log get to the host. */
  get tells() {
    return this.ready && !this.#left && this.has("log");
  }

  /** Whether much waits to be sent already. */
  get isFull() {
    return this.#transport.isFull;
  }

  log(level, text) {
    if (!this.tells) {
      process.stderr.write(`${level.toLowerCase()}: ${text}\n`);
      return;
    }
    const call = current.getStore();
    const log = { level, text: cut(text) };
    this.send(call?.open && call.connection === this ? { call: call.id, log } : { log });
  }
}

const tooLate = (name, parent) => new StoaError(parent.late, `\`${name}\` was not called: the call that it was for is over.`);
const stopping = () => new StoaError("UNAVAILABLE", "The host is about to stop.", { retryable: true });
const isSame = (one, other) => one.length === other.length && timingSafeEqual(one, other);
const unsupported = (message, help) => new StoaError("UNSUPPORTED", message, { help });
