// Two processes meet on a socket of their own, for one channel: PROTOCOL.md, "Direct".
import { once } from "node:events";
import { createServer } from "node:net";
import { Connection } from "./connection.js";
import { StoaError } from "./failures.js";
import { Opened } from "./line.js";
import { Server } from "./server.js";
import { openSocket, PeerTransport } from "./transport.js";

const FEATURES = ["streams-in", "large-payloads", "channels"];
const PATIENCE = 10_000; // milliseconds that the other side has to come

/** Goes where the callee waits. The line of the channel there, which is over when `control` is, and the other way round. */
export async function dial({ path, token, proof }, topic, control) {
  try {
    const connection = await greeted(await openSocket(path, true), token, proof);
    const line = new Opened(connection);
    control.closed.then(() => line.abandon(null), (failure) => line.abandon(failure));
    const leave = () => connection.leave("the channel is over");
    line.closed.then(leave, (failure) => (leave(), control.abandon(failure)));
    line.onClose = () => control.close();
    await line.open("", topic, false);
    return line;
  } catch (e) {
    const failure = e instanceof StoaError ? e : unavailable(`Nobody waits for the channel: ${e.message}.`);
    control.abandon(failure);
    throw failure;
  }
}

function greeted(transport, token, proof) {
  return new Promise((resolve, reject) => {
    const owner = {
      ready: () => resolve(connection),
      over(reason) {
        clearTimeout(late);
        reject(unavailable(`The other side did not open its end: ${reason}.`));
      },
    };
    const connection = new Connection(transport, new Server("the opener of a channel"), owner, FEATURES);
    const late = setTimeout(() => connection.ready || connection.leave("it took too long"), PATIENCE).unref();
    connection.greet(undefined, token, proof);
  });
}

const unavailable = (message) => new StoaError("UNAVAILABLE", message, { help: "Open the channel without `direct`." });

/** Where the callee waits for the opener. Strangers are sent away. */
export class Meeting {
  #server = createServer();
  #where;
  #guests = new Set(); // who has not shown yet that it is the one

  constructor(where) {
    this.#where = where;
  }

  /** Listens; null if that cannot be. */
  static async at(where) {
    const meeting = new Meeting(where);
    const mask = process.umask(0o177);
    try {
      meeting.#server.listen(where.path); // binds now
    } finally {
      process.umask(mask);
    }
    try {
      await once(meeting.#server, "listening");
      return meeting;
    } catch {
      return null;
    }
  }

  /** Waits for the opener, has `talk(line)` use the channel, and settles as that does when the connection is over too. */
  hold(call, name, talk) {
    return new Promise((resolve, reject) => {
      let met = null;
      let outcome = null; // of the talk
      let late = setTimeout(() => close(unavailable("The opener of the channel did not come in time.")), PATIENCE);
      const close = (failure) => {
        clearTimeout(late);
        this.#close(met);
        met?.leave("the channel is over");
        if (failure) reject(failure);
        else resolve();
      };
      const done = (failure) => {
        outcome = { failure };
        if (met?.gone) return;
        late = setTimeout(() => close(failure), PATIENCE); // it is for the opener to close
      };
      const talked = (line) => {
        const talking = talk(line);
        talking.then(() => done(), done);
        return talking;
      };
      const welcome = (guest) => {
        clearTimeout(late);
        met = guest;
        this.#close(met);
      };
      const over = (guest) => {
        if (guest !== met) return;
        if (!outcome) call.cancel("the other end of the channel has gone");
        close(outcome?.failure);
      };
      call.signal.addEventListener("abort", () => close());
      this.#server.on("connection", (socket) => this.#greet(socket, name, talked, welcome, over));
    });
  }

  #greet(socket, name, talk, welcome, over) {
    const server = new Server(name);
    let taken = false;
    server.takes = (call, line) => {
      if (taken) throw new StoaError("RESOURCE_EXHAUSTED", "This connection is for one channel.");
      taken = true;
      call.connection.send({ call: call.id, accepted: {} });
      return talk(line);
    };
    const owner = {
      ready: () => welcome(connection),
      over: () => {
        this.#guests.delete(connection);
        over(connection);
      },
    };
    const connection = new Connection(new PeerTransport(socket), server, owner, FEATURES);
    this.#guests.add(connection);
    connection.greet(undefined, this.#where.proof, this.#where.token);
  }

  /** Nobody else may come; node removes the socket. */
  #close(met) {
    this.#server.close();
    for (const guest of this.#guests) if (guest !== met) guest.leave("somebody else was expected");
  }
}
