// The stream that a caller sends along with its call.
import { INITIAL_CREDIT } from "./frames.js";

export class Producer {
  #stream;
  #iterator = null;
  #credit = INITIAL_CREDIT;
  #wake = null;
  #over = false;

  constructor(stream) {
    this.#stream = stream;
  }

  /** Takes items while there is credit. `sink` has item(value), which may give a promise, end() and broke(error). */
  async run(sink) {
    try {
      await null; // the call at hand comes first
      if (this.#over) return;
      this.#iterator = this.#stream[Symbol.asyncIterator]?.() ?? this.#stream;
      for (;;) {
        while (this.#credit === 0 && !this.#over) await new Promise((wake) => (this.#wake = wake));
        if (this.#over) return;
        const { done, value } = await this.#iterator.next();
        if (this.#over) return;
        if (done) break;
        this.#credit--;
        await sink.item(value);
      }
      this.#over = true;
      sink.end();
    } catch (e) {
      if (!this.#over) sink.broke(e);
    }
  }

  credited(items) {
    this.#credit += items;
    this.#wake?.();
    this.#wake = null;
  }

  /** Stops; the producer's finally blocks run. What they throw is for `complain`. */
  async close(complain) {
    if (this.#over) return;
    this.#over = true;
    this.#wake?.();
    try {
      await (this.#iterator ?? this.#stream[Symbol.asyncIterator]?.() ?? this.#stream).return?.();
    } catch (e) {
      complain(e);
    }
  }
}
