const NOTHING = Buffer.alloc(0);

/** A payload that arrives in one frame or in several. */
export class Assembly {
  #parts = null;

  constructor(opening, field = "payload") {
    this.bytes = opening[field] ?? NOTHING;
    if (opening.more) this.#parts = [Buffer.from(this.bytes)];
  }

  get complete() {
    return this.#parts === null;
  }

  add({ more, payload = NOTHING }) {
    if (this.complete) return;
    this.#parts.push(Buffer.from(payload));
    if (more) return;
    this.bytes = Buffer.concat(this.#parts);
    this.#parts = null;
  }
}
