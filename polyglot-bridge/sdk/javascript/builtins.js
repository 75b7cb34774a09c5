// Tells what belongs to the runtime from what people wrote, so that nothing of the runtime is reached through an object.
import { builtinModules, createRequire } from "node:module";

const require = createRequire(import.meta.url);
const sourceOf = (fn) => Function.prototype.toString.call(fn);
const NOISY = /^(_|sys$|punycode$|node:)/; // loading these prints warnings

const builtins = new WeakSet();
const checked = new WeakMap();
let modulesSeen = -1;
let lazy = Reflect.ownKeys(globalThis); // globals that node has not made yet

/** Whether `object` is a prototype, a function, a global or a module of the runtime. */
export function isBuiltin(object) {
  let known = checked.get(object);
  if (known === undefined) {
    lookAround();
    known = builtins.has(object) || isNativePrototype(object);
    checked.set(object, known);
  }
  return known;
}

/** Classes, functions with methods on their prototype, and constructors of the runtime: what `new` makes objects with. */
export function isClass(fn) {
  if (/^class\b/.test(sourceOf(fn))) return true;
  const prototype = Object.getOwnPropertyDescriptor(fn, "prototype");
  if (prototype === undefined) return fn === eval || fn === Proxy;
  if (!prototype.writable) return true;
  return typeof prototype.value === "object" && Reflect.ownKeys(prototype.value ?? {}).some((key) => key !== "constructor");
}

/** The prototypes of another realm are not in our list, but their constructors are native as well. */
function isNativePrototype(object) {
  const maker = Object.getOwnPropertyDescriptor(object, "constructor")?.value;
  if (typeof maker !== "function" || Object.getOwnPropertyDescriptor(maker, "prototype")?.value !== object) return false;
  return /\{\s*\[native code\]\s*\}$/.test(sourceOf(maker));
}

/** Node makes its modules and globals when they are needed: looks again when there are more of them. */
function lookAround() {
  lazy = lazy.filter((name) => !noteGlobal(name));
  const loaded = process.moduleLoadList ?? builtinModules;
  if (loaded.length === modulesSeen) return;
  modulesSeen = loaded.length;
  const names = new Set(loaded.map((line) => line.replace(/^NativeModule /, "")));
  note(globalThis), note(process);
  noteIterators();
  for (const name of builtinModules) {
    if ((names.has(name) || names.has(`internal/${name}`)) && !NOISY.test(name)) noteAll(require(name));
  }
}

/** Notes a global of the runtime; what a program puts on globalThis is enumerable. False if it is still to come. */
function noteGlobal(name) {
  const property = Object.getOwnPropertyDescriptor(globalThis, name);
  if (property?.get) return false;
  if (property && !property.enumerable) note(property.value);
  return true;
}

function noteAll(holder) {
  note(holder);
  if (holder === null || (typeof holder !== "object" && typeof holder !== "function")) return;
  for (const key of Reflect.ownKeys(holder)) note(Object.getOwnPropertyDescriptor(holder, key).value);
}

function note(thing) {
  if (thing === null || (typeof thing !== "object" && typeof thing !== "function")) return;
  builtins.add(thing);
  if (typeof thing !== "function") return;
  const prototype = Object.getOwnPropertyDescriptor(thing, "prototype")?.value;
  for (let at = prototype; typeof at === "object" && at !== null; at = Object.getPrototypeOf(at)) builtins.add(at);
}

/** Prototypes that no name leads to. */
function noteIterators() {
  const samples = [
    [][Symbol.iterator](), new Map().entries(), new Set().values(), ""[Symbol.iterator](), "".matchAll(/a/g),
    (function* () {})(), (async function* () {})(), async () => {}, function* () {}, async function* () {}, new Uint8Array(),
  ];
  for (const sample of samples) {
    for (let at = Object.getPrototypeOf(sample); at !== null; at = Object.getPrototypeOf(at)) {
      if (!Object.hasOwn(at, "prototype") || typeof at !== "function") builtins.add(at);
    }
  }
}
