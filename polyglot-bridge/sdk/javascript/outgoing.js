// A call that this side makes, as the connection sees it.
import { Assembly, MOST } from "./assembly.js";
import { current } from "./current.js";
import { cut, fromWire, StoaError } from "./failures.js";
import { INITIAL_CREDIT } from "./frames.js";
import { Producer } from "./producer.js";

export class Outgoing {
  id;
  id;
  #connection;
  #parent;
  #listener;
  #producer = null;
  #ended = false;
  #arriving = null;
  #credit = INITIAL_CREDIT;
  #consumed = 0;

  /** `listener(kind, content, references)` hears item, end, returned and failed; of a channel, accepted and credit too. */
  constructor(connection, id, parent, listener) {
    this.#connection = connection;
    this.id = id;
    this.#parent = parent;
    this.#listener = listener;
    parent?.children.add(this);
  }

  /** Sends the items of `stream` along. */
  feed(stream) {
    this.#producer = new Producer(stream);
    this.#producer.run({
      item: (value) => this.#connection.sendItem(this.id, value, () => !this.#ended),
      end: () => this.#connection.say({ call: this.id, end: {} }),
      broke: (error) => this.cancel(reasonOf(error), error),
    });
  }

  heard({ item, returned, part, failed, end, credit, accepted }) {
    if (item) this.#opened("item", item);
    else if (returned) this.#opened("returned", returned);
    else if (part) this.#continued(part);
    else if (failed) this.#failed(fromWire(failed));
    else if (end) this.#listener("end");
    else if (credit) this.#credited(Number(credit.items ?? 0));
    else if (accepted) this.#listener("accepted", accepted);
  }

  /** The callee takes more items: of the stream that goes with the call, or of the channel that the call is. */
  #credited(items) {
    if (this.#producer) this.#producer.credited(items);
    else if (items > 0) this.#listener("credit", items);
  }

  #opened(kind, frame) {
    const references = frame.references ? this.#connection.references.adopt(frame.references) : null;
    this.#arriving = { kind, payload: new Assembly(this, frame), references };
    if (!frame.more) this.#complete();
  }

  #continued(part) {
    const payload = this.#arriving?.payload;
    if (!payload) return;
    payload.add(part);
    if (payload.complete) this.#complete();
    else if (payload.tooLarge) this.cancel("its answer is too large", tooLarge("What the other side sent"));
  }

  took(bytes) {
    this.#connection.took(this.id, bytes);
  }

  #complete() {
    const { kind, payload, references } = this.#arriving;
    this.#arriving = null;
    if (kind === "returned") return this.#end(kind, payload.bytes, references);
    if (--this.#credit < 0) return this.cancel("more items than it had credit for", unruly());
    this.#listener(kind, Buffer.from(payload.bytes), references);
  }

  #end(kind, content, references) {
    if (this.#ended) return;
    this.#ended = true;
    this.#connection.forget(this.id);
    this.#parent?.children.delete(this);
    if (this.#producer) current.run(this.#parent, () => this.#producer.close((e) => this.#complain(e)));
    this.#listener(kind, content, references);
  }

  #failed(error) {
    if (error.code === "DEADLINE_EXCEEDED" && this.#parent) {
      this.#parent.children.delete(this);
      this.#parent.outOfTime(); // it had the same deadline
    }
    this.#end("failed", error);
  }

  #complain(error) {
    this.#connection.log("WARNING", `closing the stream of a call that has ended: ${error}`);
  }

  /** The answer is wanted no more. Whoever waits for it gets `error`, CANCELLED if there is none. */
  cancel(reason, error) {
    if (this.#ended) return;
    this.#connection.drop(this.id);
    this.#connection.send({ call: this.id, cancel: { reason } });
    this.#end("failed", error ?? new StoaError("CANCELLED", `The call was cancelled: ${reason}.`));
  }

  /** The connection has gone. */
  lost(why) {
    this.#end("failed", new StoaError("LOST", `The call was lost: ${why}.`));
  }

  /** An item was taken: the callee may send another. Credit is given in halves of the window. */
  consumed() {
    if (++this.#consumed < INITIAL_CREDIT / 2 || this.#ended) return;
    this.#connection.send({ call: this.id, credit: { items: this.#consumed } });
    this.#credit += this.#consumed;
    this.#consumed = 0;
  }
}

export function tooLarge(what) {
  return new StoaError("RESOURCE_EXHAUSTED", `${what} has more than ${MOST} bytes.`, { help: "Send a stream of smaller pieces." });
}

const unruly = () => new StoaError("INTERNAL", "The other side sent more items than it had credit for.");

function reasonOf(error) {
  try {
    return cut(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  } catch {
    return "its producer broke";
  }
}
