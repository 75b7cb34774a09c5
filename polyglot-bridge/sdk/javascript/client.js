// Any node program as a client of a host, or as a module that registers itself.
import { accept as acceptChannels, openChannel } from "./channels.js";
import { Connection } from "./connection.js";
import { ref, release } from "./exposed.js";
import { StoaError } from "./failures.js";
import { isCode } from "./frames.js";
import { hostOf } from "./home.js";
import { oneWay, remoteModule } from "./remote.js";
import { infoOf, methodsOf } from "./schema.js";
import { Server } from "./server.js";
import { openSocket } from "./transport.js";

const PATIENCE = 10_000; // milliseconds that a host may take to answer
const LOADING = 60_000; // the same, if it has to load first what this module needs

/**
 * Connects to the host that listens at `socket`, by default where STOA_HOST says, else to the host of `home`, which is started
 * if need be. With `name` this process is a module:
 * others call its `methods`, an object of functions or the namespace of a module, and `accept` is called with the channels
 * that they open; the host first sees to it that what it `needs` is there. Without, it is a client, which does not keep the
 * process alive while no call is under way, unless it `stays`.
 */
export async function connect({ socket, home, name, version, needs, methods = {}, accept, token, stays = Boolean(name) } = {}) {
  if (!name && Object.keys(methods).length > 0) throw new TypeError("`methods` need a `name` that others call them by.");
  if (!name && accept) throw new TypeError("`accept` needs a `name` that others open channels to.");
  if (socket === "") throw unavailable("No host is named.", "Say `socket`, or set STOA_HOST to the path of the host's socket.");
  socket ??= (home === undefined && process.env.STOA_HOST) || (await hostOf(home));
  const transport = await open(socket, stays);
  const server = new Server(name ?? "this client");
  server.methods = methodsOf(methods, "");
  if (accept) acceptChannels(server, accept);
  const said = { ...methods.stoa };
  if (version !== undefined) said.version = version;
  if (needs !== undefined) said.needs = needs;
  const info = name && infoOf(name, { stoa: said }, server.methods, "");
  return greet(transport, server, info, token === undefined ? undefined : Buffer.from(token, "hex"));
}

async function open(path, stays) {
  try {
    return await openSocket(path, stays);
  } catch (e) {
    throw unavailable(`No host answers at \`${path}\`: ${e.code ?? e.message}.`, "Start one: `stoa start`.");
  }
}

function greet(transport, server, info, token) {
  return new Promise((resolve, reject) => {
    let host;
    const owner = {
      ready: () => resolve(host),
      over(reason) {
        clearTimeout(late);
        host.ended(reason);
        reject(refused(reason, connection.dismissed));
      },
    };
    const connection = new Connection(transport, server, owner);
    host = new Host(connection);
    const patience = info?.needs.size ? LOADING : PATIENCE;
    const late = setTimeout(() => connection.ready || connection.leave("the host took too long to answer"), patience);
    late.unref();
    connection.greet(info, token);
  });
}

/** The host's reason may begin with the code of a failure. */
function refused(reason, dismissed) {
  const [, code] = /^([A-Z_]+)\b/.exec(reason) ?? [];
  return new StoaError(isCode(code) ? code : dismissed ? "DENIED" : "UNAVAILABLE", reason);
}

const unavailable = (message, help) => new StoaError("UNAVAILABLE", message, { help, retryable: true });

/** A host that this process is connected to. */
class Host {
  /** Settles when the connection ends, with the reason. It does not keep the process alive. */
  closed;
  ended;
  #connection;

  constructor(connection) {
    this.#connection = connection;
    this.closed = new Promise((resolve) => (this.ended = resolve));
  }

  /** A module: `await host.module("words").count("a b")`. */
  module(name) {
    return remoteModule(() => this.#connection, name);
  }

  /** The same methods, which nobody waits for. */
  oneWay(target) {
    return oneWay(() => this.#connection, target, (text) => this.#connection.log("WARNING", text));
  }

  /** A channel to a module, when that has taken it: `await host.channel("chat", { topic: "lobby" })`. */
  channel(module, options) {
    return openChannel(this.#connection, module, options);
  }

  ref(object) {
    return ref(object);
  }

  release(object) {
    release(object);
  }

  /** Says goodbye. Calls under way fail LOST. */
  close() {
    this.#connection.leave("the client has closed the connection");
    return this.closed;
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }
}
