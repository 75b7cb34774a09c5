import stoa from "stoa";
import { each, event, node, shown } from "./ways.mjs";

const touch = (world) => `new (Java.type("java.io.File"))("${world.outside[0]}/marker-java").createNewFile()`;

export const javaTypes = (world) =>
  each(
    () => Java.type("java.lang.System").getenv(),
    () => (0, eval)(touch(world)),
    () => Function(touch(world))(),
    () => Java.typeName("java.lang.Runtime"),
    () => java.lang.Runtime.getRuntime().exec("touch marker"),
    () => Packages.java.lang.System.getenv(),
    () => importClass("java.lang.System"),
    () => Java.addToClasspath("/"),
    () => Java.extend(Java.type("java.lang.Thread")),
    () => com.sun.management,
  );

export const polyglot = (world) =>
  each(
    () => Polyglot.eval("python", `open("${world.outside[0]}/secret.txt").read()`),
    () => Polyglot.evalFile("js", `${world.outside[0]}/secret.mjs`),
    () => Polyglot.import("secret"),
    () => Polyglot.export("secret", 1),
    () => Interop.eval("python", "1"),
    () => Graal.versionGraalVM,
    () => Graal.isGraalRuntime(),
    () => Debug.class({}),
    () => TruffleObject,
  );

export const shell = (world) =>
  each(
    () => load(`${world.outside[0]}/secret.mjs`),
    () => load(`http://127.0.0.1:${world.port}/`),
    () => load({ name: "a", script: "1" }),
    () => loadWithNewGlobal(`${world.outside[0]}/secret.mjs`),
    () => read(`${world.outside[0]}/secret.txt`),
    () => readFully(`${world.outside[0]}/secret.txt`),
    () => readbuffer(`${world.outside[0]}/secret.txt`),
    () => readline(),
    () => $EXEC(`cat ${world.outside[0]}/secret.txt`),
    () => $ENV.HOME,
    () => snarf(`${world.outside[0]}/secret.txt`),
    () => System.getProperty("user.home"),
    () => new ShadowRealm().evaluate(touch(world)),
    () => Realm.create().eval(touch(world)),
    () => $262.createRealm(),
  );

/** From any value up to a function constructor, and from there to a global object. */
export const constructors = (world) =>
  each(
    ...[() => 1, async () => 1, function* () {}, async function* () {}, stoa.module, stoa.log.info, setTimeout, console.log, queueMicrotask, fetch, import.meta.resolve].map((f) => () => {
      const found = f.constructor.constructor("return this")();
      const made = f.constructor(touch(world));
      return [shown(Object.getOwnPropertyNames(found).filter((name) => /java|polyglot|graal|host/i.test(name))), shown(made())];
    }),
    () => Reflect.construct(Function, [touch(world)])(),
    () => Object.getPrototypeOf(async () => 1).constructor(touch(world))(),
  );

/** What host functions are made of. */
export const hostFunctions = () =>
  each(
    ...[performance.now, crypto.randomUUID, crypto.getRandomValues, setTimeout, stoa.call].flatMap((it) => [
      () => shown(Reflect.ownKeys(it)),
      () => it.getClass(),
      () => it.class,
      () => it.wait(),
      () => it["java.lang.Object"],
      () => Object.getPrototypeOf(it).getClass(),
      () => Reflect.ownKeys(Object.getPrototypeOf(it)).filter((name) => /class|java/i.test(String(name))),
    ]),
  );

/** Everybody who called down to here. */
export const callers = () =>
  each(
    () => arguments.callee.caller,
    function () {
      return arguments.callee.caller;
    },
    () => Function.prototype.caller,
    () => new Function("return arguments.callee.caller")(),
    () => new Function("return function f() { return f.caller.caller; }()")(),
    () => new Function("return this")().constructor.constructor("return this")() === globalThis,
  );

/** Frames of the stack as objects: their functions and their `this`. */
export const stackFrames = () =>
  each(
    () => {
      Error.prepareStackTrace = (_, frames) => frames.map((frame) => [shown(frame.getFunction?.()), shown(frame.getThis?.()), shown(frame.getFileName?.()), shown(frame.getEvalOrigin?.())]);
      try {
        return new Error("x").stack;
      } finally {
        delete Error.prepareStackTrace;
      }
    },
    () => {
      const holder = {};
      Error.captureStackTrace(holder);
      return holder.stack;
    },
  );

/** Errors that the host made. */
export const hostErrors = (world) =>
  each(
    ...[
      () => stoa.module(7n).x(),
      () => stoa.module({}).x(Symbol("a")),
      () => setTimeout(() => 1, { valueOf: () => Symbol("a") }),
      () => crypto.getRandomValues(new Uint8Array(-1)),
      () => stoa.module("vault").none(),
      () => structuredClone(() => 1),
    ].map((way) => async () => {
      try {
        return await way();
      } catch (e) {
        return [Reflect.ownKeys(e).map(String), shown(e.javaException), shown(e.getCause?.()), shown(e.nativeException), shown(e.getStackTrace?.()), shown(e.class)];
      }
    }),
    () => (0, eval)(touch(world)),
  );

/** What boot scripts read and call later is replaced, to see what they hand over. */
export async function hijacked() {
  const caught = new Set();
  const keep = (name, it) => {
    if (it !== null && (typeof it === "object" || typeof it === "function") && ("returned" in it || "evaluate" in it || "revoke" in it)) caught.add(name);
  };
  const undo = [];
  for (const [owner, names] of [
    [Function.prototype, ["call", "apply", "bind", "toString"]],
    [Array.prototype, ["push", "map", "slice", "join", "concat", "forEach", "pop", "includes"]],
    [Map.prototype, ["get", "set", "has"]],
    [WeakMap.prototype, ["get", "set", "has"]],
    [Promise.prototype, ["then", "finally"]],
    [String.prototype, ["split", "replace", "startsWith"]],
    [Object, ["keys", "create", "defineProperty", "getPrototypeOf", "entries", "assign"]],
    [Reflect, ["apply", "ownKeys", "construct", "get"]],
    [JSON, ["stringify", "parse"]],
    [globalThis, ["Promise", "Error", "Map", "WeakMap", "Uint8Array", "String", "Number"]],
  ]) {
    for (const name of names) {
      const real = owner[name];
      undo.push(() => (owner[name] = real));
      const proxy = new Proxy(real, {
        apply(target, self, given) {
          keep(name, self);
          for (let i = 0; i < given.length; i++) keep(name, given[i]);
          return Reflect_apply(target, self, given);
        },
      });
      owner[name] = proxy;
    }
  }
  try {
    await stoa.module("vault").add(1, 2).catch(() => 0);
    for await (const _ of stoa.module("vault").numbers(2)) void _;
    console.log("%s %o", { a: [new Map([[1, 2]])] }, new Error("x"));
    structuredClone({ a: [1] });
    stoa.ref({ f: () => 1 });
  } catch {
  } finally {
    undo.forEach((back) => back());
  }
  return caught.size === 0 ? "nothing" : [...caught];
}
const Reflect_apply = Reflect.apply;

/** Setters and getters on the prototype of all objects, for what boot scripts put into new ones. */
export async function prototypeTraps() {
  const caught = [];
  const names = ["host", "part", "open", "returned", "current", "evaluate", "id", "pump", "feed", "to", "then", "get", "set", "value"];
  for (const name of names) {
    Object.defineProperty(Object.prototype, name, { configurable: true, get: () => undefined, set: (it) => caught.push(typeof it + name) });
  }
  try {
    await stoa.module("vault").add(1, 2);
    for await (const _ of stoa.module("vault").numbers(2)) void _;
  } catch {
  } finally {
    for (const name of names) delete Object.prototype[name];
  }
  return caught.filter((what) => /host|part|open|evaluate/.test(what));
}

/** Results that run code while they are read. */
export const livelyResults = () => ({
  get a() {
    return (0, eval)("typeof Java");
  },
  toJSON: undefined,
  list: new Proxy([], { get: (target, name) => (name === "length" ? 3 : typeof name === "symbol" ? target[name] : shown(name)) }),
});

export const webAssembly = () =>
  each(
    () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) && "made",
    () => new WebAssembly.Memory({ initial: 65536 }) && "made",
  );

/** Two threads with one memory could count time, and wait for ever. */
export const sharedMemory = () => each(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50), () => Atomics.wait(new Int32Array(4), 0, 0, 50));

export const internals = () =>
  each(
    ...["stoa:boot", "stoa:api", "/stoa:/stoa", "stoa:", "./stoa", "../stoa:/stoa", "/stoa:/../etc/passwd", "stoa/../boot", "node:fs", "fs", "data:text/javascript,export default 1", "blob:x", "jrt:/java.base", "classpath:stoa/polyglot/javascript/boot.js", ""].map(
      (name) => async () => Object.keys(await import(name)),
    ),
  );

// ---- what only the user may do ----

const user = (method, ...given) => stoa.module("stoa")[method](...given);

export const stop = () => user("stop", true);
export const unload = () => user("unload", "vault");
export const reload = () => user("reload", "vault");
export const grantItself = (world) => user("grant", world.name, ["read=/", "run=sh", `net=127.0.0.1:${world.port}`]);
export const revokeOthers = () => user("revoke", "vault");
export const pinOthers = () => user("pin", "vault");

export const looking = () =>
  each(
    () => user("status"),
    () => user("references"),
    () => user("why", "vault"),
    () => user("audit", "vault"),
    () => user("grants"),
    () => user("wanted", 0),
    async () => {
      for await (const line of stoa.module("stoa").logs()) return line;
    },
  );

export const oddMethods = () =>
  each(...["__proto__", "constructor", "toString", "", "stop ", "STOP", "stop\0", "stoa.stop", "trust", "echo", "exit"].map((name) => () => user(name, true)));

export const throughOthers = () => each(() => stoa.module("vault").relay("stoa", "stop", true), () => stoa.oneWay("stoa").stop(true), () => stoa.module("stoa").stream.stop(true));

/** A visitor has the rights of the user. */
export const hostSocket = (world) =>
  each(async () => {
    const socket = (await node("net")).connect(world.hostSocket);
    return [await event(socket, "connect", "error"), socket.readyState === "open" ? world.won : ""];
  });

/** Without a token nobody is let in at the socket of the children. */
export const childrensSocket = (world) =>
  each(async () => {
    const { connect } = await node("net");
    const told = [];
    for (const hello of ["0a120808011001", "1012 0e08011001 3208 0102030405060708".replaceAll(" ", "")]) {
      const socket = connect(process.env.STOA_SOCKET ?? world.hostSocket);
      socket.write(Buffer.from("STOA1\n"));
      socket.write(Buffer.from(hello, "hex"));
      told.push(await event(socket, "close", "error"));
      socket.destroy();
    }
    return told;
  });
