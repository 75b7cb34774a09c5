// Objects that pass by reference, and what others may call on them: only public methods of what was handed over.
import { isPromise, isModuleNamespaceObject } from "node:util/types";
import { isBuiltin, isClass } from "./builtins.js";
import { Handle, handleOf } from "./handle.js";
import { entryOf } from "./remote.js";

const NEVER = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Lets `target` pass by reference. The same object has the same handle. */
export function ref(target) {
  if (target instanceof Handle || entryOf(target)) return target;
  const [what, advice] = refusal(target) ?? [];
  if (what) throw new TypeError(`\`stoa.ref\` takes an object or a function, not ${what}. ${advice}`);
  return handleOf(target);
}

/** Gives a remote object back to its owner, or takes an own one back from those who hold it. */
export function release(thing) {
  const held = thing instanceof Handle ? thing : entryOf(thing);
  if (!held) throw new TypeError("`stoa.release` takes a remote object or a handle.");
  held.release();
}

/** Why `target` must not be handed out, and what to do instead. */
function refusal(target) {
  if (target === null || (typeof target !== "object" && typeof target !== "function")) {
    return [target === null ? "null" : `a ${typeof target}`, "Plain values pass as they are."];
  }
  if (typeof target === "function") return isClass(target) ? ["a class", "Make an object of it."] : null;
  if (isPromise(target) || exposedMethod(target, "then")) return ["a promise", "Await it first."];
  if (isBuiltin(target) || (isModuleNamespaceObject(target) && isBuiltinNamespace(target))) {
    return ["a part of the runtime", "Make an object with the few methods that others need."];
  }
  return null;
}

function isBuiltinNamespace(namespace) {
  try {
    const main = Object.getOwnPropertyDescriptor(namespace, "default")?.value;
    return typeof main === "object" || typeof main === "function" ? main !== null && isBuiltin(main) : false;
  } catch (e) {
    if (e instanceof ReferenceError) return false; // a module of the user that is still being loaded
    throw e;
  }
}

/**
 * The function that others may call as `name`, or null: `call` of a function; of an object a data property, its own or
 * inherited, that holds a function. Getters are not run; nothing of the runtime, no class and no private name is found.
 */
export function exposedMethod(target, name) {
  if (typeof target === "function") return name === "call" ? target : null;
  if (!isPublic(name)) return null;
  for (let at = target; at !== null && !isBuiltin(at); at = Object.getPrototypeOf(at)) {
    const property = Object.getOwnPropertyDescriptor(at, name);
    if (property) return isCallable(property.value) ? property.value : null;
  }
  return null;
}

/** The names that `exposedMethod` finds. */
export function exposedNames(target) {
  if (typeof target === "function") return ["call"];
  const names = new Set();
  for (let at = target; at !== null && !isBuiltin(at); at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  return [...names].filter((name) => exposedMethod(target, name));
}

const isPublic = (name) => name !== "" && !/^[_#]/.test(name) && !NEVER.has(name);
const isCallable = (value) => typeof value === "function" && !isClass(value);
