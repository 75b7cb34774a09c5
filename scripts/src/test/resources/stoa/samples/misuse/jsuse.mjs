import stoa from "stoa";

/** What came of it, as text. */
async function outcome(of) {
  try {
    const value = await of();
    return value === undefined ? "nothing" : String(value);
  } catch (e) {
    return `${e.code ?? e.name}: ${e.message}`;
  }
}

async function read(channel) {
  const { done, value } = await channel[Symbol.asyncIterator]().next();
  return done ? "the end" : value;
}

const both = async (first, second) => [await outcome(first), await outcome(second)];

/** What is done to a channel whose other end sends back what it gets. */
const misuses = {
  send_after_end(channel) {
    channel.end();
    return both(() => channel.send(1), () => channel.end());
  },
  async send_after_both_ended(channel) {
    channel.end();
    await outcome(() => read(channel));
    return [await outcome(() => channel.send(1))];
  },
  async send_after_close(channel) {
    await channel.close();
    return both(() => channel.send(1), () => channel.end());
  },
  async close_again(channel) {
    await channel.close();
    return both(() => channel.close(), () => read(channel));
  },
  async close_while_read(channel) {
    const reading = read(channel);
    return both(() => channel.close(), () => reading);
  },
  async read_after_end(channel) {
    channel.end();
    return both(() => read(channel), () => read(channel));
  },
  async read_in_two_places(channel) {
    const reading = read(channel);
    const second = await outcome(() => read(channel));
    await channel.send("a");
    return [second, await reading];
  },
  async send_no_value(channel) {
    const refused = await outcome(() => channel.send([1, new Set()]));
    await channel.send("a");
    return [refused, await read(channel)];
  },
  read_after_failure: (channel) => both(() => read(channel), () => read(channel)),
  async send_after_failure(channel) {
    await outcome(() => read(channel));
    return both(() => channel.send(1), () => channel.close());
  },
};

const seen = {}; // what those heard who took a channel
let release;
const released = new Promise((resolve) => (release = resolve));

async function talk(channel) {
  if (channel.topic in misuses) {
    seen[channel.topic] = await misuses[channel.topic](channel);
    return;
  }
  if (channel.topic === "failing") throw new RangeError("enough");
  for await (const value of channel) await channel.send(value);
  if (channel.topic === "lasting") {
    channel.end();
    await released;
    seen.lasting = [`cancelled: ${stoa.call.cancelled}`];
  }
}

const accepting = [await outcome(() => stoa.accept("talk")), (stoa.accept(talk), await outcome(() => stoa.accept(talk)))];

export { talk, release };

/** What opens and misuses a channel hears. */
export async function opens(misuse, other, topic, direct) {
  return misuses[misuse](await stoa.channel(other, { topic, direct }));
}

/** Opens a channel whose acceptor misuses it, and sends back what comes. */
export async function lets(misuse, other, direct) {
  const channel = await stoa.channel(other, { topic: misuse, direct });
  try {
    for await (const value of channel) await channel.send(value);
  } catch {
    // it is over
  }
  await channel.close();
}

/** Closes a channel when both ends have said that no more comes. */
export async function closes_at_the_end(other, direct) {
  const channel = await stoa.channel(other, { topic: "lasting", direct });
  channel.end();
  await read(channel);
  await channel.close();
}

/** What came of the latest misuse of that kind, once. */
export function has_seen(misuse) {
  const what = seen[misuse];
  delete seen[misuse];
  return what;
}

export const accepts = async () => [...accepting, await outcome(() => stoa.accept(talk))];

export const opens_nothing = () => outcome(() => stoa.channel(7));
