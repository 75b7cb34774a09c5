import stoa from "stoa";
let kept;
const all = async (channel) => { const got = []; for await (const x of channel) got.push(x); return got; };
const open = (topic) => stoa.channel("chat", { topic, direct: true });
export async function echo(values) { const channel = await open("echo"); const got = []; for (const v of values) { await channel.send(v); for await (const x of channel) { got.push(x); break; } } channel.end(); return [got, await all(channel), await channel.closed]; }
export async function gathers(n) { const channel = await open("gathers"); for (let i = 0; i < n; i++) await channel.send(i); channel.end(); try { await channel.send(0); } catch (e) { return [await all(channel), e.name]; } }
export async function says() { const channel = await open("says"); const got = await all(channel); await channel.send(3); await channel.send(4); channel.end(); await channel.closed; return got; }
export async function throws() { const channel = await open("throws"); const got = []; try { for await (const x of channel) got.push(x); } catch (e) { let again; try { await channel.closed; } catch (f) { again = f.code; } return [got, e.code, e.remote.type, e.message.includes("not today"), again]; } }
export async function closes() { const channel = await open("closes"); return [await all(channel), await channel.closed]; }
export async function who() { const channel = await open("who"); return [channel.peer, channel.topic, channel.direct, (await all(channel))[0]]; }
export async function leaves() { const channel = await open("waits"); channel.close(); return [await all(channel), await channel.closed]; }
export async function fills() { const channel = await open("lobby"); for (let i = 0; i < 40; i++) { await channel.send(i); console.log(`sent ${i}`); } }
export async function keeps(topic) { kept = await open(topic); }
export async function uses(x) { await kept.send(x); for await (const y of kept) return y; }
export async function refused() { try { await open("echo"); } catch (e) { return [e.code, e.message, e.help]; } }
export async function calls() { const channel = await open("calls"); await channel.send((x) => x + 1); for await (const x of channel) { channel.close(); return x; } }
