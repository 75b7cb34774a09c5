// A call that this side answers.
import { Assembly } from "./assembly.js";
import { StoaError } from "./failures.js";
import { INITIAL_CREDIT } from "./frames.js";
import { Malformed } from "./protobuf.js";
import { Queue } from "./queue.js";
import { decode } from "./values.js";

const CLEANING_UP = 300; // milliseconds in which code of a cancelled call may call others

export class Incoming {
  open = true;
  cancelled = false;
  id;
  children = new Set();
  wake = null;
  over = null; // told when the call is over: why it was cancelled, or null
  items = 0;
  spilled = false; // some of what it printed has taken the way of the pipes
  #reason = null; // why it was cancelled
  #cancellation = null;
  #grace = 0; // until when the code of a cancelled call may call others
  #abort = null;

  constructor(connection, id, invoke) {
    this.connection = connection;
    this.id = id;
    this.method = invoke.method ?? "";
    this.object = invoke.object ?? null;
    this.on = undefined; // that object itself
    this.payload = new Assembly(this, invoke, "argument");
    this.references = invoke.references ? connection.references.adopt(invoke.references) : null;
    this.deadline = invoke.timeout_us ? performance.now() + Number(invoke.timeout_us) / 1000 : null;
    this.credit = invoke.credit ?? 0;
    this.oneWay = invoke.one_way ?? false;
    this.caller = invoke.caller ?? null;
    this.parent = invoke.parent ?? 0; // a call of ours that led to it
    this.lane = invoke.lane;
    this.metadata = invoke.metadata;
    this.stream = invoke.streams ? new CallerStream(this) : null;
  }

  secondsLeft() {
    return this.deadline === null ? null : (this.deadline - performance.now()) / 1000;
  }

  /** Milliseconds that its code may give to a call of others; null: as many as it likes. Not above 0: it may make none. */
  timeToCall() {
    const left = this.open && this.deadline !== null ? this.deadline - performance.now() : null;
    if (left !== null && left <= 0) this.connection.server.expire(this);
    return this.cancelled ? this.#grace - performance.now() : left;
  }

  /** Its deadline has passed by the clock of the host, which may be a little ahead of ours. */
  outOfTime() {
    if (this.open && !this.cancelled && this.deadline !== null) this.connection.server.expire(this);
  }

  /** Why its code may make no calls any more. */
  get late() {
    return this.deadline !== null && performance.now() >= this.deadline ? "DEADLINE_EXCEEDED" : "CANCELLED";
  }

  /** Aborted when the call is cancelled. */
  get signal() {
    this.#abort ??= new AbortController();
    if (this.cancelled) this.#abort.abort(this.#cancellation);
    return this.#abort.signal;
  }

  took(bytes) {
    this.connection.took(this.id, bytes);
  }

  /** It has its end, though some of that may still wait for room. */
  close() {
    this.open = false;
    this.stream?.fail(new StoaError("CANCELLED", "The call is over, and with it the stream of its caller."));
    this.over?.(this.#reason);
  }

  wakeUp() {
    this.wake?.();
    this.wake = null;
  }

  /** Nobody waits for it any more: what it waits for fails CANCELLED. Its code has a while to clean up. */
  cancel(reason) {
    this.cancelled = true;
    this.#grace = performance.now() + CLEANING_UP;
    this.#reason = reason;
    this.#cancellation = new StoaError("CANCELLED", `The call was cancelled${reason && `: ${reason}`}.`);
    for (const child of [...this.children]) child.cancel(reason || "its caller was cancelled");
    this.stream?.fail(this.#cancellation);
    this.#abort?.abort(this.#cancellation);
  }
}

/** What the caller streams, for the method to iterate over. Credit goes back as items are taken. */
export class CallerStream {
  #call;
  #queue = new Queue();
  #arriving = null; // an item whose parts have not all come
  #ended = false;
  #closed = false;
  #failure = null;
  #credit = INITIAL_CREDIT;
  #taken = 0;

  constructor(call) {
    this.#call = call;
  }

  /** Takes Item; false if the caller had no credit for it. */
  item(item) {
    const { references } = this.#call.connection;
    if (this.#ended || this.#closed) {
      if (item.references) references.decline(item.references);
      return true;
    }
    if (--this.#credit < 0) return false;
    this.#arriving = { payload: new Assembly(this.#call, item), references: item.references ? references.adopt(item.references) : null };
    this.#arrived();
    return true;
  }

  /** Takes a Part of an item; false if that has become too large. */
  part(part) {
    this.#arriving?.payload.add(part);
    this.#arrived();
    return !this.#arriving?.payload.tooLarge;
  }

  #arrived() {
    const item = this.#arriving;
    if (!item?.payload.complete) return;
    this.#arriving = null;
    if (!this.#closed) this.#queue.put({ bytes: Buffer.from(item.payload.bytes), references: item.references });
  }

  end() {
    if (this.#ended) return;
    this.#ended = true;
    this.#queue.put(null);
  }

  /** What the method has not taken yet it will not get: the call is over. */
  fail(error) {
    if (this.#failure || this.#closed) return;
    this.#failure = error;
    this.#queue.clear();
    this.#queue.put(null);
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  async next() {
    if (this.#closed) return { done: true, value: undefined };
    const item = await this.#queue.take();
    if (item === null) {
      this.#queue.put(null); // for whoever asks next
      if (this.#failure && !this.#closed) throw this.#failure;
      return { done: true, value: undefined };
    }
    if (item.references) await this.#call.connection.references.room();
    this.#consumed();
    return { done: false, value: valueOf(item) };
  }

  /** The method left its loop; the call goes on. */
  async return(value) {
    this.#closed = true;
    this.#queue.clear();
    this.#queue.put(null);
    return { done: true, value };
  }

  #consumed() {
    if (++this.#taken < INITIAL_CREDIT / 2 || this.#ended || !this.#call.open) return;
    this.#call.connection.send({ call: this.#call.id, credit: { items: this.#taken } });
    this.#credit += this.#taken;
    this.#taken = 0;
  }
}

function valueOf({ bytes, references }) {
  try {
    return decode(bytes, references);
  } catch (e) {
    if (!(e instanceof Malformed)) throw e;
    throw new StoaError("BAD_ARGUMENT", `An item of the caller's stream cannot be read: ${e.message}.`);
  }
}
