// Authoring API for Stoa modules.
//
//   import stoa from "stoa";
//
//   export async function shout(text) {
//     stoa.log.info("shouting");
//     return (await stoa.module("words").count(text)) + "!";
//   }
import { inspect } from "node:util";
import { current } from "./connection.js";
import { StoaError } from "./failures.js";
import { write } from "./files.js";
import { Named, remoteModule } from "./remote.js";

let connection = null;

/** For the runner: the connection that this module's calls take. */
export function useConnection(opened) {
  connection = opened;
}

function connected() {
  if (connection) return connection;
  throw new StoaError("UNAVAILABLE", "There is no host here.", { help: "Run this file as a module or script of Stoa." });
}

function say(level, words) {
  const text = words.map((w) => (typeof w === "string" ? w : inspect(w))).join(" ");
  if (connection) connection.log(level, text);
  else process.stderr.write(`${level.toLowerCase()}: ${text}\n`);
}

const call = {
  get deadline() {
    return current.getStore()?.secondsLeft() ?? null;
  },
  get cancelled() {
    return current.getStore()?.cancelled ?? false;
  },
};

const log = {
  debug: (...words) => say("DEBUG", words),
  info: (...words) => say("INFO", words),
  warning: (...words) => say("WARNING", words),
  error: (...words) => say("ERROR", words),
};

const host = remoteModule(connected, "stoa");

const stoa = {
  module: (name) => remoteModule(connected, String(name)),
  named: (values) => new Named({ ...values }),
  lines: (path) => host.stream.lines(path),
  csv: (path) => host.stream.csv(path),
  json: (path) => host.json(path),
  write: (path, data, options) => write(host.write, path, data, options),
  script: null,
  call,
  log,
  Error: StoaError,
  StoaError,
};

export { StoaError };
export default stoa;
