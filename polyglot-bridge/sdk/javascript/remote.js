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

/** A module as an object that has every method. */
export function remoteModule(connection, module) {
  return new Proxy(Object.create(null), {
    get(_, method) {
      if (typeof method !== "string" || method === "then") return undefined; // it must not be taken for a promise
      return (...values) => {
        const named = values.at(-1) instanceof Named ? values.pop().values : {};
        return new RemoteCall(connection(), module, method, values, named);
      };
    },
  });
}

/** A call under way: a promise and an async iterable. Whichever is used first decides. */
export class RemoteCall {
  #name;
  #signals = [];
  #wake = null;
  #outgoing = null;
  #result = null;

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
    return (this.#result ??= this.#collect());
  }

  async #signal() {
    while (this.#signals.length === 0) {
      await new Promise((wake) => (this.#wake = wake));
      this.#wake = null;
    }
    return this.#signals.shift();
  }

  async #collect() {
    let items = null;
    for (;;) {
      const [kind, content] = await this.#signal();
      if (kind === "failed") throw withOurStack(content);
      if (kind === "returned") return items ?? decode(content);
      items ??= [];
      if (kind === "item") {
        if (items.length === MAX_COLLECTED) {
          this.#outgoing.cancel("too many items");
          const message = `\`${this.#name}\` sent more than ${MAX_COLLECTED} items.`;
          throw new StoaError("RESOURCE_EXHAUSTED", message, { help: "Use `for await`." });
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
            const message = `\`${this.#name}\` answered with a value, not with a stream.`;
            throw new StoaError("BAD_ARGUMENT", message, { help: "Use `await`." });
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

/** The stack of who waits, not of who read the frame. */
function withOurStack(error) {
  Error.captureStackTrace(error, withOurStack);
  return error;
}
