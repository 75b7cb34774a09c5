// A channel, as who uses one end of it sees it: PROTOCOL.md, "Channels".
import { inspect } from "node:util";

export class Channel {
  /** Who is at the other end, as the host knows it. */
  peer;
  /** What the channel is for, in the opener's words. */
  topic;
  /** Whether the two processes talk without the host in between. */
  direct;
  /** Settles when the channel is over; rejects with what ended it if that was no end of anybody's will. */
  closed;
  #line;
  #turn = null; // the last of what is waiting to be said
  #reading = false;

  constructor(line, { peer, topic, direct }) {
    this.#line = line;
    Object.assign(this, { peer, topic, direct, closed: line.closed });
    this.closed.catch(() => {}); // whoever wants to know asks
  }

  /** Sends a value. Settles when it has left, which is when the other side has room; rejects if the channel is over. */
  async send(value) {
    return this.#inTurn(() => this.#line.send(value));
  }

  /** Nothing more comes from this side. */
  end() {
    this.#inTurn(() => this.#line.end());
  }

  /** Does it at once if nothing waits: the value may be changed behind. */
  #inTurn(say) {
    const said = this.#turn ? this.#turn.then(say) : say();
    if (!(said instanceof Promise)) return said;
    const turn = said.catch(() => {}).then(() => this.#turn === turn && (this.#turn = null));
    this.#turn = turn;
    return said;
  }

  /** All that was to be said has been said, or never will be. */
  async said() {
    while (this.#turn) await this.#turn;
  }

  /** Ends both directions. What the other side has not read yet it may not get: to let it, `end()`, and read to the end. */
  async close() {
    this.#line.close();
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }

  /** Values until the other side has ended. Leaving the loop leaves the channel open. */
  [Symbol.asyncIterator]() {
    return { next: () => this.#next(), [Symbol.asyncIterator]: () => this[Symbol.asyncIterator]() };
  }

  async #next() {
    if (this.#reading) throw new TypeError("The channel is being read in another place at the moment.");
    this.#reading = true;
    try {
      return await this.#line.next();
    } finally {
      this.#reading = false;
    }
  }

  [inspect.custom]() {
    return `[channel with ${this.peer}]`;
  }
}
