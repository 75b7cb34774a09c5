import * as environment from "./doors/environment.mjs";
import * as files from "./doors/files.mjs";
import * as host from "./doors/host.mjs";
import * as memory from "./doors/memory.mjs";
import * as network from "./doors/network.mjs";
import * as others from "./doors/others.mjs";
import * as output from "./doors/output.mjs";
import * as processes from "./doors/processes.mjs";
import * as time from "./doors/time.mjs";

const doors = { environment, files, host, memory, network, others, output, processes, time };

/**
 * Tries to get through a door.
 *
 * @param {string} door the file in `doors/`
 * @param {string} name the function in it
 * @param {object} world what an attacker would find out, see the README
 */
export function attempt(door, name, world) {
  if (doors[door]?.[name] === undefined) throw new Error(`no attempt ${door}.${name}`);
  return doors[door][name](world);
}

/** Tells whether it still works as it should. */
export const sound = (value) => [value, [1, 2, 3].map((n) => n * 2), { a: { b: "c" } }, `${[1, 2]}`, /b/.exec("abc").index];

/** Comes back to itself for `time.throughOthers` and is called back by `memory`. */
export const again = (to, depth) => depth;
