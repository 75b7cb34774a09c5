// Other modules: `stoa.module("words").count(text)`.
import { StoaError } from "./failures.js";
import { decode, NotAValue } from "./values.js";

const MAX_COLLECTED = 100_000;

/** Arguments by name, as the last argument of a call. */
export class Named {
  constructor(values) {
    this.values = values;
  }
}

/** A module as an object that has every method; `stream` is one, and has every method too, whose answers are only streams. */
export function remoteModule(connection, module) {
  const call = (method, values, Answer) => {
    const named = values.at(-1) instanceof Named ? values.pop().values : {};
    return new Answer(connection(), module, method, values, named);
  };
  const methods = (own, Answer, special) =>
    new Proxy(own, {
      // Awaited by an `async` function that returns it, it must not be taken for a promise.
      get: (_, method) =>
        typeof method !== "string" || method === "then"
          ? undefined
          : special[method] ?? ((...values) => call(method, values, Answer)),
    });
  const stream = methods((...values) => call("stream", values, RemoteCall), RemoteStream, Object.create(null));
  return methods(Object.create(null), RemoteCall, Object.assign(Object.create(null), { stream }));
}

/** A call that is read with `for await` only, so that an `async` function can return it. */
export class RemoteStream {
  #name;
  #signals = [];
  #wake = null;
  #outgoing = null;

  constructor(connection, module, method, positional, named) {
    this.#name = `${module}.${method}`;
    try {
      this.#outgoing = connection.open(module, method, positional, named, (kind, content) => {
        this.#signals.push([kind, content]);
        this.#wake?.();
      });
    } catch (e) {
      if (!(e instanceof StoaError || e instanceof NotAValue)) throw e;
      this.#signals.push(["failed", e]);
    }
  }

  async #signal() {
    while (this.#signals.length === 0) {
      await new Promise((wake) => (this.#wake = wake));
      this.#wake = null;
    }
    return this.#signals.shift();
  }

  async collect() {
    let items = null;
    for (;;) {
      const [kind, content] = await this.#signal();
      if (kind === "failed") throw withOurStack(content);
      if (kind === "returned") return items ?? decode(content);
      items ??= [];
      if (kind === "item") {
        if (items.length === MAX_COLLECTED) {
          this.#outgoing.cancel("too many items");
          throw new RangeError(`${this.#name} gave more than ${MAX_COLLECTED} items; read it with "for await"`);
        }
        items.push(decode(content));
        this.#outgoing.consumed();
      }
    }
  }

  async *[Symbol.asyncIterator]() {
    let streams = false;
    try {
      for (;;) {
        const [kind, content] = await this.#signal();
        if (kind === "failed") throw withOurStack(content);
        if (kind === "returned") {
          if (!streams && content.length > 0) {
            throw new TypeError(`${this.#name} returned one value, not a stream; use "await" for it`);
          }
          return;
        }
        streams = true;
        if (kind === "item") {
          yield decode(content);
          this.#outgoing.consumed();
        }
      }
    } finally {
      this.#outgoing?.cancel("the stream is not wanted any more");
    }
  }
}

/** A call under way: a promise and an async iterable. Whichever is used first decides. */
export class RemoteCall extends RemoteStream {
  #result = null;

  then(fulfilled, rejected) {
    return this.#promise().then(fulfilled, rejected);
  }

  catch(rejected) {
    return this.#promise().catch(rejected);
  }

  finally(settled) {
    return this.#promise().finally(settled);
  }

  get [Symbol.toStringTag]() {
    return "RemoteCall";
  }

  #promise() {
    return (this.#result ??= this.collect());
  }
}

/** The stack of who waits, not of who read the frame. */
function withOurStack(error) {
  Error.captureStackTrace(error, withOurStack);
  return error;
}
