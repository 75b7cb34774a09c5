// A call under way, as who made it sees it.
import { inspect } from "node:util";
import { StoaError } from "./failures.js";
import { Malformed } from "./protobuf.js";
import { Queue } from "./queue.js";
import { decode, NotAValue } from "./values.js";

const MAX_COLLECTED = 100_000;

/** Arguments by name, as the last argument of a call. */
export class Named {
  constructor(values) {
    this.values = values;
  }
}

/** Every property that a RemoteCall does not have itself is a method of the object that it will return. */
function Pipeline() {}
Pipeline.prototype = new Proxy(Object.create(null), {
  get(_, method, call) {
    if (typeof method === "symbol") return undefined;
    return (...values) => new RemoteCall(RemoteCall.resultOf(call), method, values);
  },
});

/** A promise and an async iterable. Whichever is used first decides. */
export class RemoteCall extends Pipeline {
  #name;
  #target;
  #connection = null;
  #signals = new Queue();
  #outgoing = null;
  #result = null;
  #end = null;
  #awaitingEnd = [];

  /** `target` has `label`, `connection()` and `header()`: what Invoke says of it, or a promise if it is not known yet. */
  constructor(target, method, values, oneWay = false) {
    super();
    this.#name = `${target.label}.${method}`;
    this.#target = target;
    const named = values.at(-1) instanceof Named ? values.pop().values : {};
    const stream = isStream(values.at(-1)) ? values.pop() : null;
    const request = { name: this.#name, target: null, method, positional: values, named, stream, oneWay };
    this.#start(request);
  }

  /** Opens the call, at once if its target is known. What goes wrong is the end of the call. */
  #start(request) {
    try {
      this.#connection = this.#target.connection();
      const target = this.#target.header();
      const opening = target instanceof Promise ? target.then((known) => this.#open(request, known)) : this.#open(request, target);
      opening?.catch((e) => this.#unsent(request, e));
    } catch (e) {
      this.#unsent(request, e);
    }
  }

  #unsent(request, error) {
    if (request.stream) close(request.stream);
    this.#heard("failed", error);
  }

  #open(request, target) {
    request.target = target;
    const open = () => {
      this.#outgoing = this.#connection.open(request, (kind, content, references) => this.#heard(kind, content, references));
    };
    try {
      open();
    } catch (e) {
      return this.#connection.references.retry(e, open);
    }
  }

  #heard(kind, content, references) {
    if (kind === "credit" || kind === "accepted") return; // nothing was to be said
    if (kind === "failed") {
      const ended = content?.code === "BAD_ARGUMENT" && this.#target?.ended?.();
      if (ended) return void ended.then(() => this.#heard(kind, content));
      content = this.#target?.failure?.() ?? content;
    }
    const signal = [kind, content, references];
    if (kind === "returned" || kind === "failed") {
      this.#end = signal;
      this.#target = null; // it may hold the call before this one, and that a result that nobody needs
      for (const wake of this.#awaitingEnd) wake();
      this.#awaitingEnd = [];
    }
    this.#signals.put(signal);
  }

  // --- the result ---

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

  [Symbol.toPrimitive]() {
    return `[call of ${this.#name}]`;
  }

  [inspect.custom]() {
    return `[call of ${this.#name}]`;
  }

  #promise() {
    return (this.#result ??= this.#collect());
  }

  async #collect() {
    let items = null;
    try {
      for (;;) {
        const [kind, content, references] = await this.#next();
        if (kind === "returned") return items ?? this.#decoded(content, references);
        items ??= [];
        if (kind === "item") {
          if (items.length === MAX_COLLECTED) throw this.#tooMany();
          items.push(this.#decoded(content, references));
          this.#outgoing.consumed();
        }
      }
    } finally {
      this.#outgoing?.cancel("its items are not wanted any more");
    }
  }

  async #next() {
    const signal = await this.#signals.take();
    if (signal[0] === "failed") throw withOurStack(signal[1]);
    if (signal[2]) await this.#connection.references.room();
    return signal;
  }

  #decoded(content, references) {
    try {
      return decode(content, references);
    } catch (e) {
      if (!(e instanceof Malformed)) throw e;
      throw new StoaError("INTERNAL", `What \`${this.#name}\` sent cannot be read: ${e.message}.`);
    }
  }

  #tooMany() {
    return new RangeError(`${this.#name} gave more than ${MAX_COLLECTED} items; read it with "for await"`);
  }

  /** Leaving the loop cancels the call, also while an item is awaited. */
  [Symbol.asyncIterator]() {
    const items = this.#items();
    const stop = () => this.#outgoing?.cancel("the stream is not wanted any more");
    return {
      next: () => items.next(),
      return: (value) => (stop(), items.return(value)),
      throw: (error) => (stop(), items.throw(error)),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *#items() {
    let streams = false;
    try {
      for (;;) {
        const [kind, content, references] = await this.#next();
        if (kind === "returned") {
          if (!streams && content.length > 0) throw this.#noStream();
          return;
        }
        streams = true;
        if (kind === "item") {
          yield this.#decoded(content, references);
          this.#outgoing.consumed();
        }
      }
    } finally {
      this.#outgoing?.cancel("the stream is not wanted any more");
    }
  }

  #noStream() {
    return new TypeError(`${this.#name} returned one value, not a stream; use "await" for it`);
  }

  // --- calls on the result ---

  /** The object that `call` will return, as the target of another call. */
  static resultOf(call) {
    return {
      label: call.#name,
      connection: () => call.#connection,
      header: () => call.#asTarget(),
      failure: () => (call.#end?.[0] === "failed" ? call.#end[1] : null),
      ended: () => (call.#end ? null : call.#ending()), // why a call on it failed may be told before its own end
    };
  }

  #asTarget() {
    if (this.#end) return { object: { reference: this.#reference() } };
    if (this.#outgoing && this.#connection.has("pipelining")) return { object: { result_of: this.#outgoing.id } };
    return this.#ending().then(() => this.#asTarget());
  }

  #ending() {
    return new Promise((wake) => this.#awaitingEnd.push(wake));
  }

  #reference() {
    const [kind, content, references] = this.#end;
    if (kind === "failed") throw content;
    const value = references && this.#decoded(content, references);
    const reference = references && this.#connection.references.nameOf(value);
    if (reference) return reference;
    if (references?.length === 1 && references[0] === value) throw this.#home();
    const help = "Only a method that returns an object can be called on like this.";
    throw new StoaError("BAD_ARGUMENT", `\`${this.#name}\` returned no object.`, { help });
  }

  #home() {
    const help = "Call the object itself, which is at hand.";
    return new StoaError("LOST", `\`${this.#name}\` returned an object of this side that nobody else holds any more.`, { help });
  }
}

/** A call that is read with `for await` only, so that an `async` function can return it. */
export class RemoteStream {
  #call;

  constructor(call) {
    this.#call = call;
  }

  [Symbol.asyncIterator]() {
    return this.#call[Symbol.asyncIterator]();
  }

  [inspect.custom]() {
    return `[stream of ${this.#call}]`;
  }
}

/** Iterators and what can be iterated over asynchronously. Arrays, maps, text and the like are values. */
function isStream(value) {
  if (typeof value !== "object" || value === null) return false;
  if (typeof value[Symbol.asyncIterator] === "function") return true;
  return typeof value[Symbol.iterator] === "function" && typeof value.next === "function";
}

/** Lets a stream that nobody will read clean up. */
async function close(stream) {
  try {
    await (stream[Symbol.asyncIterator]?.() ?? stream).return?.();
  } catch {
    // it was not used, and its call has failed already
  }
}

/** The stack of who waits, not of who read the frame. */
function withOurStack(error) {
  if (error instanceof StoaError || error instanceof NotAValue) Error.captureStackTrace(error, withOurStack);
  return error;
}
