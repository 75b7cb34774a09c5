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
import { connect as join } from "./client.js";
import { current } from "./current.js";
import { environment } from "./environment.js";
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
const env = environment();
const channel = async (module, options) => openChannel(connected(), module, options);

/** With the name of a host and a port: a channel of bytes to there. Else this program joins a host of Stoa. */
const connect = async (...given) => (typeof given[0] === "string" ? (await outside()).connect(channel, ...given) : join(...given));

/** Not needed by most modules. */
const outside = () => import("./outside.js");

const stoa = {
  module: (name) => remoteModule(connected, String(name)),
  events: remoteModule(connected, "events"),
  oneWay: (target) => oneWay(connected, target, log.warning),
  channel,
  accept: acceptor,
  ref,
  release,
  named: (values) => new Named({ ...values }),
  lines: (path) => host.stream.lines(path),
  csv: (path) => host.stream.csv(path),
  json: (path) => host.json(path),
  read: (path) => host.read(path),
  fetch: async (url, options) => (await outside()).fetch(host, url, options),
  run: async (program, ...given) => (await outside()).run(host, program, ...given),
  env,
  data: process.env.STOA_DATA ?? null,
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
