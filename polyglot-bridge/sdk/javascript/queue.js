/** What one side puts in and another, asynchronous one takes out, in order. */
export class Queue {
  #things = [];
  #takers = [];

  put(thing) {
    const taker = this.#takers.shift();
    if (taker) taker(thing);
    else this.#things.push(thing);
  }

  /** The next thing, or a promise of it. */
  take() {
    return this.#things.length > 0 ? this.#things.shift() : new Promise((taker) => this.#takers.push(taker));
  }

  clear() {
    this.#things = [];
  }
}
