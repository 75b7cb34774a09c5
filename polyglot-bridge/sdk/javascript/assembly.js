const NOTHING = Buffer.alloc(0);

/** Bytes that a payload in parts may have, here. */
export const MOST = 256 << 20;

/** A payload that arrives in one frame or in several. For each of several, its bytes are given back to who sent it. */
export class Assembly {
  #taker;
  #parts = null;
  #size = 0;

  /** `taker.took(bytes)` hears what was taken of a payload in parts. */
  constructor(taker, opening, field = "payload", most = MOST) {
    this.bytes = opening[field] ?? NOTHING;
    if (!opening.more) return;
    this.#taker = taker;
    this.#parts = [];
    this.most = most;
    this.#take(this.bytes);
  }

  get complete() {
    return this.#parts === null;
  }

  get tooLarge() {
    return this.#size > this.most;
  }

  add({ more, payload = NOTHING }) {
    if (this.complete) return;
    this.#take(payload);
    if (more || this.tooLarge) return;
    this.bytes = Buffer.concat(this.#parts);
    this.#parts = null;
  }

  #take(bytes) {
    this.#size += bytes.length;
    if (this.tooLarge) return;
    this.#parts.push(Buffer.from(bytes));
    this.#taker.took(bytes.length);
  }
}
