// Channels: through the host, and direct.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, describe, test } from "node:test";
import { ALL, Host } from "../fixtures/host.js";
import { encode as encodeFrame, FrameReader, PREFACE } from "../frames.js";
import stoa from "../index.js";
import { decode } from "../values.js";

const CHANNEL = { object: { channel: { module: "sample" } }, method: "lobby", streams: true, credit: 32, caller: "client#7" };
const methods = { hello: () => "hello" };
const valueOf = (frame) => decode(frame.item.payload);

async function collect(channel) {
  const found = [];
  for await (const value of channel) found.push(value);
  return found;
}

/** A host, and a module that takes channels with `accept`. */
const taker = (accept, words) => Host.meet({ name: "sample", methods, accept }, words);

describe("the acceptor of a channel", () => {
  test("knows who opened it and why, hears and speaks, and ends it when it returns", async () => {
    const [host] = await taker(async (channel) => {
      await channel.send([channel.peer, channel.topic, channel.direct, stoa.call.caller]);
      for await (const value of channel) await channel.send(value);
      channel.send("last"); // nobody waits, and yet it leaves
    });
    const call = host.raw(CHANNEL);
    assert.deepEqual((await host.next("accepted")).accepted, {});
    assert.deepEqual(valueOf(await host.next("item")), ["client#7", "lobby", false, "client#7"]);
    host.item(call, Uint8Array.of(1, 2));
    assert.deepEqual([...valueOf(await host.next("item"))], [1, 2]);
    host.send({ call, end: {} });
    assert.equal(valueOf(await host.next("item")), "last");
    assert.equal((await host.next("returned")).call, call);
    await host.stop();
  });

  test("half-closes, and hears on", async () => {
    const [host] = await taker(async (channel) => {
      await channel.send(1);
      channel.end();
      await assert.rejects(channel.send(2), /after `end\(\)`/);
      heard.resolve(await collect(channel));
    });
    const heard = deferred();
    const call = host.raw(CHANNEL);
    await host.next("accepted");
    await host.next("item");
    await host.next("end");
    host.item(call, "more"), host.send({ call, end: {} });
    await host.next("returned");
    assert.deepEqual(await heard.promise, ["more"]);
    await host.stop();
  });

  test("waits for a reader that does not read after 32 values", async () => {
    let sent = 0;
    const [host] = await taker(async (channel) => {
      for (let i = 0; i < 100; i++) await channel.send(i), sent++;
    });
    const call = host.raw(CHANNEL);
    await host.next("accepted");
    for (let i = 0; i < 32; i++) await host.next("item");
    await host.nothing();
    assert.equal(sent, 32);
    host.send({ call, credit: { items: 68 } });
    for (let i = 32; i < 100; i++) assert.equal(valueOf(await host.next("item")), i);
    await host.next("returned");
    await host.stop();
  });

  test("is stopped when the opener leaves, also while it waits for room", async () => {
    const ended = deferred();
    const [host] = await taker(async (channel) => {
      const signal = stoa.call.signal;
      await assert.rejects((async () => { for (;;) await channel.send(0); })(), { code: "CANCELLED" });
      await assert.rejects(collect(channel), { code: "CANCELLED" });
      await assert.rejects(channel.closed, { code: "CANCELLED" });
      ended.resolve([stoa.call.cancelled, signal.aborted]);
    });
    const call = host.raw(CHANNEL);
    for (let i = 0; i < 33; i++) await host.next("accepted", "item");
    host.send({ call, cancel: { reason: "gone" } });
    assert.equal((await host.next("failed")).failed.code, "CANCELLED");
    assert.deepEqual(await ended.promise, [true, true]);
    await host.stop();
  });

  test("that throws fails the channel", async () => {
    const [host] = await taker((channel) => { throw new RangeError(`no ${channel.topic}`); });
    host.raw(CHANNEL);
    await host.next("accepted");
    const { failed } = await host.next("failed");
    assert.deepEqual([failed.code, failed.message], ["THREW", "RangeError: no lobby"]);
    await host.stop();
  });

  test("may close it", async () => {
    const [host] = await taker(async (channel) => {
      await channel.send(1);
      await channel.close();
      await channel.closed;
      assert.deepEqual(await collect(channel), []);
      await assert.rejects(channel.send(2), /is over/);
    });
    host.raw(CHANNEL);
    await host.next("accepted"), await host.next("item"), await host.next("returned");
    await host.nothing();
    await host.stop();
  });

  test("is missing", async () => {
    const [host] = await Host.meet({ name: "sample", methods });
    host.raw(CHANNEL);
    const { failed } = await host.next("failed");
    assert.deepEqual([failed.code, failed.message], ["NO_SUCH_METHOD", "`sample` takes no channels."]);
    assert.match(failed.help, /`stoa\.accept`/);
    assert.equal(await host.call("hello"), "hello");
    await host.stop();
  });

  test("is one a module, in its file", async () => {
    const host = await Host.start("talks.js", "socket");
    host.raw(CHANNEL);
    await host.next("accepted");
    assert.equal(valueOf(await host.next("item")), "`stoa.accept` was called before: a module has one acceptor.");
    await host.stop();
    assert.throws(() => stoa.accept(() => {}), { code: "UNAVAILABLE" });
  });
});

describe("the opener of a channel", () => {
  let host, client;
  beforeEach(async () => ([host, client] = await Host.meet()));
  afterEach(() => host.stop());

  /** Opens it, and has it taken. */
  async function open(options) {
    const opening = client.channel("chat", options);
    const { call, invoke } = await host.next("invoke");
    host.send({ call, accepted: { peer: "chat#1" } });
    return [await opening, call, invoke];
  }

  test("names the module and the topic, and learns who has taken it", async () => {
    const [channel, , invoke] = await open({ topic: "lobby" });
    const { object, method, streams, credit, parent, timeout_us } = invoke;
    assert.deepEqual(object, { channel: { module: "chat" } });
    assert.deepEqual([method, streams, credit, parent, timeout_us], ["lobby", true, 32, undefined, undefined]);
    assert.deepEqual([channel.peer, channel.topic, channel.direct], ["chat#1", "lobby", false]);
  });

  test("sends and hears, and each side ends for itself", async () => {
    const [channel, call] = await open();
    await channel.send({ a: 1 });
    assert.deepEqual(valueOf(await host.next("item")), { a: 1 });
    channel.end();
    await host.next("end");
    host.item(call, 5), host.item(call, 6), host.send({ call, end: {} });
    assert.deepEqual(await collect(channel), [5, 6]);
    host.answer(call, null);
    assert.equal(await channel.closed, undefined);
  });

  test("gives credit as it reads, and waits for it", async () => {
    const [channel, call] = await open();
    for (let i = 0; i < 32; i++) await channel.send(i);
    let sent = false;
    const late = channel.send(32).then(() => (sent = true));
    const last = channel.send(33);
    for (let i = 0; i < 32; i++) await host.next("item");
    await host.nothing();
    assert.equal(sent, false);
    host.send({ call, credit: { items: 2 } });
    await late, await last;
    assert.equal(valueOf(await host.next("item")), 32);
    assert.equal(valueOf(await host.next("item")), 33);
    for (let i = 0; i < 16; i++) host.item(call, i);
    let n = 0;
    for await (const value of channel) if (assert.equal(value, n) ?? ++n === 16) break;
    assert.equal((await host.next("credit")).credit.items, 16);
    host.item(call, "after the loop"), host.send({ call, end: {} });
    assert.deepEqual(await collect(channel), ["after the loop"]);
  });

  test("hears why it ended", async () => {
    const [channel, call] = await open();
    host.item(call, 1);
    host.send({ call, failed: { code: "LOST", message: "chat#1 died." } });
    await assert.rejects(channel.closed, { code: "LOST" });
    const values = channel[Symbol.asyncIterator]();
    assert.equal((await values.next()).value, 1); // which came before
    await assert.rejects(values.next(), { code: "LOST" });
    await assert.rejects(channel.send(1), { code: "LOST" });
  });

  test("is refused", async () => {
    const opening = client.channel("chat");
    const { call } = await host.next("invoke");
    host.send({ call, failed: { code: "NO_SUCH_METHOD", message: "`chat` takes no channels." } });
    await assert.rejects(opening, { code: "NO_SUCH_METHOD" });
  });

  test("closes it", async () => {
    {
      const [channel] = await open();
      await channel[Symbol.asyncDispose]();
      await channel.closed;
      assert.deepEqual(await collect(channel), []);
    }
    await host.next("cancel");
  });

  test("has large values pass", async () => {
    const [channel, call] = await open();
    await channel.send(Buffer.alloc(3 << 20));
    channel.end();
    const { item } = await host.next("item");
    let size = item.payload.length;
    for (let more = true; more; ) {
      const { part } = await host.next("part");
      size += part.payload.length, (more = part.more);
    }
    assert(size > 3 << 20);
    await host.next("end");
    host.answer(call, null);
    await channel.closed;
  });
});

test("a host without channels is told so", async () => {
  const [host, client] = await Host.meet({}, { features: ALL.filter((f) => f !== "channels") });
  await assert.rejects(client.channel("chat"), { code: "UNSUPPORTED" });
  await host.stop();
});

describe("a direct channel", () => {
  const folder = mkdtempSync(join(tmpdir(), "stoa-"));
  const token = Buffer.alloc(16, 1), proof = Buffer.alloc(16, 2);
  let opener, client, callee, path, call, taken;
  let number = 0;
  after(() => rmSync(folder, { recursive: true }));

  /** Opens it at one host and has it taken at another; this test is what brokers it. */
  async function open(acceptor, between = () => {}) {
    [opener, client] = await Host.meet();
    [callee] = await taker(acceptor);
    path = join(folder, `s${number++}`);
    const opening = client.channel("sample", { topic: "lobby", direct: true });
    ({ call } = await opener.next("invoke"));
    taken = callee.raw({ ...CHANNEL, object: { channel: { module: "sample", direct: { path, token, proof } } } });
    assert.deepEqual((await callee.next("accepted")).accepted, { direct: {} });
    await between();
    opener.send({ call, accepted: { peer: "sample#1", direct: { path, token, proof } } });
    return opening;
  }

  afterEach(async () => {
    assert.equal(existsSync(path), false, "the socket is removed");
    await opener.stop(), await callee.stop();
  });

  test("goes from process to process, large values too", async () => {
    const channel = await open(async (channel) => {
      await channel.send([channel.peer, channel.topic, channel.direct, stoa.call.caller]);
      for await (const value of channel) await channel.send(value);
    }, () => assert.equal(statSync(path).mode & 0o777, 0o600));
    assert.deepEqual([channel.peer, channel.topic, channel.direct], ["sample#1", "lobby", true]);
    const values = channel[Symbol.asyncIterator]();
    assert.deepEqual((await values.next()).value, ["client#7", "lobby", true, "client#7"]);
    for (let i = 0; i < 100; i++) {
      await channel.send(i);
      assert.equal((await values.next()).value, i);
    }
    await channel.send(Buffer.alloc(5 << 20, "ab"));
    assert(Buffer.alloc(5 << 20, "ab").equals((await values.next()).value));
    channel.end();
    assert.deepEqual(await collect(channel), []);
    await channel.closed;
    assert.equal((await callee.next("returned")).call, taken); // and so the call at the host ends
    await opener.nothing();
  });

  test("carries no references", async () => {
    const channel = await open(collect);
    await assert.rejects(channel.send(() => {}), (e) => e.code === "UNSUPPORTED" && /direct channel/.test(e.help));
    await channel.close();
    await opener.next("cancel");
    await callee.next("returned");
  });

  test("is for who shows the token only", async () => {
    let said = Buffer.alloc(0);
    const stranger = () => new Promise((closed) => {
      const socket = dial(path);
      const hello = { protocol_min: 1, protocol_max: 1, token: Buffer.alloc(16, 3) };
      socket.write(Buffer.concat([PREFACE, encodeFrame({ hello })]));
      socket.on("data", (data) => (said = Buffer.concat([said, data])));
      socket.on("close", closed);
    });
    const channel = await open((channel) => channel.send("welcome"), stranger);
    const [{ goodbye }] = new FrameReader().feed(said.subarray(PREFACE.length));
    assert.equal(goodbye.reason, "it is not who was expected here");
    assert.deepEqual(await collect(channel), ["welcome"]);
    await callee.next("returned");
  });

  test("fails as its acceptor does", async () => {
    const channel = await open(async (channel) => {
      await channel.send(1);
      throw new RangeError("enough");
    });
    await assert.rejects(channel.closed, (e) => e.code === "THREW" && e.message === "RangeError: enough" && e.remote.module === "sample");
    assert.equal((await channel[Symbol.asyncIterator]().next()).value, 1);
    await opener.next("cancel");
    assert.equal((await callee.next("failed")).failed.code, "THREW");
  });

  test("ends with the call at the host", async () => {
    const ended = deferred();
    const channel = await open((channel) => collect(channel).catch((e) => ended.resolve(e.code)));
    opener.send({ call, failed: { code: "LOST", message: "sample#1 died." } });
    await assert.rejects(channel.closed, { code: "LOST", message: "sample#1 died." });
    assert.equal(await ended.promise, "CANCELLED");
  });

  test("ends when its callee is cancelled", async () => {
    const channel = await open(collect);
    callee.send({ call: taken, cancel: { reason: "unloaded" } });
    await callee.next("failed");
    await assert.rejects(channel.closed);
    await assert.rejects(channel.send(1));
  });
});

test("who cannot listen takes the channel through the host", async () => {
  const [host] = await taker((channel) => channel.send(channel.direct));
  const direct = { path: "/nowhere/at/all", token: Buffer.of(1), proof: Buffer.of(2) };
  host.raw({ ...CHANNEL, object: { channel: { module: "sample", direct } } });
  assert.deepEqual((await host.next("accepted")).accepted, {});
  assert.equal(valueOf(await host.next("item")), false);
  await host.next("returned");
  await host.stop();
});

function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
