import stoa from "stoa";

const topics = {
  async echo(channel) {
    await channel.send([channel.peer, channel.topic, stoa.call.caller]);
    for await (const value of channel) await channel.send(value);
  },
  async stays(channel) {
    console.log("stays");
    for await (const _ of channel);
  },
  async throws(channel) {
    await channel.send(1);
    throw new TypeError("not today");
  },
};

stoa.accept((channel) => topics[channel.topic](channel));
