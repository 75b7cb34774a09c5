// What is said in one direction of a call that has payloads in parts: PROTOCOL.md, "Payloads".

/** Bytes of payloads in parts that may be under way. */
export const WINDOW = 1 << 20;

/** Parts leave while the other side has room for them; what is said behind them waits for its turn. */
export class Talk {
  #send;
  #room = WINDOW;
  #behind = []; // [frame, how many bytes of room it takes]
  #awaiting = [];

  constructor(send) {
    this.#send = send;
  }

  /** Bytes that the other side has room for; below 0 when the last frame was larger than that. */
  get room() {
    return this.#room;
  }

  /** Nothing waits, and all that was sent has been taken. */
  get idle() {
    return this.#behind.length === 0 && this.#room === WINDOW;
  }

  /** `bytes`: 0 for everything but frames of a payload in parts. */
  say(frame, bytes) {
    this.#behind.push([frame, bytes]);
    if (this.#behind.length === 1) this.#goOn();
  }

  /** The other side has taken so many bytes. */
  credited(bytes) {
    this.#room += bytes;
    this.#goOn();
  }

  #goOn() {
    let sent = 0;
    for (const [frame, bytes] of this.#behind) {
      if (bytes > 0 && this.#room <= 0) break;
      this.#room -= bytes;
      this.#send(frame);
      sent++;
    }
    this.#behind.splice(0, sent);
    if (this.#behind.length === 0) this.#wake();
  }

  /** A promise if something waits: settled when all has left, or was dropped. */
  caughtUp() {
    return this.#behind.length > 0 ? new Promise((wake) => this.#awaiting.push(wake)) : undefined;
  }

  /** Nobody wants to hear the rest: the frames that have not left. */
  drop() {
    const frames = this.#behind.map(([frame]) => frame);
    this.#behind = [];
    this.#wake();
    return frames;
  }

  #wake() {
    for (const wake of this.#awaiting.splice(0)) wake();
  }
}
