import stoa from "stoa";

stoa.accept(async (channel) => {
  await channel.send([channel.peer, channel.topic, channel.direct, stoa.call.caller]);
  for await (const value of channel) {
    if (value === "die") process.kill(process.pid, "SIGKILL");
    if (value === "throw") throw new RangeError("enough");
    await channel.send(value);
  }
  await channel.send("bye");
});

export async function ask(module, direct, values) {
  const channel = await stoa.channel(module, { topic: "lobby", direct });
  const came = channel[Symbol.asyncIterator]();
  const all = [channel.peer, channel.direct, (await came.next()).value];
  for (const value of values) {
    await channel.send(value);
    all.push((await came.next()).value);
  }
  channel.end();
  for await (const value of channel) all.push(value);
  await channel.closed;
  return all;
}

/** Sends many without waiting for what comes back, then reads all of it. */
export async function flood(module, direct, count, size) {
  const channel = await stoa.channel(module, { direct });
  const sent = (async () => {
    for (let i = 0; i < count; i++) await channel.send(new Uint8Array(size));
    channel.end();
  })();
  let bytes = 0;
  for await (const value of channel) bytes += value instanceof Uint8Array ? value.length : 0;
  await sent;
  return bytes;
}

export async function hold(module, direct) {
  const channel = await stoa.channel(module, { direct });
  stoa.log.info("it is open");
  for await (const _ of channel);
}
