// One way, the current call, cancel, and several connections in one process.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Host } from "../fixtures/host.js";
import stoa from "../index.js";

const seen = [];
const tick = () => new Promise((done) => setTimeout(done, 10));

const methods = {
  caller: () => stoa.call.caller,
  async waits() {
    await new Promise((done) => stoa.call.signal.addEventListener("abort", done));
    seen.push(stoa.call.signal.reason.code, stoa.call.cancelled);
    await stoa.channel("m").catch((e) => seen.push(e.code));
  },
  async cleansUp() {
    await stoa.module("m").f().catch(() => {});
    seen.push(await stoa.module("m").release());
  },
  *streams() {
    try {
      for (;;) yield 1;
    } finally {
      stoa.module("m").release().then((released) => seen.push(released));
    }
  },
  async persists() {
    await stoa.module("m").f().catch(() => {});
    try {
      for (;;) await stoa.module("m").release();
    } catch (e) {
      seen.push(e.code);
    }
  },
  async asks() {
    try {
      return await stoa.module("m").f();
    } catch (e) {
      seen.push(e.code);
      throw e;
    } finally {
      seen.push("finally");
    }
  },
  async lateSignal() {
    await tick();
    seen.push(stoa.call.signal.aborted);
  },
  async pokes() {
    stoa.oneWay("m").poke();
  },
  async detached() {
    setTimeout(() => stoa.module("m").later(), 30);
    return stoa.call.deadline;
  },
  echo: (x) => x,
  *endless() {
    for (;;) yield 1;
  },
};

describe("a call", () => {
  let host, client;
  before(async () => ([host, client] = await Host.meet({ name: "sample", methods })));
  after(() => host.stop());

  test("that is one way returns at once, and its failure is a warning", async () => {
    assert.equal(client.oneWay("m").f(1), undefined);
    const { call, invoke } = await host.next("invoke");
    assert.deepEqual([invoke.one_way, invoke.credit], [true, undefined]);
    host.send({ call, failed: { code: "DENIED", message: "no" } });
    assert.deepEqual(await host.next("log"), { log: { level: "WARNING", text: "nobody waits for `m.f`, but it failed: no" } });
    client.oneWay("m").f(new Set());
    assert.match((await host.next("log")).log.text, /is a Set/);
    assert.throws(() => client.oneWay({}), /name of a module or a remote object/);
  });

  test("that is one way goes to objects and results as well", async () => {
    const opening = client.module("m").open();
    client.oneWay(opening).close();
    const open = await host.next("invoke");
    assert.deepEqual((await host.next("invoke")).invoke.object, { result_of: open.call });
    host.answerReference(open.call, { owner: "m#1", number: 1 });
    const object = await opening;
    client.oneWay(object).poke();
    client.oneWay(object)(1);
    assert.deepEqual([(await host.next("invoke")).invoke.method, (await host.next("invoke")).invoke.method], ["poke", "call"]);
  });

  test("that is one way carries its parent", async () => {
    const call = host.invoke("pokes");
    assert.equal((await host.next("invoke")).invoke.parent, call);
    await host.end(call);
  });

  test("knows who made it", async () => {
    assert.equal(await host.call("caller"), null);
    assert.equal(await host.call("caller", [], { caller: "client#3" }), "client#3");
    assert.deepEqual([stoa.call.caller, stoa.call.deadline, stoa.call.cancelled, stoa.call.signal.aborted], [null, null, false, false]);
  });

  test("that is cancelled aborts its signal, and opens no channels any more", async () => {
    seen.length = 0;
    const call = host.invoke("waits");
    await host.call("echo", [1]); // so it has begun
    host.send({ call, cancel: { reason: "enough" } });
    assert.equal((await host.end(call)).code, "CANCELLED");
    await tick();
    assert.deepEqual(seen, ["CANCELLED", true, "CANCELLED"]);
    seen.length = 0;
    const late = host.invoke("lateSignal");
    await host.call("echo", [1]);
    host.send({ call: late, cancel: {} });
    await host.end(late);
    await tick(), await tick();
    assert.deepEqual(seen, [true]);
    await host.nothing();
  });

  test("that is cancelled cancels the calls that it made", async () => {
    seen.length = 0;
    const call = host.invoke("asks");
    const nested = await host.next("invoke");
    host.send({ call, cancel: { reason: "enough" } });
    assert.deepEqual(await host.next("cancel"), { call: nested.call, cancel: { reason: "enough" } });
    assert.equal((await host.end(call)).code, "CANCELLED");
    assert.deepEqual(seen, ["CANCELLED", "finally"]);
    host.answer(nested.call, 1);
    await host.nothing();
  });

  /** What is called to clean up has the rest of 300 ms. */
  async function release() {
    const { call, invoke } = await host.next("invoke");
    assert.equal(invoke.method, "release");
    assert(invoke.timeout_us > 0 && invoke.timeout_us <= 300_000, String(invoke.timeout_us));
    host.answer(call, "released");
  }

  /** Waits until the code has seen so much. */
  async function sees(...all) {
    for (let turns = 0; seen.length < all.length && turns < 1000; turns++) await new Promise((done) => setTimeout(done, 5));
    assert.deepEqual(seen, all);
  }

  /** Begins a call of `method`, which calls `m.f`, and cancels both. */
  async function cancelled(method) {
    seen.length = 0;
    const call = host.invoke(method);
    const nested = await host.next("invoke");
    host.send({ call, cancel: {} });
    assert.equal((await host.next("cancel")).call, nested.call);
    assert.equal((await host.end(call)).code, "CANCELLED");
  }

  test("that is cancelled may call others to clean up", async () => {
    await cancelled("cleansUp");
    await release();
    await sees("released");
    const call = host.invoke("streams", [], { credit: 1 });
    await host.next("item");
    host.send({ call, cancel: {} });
    assert.equal((await host.end(call)).code, "CANCELLED");
    await release();
    await sees("released", "released");
  });

  for (const [whose, time, wait] of [["our", 50_000, 51], ["the host's", 60_000_000, 0]]) {
    test(`whose deadline has passed by ${whose} clock may call others to clean up though the cancel is still on its way`, async () => {
      seen.length = 0;
      const call = host.invoke("cleansUp", [], { timeout_us: time });
      const nested = await host.next("invoke");
      await new Promise((done) => setTimeout(done, wait));
      host.send({ call: nested.call, failed: { code: "DEADLINE_EXCEEDED" } });
      assert.equal((await host.end(call)).code, "CANCELLED");
      const cleaning = await host.next("invoke");
      host.send({ call, cancel: {} });
      assert.deepEqual([cleaning.invoke.method, cleaning.invoke.timeout_us <= 300_000], ["release", true]);
      host.answer(cleaning.call, "released");
      await sees("released");
    });
  }

  test("that is cancelled may not call others for long", async () => {
    await cancelled("persists");
    const begun = performance.now();
    while (seen.length === 0) await Promise.race([release(), tick()]);
    assert.deepEqual(seen, ["CANCELLED"]);
    assert(performance.now() - begun > 250);
  });

  test("that is over binds nothing that its code left behind", async () => {
    assert(await host.call("detached", [], { timeout_us: 20_000 }) > 0);
    const { invoke } = await host.next("invoke");
    assert.deepEqual([invoke.method, invoke.parent, invoke.timeout_us], ["later", undefined, undefined]);
  });

  test("that streams without end hears that it is cancelled", async () => {
    for (const header of [{ credit: 2 ** 31 }, { one_way: true }]) {
      const call = host.invoke("endless", [], header);
      if (!header.one_way) await host.next("item");
      host.send({ call, cancel: {} });
      assert.equal((await host.until("failed")).failed.code, "CANCELLED");
    }
    const other = host.invoke("echo", [1]);
    host.send({ call: other, credit: { items: 2n ** 60n } });
    assert.equal(await host.end(other), 1);
  });

  test("of an unknown kind in an open call ends that call", async () => {
    const call = host.invoke("lateSignal");
    host.send({ call });
    assert.equal((await host.end(call)).code, "UNSUPPORTED");
    await tick(), await tick();
    await host.nothing();
  });

  test("beyond 10,000 is refused", async () => {
    const invoke = { module: "sample", method: "echo", more: true };
    for (let i = 0; i < 10_000; i++) host.raw(invoke);
    const { failed } = (host.raw(invoke), await host.next("failed"));
    assert.deepEqual([failed.code, [...failed.details][1]], ["RESOURCE_EXHAUSTED", ["used", "10000"]]);
  });
});

test("several connections serve their own calls, and calls go where their caller came from", async () => {
  const [one, first] = await Host.meet({ name: "sample", methods });
  const [two, second] = await Host.meet({ name: "sample", methods });
  two.invoke("asks"), one.invoke("asks");
  assert.equal((await one.next("invoke")).invoke.method, "f");
  assert.equal((await two.next("invoke")).invoke.method, "f");
  first.module("m").g(), second.module("m").h();
  assert.equal((await one.next("invoke")).invoke.method, "g");
  assert.equal((await two.next("invoke")).invoke.method, "h");
  await one.stop(), await two.stop();
});

test("a host that takes small frames gets small parts", async () => {
  const [host, client] = await Host.meet({}, { limits: { max_frame_bytes: 20_000 } });
  client.module("m").f("x".repeat(50_000));
  assert((await host.next("invoke")).invoke.argument.length <= 16_000);
  assert((await host.next("part")).part.payload.length <= 16_000);
  await host.stop();
});
