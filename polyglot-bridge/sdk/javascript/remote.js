// Modules and objects of others as objects that have every method: `stoa.module("words").count(text)`.
import { inspect } from "node:util";
import { RemoteCall, RemoteStream } from "./remote-call.js";

const entries = new WeakMap(); // proxy of a remote object -> what this side knows of it

/** Methods as properties. `then` is none: it must not be taken for a promise. */
function methods(call, own = Object.create(null)) {
  return {
    get(_, name) {
      if (typeof name === "symbol" || name in own) return own[name];
      return name === "then" ? undefined : (...values) => call(name, values);
    },
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
    setPrototypeOf: () => false,
    preventExtensions: () => false,
  };
}

/** `stream` is a method, and has every method too, whose answers are only streams. */
export function remoteModule(connection, module) {
  const target = { label: module, connection, header: () => ({ module }) };
  const call = (method, values) => new RemoteCall(target, method, values);
  const streams = methods((method, values) => new RemoteStream(call(method, values)));
  const stream = new Proxy(() => {}, { ...streams, apply: (_, __, values) => call("stream", values) });
  return new Proxy(Object.create(null), methods(call, { __proto__: null, stream }));
}

/** `entry` has `label`, `reference`, `connection()`, `check()` and `release()`. */
export function remoteObject(entry) {
  const target = objectTarget(entry);
  const call = (method, values) => new RemoteCall(target, method, values);
  const own = {
    __proto__: null,
    [Symbol.dispose]: () => entry.release(),
    [Symbol.toPrimitive]: () => `[remote object ${entry.label}]`,
    [Symbol.toStringTag]: "RemoteObject",
    [inspect.custom]: () => `[remote object ${entry.label}]`,
  };
  const bare = Object.assign(() => {}, { [inspect.custom]: own[inspect.custom] });
  delete bare.name;
  delete bare.length;
  const proxy = new Proxy(bare, { ...methods(call, own), apply: (_, __, values) => call("call", values) });
  entries.set(proxy, entry);
  return proxy;
}

/** What this side knows of a remote object; undefined if `thing` is none. */
export const entryOf = (thing) => (typeof thing === "function" ? entries.get(thing) : undefined);

function objectTarget(entry) {
  return {
    label: entry.label,
    connection: entry.connection,
    header() {
      entry.check();
      return { object: { reference: entry.reference } };
    },
  };
}

/** The same methods, but nobody waits for them: they return at once, and failures are for the log. */
export function oneWay(connection, target, warn) {
  const of = targetFor(connection, target);
  const call = (method, values) => {
    const sent = new RemoteCall(of, method, values, true);
    sent.catch((e) => warn(`nobody waits for \`${of.label}.${method}\`, but it failed: ${e?.message ?? e}`));
  };
  const callable = typeof target === "string" ? Object.create(null) : () => {};
  return new Proxy(callable, { ...methods(call), apply: (_, __, values) => call("call", values) });
}

function targetFor(connection, target) {
  if (typeof target === "string") return { label: target, connection, header: () => ({ module: target }) };
  if (target instanceof RemoteCall) return RemoteCall.resultOf(target);
  const entry = entryOf(target);
  if (entry) return objectTarget(entry);
  throw new TypeError("`stoa.oneWay` takes the name of a module or a remote object.");
}
