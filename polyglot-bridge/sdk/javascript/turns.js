// Calls that wait to begin, in a fair order: interactive ones before batch, but one turn of eight for batch; within a lane each
// caller has a turn, however many calls it has queued. Calls that this module's own calls led to go first.
const SHARE = 8;

export class Turns {
  #returning = [];
  #interactive = new Ring();
  #batch = new Ring();
  #inARow = 0;

  get size() {
    return this.#returning.length + this.#interactive.size + this.#batch.size;
  }

  add(call) {
    if (call.parent) this.#returning.push(call);
    else if (call.lane === "LANE_BATCH") this.#batch.add(call);
    else this.#interactive.add(call);
  }

  /** The call whose turn it is; undefined if none waits. */
  take() {
    if (this.#returning.length > 0) return this.#returning.shift();
    if (this.#batch.size === 0 || (this.#interactive.size > 0 && this.#inARow < SHARE - 1)) {
      this.#inARow = this.#batch.size === 0 ? 0 : this.#inARow + 1;
      return this.#interactive.take();
    }
    this.#inARow = 0;
    return this.#batch.take();
  }
}

/** The callers of one lane take turns. Who was served last goes to the end only when the next is looked for. */
class Ring {
  size = 0;
  #lines = new Map(); // caller -> its calls; the first one is next
  #served = null;

  add(call) {
    const caller = call.caller ?? "";
    const line = this.#lines.get(caller);
    if (line) line.push(call);
    else this.#lines.set(caller, [call]);
    this.size++;
  }

  take() {
    if (this.size === 0) return undefined;
    this.#rotate();
    const [caller, line] = this.#lines.entries().next().value;
    this.#served = caller;
    this.size--;
    return line.shift();
  }

  #rotate() {
    const line = this.#lines.get(this.#served);
    if (!line) return;
    this.#lines.delete(this.#served);
    if (line.length > 0) this.#lines.set(this.#served, line);
  }
}
