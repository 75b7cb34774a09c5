// One end of a channel, as the call that carries it sees it.
import { StoaError } from "./failures.js";
import { INITIAL_CREDIT } from "./frames.js";
import { Malformed } from "./protobuf.js";
import { Queue } from "./queue.js";
import { decode } from "./values.js";

class Line {
  /** Settles with the end of the call. */
  closed;
  over = false;
  #failure = null;
  ended = false; // nothing more comes from this side
  #close;

  constructor() {
    this.closed = new Promise((resolve, reject) => (this.#close = { resolve, reject }));
  }

  /** Waits for credit. Throws at once, or in time, if the channel is over. */
  send(value) {
    this.#check();
    if (this.credit <= 0) return this.#sendLater(value);
    const room = this.item(value);
    this.credit--;
    return room;
  }

  async #sendLater(value) {
    while (this.credit <= 0 && !this.over) await this.woken();
    await this.send(value);
  }

  end() {
    const { ended } = this;
    this.ended = true;
    if (this.over || ended) return;
    this.connection.say({ call: this.id, end: {} });
  }

  #check() {
    // First: else it were by chance what is heard, as the other end may leave at any time.
    if (this.ended) throw new TypeError("Nothing can be sent on a channel after `end()`.");
    if (this.over) throw this.#failure ?? over("");
  }

  finish(failure) {
    if (this.over) return false;
    this.over = true;
    this.#failure = failure;
    if (failure) this.#close.reject(failure);
    else this.#close.resolve();
    return true;
  }
}

/** The end of who opened it. */
export class Opened extends Line {
  credit = INITIAL_CREDIT;
  #outgoing;
  #signals = new Queue();
  #accept;
  #wake = null;
  #heardEnd = false;
  onClose = null; // told when this side closes it

  constructor(connection) {
    super();
    this.connection = connection;
    this.closed.catch(() => {});
  }

  get id() {
    return this.#outgoing.id;
  }

  /** Opens it; what the other side says to that, in Accepted. */
  open(module, topic, direct) {
    return new Promise((resolve, reject) => {
      this.#accept = { resolve, reject };
      this.#outgoing = this.connection.openChannel(module, topic, direct, (...signal) => this.#heard(...signal));
    });
  }

  #heard(kind, content, references) {
    if (kind === "accepted") return this.#accept.resolve(content);
    if (kind === "credit") this.credit += content;
    else if (kind === "failed") this.finish(content);
    else if (kind === "returned") this.finish(null);
    else this.#signals.put([kind, content, references]);
    if (kind === "end") this.#heardEnd = true;
    this.#wake?.();
  }

  finish(failure) {
    if (!super.finish(failure)) return;
    this.#signals.put(["over", failure]);
    this.#wake?.();
    this.#accept.reject(failure ?? new StoaError("INTERNAL", "The channel was over before it was taken."));
  }

  woken() {
    return new Promise((wake) => (this.#wake = wake));
  }

  item(value) {
    return this.connection.sendItem(this.id, value, () => !this.over);
  }

  async next() {
    const [kind, content, references] = await this.#signals.take();
    if (kind !== "item") {
      this.#signals.put([kind, content]); // for whoever asks next
      if (content) throw content;
      return { done: true, value: undefined };
    }
    if (references) await this.connection.references.room();
    this.#outgoing.consumed();
    return { done: false, value: read(content, references) };
  }

  close() {
    if (this.over) return;
    if (this.ended && this.#heardEnd) return; // it ends by itself; to cancel might take from the other side what it has not read
    this.#signals.clear();
    this.finish(null);
    this.#outgoing?.cancel("its opener closed it");
    this.onClose?.();
  }

  /** It ended elsewhere: what was heard may still be read. */
  abandon(failure) {
    if (this.over) return;
    this.finish(failure);
    this.#outgoing?.cancel("the channel is over");
  }
}

/** The end of who takes it. */
export class Taken extends Line {
  id;
  #call;
  #answer;

  /** `answer` ends the call. */
  constructor(call, answer) {
    super();
    this.#call = call;
    this.#answer = answer;
    this.connection = call.connection;
    this.id = call.id;
    call.over = (reason) => this.finish(reason === null ? null : over(reason));
    this.closed.catch(() => {});
  }

  get credit() {
    return this.#call.credit;
  }

  set credit(credit) {
    this.#call.credit = credit;
  }

  woken() {
    return new Promise((wake) => (this.#call.wake = wake));
  }

  item(value) {
    return this.connection.sendItem(this.id, value, () => this.#call.open);
  }

  async next() {
    try {
      return await this.#call.stream.next();
    } catch (e) {
      if (!this.over) throw e;
      await this.closed; // throws if it was the other side that left
      return { done: true, value: undefined };
    }
  }

  close() {
    if (!this.over) this.#answer();
  }
}

const over = (reason) => new StoaError("CANCELLED", `The channel is over${reason && `: ${reason}`}.`);

function read(bytes, references) {
  try {
    return decode(bytes, references);
  } catch (e) {
    if (!(e instanceof Malformed)) throw e;
    throw new StoaError("INTERNAL", `What the other end of the channel sent cannot be read: ${e.message}.`);
  }
}
