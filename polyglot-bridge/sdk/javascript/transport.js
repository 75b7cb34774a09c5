// The ways to the host: a socket, and the child's own standard streams.
import { once } from "node:events";
import { connect } from "node:net";
import { Readable } from "node:stream";

const PATIENCE = 1000; // milliseconds
const FULL = 1 << 20; // bytes that wait to be sent

/** Unix socket. The module is the dialler: it says Hello; its outgoing calls are odd. */
class SocketTransport {
  dials = true;
  #socket;

  constructor(socket) {
    this.#socket = socket;
  }

  /** Throws what the system says if nobody listens at that path. */
  async opened() {
    await once(this.#socket, "connect");
    return this;
  }

  listen(received, closed) {
    this.#socket.on("data", received).on("close", closed).on("error", closed);
  }

  send(data) {
    this.#socket.write(data);
  }

  get isFull() {
    return this.#socket.writableLength > FULL;
  }

  /** `then` runs when all was sent. A host that does not read or close is not waited for. */
  close(then) {
    this.#socket.end(then);
    const late = setTimeout(() => this.#socket.destroy(), PATIENCE).unref();
    this.#socket.on("close", () => clearTimeout(late));
  }

  /** Whether the process shall live on for the sake of this connection. */
  keep(alive) {
    if (alive) this.#socket.ref();
    else this.#socket.unref();
  }
}

/** Keeps the process alive only while calls are under way. */
class ClientTransport extends SocketTransport {
  hold(busy) {
    this.keep(busy);
  }

  close(then) {
    super.close(then);
    this.keep(false);
  }
}

/** The other end of a socket: who came to this process. */
export class PeerTransport extends SocketTransport {
  dials = false;
}

/** A connection to the host that listens at `path`; `stays` if it keeps the process alive. */
export const openSocket = (path, stays) => new (stays ? SocketTransport : ClientTransport)(connect(path)).opened();

/** Standard streams. Node cannot move descriptors, so what the module prints is sent to stderr instead. */
class StdioTransport {
  dials = false;
  #stdin = process.stdin;
  #write = process.stdout.write.bind(process.stdout);

  constructor() {
    process.stdout.write = process.stderr.write.bind(process.stderr);
    const empty = Readable.from([]);
    Object.defineProperty(process, "stdin", { get: () => empty });
  }

  listen(received, closed) {
    this.#stdin.on("data", received).on("end", closed).on("error", closed);
    process.stdout.on("error", closed);
  }

  send(data) {
    this.#write(data);
  }

  get isFull() {
    return process.stdout.writableLength > FULL;
  }

  close(then) {
    this.#write("", then);
  }
}

/** The transport that the environment asks for, and the token. Child processes shall not inherit either. */
export function openTransport() {
  const { STOA_SOCKET: path, STOA_TOKEN: token = "" } = process.env;
  delete process.env.STOA_SOCKET;
  delete process.env.STOA_TOKEN;
  return [path ? new SocketTransport(connect(path)) : new StdioTransport(), Buffer.from(token, "hex")];
}
