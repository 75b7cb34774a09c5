// Streams: what an iterator gives goes out while there is credit, and what a caller streams comes in as an async iterable.
// Evaluated when the first stream is needed.
(function (boot) {
  "use strict";
  const { host, StoaError, shown } = boot;
  const { apply } = Reflect;
  const then = Promise.prototype.then;
  const TURN = 16; // items before other calls of this context get their turn, or credit is given for as many more

  /** The iterator of what can be streamed: [iterator, async], or null for anything else. Arrays, maps, sets and text are data. */
  function iteratorOf(v) {
    if (typeof v[Symbol.asyncIterator] === "function") return [v[Symbol.asyncIterator](), true];
    if (typeof v.next === "function" && typeof v[Symbol.iterator] === "function") return [v[Symbol.iterator](), false];
    return null;
  }

  /** Passes on what an iterator gives: `to.item` for each, then `to.end(empty, value)` or `to.broken(error)`.
   *  `to.later` has it called again when others had their turn. */
  class Pump {
    #iterator;
    #async;
    #credit;
    #to;
    #sent = 0;
    #busy = false;
    #over = false;
    #queued = false; // it waits for its turn: credit does not give it another
    constructor([iterator, async], credit, to) {
      this.#iterator = iterator;
      this.#async = async;
      this.#credit = credit;
      this.#to = to;
    }
    /** Goes on, because there is more credit or, without any, because its turn has come. */
    more(credit) {
      this.#credit += credit;
      if (this.#busy || this.#over || (credit > 0 && this.#queued)) return;
      this.#queued = false;
      this.#busy = true;
      if (this.#async) this.#runAsync();
      else this.#run();
    }
    #run() {
      try {
        for (let n = 0; this.#mayGoOn(n); n++) {
          if (this.#took(this.#iterator.next())) return;
        }
        this.#busy = false;
      } catch (e) {
        this.#broke(e);
      }
    }
    async #runAsync() {
      try {
        for (let n = 0; this.#mayGoOn(n); n++) {
          if (this.#took(await this.#iterator.next())) return;
        }
        this.#busy = false;
      } catch (e) {
        this.#broke(e);
      }
    }
    #mayGoOn(n) {
      if (this.#credit <= 0 || this.#over) return false;
      if (n < TURN) return true;
      this.#queued = true;
      this.#to.later();
      return false;
    }
    #took(step) {
      if (this.#over) return true;
      if (step.done) {
        this.#over = true;
        this.#to.end(this.#sent === 0, step.value);
        return true;
      }
      this.#credit--;
      this.#sent++;
      this.#to.item(step.value);
      return false;
    }
    /** The iterator threw, or an item was no value: then its `finally` blocks still have to run. */
    #broke(e) {
      if (this.#over) return;
      this.close();
      this.#to.broken(e);
    }
    /** Nobody wants more. */
    close() {
      if (this.#over) return;
      this.#over = true;
      try {
        const closing = this.#iterator.return?.();
        if (this.#async && closing) apply(then, Promise.resolve(closing), [undefined, () => {}]);
      } catch (e) {
        host.say("WARNING", `closing a stream threw ${shown(e)}`);
      }
    }
  }

  /** What the other side of a call streams: an async iterable, read once. */
  class Feed {
    #took;
    #signals = [];
    #waiting = [];
    #taken = 0;
    #over = false;
    #failure = null; // told to whoever reads on
    constructor(took) {
      this.#took = took;
    }
    static close(feed) {
      feed.#over = true;
      feed.#signals = [];
      for (const wake of feed.#waiting.splice(0)) wake();
    }
    static signal(feed, kind, value) {
      if (feed.#over) return;
      feed.#signals.push({ kind, value });
      for (const wake of feed.#waiting.splice(0)) wake();
    }
    [Symbol.asyncIterator]() {
      return this;
    }
    async next() {
      while (this.#signals.length === 0) {
        if (this.#failure !== null) throw this.#failure;
        if (this.#over) return { done: true, value: undefined };
        await new Promise((resolve) => this.#waiting.push(resolve));
      }
      const { kind, value } = this.#signals.shift();
      if (kind === "item") {
        if (++this.#taken % TURN === 0) this.#took(TURN);
        return { done: false, value };
      }
      this.#over = true;
      for (const wake of this.#waiting.splice(0)) wake();
      if (kind === "failed") throw (this.#failure = new StoaError(value));
      return { done: true, value: undefined };
    }
    async return(value) {
      Feed.close(this);
      return { done: true, value };
    }
  }

  /** What comes in: to be read as `items`; `hear` takes it. */
  function feed(took) {
    const items = new Feed(took);
    return { items, hear: (kind, value) => Feed.signal(items, kind, value), close: () => Feed.close(items) };
  }

  /** What the caller of a call streams. */
  function ofCaller(call) {
    const { items, hear } = feed((count) => host.taken(call.id, count));
    call.feed = (kind, value) => {
      if (kind !== "over") return hear(kind, value);
      const message = `The call that this stream came with is ${value}.`;
      hear("failed", { code: "CANCELLED", message, help: "", retryable: false, remote: null });
    };
    return items;
  }

  return { iteratorOf, Pump, feed, ofCaller };
});
