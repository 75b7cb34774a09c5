// Opening and taking channels.
import { Channel } from "./channel.js";
import { current } from "./current.js";
import { StoaError } from "./failures.js";
import { Opened } from "./line.js";
import { dial, Meeting } from "./meeting.js";

/** Settles with a Channel when the other side has taken it. */
export async function openChannel(connection, module, { topic = "", direct = false } = {}) {
  if (typeof module !== "string") throw new TypeError("A channel is opened to a module, by its name.");
  const control = new Opened(connection);
  const { peer = "", direct: where } = await control.open(module, String(topic), direct);
  const line = where ? await dial(where, String(topic), control) : control;
  return new Channel(line, { peer, topic: String(topic), direct: Boolean(where) });
}

/** Has `acceptor` called with each channel that somebody opens to the module that `server` serves. */
export function accept(server, acceptor) {
  if (typeof acceptor !== "function") throw new TypeError("`stoa.accept` takes a function, which is called with each channel.");
  if (server.loaded) throw new TypeError("`stoa.accept` is called at the top level of a module, while that is loaded.");
  if (server.takes) throw new TypeError("`stoa.accept` was called before: a module has one acceptor.");
  server.acceptor = acceptor;
  server.takes = (call, line) => take(acceptor, call, line, server.name);
}

async function take(acceptor, call, line, name) {
  const { caller: peer = "", method: topic, connection } = call;
  const { direct } = call.object.channel;
  const meeting = direct?.path && connection.has("direct-channels") ? await Meeting.at(direct) : null;
  connection.send({ call: call.id, accepted: meeting ? { direct: {} } : {} });
  const talk = async (over) => {
    const channel = new Channel(over, { peer, topic, direct: Boolean(meeting) });
    await acceptor(channel);
    await channel.said();
  };
  if (!meeting) return talk(line);
  await meeting.hold(call, name, (over) => current.run(call, () => talk(over)));
}

/** Why a channel to a module without acceptor fails. */
export function noChannels(name) {
  const help = "A module takes channels with `stoa.accept`.";
  return new StoaError("NO_SUCH_METHOD", `\`${name}\` takes no channels.`, { help });
}
