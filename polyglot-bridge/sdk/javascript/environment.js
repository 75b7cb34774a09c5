// The environment variables that were granted to this module; in a program that nobody confines, all of them.
import { StoaError } from "./failures.js";

// What is no variable but asked of every object.
const NONE = new Set(["then", "toJSON", "constructor", "toString", "valueOf", "inspect"]);

function sees(name, granted) {
  if (granted === undefined) return true;
  const matches = (one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : one === name);
  return granted.split(",").some((one) => one !== "" && matches(one));
}

/** By name: undefined if it is not set, DENIED if it was not granted. */
export function environment(variables = process.env) {
  const granted = variables.STOA_ENV;
  const names = () => Object.keys(variables).filter((name) => sees(name, granted));
  function variable(name) {
    if (sees(name, granted)) return variables[name];
    const module = variables.STOA_MODULE ?? "MODULE";
    const help = `To allow it: stoa grant ${module} env=${name}`;
    throw new StoaError("DENIED", `\`${module}\` may not see the environment variable \`${name}\`.`, { help });
  }
  return new Proxy(Object.create(null), {
    get: (_, name) => (typeof name === "symbol" || NONE.has(name) ? undefined : variable(name)),
    has: (_, name) => names().includes(name),
    ownKeys: names,
    getOwnPropertyDescriptor: (_, name) =>
      names().includes(name) ? { value: variables[name], enumerable: true, configurable: true, writable: false } : undefined,
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
  });
}
