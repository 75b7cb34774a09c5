// The calls that the host makes: runs methods, streams what they yield, ends each call exactly once.
import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { noChannels } from "./channels.js";
import { current } from "./current.js";
import { exposedMethod, exposedNames } from "./exposed.js";
import { StoaError, threw, toWire } from "./failures.js";
import { labelOf } from "./handle.js";
import { Incoming } from "./incoming.js";
import { tooLarge } from "./outgoing.js";
import { Taken } from "./line.js";
import { Malformed } from "./protobuf.js";
import { methodOf, noSuchMethod } from "./schema.js";
import { Turns } from "./turns.js";
import { decodeArguments } from "./values.js";

const PROMPT = 2; // milliseconds that an item may wait for others to share a write with
const TURN = 2; // milliseconds in which calls begin one after the other, then what has arrived is read
const MOST_CALLS = 10_000;

export class Server {
  connection;
  methods = new Map();
  loaded = false; // the file of the module
  acceptor = null; // the module's function for channels
  takes = null; // takes(call, line) has the module use a channel that somebody opens, and settles when it is done
  #name;
  #calls = new Map();
  #turns = new Turns();
  #beginning = false;

  constructor(name) {
    this.#name = name;
  }

  get name() {
    return this.#name;
  }

  get busy() {
    return this.#calls.size > 0;
  }

  /** Takes a frame of a call that the host opened. */
  heard(id, frame) {
    const call = this.#calls.get(id);
    if (frame.invoke && !call) return this.#invoked(id, frame.invoke);
    if (Object.keys(frame).length === 1) return this.#unknown(id, call);
    if (!call) return this.#late(frame);
    if (frame.credit) {
      call.credit += Number(frame.credit.items ?? 0);
      call.wakeUp();
    } else if (frame.cancel) {
      this.#cancel(call, frame.cancel.reason ?? "");
    } else if (frame.part) {
      this.#part(call, frame.part);
    } else if (frame.item) {
      if (call.stream?.item(frame.item) === false) this.#unruly(call);
    } else if (frame.end) {
      call.stream?.end();
    }
  }

  /** It has ended: late words are dropped, but the references in them are given back. */
  #late({ item, returned }) {
    const { references } = item ?? returned ?? {};
    if (references) this.connection.references.decline(references);
  }

  #part(call, part) {
    if (!call.payload || call.payload.complete) {
      if (call.stream?.part(part) === false) this.#tooLarge(call, "An item of the caller");
      return;
    }
    call.payload.add(part);
    if (call.payload.complete) this.#start(call);
    else if (call.payload.tooLarge) this.#tooLarge(call, "The argument");
  }

  #unknown(id, call) {
    const help = "Its sender may be newer.";
    const failed = toWire(new StoaError("UNSUPPORTED", "This kind of frame is not known here.", { help }));
    if (call) this.#stop(call, "it cannot be understood", failed);
    else this.connection.send({ call: id, failed });
  }

  #tooLarge(call, what) {
    this.#stop(call, "it is too large", toWire(tooLarge(what)));
  }

  #unruly(call) {
    const message = "The caller sent more items than it had credit for.";
    this.#stop(call, message, toWire(new StoaError("RESOURCE_EXHAUSTED", message)));
  }

  #invoked(id, invoke) {
    const refusal = this.#refusal(invoke);
    if (refusal) {
      if (invoke.references) this.connection.references.decline(invoke.references);
      return this.connection.send({ call: id, failed: toWire(refusal) });
    }
    const call = new Incoming(this.connection, id, invoke);
    this.#calls.set(id, call);
    this.connection.changed();
    if (call.payload.complete) this.#start(call);
  }

  #refusal({ object, references, streams }) {
    const { connection } = this;
    const channel = object?.channel;
    if (channel && !connection.has("channels")) return new StoaError("UNSUPPORTED", "There are no channels here.");
    if (((object && !channel) || references) && !connection.has("references")) return new StoaError("UNSUPPORTED", "There are no references here.");
    if (streams && !connection.has("streams-in")) {
      return new StoaError("UNSUPPORTED", "No stream is taken from the caller here.", { help: "Send a list." });
    }
    if (this.#calls.size < MOST_CALLS) return null;
    const details = { quota: "calls", used: String(this.#calls.size), max: String(MOST_CALLS) };
    return new StoaError("RESOURCE_EXHAUSTED", `\`${this.#name}\` serves ${MOST_CALLS} calls already.`, { retryable: true, details });
  }

  /** Awaiting code gets CANCELLED from its nested calls, generators run their finally blocks, the caller gets its end. */
  #cancel(call, reason) {
    const message = `\`${this.#labelOf(call)}\` was cancelled${reason && `: ${reason}`}.`;
    this.#stop(call, reason, { code: "CANCELLED", message });
  }

  /** A deadline that has passed is as good as a Cancel, which is on its way. */
  expire(call) {
    this.#cancel(call, "its deadline has passed");
  }

  #stop(call, reason, failed) {
    if (!call.open) return this.#takeBack(call, failed);
    current.run(call, () => call.cancel(reason));
    this.#fail(call, failed);
    call.wakeUp();
  }

  /** Its answer is still leaving: the rest of that is not wanted. */
  #takeBack(call, failed) {
    this.connection.drop(call.id);
    this.connection.send({ call: call.id, failed });
    this.#forget(call);
  }

  /** The connection has gone, and nobody waits any more. */
  lost(reason) {
    for (const call of [...this.#calls.values()]) this.#cancel(call, reason);
  }

  #labelOf(call) {
    if (call.object?.channel) return this.#name;
    return call.object ? `${call.object.reference?.owner}/${call.object.reference?.number}.${call.method}` : `${this.#name}.${call.method}`;
  }

  // --- running methods ---

  /** The object is found now: who calls it may give it back while the call waits. */
  #start(call) {
    try {
      if (call.object && !call.object.channel) call.on = this.#objectOf(call);
    } catch (e) {
      return this.#broke(call, e);
    }
    const wait = call.references && this.connection.references.room();
    if (wait) wait.then(() => this.#queue(call)).catch((e) => this.#broke(call, new Refusal(e)));
    else this.#queue(call);
  }

  /** All that came in one piece is in the queue before the first of it begins. */
  #queue(call) {
    this.#turns.add(call);
    if (this.#beginning) return;
    this.#beginning = true;
    process.nextTick(() => this.#begin());
  }

  #begin() {
    const until = performance.now() + TURN;
    for (let call = this.#turns.take(); call; call = this.#turns.take()) {
      if (!call.open) continue;
      this.#run(call);
      if (performance.now() > until && this.#turns.size > 0) return void setImmediate().then(() => this.#begin());
    }
    this.#beginning = false;
  }

  #run(call) {
    const { on } = call;
    call.on = undefined;
    try {
      if (call.object?.channel) return this.#take(call);
      const method = this.#methodOf(call, on);
      const values = this.#argumentsOf(call, on, method);
      const receiver = typeof on === "function" ? undefined : on;
      this.#answer(call, current.run(call, () => Reflect.apply(method.fn, receiver, values)));
    } catch (e) {
      this.#broke(call, e);
    }
  }

  #take(call) {
    call.payload = null;
    if (!this.takes || !call.stream) throw new Refusal(noChannels(this.#name));
    const line = new Taken(call, () => this.#return(call, null));
    this.#answer(call, current.run(call, () => this.takes(call, line)));
  }

  #objectOf(call) {
    try {
      return this.connection.references.own(call.object.reference ?? {});
    } catch (e) {
      throw new Refusal(e);
    }
  }

  /** What is called, of the object `on` or of this module. */
  #methodOf(call, on) {
    if (on === undefined) {
      const method = this.methods.get(call.method);
      if (!method) throw new Refusal(noSuchMethod(`Module \`${this.#name}\``, call.method, [...this.methods.keys()]));
      return method;
    }
    const fn = exposedMethod(on, call.method);
    if (fn) return methodOf(fn, call.method);
    const what = typeof on === "function" ? "Function" : "Object";
    throw new Refusal(noSuchMethod(`${what} \`${labelOf(on)}\``, call.method, exposedNames(on)));
  }

  #argumentsOf(call, on, method) {
    try {
      const [positional, named] = decodeArguments(call.payload.bytes, call.references);
      if (call.stream) positional.push(call.stream);
      call.payload = call.references = null; // the code that it starts may live on for long
      return method.bind(on === undefined ? this.#name : labelOf(on), positional, named);
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
        const wait = this.#item(call, step.value);
        if (wait) await wait;
        const now = performance.now();
        if (now - flushed > PROMPT) {
          this.connection.flush();
          await setImmediate(); // so that Cancel is heard
          flushed = performance.now();
        }
      }
    } catch (e) {
      this.#broke(call, e);
    } finally {
      if (!done) await this.#closeIterator(call, iterator);
    }
  }

  /** Runs the finally blocks of a generator. What they throw is of no interest to anybody but the log. */
  async #closeIterator(call, iterator) {
    try {
      await current.run(call, () => iterator.return?.());
    } catch (e) {
      if (!call.cancelled) this.connection.log("WARNING", `closing the stream of ${this.#labelOf(call)}: ${e}`);
    }
  }

  #item(call, item) {
    if (!call.open) return;
    call.items++;
    if (call.oneWay) return;
    call.credit--;
    try {
      return this.connection.sendItem(call.id, item, () => call.open)?.catch(unsendable);
    } catch (e) {
      unsendable(e);
    }
  }

  #endStream(call, value) {
    if (call.open && call.items === 0 && !call.oneWay) this.connection.say({ call: call.id, end: {} }); // known for a stream
    this.#return(call, value);
  }

  #return(call, result) {
    if (!call.open) return;
    try {
      this.#sendResult(call, result);
    } catch (e) {
      this.#returnLater(call, result, e);
    }
  }

  #sendResult(call, result) {
    if (!call.open) return;
    const leaving = this.connection.sendValue(call.id, "returned", call.oneWay ? null : result, "result");
    call.close();
    if (leaving) leaving.then(() => this.#forget(call));
    else this.#forget(call);
  }

  #returnLater(call, result, error) {
    try {
      const retry = this.connection.references.retry(error, () => this.#sendResult(call, result));
      retry.catch(unsendable).catch((e) => this.#broke(call, e));
    } catch (e) {
      unsendable(e);
    }
  }

  #broke(call, error) {
    this.#fail(call, error instanceof Refusal ? toWire(error.reason) : threw(error, this.#name));
  }

  #fail(call, failed) {
    if (!call.open) return;
    this.connection.drop(call.id);
    this.connection.send({ call: call.id, failed });
    call.close();
    this.#forget(call);
  }

  #forget(call) {
    if (!this.#calls.delete(call.id)) return;
    this.connection.drop(call.id);
    this.connection.changed();
  }
}

/** A call that is refused before user code runs, or whose result cannot be sent. */
class Refusal extends Error {
  constructor(reason) {
    super();
    this.reason = reason;
  }
}

/** What this connection cannot carry is no fault of the method. */
function unsendable(error) {
  throw error instanceof StoaError && error.code !== "LOST" ? new Refusal(error) : error;
}

/** Generators and other iterators stream; arrays, maps and text do not. */
function iteratorOf(result) {
  if (typeof result !== "object" || result === null) return null;
  if (typeof result[Symbol.asyncIterator] === "function") return result[Symbol.asyncIterator]();
  return typeof result.next === "function" && typeof result[Symbol.iterator] === "function" ? result : null;
}
