// The owner's side of references.
import { inspect } from "node:util";

const handles = new WeakMap(); // object -> its handle, until that is released

/** The owner's side of a reference: stands for the object in arguments, results and items. */
export class Handle {
  #target;

  constructor(target) {
    this.#target = target;
  }

  /** The object, or null when the handle was released. */
  static targetOf(handle) {
    return handle.#target;
  }

  /** From now on calls on the object fail LOST, whoever holds it. */
  release() {
    if (this.#target && handles.get(this.#target) === this) handles.delete(this.#target);
    this.#target = null;
  }

  [Symbol.dispose]() {
    this.release();
  }

  [inspect.custom]() {
    return this.#target ? `[handle of ${labelOf(this.#target)}]` : "[released handle]";
  }
}

/** The handle of an object or a function. */
export function handleOf(target) {
  let handle = handles.get(target);
  if (!handle) handles.set(target, (handle = new Handle(target)));
  return handle;
}

/** What messages call an object: `Counter`, or the name of a function. Runs no code of it. */
export function labelOf(target) {
  const maker = typeof target === "function" ? target : inherited(target, "constructor");
  const name = typeof maker === "function" ? Object.getOwnPropertyDescriptor(maker, "name")?.value : null;
  return typeof name === "string" && name !== "" ? name : typeof target;
}

function inherited(target, name) {
  for (let at = target; at !== null; at = Object.getPrototypeOf(at)) {
    const property = Object.getOwnPropertyDescriptor(at, name);
    if (property) return property.value;
  }
}
