// Streams that a caller sends along with its call, both ways.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Host } from "../fixtures/host.js";
import { decodeArguments } from "../values.js";

const closed = [];
const tick = () => new Promise((done) => setTimeout(done, 10));

const methods = {
  async sum(stream) {
    let sum = 0;
    for await (const x of stream) sum += x;
    return sum;
  },
  async first(stream) {
    for await (const x of stream) return x;
  },
  async skip(stream) {
    for await (const _ of stream) break;
    await tick();
    return "went on";
  },
  async *doubled(factor, stream) {
    try {
      for await (const x of stream) yield x * factor;
    } finally {
      closed.push("doubled");
    }
  },
  ignores: (stream) => typeof stream[Symbol.asyncIterator],
  none: () => 1,
  async keeps(stream) {
    (async () => {
      try {
        for await (const _ of stream);
        closed.push("ended");
      } catch (e) {
        closed.push(e.code);
      }
    })();
  },
};

function* count(n) {
  try {
    for (let i = 0; i < n; i++) yield i;
  } finally {
    closed.push("count");
  }
}

async function* acount(n) {
  try {
    for (let i = 0; i < n; i++) yield await i;
  } finally {
    closed.push("acount");
  }
}

describe("a stream from the caller", () => {
  let host, client;
  before(async () => ([host, client] = await Host.meet({ name: "sample", methods })));
  after(() => host.stop());

  test("is one more positional argument", async () => {
    const call = host.invoke("sum", [], { streams: true });
    for (let i = 1; i <= 3; i++) host.item(call, i);
    host.send({ call, end: {} });
    assert.equal(await host.end(call), 6);
    assert.equal(await host.call("ignores", [], { streams: true }), "function");
  });

  test("counts as an argument too many", async () => {
    const failed = await host.call("none", [], { streams: true });
    assert.deepEqual([failed.code, failed.help], ["BAD_ARGUMENT", "It is `none()`."]);
    assert.match((await host.call("sum", [])).message, /needs the argument `stream`/);
    assert.match((await host.call("sum", [1], { streams: true })).message, /at most 1 argument/);
  });

  test("gets credit as it is consumed, in halves", async () => {
    const call = host.invoke("sum", [], { streams: true });
    for (let i = 0; i < 32; i++) host.item(call, 1);
    assert.deepEqual(await host.next("credit"), { call, credit: { items: 16 } });
    assert.deepEqual(await host.next("credit"), { call, credit: { items: 16 } });
    host.send({ call, end: {} }, { call, end: {} }, { call, item: {} });
    assert.equal(await host.end(call), 32);
    await host.nothing();
  });

  test("may be left early, and the call goes on", async () => {
    const call = host.invoke("skip", [], { streams: true });
    for (let i = 0; i < 32; i++) host.item(call, i);
    host.send({ call, end: {} });
    assert.equal(await host.end(call), "went on");
  });

  test("is over with the call", async () => {
    const call = host.invoke("first", [], { streams: true });
    host.item(call, 7), host.item(call, 8);
    assert.equal(await host.end(call), 7);
    host.item(call, 9), host.send({ call, end: {} });
    assert.equal(await host.call("none"), 1);
    closed.length = 0;
    await host.call("keeps", [], { streams: true });
    await tick();
    assert.deepEqual(closed, ["CANCELLED"]);
  });

  test("goes both ways at once", async () => {
    const call = host.invoke("doubled", [2], { streams: true, credit: 1 });
    host.item(call, 1), host.item(call, 2);
    await host.next("item");
    await host.nothing();
    host.send({ call, credit: { items: 2 } });
    await host.next("item");
    host.send({ call, end: {} });
    assert.equal(await host.end(call), null);
  });

  test("fails CANCELLED for the method that reads it when the call is cancelled", async () => {
    closed.length = 0;
    const call = host.invoke("doubled", [2], { streams: true });
    await host.call("echo", [1]); // so it has begun
    host.send({ call, cancel: { reason: "the producer broke" } });
    const failed = await host.end(call);
    assert.deepEqual([failed.code, failed.message], ["CANCELLED", "`sample.doubled` was cancelled: the producer broke."]);
    await tick();
    assert.deepEqual(closed, ["doubled"]);
  });

  test("beyond its credit ends the call", async () => {
    const call = host.invoke("none", [], { streams: true, more: true });
    host.send({ call, part: {} });
    await host.next("failed");
    const other = host.invoke("keeps2", [], { streams: true });
    assert.equal((await host.end(other)).code, "NO_SUCH_METHOD");
    const flooded = host.invoke("sum", [], { streams: true, more: true });
    for (let i = 0; i < 33; i++) host.item(flooded, 1);
    assert.equal((await host.end(flooded)).code, "RESOURCE_EXHAUSTED");
  });

  test("comes in parts as any payload", async () => {
    const call = host.invoke("sum", [], { streams: true });
    const { encode } = await import("../values.js");
    const payload = encode(7);
    host.send({ call, item: { more: true, payload: payload.subarray(0, 1) } }, { call, part: { payload: payload.subarray(1) } });
    host.send({ call, part: {} }, { call, end: {} });
    assert.equal(await host.end(call), 7);
  });

  test("that cannot be read breaks the loop", async () => {
    const call = host.invoke("sum", [], { streams: true });
    host.send({ call, item: { payload: Buffer.of(1) } });
    assert.match((await host.end(call)).message, /cannot be read/);
  });

  test("is sent while there is credit, then its end", async () => {
    const sum = client.module("m").sum(1, acount(40));
    const { call, invoke } = await host.next("invoke");
    assert.deepEqual([invoke.streams, decodeArguments(invoke.argument)[0]], [true, [1]]);
    for (let i = 0; i < 32; i++) await host.next("item");
    await host.nothing();
    host.send({ call, credit: { items: 16 } });
    for (let i = 0; i < 8; i++) await host.next("item");
    assert.deepEqual(await host.next("end"), { call, end: {} });
    host.answer(call, 780);
    assert.equal(await sum, 780);
  });

  test("is closed when the call ends early", async () => {
    for (const [make, name] of [[count, "count"], [acount, "acount"]]) {
      closed.length = 0;
      const sum = client.module("m").sum(make(1000));
      const { call } = await host.next("invoke");
      for (let i = 0; i < 32; i++) await host.next("item");
      host.answer(call, "enough");
      assert.equal(await sum, "enough");
      await tick();
      assert.deepEqual(closed, [name]);
    }
  });

  test("that breaks cancels the call with its reason", async () => {
    const broken = new RangeError("no more");
    const sum = client.module("m").sum((function* () {
      yield 1;
      throw broken;
    })());
    await host.next("invoke"), await host.next("item");
    assert.deepEqual((await host.next("cancel")).cancel, { reason: "RangeError: no more" });
    await assert.rejects(sum, (e) => e === broken);
  });

  test("that yields what is no value is closed", async () => {
    closed.length = 0;
    const sum = client.module("m").sum((function* () {
      try {
        yield new Set();
      } finally {
        closed.push("set");
      }
    })());
    await assert.rejects(sum, /TypeError: `item` is a Set/);
    assert.match((await host.until("cancel")).cancel.reason, /`item` is a Set/);
    assert.deepEqual(closed, ["set"]);
  });

  test("may be what another call streams", async () => {
    const sum = client.module("m").sum(client.module("n").numbers());
    const first = await host.next("invoke"), second = await host.next("invoke");
    assert.deepEqual([first.invoke.method, second.invoke.method], ["numbers", "sum"]);
    host.item(first.call, 5);
    assert.equal((await host.next("item")).call, second.call);
    host.answer(second.call, 5);
    assert.equal(await sum, 5);
    assert.equal((await host.next("cancel")).call, first.call);
  });

  test("is only made of iterators: arrays, maps, text and bytes are values", async () => {
    for (const value of [[1], new Map([["a", 1]]), "text", Uint8Array.of(1)]) {
      client.module("m").f(value);
      const { call, invoke } = await host.next("invoke");
      assert.equal(invoke.streams, undefined);
      host.answer(call, null);
    }
    client.module("m").f([1].values());
    assert.equal((await host.next("invoke")).invoke.streams, true);
    await host.next("item"), await host.next("end");
  });

  test("is the last argument, and there is one", async () => {
    await assert.rejects(client.module("m").f(acount(1), 1), /`argument 1` is a .*A stream is the last argument/);
    await assert.rejects(client.module("m").f(acount(1), acount(1)), /`argument 1`/);
  });

  test("of items that nobody gave credit for ends the call", async () => {
    const all = client.module("m").numbers();
    const { call } = await host.next("invoke");
    for (let i = 0; i < 33; i++) host.item(call, i);
    assert.equal((await host.next("cancel")).call, call);
    await assert.rejects(all, { code: "INTERNAL" });
  });

  test("leaving the loop while an item is awaited cancels the call", async () => {
    const items = client.module("m").numbers()[Symbol.asyncIterator]();
    const { call } = await host.next("invoke");
    const waiting = assert.rejects(items.next(), { code: "CANCELLED" });
    items.return();
    assert.equal((await host.next("cancel")).call, call);
    await waiting;
  });
});

test("a stream is refused before it is sent where the host takes none", async () => {
  closed.length = 0;
  const [host, client] = await Host.meet({}, { features: [] });
  await assert.rejects(client.module("m").sum(count(1)), { code: "UNSUPPORTED" });
  await host.nothing();
  await host.stop();
});
