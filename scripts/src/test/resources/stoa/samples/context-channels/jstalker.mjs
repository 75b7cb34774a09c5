import stoa from "stoa";

async function all(channel) {
  const got = [];
  for await (const value of channel) got.push(value);
  return got;
}

/** Sends values, then all that came back, behind what the other end said of us. */
export async function echo(chat, values) {
  const channel = await stoa.channel(chat, { topic: "echo", direct: true });
  for (const value of values) await channel.send(value);
  channel.end();
  return { peer: channel.peer, got: await all(channel) };
}

/** How many bytes come back. */
export async function size(chat, bytes) {
  const channel = await stoa.channel(chat, { topic: "echo" });
  await channel.send(new Uint8Array(bytes));
  channel.end();
  return (await all(channel))[1].length;
}

/** How a channel ends that its acceptor does not end well. */
export async function ending(chat, topic) {
  try {
    await all(await stoa.channel(chat, { topic }));
  } catch (e) {
    return [e.code, e.message];
  }
}
