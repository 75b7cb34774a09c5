// The remote objects that this side holds over one connection.
import { lost } from "./failures.js";
import { remoteObject } from "./remote.js";

const MOST_IN_A_FRAME = 4000;

export class Held {
  #connection;
  #entries = new Map(); // "owner/number" -> entry with a living proxy
  #back = new Map(); // what will be given back with the next Release
  #collected = new FinalizationRegistry((entry) => this.#gone(entry));

  constructor(connection) {
    this.#connection = connection;
  }

  get size() {
    return this.#entries.size;
  }

  /** The proxy of an object that was received once more: the same one as long as it lives. */
  received(reference) {
    const label = labelOf(reference);
    const known = this.#entries.get(label);
    const living = known?.proxy.deref();
    if (living) {
      known.count++;
      return living;
    }
    const entry = new Entry(this, this.#connection, label, reference);
    const proxy = remoteObject(entry);
    entry.proxy = new WeakRef(proxy);
    this.#entries.set(label, entry);
    this.#collected.register(proxy, entry, entry);
    return proxy;
  }

  release(entry) {
    this.#collected.unregister(entry);
    this.#gone(entry);
  }

  #gone(entry) {
    if (this.#entries.get(entry.label) === entry) this.#entries.delete(entry.label);
    this.giveBack(entry.reference, entry.count);
  }

  giveBack(reference, count) {
    if (this.#back.size === 0) setImmediate(() => this.flush());
    const label = labelOf(reference);
    const waiting = this.#back.get(label);
    if (waiting) waiting.count += count;
    else this.#back.set(label, { reference, count });
  }

  flush() {
    const counts = [...this.#back.values()];
    this.#back.clear();
    for (let at = 0; at < counts.length; at += MOST_IN_A_FRAME) {
      this.#connection.send({ release: { counts: counts.slice(at, at + MOST_IN_A_FRAME) } });
    }
  }
}

class Entry {
  count = 1;
  proxy = null;
  #released = false;
  #held;

  constructor(held, connection, label, reference) {
    this.#held = held;
    this.label = label;
    this.reference = reference;
    this.connection = () => connection;
  }

  /** Throws LOST if it was given back. */
  check() {
    if (this.#released) throw lost(this.label, "it was released here");
  }

  release() {
    if (this.#released) return;
    this.#released = true;
    this.#held.release(this);
  }
}

const labelOf = ({ owner, number }) => `${owner}/${number}`;
