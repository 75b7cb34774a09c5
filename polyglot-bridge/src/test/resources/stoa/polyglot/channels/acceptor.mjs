import stoa from "stoa";
const topics = {
  async echo(channel) { for await (const x of channel) await channel.send(x); },
  async gathers(channel) { const got = []; for await (const x of channel) got.push(x); await channel.send(got); },
  async says(channel) { await channel.send(1); await channel.send(2); channel.end(); let n = 0; for await (const x of channel) n += x; console.log(`sum ${n}`); },
  async throws(channel) { await channel.send(1); throw new RangeError("not today"); },
  async closes(channel) { await channel.send(1); channel.close(); try { await channel.send(2); } catch (e) { console.log(`sent nothing: ${e.code}`); } await channel.closed; },
  async who(channel) { await channel.send([channel.peer, channel.topic, stoa.call.caller, channel.direct]); },
  async waits(channel) { console.log("waiting"); try { for await (const x of channel); } catch (e) { console.log(`stopped: ${e.code}`); throw e; } },
  async floods(channel) { for (let i = 0; i < 40; i++) channel.send(i).then(() => console.log(`sent ${i}`)); },
  async wrong(channel) { try { await channel.send(new Set()); } catch (e) { await channel.send(e.message); } },
  async calls(channel) { for await (const f of channel) await channel.send(await f.call(20)); },
};
stoa.accept((channel) => topics[channel.topic](channel));
export const ping = () => 1;
