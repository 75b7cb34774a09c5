// Payloads in parts, under a window of bytes for each direction of a call.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Assembly } from "../assembly.js";
import { ALL, Host } from "../fixtures/host.js";
import { payloadFrames } from "../frames.js";
import { decode, decodeArguments, encode } from "../values.js";

const MIB = 1 << 20;
const SIZES = [0.9, 1.1, 5, 30].map((mib) => Math.floor(mib * MIB));
const bytes = (size) => Buffer.alloc(size, "0123456789abc");
const same = (one, other) => assert(Buffer.from(one).equals(Buffer.from(other)), `${one.length} bytes are not ${other.length}`);

const methods = {
  echo: (value) => value,
  make: (size) => bytes(size),
  async lengths(stream) {
    const found = [];
    for await (const item of stream) found.push(item.length);
    return found;
  },
  *several(count, size) {
    for (let i = 0; i < count; i++) yield bytes(size);
  },
};

/** The payload that begins with this frame. */
async function whole(host, frame) {
  const body = frame.item ?? frame.returned ?? frame.invoke;
  const parts = [body.payload ?? body.argument];
  for (let more = body.more; more; ) {
    const { call, part } = await host.next("part");
    assert.equal(call, frame.call);
    parts.push(part.payload);
    more = part.more;
  }
  return Buffer.concat(parts);
}

describe("large payloads", () => {
  let host, client;
  before(async () => ([host, client] = await Host.meet({ name: "sample", methods })));
  after(() => host.stop());

  for (const size of SIZES) {
    test(`${size} bytes go there and back`, async () => {
      const call = host.invoke("echo", [bytes(size)]);
      same(await host.end(call), bytes(size));
      assert(host.taken.get(call) > size); // and what stands around it
    });

    test(`${size} bytes are an argument and a result of another`, async () => {
      const echoed = client.module("m").echo(bytes(size)).then();
      const frame = await host.next("invoke");
      const [[argument]] = [decodeArguments(await whole(host, frame))[0]];
      host.send(...payloadFrames(frame.call, "returned", {}, "payload", encode(argument)));
      same(await echoed, bytes(size));
    });

    test(`${size} bytes are an item, both ways`, async () => {
      host.invoke("several", [1, size]);
      same(decode(await whole(host, await host.next("item"))), bytes(size));
      await host.next("returned");
      const lengths = host.invoke("lengths", [], { streams: true });
      host.send(...payloadFrames(lengths, "item", {}, "payload", encode(bytes(size))), { call: lengths, end: {} });
      assert.deepEqual(await host.end(lengths), [size]);
    });
  }

  test("streams of them go along with a call", async () => {
    const sent = client.module("m").take([bytes(2 * MIB), bytes(3 * MIB)].values()).then();
    const { call } = await host.next("invoke");
    for (const size of [2 * MIB, 3 * MIB]) same(decode(await whole(host, await host.next("item"))), bytes(size));
    await host.next("end");
    host.answer(call, null);
    await sent;
  });
});

describe("a receiver of large payloads that is stuck", () => {
  let host, client;
  before(async () => {
    [host, client] = await Host.meet({ name: "sample", methods });
    host.stuck = true;
  });
  after(() => host.stop());

  /** What is sent of a large payload when nobody says that there is more room: a window of it. */
  async function window(call, kind) {
    const first = await host.next(kind);
    assert.equal(call ?? first.call, first.call);
    for (let i = 0; i < 3; i++) assert.equal((await host.next("part")).part.more, true);
    await host.nothing();
    return first.call;
  }

  test("holds up neither a small call nor another large one", async () => {
    const call = host.invoke("make", [5 * MIB]);
    await window(call, "returned");
    assert.equal(await host.call("echo", ["small"]), "small");
    await window(host.invoke("make", [5 * MIB]), "returned");
    host.send({ call, credit: { bytes: 1 } });
    assert.equal((await host.next("part")).call, call);
    await host.nothing();
  });

  test("cancels a result in the middle", async () => {
    const call = host.invoke("make", [5 * MIB]);
    await window(call, "returned");
    host.send({ call, cancel: { reason: "enough" } });
    const { call: ended, failed } = await host.next("failed");
    assert.deepEqual([ended, failed.code], [call, "CANCELLED"]);
    host.send({ call, credit: { bytes: MIB } });
    await host.nothing();
  });

  test("stops the generator after one item", async () => {
    const call = host.invoke("several", [20, 2 * MIB]);
    await window(call, "item");
    host.send({ call, cancel: {} });
    await host.next("failed");
  });

  test("is not sent the rest of an argument when the call is cancelled, or has failed", async () => {
    const one = client.module("m").f(bytes(5 * MIB))[Symbol.asyncIterator]();
    const next = one.next();
    await window(null, "invoke");
    one.return();
    await assert.rejects(next, { code: "CANCELLED" });
    await host.next("cancel");
    const other = client.module("m").f(bytes(5 * MIB)).then();
    const call = await window(null, "invoke");
    host.send({ call, failed: { code: "DENIED" } });
    await assert.rejects(other, { code: "DENIED" });
    host.send({ call, credit: { bytes: MIB } });
    await host.nothing();
  });

  test("has the end of a stream wait behind its items", async () => {
    const sent = client.module("m").take([bytes(2 * MIB)].values()).then();
    const { call } = await host.next("invoke");
    await window(call, "item");
    host.send({ call, credit: { bytes: 8 * MIB } });
    for (let more = true; more; ) ({ part: { more } } = await host.next("part"));
    await host.next("end");
    host.answer(call, null);
    await sent;
  });
});

test("a result that still leaves keeps a draining process alive", async () => {
  const [host, client] = await Host.meet({ name: "sample", methods });
  host.stuck = true;
  const call = host.invoke("make", [2 * MIB]);
  await host.next("returned");
  host.send({ drain: {} });
  for (let i = 0; i < 3; i++) await host.next("part");
  await host.nothing();
  host.send({ call, credit: { bytes: 8 * MIB } });
  for (let more = true; more; ) ({ part: { more } } = await host.next("part"));
  assert.equal((await host.next("goodbye")).goodbye.reason, "drained");
  await client.closed;
  await host.stop();
});

test("without the feature, more than 1 MiB is refused before it leaves", async () => {
  const [host, client] = await Host.meet({ name: "sample", methods }, { features: ALL.filter((f) => f !== "large-payloads") });
  host.stuck = true; // a host without the feature says nothing of room
  assert.equal((await host.call("make", [0.9 * MIB | 0])).length, 0.9 * MIB | 0);
  const failed = await host.call("make", [MIB]);
  assert.equal(failed.code, "UNSUPPORTED");
  assert.match(failed.message, /^A payload of 1048\d+ bytes cannot be sent here/);
  await assert.rejects(client.module("m").f(bytes(MIB)).then(), { code: "UNSUPPORTED" });
  const items = host.invoke("several", [3, 0.6 * MIB | 0]);
  await whole(host, await host.next("item"));
  assert.equal((await host.next("failed")).call, items);
  assert.equal(host.taken.size, 0);
  await host.stop();
});

test("what is put together has a bound", () => {
  const taken = [];
  const payload = new Assembly({ took: (size) => taken.push(size) }, { more: true, payload: bytes(6) }, "payload", 10);
  payload.add({ more: true, payload: bytes(4) });
  assert.equal(payload.tooLarge, false);
  payload.add({ payload: bytes(1) });
  assert.deepEqual([payload.tooLarge, payload.complete, taken], [true, false, [6, 4]]);
});
