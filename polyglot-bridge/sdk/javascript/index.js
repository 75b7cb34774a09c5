// Authoring API for Stoa modules.
//
//   import stoa from "stoa";
//
//   export async function shout(text) {
//     stoa.log.info("shouting");
//     return (await stoa.module("words").count(text)) + "!";
//   }
import { inspect } from "node:util";
import { accept, openChannel } from "./channels.js";
import { connect } from "./client.js";
import { current } from "./current.js";
import { ref, release } from "./exposed.js";
import { StoaError } from "./failures.js";
import { write } from "./files.js";
import { Named } from "./remote-call.js";
import { oneWay, remoteModule } from "./remote.js";

let ofModule = null;

/** For the runner: the connection that this module's calls take. */
export function useConnection(opened) {
  ofModule = opened;
}

/** The connection of the call that the running code serves comes first: a process may have several. */
const connection = () => current.getStore()?.connection ?? ofModule;

function connected() {
  const opened = connection();
  if (opened) return opened;
  const help = "Run this file as a module of Stoa, or call through what `connect()` gives.";
  throw new StoaError("UNAVAILABLE", "There is no host here.", { help });
}

function say(level, words) {
  const text = words.map((w) => (typeof w === "string" ? w : inspect(w))).join(" ");
  const opened = connection();
  if (opened) opened.log(level, text);
  else process.stderr.write(`${level.toLowerCase()}: ${text}\n`);
}

const call = {
  get deadline() {
    return current.getStore()?.secondsLeft() ?? null;
  },
  get cancelled() {
    return current.getStore()?.cancelled ?? false;
  },
  get signal() {
    return current.getStore()?.signal ?? new AbortController().signal; // outside of calls nothing is cancelled
  },
  get caller() {
    return current.getStore()?.caller ?? null;
  },
};

const log = {
  debug: (...words) => say("DEBUG", words),
  info: (...words) => say("INFO", words),
  warning: (...words) => say("WARNING", words),
  error: (...words) => say("ERROR", words),
};

function acceptor(handler) {
  if (ofModule) return accept(ofModule.server, handler);
  const help = "A program of its own says `connect({ name, accept })`.";
  throw new StoaError("UNAVAILABLE", "No module is served here that could take channels.", { help });
}

const host = remoteModule(connected, "stoa");

const stoa = {
  module: (name) => remoteModule(connected, String(name)),
  events: remoteModule(connected, "events"),
  oneWay: (target) => oneWay(connected, target, log.warning),
  channel: async (module, options) => openChannel(connected(), module, options),
  accept: acceptor,
  ref,
  release,
  named: (values) => new Named({ ...values }),
  lines: (path) => host.stream.lines(path),
  csv: (path) => host.stream.csv(path),
  json: (path) => host.json(path),
  write: (path, data, options) => write(host.write, path, data, options),
  script: null,
  connect,
  call,
  log,
  Error: StoaError,
  StoaError,
};

export { connect, StoaError };
export default stoa;
