// The two ways to the host: the socket that STOA_SOCKET names, and the child's own standard streams.
import { connect } from "node:net";
import { Readable } from "node:stream";

/** Unix socket. The module is the dialler: it says Hello; its outgoing calls are odd. */
class SocketTransport {
  dials = true;
  #socket;

  constructor(path) {
    this.#socket = connect(path);
  }

  listen(received, closed) {
    this.#socket.on("data", received).on("close", closed).on("error", closed);
  }

  send(data) {
    this.#socket.write(data);
  }

  close(then) {
    this.#socket.end(then);
  }
}

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

  close(then) {
    this.#write("", then);
  }
}

/** The transport that the environment asks for, and the token. Child processes shall not inherit either. */
export function openTransport() {
  const { STOA_SOCKET: path, STOA_TOKEN: token = "" } = process.env;
  delete process.env.STOA_SOCKET;
  delete process.env.STOA_TOKEN;
  return [path ? new SocketTransport(path) : new StdioTransport(), Buffer.from(token, "hex")];
}
