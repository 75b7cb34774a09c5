// The calls that the host makes: runs methods, streams what they yield, ends each call exactly once.
import { performance } from "node:perf_hooks";
import { current } from "./connection.js";
import { StoaError, threw, toWire } from "./failures.js";
import { Malformed } from "./protobuf.js";
import { noSuchMethod } from "./schema.js";
import { decodeArguments, encode } from "./values.js";

const PROMPT = 2; // milliseconds that an item may wait for others to share a write with
const NOTHING = Buffer.alloc(0);

/** A call that this module answers. */
class Incoming {
  open = true;
  cancelled = false;
  children = new Set();
  iterator = null;
  wake = null;
  items = 0;

  constructor(id, invoke) {
    this.id = id;
    this.method = invoke.method ?? "";
    this.argument = invoke.argument ?? NOTHING;
    this.parts = invoke.more ? [Buffer.from(this.argument)] : null;
    this.deadline = invoke.timeout_us ? performance.now() + Number(invoke.timeout_us) / 1000 : null;
    this.credit = invoke.credit ?? 0;
    this.oneWay = invoke.one_way ?? false;
  }

  secondsLeft() {
    return this.deadline === null ? null : (this.deadline - performance.now()) / 1000;
  }

  wakeUp() {
    this.wake?.();
    this.wake = null;
  }
}

export class Server {
  connection;
  methods = new Map();
  #name;
  #calls = new Map();

  constructor(name) {
    this.#name = name;
  }

  /** Takes a frame of a call that the host opened. */
  heard(id, frame) {
    const call = this.#calls.get(id);
    if (frame.invoke && !call) return this.#invoked(id, frame.invoke);
    if (Object.keys(frame).length === 1) {
      const help = "Its sender may be newer.";
      return this.#refuse(id, new StoaError("UNSUPPORTED", "This kind of frame is not known here.", { help }));
    }
    if (!call) return; // it has ended: late words are dropped
    if (frame.credit) {
      call.credit += frame.credit.items ?? 0;
      call.wakeUp();
    } else if (frame.cancel) {
      this.#cancel(call, frame.cancel.reason ?? "");
    } else if (frame.part && call.parts) {
      call.parts.push(Buffer.from(frame.part.payload ?? NOTHING));
      if (frame.part.more) return;
      call.argument = Buffer.concat(call.parts);
      call.parts = null;
      this.#start(call);
    }
  }

  #invoked(id, invoke) {
    if (invoke.reference || invoke.references) {
      return this.#refuse(id, new StoaError("UNSUPPORTED", "This module knows no references."));
    }
    if (invoke.streams) {
      const help = "Send a list.";
      return this.#refuse(id, new StoaError("UNSUPPORTED", "This module takes no stream from its caller.", { help }));
    }
    const call = new Incoming(id, invoke);
    this.#calls.set(id, call);
    if (!call.parts) this.#start(call);
  }

  #refuse(call, error) {
    this.#calls.delete(call);
    this.connection.send({ call, failed: toWire(error) });
  }

  /** Awaiting code gets CANCELLED from its nested calls, generators run their finally blocks, the caller gets its end. */
  #cancel(call, reason) {
    call.cancelled = true;
    for (const child of [...call.children]) child.cancel(reason || "its caller was cancelled");
    this.#fail(call, { code: "CANCELLED", message: `\`${this.#name}.${call.method}\` was cancelled.` });
    call.wakeUp();
  }

  #start(call) {
    try {
      const method = this.methods.get(call.method);
      if (!method) throw new Refusal(noSuchMethod(this.#name, call.method, this.methods));
      const values = this.#bind(method, call.argument);
      const { fn } = method; // without `this`
      this.#answer(call, current.run(call, () => fn(...values)));
    } catch (e) {
      this.#broke(call, e);
    }
  }

  #bind(method, argument) {
    try {
      const [positional, named] = decodeArguments(argument);
      return method.bind(this.#name, positional, named);
    } catch (e) {
      if (e instanceof StoaError) throw new Refusal(e);
      if (!(e instanceof Malformed)) throw e;
      throw new Refusal(new StoaError("BAD_ARGUMENT", `The argument cannot be read: ${e.message}.`));
    }
  }

  #answer(call, result) {
    if (typeof result !== "object" || result === null) return this.#return(call, result);
    if (typeof result.then === "function") {
      Promise.resolve(result).then((value) => this.#settled(call, value)).catch((e) => this.#broke(call, e));
    } else {
      this.#settled(call, result);
    }
  }

  #settled(call, result) {
    const iterator = iteratorOf(result);
    if (iterator) this.#stream(call, iterator);
    else this.#return(call, result);
  }

  /** Takes items while there is credit. */
  async #stream(call, iterator) {
    let done = false;
    try {
      let flushed = performance.now();
      while (call.open) {
        if (call.credit <= 0 && !call.oneWay) {
          await new Promise((wake) => (call.wake = wake));
          continue;
        }
        let step = current.run(call, () => iterator.next());
        if (typeof step?.then === "function") step = await step;
        if (step.done) {
          done = true;
          return this.#endStream(call, step.value);
        }
        this.#item(call, step.value);
        const now = performance.now();
        if (now - flushed > PROMPT) {
          this.connection.flush();
          flushed = now;
        }
      }
    } catch (e) {
      this.#broke(call, e);
    } finally {
      if (!done) await this.#close(call, iterator);
    }
  }

  /** Runs the finally blocks of a generator. What they throw is of no interest to anybody but the log. */
  async #close(call, iterator) {
    try {
      await current.run(call, () => iterator.return?.());
    } catch (e) {
      if (!call.cancelled) this.connection.log("WARNING", `closing the stream of ${this.#name}.${call.method}: ${e}`);
    }
  }

  #item(call, item) {
    if (!call.open) return;
    const payload = encode(item, "item");
    call.items++;
    if (call.oneWay) return;
    call.credit--;
    this.connection.sendPayload(call.id, "item", {}, "payload", payload);
  }

  #endStream(call, value) {
    if (call.open && call.items === 0 && !call.oneWay) this.connection.send({ call: call.id, end: {} }); // known for a stream
    this.#return(call, value);
  }

  #return(call, result) {
    if (!call.open) return;
    const payload = call.oneWay ? NOTHING : encode(result, "result");
    this.#ended(call);
    this.connection.sendPayload(call.id, "returned", {}, "payload", payload);
    this.rest();
  }

  #broke(call, error) {
    if (error instanceof Refusal) return this.#fail(call, toWire(error.reason));
    this.#fail(call, threw(error, this.#name));
  }

  #fail(call, failed) {
    if (!call.open) return;
    this.#ended(call);
    this.connection.send({ call: call.id, failed });
    this.rest();
  }

  #ended(call) {
    call.open = false;
    this.#calls.delete(call.id);
  }

  /** Says Goodbye if the host drains and no call is left. */
  rest() {
    if (this.connection.draining && this.#calls.size === 0) this.connection.leave("drained", 0);
  }
}

/** A call that is refused before user code runs. */
class Refusal extends Error {
  constructor(reason) {
    super();
    this.reason = reason;
  }
}

/** Generators and other iterators stream; arrays, maps and text do not. */
function iteratorOf(result) {
  if (typeof result !== "object" || result === null) return null;
  if (typeof result[Symbol.asyncIterator] === "function") return result[Symbol.asyncIterator]();
  return typeof result.next === "function" && typeof result[Symbol.iterator] === "function" ? result : null;
}
