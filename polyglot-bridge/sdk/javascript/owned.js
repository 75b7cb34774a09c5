// The objects that this side has handed out over one connection.
import { lost, StoaError } from "./failures.js";
import { Handle, handleOf } from "./handle.js";

export class Owned {
  owner = "";
  #byNumber = new Map();
  #byHandle = new Map();
  #last = 0;

  get size() {
    return this.#byNumber.size;
  }

  has(handle) {
    return this.#byHandle.has(handle);
  }

  /** Counts one sending. The same object keeps its number as long as somebody may hold it. */
  sent(handle) {
    let entry = this.#byHandle.get(handle);
    if (!entry) {
      entry = { handle, count: 0, reference: { owner: this.owner, number: ++this.#last } };
      this.#byHandle.set(handle, entry);
      this.#byNumber.set(entry.reference.number, entry);
    }
    entry.count++;
    return entry.reference;
  }

  /** So many of its sendings are done with. */
  released(number, count) {
    const entry = this.#byNumber.get(number);
    if (!entry) return;
    entry.count -= Number(count);
    if (entry.count > 0) return;
    this.#byNumber.delete(number);
    this.#byHandle.delete(entry.handle);
  }

  /** The object of that number; undefined if it is gone. */
  find(number) {
    const entry = this.#byNumber.get(number);
    return (entry && Handle.targetOf(entry.handle)) ?? undefined;
  }

  /** The name of an object, if it was handed out. */
  nameOf(target) {
    const isObject = (typeof target === "object" && target !== null) || typeof target === "function";
    return isObject ? this.#byHandle.get(handleOf(target))?.reference : undefined;
  }

  /** Why there is no object of that number. */
  absent(number) {
    const label = `${this.owner}/${number}`;
    if (this.#byNumber.has(number)) return lost(label, "its owner released it");
    if (number > 0 && number <= this.#last) return lost(label, "everybody who held it has given it back");
    return new StoaError("DENIED", `\`${label}\` was never handed out.`);
  }
}
