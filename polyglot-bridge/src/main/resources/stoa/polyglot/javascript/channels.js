// Channels: calls that both ends stream in. Evaluated when the first one is opened or taken.
(function (boot) {
  "use strict";
  const { host, StoaError, send, streams, outgoing, returned, threw } = boot;
  const STREAMS = 2; // flags of Outbound.Manner
  const CHANNEL = 8;
  const CREDIT = 32; // items that the other end takes at first

  const cancelled = (message) => ({ code: "CANCELLED", message, help: "", retryable: false, remote: null });

  /** What an end says goes out in order, items while the other end has credit. Stands where the pump of a stream stands. */
  class Outlet {
    #credit;
    #waiting = [];
    #closed = null;
    constructor(credit) {
      this.#credit = credit;
    }
    more(credit) {
      this.#credit += credit;
      while (this.#waiting.length > 0 && this.#waiting[0].cost <= this.#credit) {
        const { say, cost, said, refused } = this.#waiting.shift();
        try {
          say();
          this.#credit -= cost;
          said();
        } catch (e) {
          refused(e); // it is no value: the channel goes on
        }
      }
    }
    async put(cost, say) {
      if (this.#closed !== null) throw this.#closed;
      if (this.#waiting.length > 0 || this.#credit < cost) {
        return new Promise((said, refused) => this.#waiting.push({ say, cost, said, refused }));
      }
      say();
      this.#credit -= cost;
    }
    close(error) {
      this.#closed ??= error;
      for (const { refused } of this.#waiting.splice(0)) refused(this.#closed);
    }
  }

  /** One end, with what only this half may do. `to` says something to the other end; `to.close` is told whether all was said. */
  class End {
    constructor(peer, topic, credit, to) {
      this.peer = peer;
      this.topic = topic;
      this.to = to;
      this.feed = streams().feed(to.taken);
      this.outlet = new Outlet(credit);
      this.ended = false; // this direction
      this.otherEnded = false;
      this.over = false;
      this.error = null;
      this.closed = null;
      this.settle = null;
    }
    hear(kind, value) {
      if (kind === "credit") return this.outlet.more(value);
      if (kind === "over") return this.hear("failed", cancelled(`The channel is ${value.replace(/^cancelled/, "over")}.`));
      if (kind === "end") this.otherEnded = true;
      this.feed.hear(kind === "returned" ? "end" : kind, value);
      if (kind === "returned") this.finish(null);
      if (kind === "failed") this.finish(new StoaError(value));
    }
    /** Nothing goes either way any more. */
    finish(error) {
      if (this.over) return;
      this.over = true;
      this.error = error;
      this.outlet.close(error ?? new StoaError(cancelled("The channel is over.")));
      this.settle?.();
    }
    close() {
      if (this.over) return;
      this.feed.close();
      this.finish(null);
      this.to.close(this.ended && this.otherEnded);
    }
    async end() {
      const { ended } = this;
      this.ended = true;
      if (ended || this.over) return;
      await this.outlet.put(0, this.to.end);
    }
    outcome() {
      return (this.closed ??= new Promise((done, failed) => {
        this.settle = () => (this.error === null ? done() : failed(this.error));
        if (this.over) this.settle();
      }));
    }
  }

  /** A channel, as code sees it: read with `for await`, as often as one likes. */
  class Channel {
    #end;
    #reading = false;
    constructor(end) {
      this.#end = end;
    }
    /** Who is at the other end, as the host knows it. */
    get peer() {
      return this.#end.peer;
    }
    get topic() {
      return this.#end.topic;
    }
    /** Whether it goes past the host: never in a context. */
    get direct() {
      return false;
    }
    /** Resolves when the value went out, which waits for a reader that is behind. */
    async send(value) {
      const end = this.#end;
      // First: else it were by chance what is heard, as the other end may leave at any time.
      if (end.ended) throw new TypeError("Nothing can be sent on a channel after `end()`.");
      await end.outlet.put(1, () => end.to.item(value));
    }
    /** No more from this end; the other may go on. */
    end() {
      this.#end.end().catch(() => {}); // it is over already
    }
    async close() {
      this.#end.close();
    }
    get closed() {
      return this.#end.outcome();
    }
    [Symbol.asyncIterator]() {
      return { next: () => this.#next(), [Symbol.asyncIterator]: () => this[Symbol.asyncIterator]() };
    }
    async #next() {
      if (this.#reading) throw new TypeError("The channel is being read in another place at the moment.");
      this.#reading = true;
      try {
        return await this.#end.feed.items.next();
      } finally {
        this.#reading = false;
      }
    }
  }
  if (Symbol.asyncDispose !== undefined) {
    Object.defineProperty(Channel.prototype, Symbol.asyncDispose, { value: async function () { this.close(); } }); // prettier-ignore
  }

  /** Opens a channel to a module, on behalf of no call. */
  function open(module, topic, forCall) {
    if (typeof module !== "string") throw new TypeError("A channel is opened to a module, by its name.");
    return new Promise((resolve, reject) => {
      let end = null;
      const id = outgoing.add((kind, value) => {
        if (kind === "accepted") resolve(new Channel((end = new End(value, topic, CREDIT, to))));
        else if (end !== null) end.hear(kind, value);
        else reject(new StoaError(value ?? cancelled(`The channel to ${module} ended before it began.`)));
      });
      const to = {
        item: (value) => send(host.give, id, value, "item"),
        end: () => host.giveEnd(id),
        taken: (items) => host.credit(id, items),
        // To cancel would take from the other end what it did not read yet.
        close: (complete) => complete || outgoing.drop(id, "its opener closed it"),
      };
      host.open(id, forCall, module, topic, STREAMS + CHANNEL, "[[]{}]");
    });
  }

  /** Runs a module's acceptor for a channel: what it returns ends the channel, after what it sent. */
  async function accept(call, topic, acceptor) {
    const { id } = call;
    const end = new End(host.caller(id), topic, call.credit, {
      item: (value) => send(host.item, id, value, "item"),
      end: () => host.end(id),
      taken: (items) => host.taken(id, items),
      close: () => returned(id),
    });
    call.feed = (kind, value) => end.hear(kind, value);
    call.pump = end.outlet;
    try {
      await acceptor(new Channel(end));
      await end.outlet.put(0, () => {});
      end.close();
    } catch (e) {
      threw(id, e);
    }
  }

  return { open, accept };
});
