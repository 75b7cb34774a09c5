// References of one connection, on their way out and in: PROTOCOL.md, "References".
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isClass } from "./builtins.js";
import { lost, StoaError } from "./failures.js";
import { Handle, handleOf } from "./handle.js";
import { Held } from "./held.js";
import { Owned } from "./owned.js";
import { entryOf } from "./remote.js";
import { GONE, NotAValue } from "./values.js";

const MOST = 100_000;
const TABLE_BYTES = 1 << 19; // a table travels in one frame
const ALARM = 0.9; // of what may be held: time to look for garbage

export class References {
  #connection;
  #owned = new Owned();
  #held;
  #max = MOST;
  #alarm = MOST * ALARM;
  #collecting = null;

  constructor(connection) {
    this.#connection = connection;
    this.#held = new Held(connection);
  }

  /** The host has said what it calls this side, and how many references there may be. */
  agree(instance, max) {
    this.#owned.owner = instance;
    this.#max = max || MOST;
    this.#alarm = this.#max * ALARM;
  }

  // --- out ---

  /** For the references of one payload. */
  table() {
    return new Table(this);
  }

  /** What stands for `value` in a payload: the handle of an own object, or what is known of a remote one. */
  passing(value) {
    if (!this.#connection.has("references")) {
      const help = this.#connection.isDirect
        ? "Nobody counts references on a direct channel: send data, or open it without `direct`."
        : "The host, or this connection to it, has no references: send data.";
      throw new StoaError("UNSUPPORTED", "Functions and objects cannot be sent by reference here.", { help });
    }
    const entry = entryOf(value);
    if (entry) {
      if (entry.connection() !== this.#connection) throw new NotAValue("a remote object of another connection", "Wrap it in a function.");
      entry.check();
      return entry;
    }
    if (!(value instanceof Handle) && isClass(value)) throw new NotAValue("a class", "Make an object of it, and send `stoa.ref(object)`.");
    const handle = value instanceof Handle ? value : handleOf(value);
    if (!Handle.targetOf(handle)) throw lost("stoa.ref(...)", "it was released before it was sent");
    return handle;
  }

  /** The table of a payload that leaves now: counts what is sent. */
  sent(things) {
    const fresh = things.filter((thing) => thing instanceof Handle && !this.#owned.has(thing)).length;
    if (this.#owned.size + fresh > this.#max) throw this.#full(this.#owned.size, "of this side's objects would be held by others");
    const bytes = things.reduce((sum, { reference }) => sum + 16 + 3 * (reference?.owner ?? this.#owned.owner).length, 0);
    if (bytes > TABLE_BYTES) {
      const help = "Send them in several calls, or as a stream.";
      throw new StoaError("RESOURCE_EXHAUSTED", `${things.length} references are too many for one payload.`, {
        help,
        details: { quota: "payload bytes", used: String(bytes), max: String(TABLE_BYTES) },
      });
    }
    return things.map((thing) => (thing instanceof Handle ? this.#owned.sent(thing) : thing.reference));
  }

  /** The reference behind a value that was received; undefined if it is plain. */
  nameOf(value) {
    const entry = entryOf(value);
    entry?.check();
    return entry ? entry.reference : this.#owned.nameOf(value);
  }

  /** The table of a payload that did not leave after all. */
  unsent(table = []) {
    for (const { owner, number } of table) if (owner === this.#owned.owner) this.#owned.released(number, 1);
  }

  // --- in ---

  /** Takes the table of a payload: what its indices stand for. Own objects are themselves. */
  adopt(table) {
    if (!this.#connection.has("references")) return null;
    const values = table.map(({ owner = "", number = 0 }) => {
      if (owner !== this.#owned.owner) return this.#held.received({ owner, number });
      return this.#owned.find(number) ?? GONE;
    });
    if (this.#held.size > this.#alarm) this.collect();
    return values;
  }

  /** Takes the table of a payload that nobody wants. */
  decline(table) {
    if (!this.#connection.has("references")) return;
    for (const { owner = "", number = 0 } of table) {
      if (owner !== this.#owned.owner) this.#held.giveBack({ owner, number }, 1);
    }
  }

  /** The own object that others call by this name. Throws StoaError. */
  own({ owner = "", number = 0 }) {
    if (owner !== this.#owned.owner) throw new StoaError("DENIED", `\`${owner}/${number}\` is no object of \`${this.#owned.owner}\`.`);
    const target = this.#owned.find(number);
    if (target === undefined) throw this.#owned.absent(number);
    return target;
  }

  /** The host knows nobody any more who holds what was sent so many times. */
  released(counts = []) {
    for (const { reference: { owner, number } = {}, count = 0 } of counts) {
      if (owner === this.#owned.owner) this.#owned.released(number, count);
    }
  }

  // --- room ---

  /** A promise if more is held than may be: of a collection, RESOURCE_EXHAUSTED if that did not help. */
  room() {
    if (this.#held.size <= this.#max) return undefined;
    return this.collect().then(() => {
      if (this.#held.size > this.#max) throw this.#full(this.#held.size, "of others are held here");
    });
  }

  /** Sending has failed: a promise to do it again after a collection if too many references were to blame, else throws. */
  retry(error, send) {
    if (!(error instanceof TooMany)) throw error;
    return this.collect().then(send);
  }

  /** Lets the proxies that nobody uses be found now, and the host answer what is on its way. */
  collect() {
    return (this.#collecting ??= this.#collect().finally(() => (this.#collecting = null)));
  }

  async #collect() {
    await setImmediate(); // what was looked at in this turn counts as used
    collectGarbage();
    await setImmediate();
    await setImmediate();
    this.#held.flush();
    await setImmediate();
    this.#alarm = Math.max(this.#max * ALARM, this.#held.size + this.#max * (1 - ALARM) / 2);
  }

  #full(used, what) {
    const details = { quota: "references", used: String(used), max: String(this.#max) };
    const help = "Release those that are not used any more: `stoa.release(object)`.";
    return new TooMany("RESOURCE_EXHAUSTED", `Too many references: ${used} ${what}, ${this.#max} may be.`, { help, details });
  }
}

class TooMany extends StoaError {}

/** The references of one payload on its way out. One that occurs several times stands there once. */
class Table {
  #references;
  #indices = null;

  constructor(references) {
    this.#references = references;
  }

  indexOf(value) {
    const thing = this.#references.passing(value);
    this.#indices ??= new Map();
    let index = this.#indices.get(thing);
    if (index === undefined) this.#indices.set(thing, (index = this.#indices.size));
    return index;
  }

  /** The table for the frame's header, undefined if it is empty. To be called once, when the payload is complete. */
  seal() {
    return this.#indices ? this.#references.sent([...this.#indices.keys()]) : undefined;
  }
}

let gc = null;

function collectGarbage() {
  if (!gc) {
    setFlagsFromString("--expose-gc");
    gc = runInNewContext("gc");
  }
  gc();
}
