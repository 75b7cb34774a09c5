// Objects and functions that pass by reference, seen from their owner and from who holds them.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Host } from "../fixtures/host.js";
import stoa from "../index.js";
import { decode, decodeArguments, encode } from "../values.js";

class Counter {
  count = 0;
  add(by = 1) {
    return (this.count += by);
  }
  *upTo(n) {
    for (let i = 0; i < n; i++) yield i + this.count;
  }
  breaks() {
    throw new RangeError("no");
  }
  me() {
    return stoa.ref(this);
  }
}

const counter = new Counter();
const callback = (x) => x + 1;
const THEIRS = { owner: "words#1", number: 7 };
let kept;

const methods = {
  counter: () => stoa.ref(counter),
  callbacks: () => ({ a: [callback, callback], b: stoa.ref(callback), c: counter.me() }),
  *stream() {
    yield callback;
  },
  isCounter: (x) => x === counter,
  keep: (x) => ((kept = x), x === kept),
  same: (x) => x === kept,
  back: () => kept,
  echo: (x) => x,
  async use(x) {
    return [await x(1), await x.add(2)];
  },
};

const mine = (number) => ({ owner: "sample#1", number });
const tick = () => new Promise((done) => setTimeout(done, 20));

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

describe("an object that is handed out", () => {
  let host, client, reference;
  before(async () => ([host, client] = await Host.meet({ name: "sample", methods })));
  after(() => host.stop());

  const returned = async (call) => {
    const { returned } = await host.next("returned");
    return [returned.references, returned.payload.toString("hex"), call];
  };

  test("is an index into the table of its frame, and keeps its number", async () => {
    const [references, payload] = await returned(host.invoke("counter"));
    [reference] = references;
    assert.deepEqual([reference.owner, payload], ["sample#1", "5000"]);
    assert.deepEqual((await returned(host.invoke("counter")))[0], [reference]);
  });

  test("stands once in a table, at any depth, and functions need no ref", async () => {
    host.invoke("callbacks");
    const { returned } = await host.next("returned");
    assert.equal(returned.references.length, 2);
    assert.deepEqual(returned.references[1], reference);
    assert.deepEqual(decode(returned.payload, ["f", "c"]), { a: ["f", "f"], b: "f", c: "c" });
  });

  test("travels in items and arguments as well", async () => {
    host.invoke("stream");
    assert.equal((await host.next("item")).item.references.length, 1);
    await host.next("returned");
    client.module("m").f(1, { by: callback }, client.ref(counter));
    const { call, invoke } = await host.next("invoke");
    assert.equal(invoke.references.length, 2);
    assert.deepEqual(decodeArguments(invoke.argument, ["f", "c"])[0], [1, { by: "f" }, "c"]);
    host.answer(call, null);
  });

  test("travels in the opening frame of a payload, never in its parts", async () => {
    const call = host.pass("echo", THEIRS, { argument: encode(null) });
    await host.end(call);
    client.module("m").f("x".repeat(600_000), callback);
    assert.equal((await host.next("invoke")).invoke.references.length, 1);
    for (let more = true; more; ) {
      const { part } = await host.next("part");
      assert.equal(part.references, undefined);
      more = part.more;
    }
  });

  test("is called with `this`, in every shape, and its errors are like a method's", async () => {
    assert.equal(await host.call("add", [5], { object: reference }), 5);
    assert.equal(await host.call("add", [], { object: reference, named: { by: 2 } }), 7);
    const call = host.invoke("upTo", [2], { object: reference });
    assert.deepEqual([decode((await host.next("item")).item.payload), decode((await host.next("item")).item.payload)], [7, 8]);
    assert.equal(await host.end(call), null);
    const { code, message, thrown } = await host.call("breaks", [], { object: reference });
    assert.deepEqual([code, message, thrown.type, thrown.module], ["THREW", "RangeError: no", "RangeError", "sample"]);
    assert.equal(thrown.frames[0].file, "references.test.js");
  });

  test("refuses arguments and methods like a module", async () => {
    const many = await host.call("add", [1, 2], { object: reference });
    assert.deepEqual([many.code, many.message], ["BAD_ARGUMENT", "`Counter.add` takes at most 1 argument by position, got 2."]);
    const none = await host.call("ad", [], { object: reference });
    assert.deepEqual([none.code, none.message, none.help], ["NO_SUCH_METHOD", "Object `Counter` has no method `ad`.", "Did you mean `add`?"]);
  });

  test("a function has one method, call", async () => {
    host.invoke("stream");
    const [reference] = (await host.next("item")).item.references;
    await host.next("returned");
    assert.equal(await host.call("call", [1], { object: reference }), 2);
    for (const name of ["apply", "bind", "constructor", "prototype", "toString", "length", "name"]) {
      assert.equal((await host.call(name, [1], { object: reference })).code, "NO_SUCH_METHOD");
    }
  });

  test("comes home as itself", async () => {
    assert.equal(await host.end(host.pass("isCounter", reference)), true);
  });

  test("that is not there is lost or was never handed out", async () => {
    assert.equal((await host.call("add", [], { object: mine(999) })).code, "DENIED");
    assert.equal((await host.call("add", [], { object: THEIRS })).code, "DENIED");
    assert.equal((await host.end(host.pass("echo", mine(999)))).code, "BAD_ARGUMENT");
    assert.equal((await host.end(host.raw({ object: { result_of: 1 }, method: "f" }))).code, "DENIED");
  });

  test("is forgotten when as many sendings are done with, not before, and then has a new number", async () => {
    const release = (count) => host.send({ release: { counts: [{ reference, count }, { reference: THEIRS, count: 1 }, {}] } });
    release(1);
    assert.equal(typeof (await host.call("add", [], { object: reference })), "number");
    release(1000);
    const failed = await host.call("add", [], { object: reference });
    assert.deepEqual([failed.code, failed.message], ["LOST", `\`sample#1/${reference.number}\` is gone: everybody who held it has given it back.`]);
    release(1);
    const [[again]] = await returned(host.invoke("counter"));
    assert(again.number > reference.number);
    reference = again;
  });

  test("is gone when its owner releases it", async () => {
    const handle = client.ref({ f: () => 1 });
    client.module("m").f(handle);
    const { invoke: { references: [name] } } = await host.next("invoke");
    assert.equal(await host.call("f", [], { object: name }), 1);
    assert.match(inspect(handle), /handle of Object/);
    handle[Symbol.dispose]();
    const failed = await host.call("f", [], { object: name });
    assert.deepEqual([failed.code, failed.message], ["LOST", `\`sample#1/${name.number}\` is gone: its owner released it.`]);
    assert.equal((await host.end(host.pass("echo", name))).code, "BAD_ARGUMENT");
    await assert.rejects(client.module("m").f(handle), { code: "LOST" });
  });
});

describe("a remote object", () => {
  let host, client;
  before(async () => ([host, client] = await Host.meet({ name: "sample", methods })));
  after(() => host.stop());

  const received = async (reference = THEIRS) => {
    const result = client.module("m").get();
    host.answerReference((await host.next("invoke")).call, reference);
    return result;
  };

  test("is called as a function and by its methods", async () => {
    const call = host.pass("use", { owner: "words#1", number: 6 });
    const first = await host.next("invoke");
    assert.deepEqual(first.invoke.object, { reference: { owner: "words#1", number: 6 } });
    assert.deepEqual([first.invoke.method, first.invoke.parent], ["call", call]);
    host.answer(first.call, "called");
    const second = await host.next("invoke");
    assert.deepEqual([second.invoke.method, second.invoke.module], ["add", undefined]);
    host.answer(second.call, "added");
    assert.deepEqual(await host.end(call), ["called", "added"]);
    await host.nothing();
  });

  test("is the same while it lives, and is sent on under its name", async () => {
    assert.equal(await host.end(host.pass("keep", THEIRS)), true);
    assert.equal(await host.end(host.pass("same", THEIRS)), true);
    assert.equal(kept, await received());
    host.invoke("back");
    assert.deepEqual((await host.next("returned")).returned.references, [THEIRS]);
  });

  test("is no promise, shows its name and cannot be changed", async () => {
    assert.equal(kept.then, undefined);
    assert.equal(inspect(kept), "[remote object words#1/7]");
    assert.equal(String(kept), "[remote object words#1/7]");
    assert.throws(() => (kept.x = 1), TypeError);
    assert.throws(() => Object.defineProperty(kept, "x", { value: 1 }), TypeError);
    assert.equal(await Promise.resolve(kept), kept);
  });

  test("is given back with its whole count when it is released, and cannot be used then", async () => {
    const proxy = kept;
    client.release(proxy);
    proxy[Symbol.dispose]();
    assert.deepEqual(await host.next("release"), { release: { counts: [{ reference: THEIRS, count: 3 }] } });
    await assert.rejects(proxy.add(), { code: "LOST", message: "`words#1/7` is gone: it was released here." });
    await assert.rejects(client.module("m").f(proxy), { code: "LOST" });
    assert.throws(() => client.release({}), /takes a remote object or a handle/);
    const again = await received();
    assert.notEqual(again, proxy);
    client.release(again);
    assert.equal((await host.next("release")).release.counts[0].count, 1);
  });

  test("that nobody uses any more is given back, many in one frame", async () => {
    kept = null;
    for (let number = 1; number <= 50; number++) await received({ owner: "words#1", number });
    await tick();
    collectGarbage();
    const { release: { counts } } = await host.next("release");
    assert(counts.length > 25, `${counts.length}`);
    await host.nothing().catch(() => {});
  });

  test("in a frame that comes too late is given back", async () => {
    host.send({ call: 12345, item: { references: [THEIRS] } }, { call: 1, returned: { references: [THEIRS] } });
    assert.deepEqual((await host.until("release")).release.counts, [{ reference: THEIRS, count: 2 }]);
  });

  test("of another connection is not sent", async () => {
    const [other, far] = await Host.meet();
    const proxy = await received();
    await assert.rejects(far.module("m").f(proxy), /a remote object of another connection/);
    client.release(proxy);
    await other.stop();
  });

  test("without an entry in the table is malformed", async () => {
    const result = client.module("m").get();
    await host.until("invoke").then(({ call }) => host.send({ call, returned: { payload: Buffer.of(0x50, 3), references: [THEIRS] } }));
    await assert.rejects(result, { code: "INTERNAL" });
    const call = host.raw({ module: "sample", method: "echo", argument: Buffer.of(10, 2, 0x50, 0) });
    assert.equal((await host.until("failed")).call, call);
  });
});

test("a map that `await` would take for a promise is refused", async () => {
  const [host, client] = await Host.meet({ name: "sample", methods });
  const result = client.module("m").get();
  const payload = encode({ then: () => 1 }, "value", { indexOf: () => 0 });
  host.send({ call: (await host.next("invoke")).call, returned: { references: [THEIRS], payload } });
  await assert.rejects(result, { code: "INTERNAL", message: /`then`/ });
  await host.stop();
});

describe("the number of references", () => {
  test("is held by both sides, after a collection", async () => {
    const [host, client] = await Host.meet({ name: "sample", methods: { echo: (x) => x } }, { limits: { max_references: 10 } });
    const result = client.module("m").get();
    const references = Array.from({ length: 11 }, (_, i) => ({ owner: "words#1", number: i + 1 }));
    const { call } = await host.next("invoke");
    host.send({ call, returned: { references, payload: encode(1) } });
    await assert.rejects(result, { code: "RESOURCE_EXHAUSTED", details: { quota: "references", used: "11", max: "10" } });
    const own = Array.from({ length: 11 }, () => () => 1);
    await assert.rejects(client.module("m").f(own), { code: "RESOURCE_EXHAUSTED", details: { quota: "references", used: "0", max: "10" } });
    await host.stop();
  });

  test("what is garbage does not count", async () => {
    const [host, client] = await Host.meet({}, { limits: { max_references: 10 } });
    for (let number = 1; number <= 60; number++) {
      const result = client.module("m").get();
      host.answerReference((await host.until("invoke")).call, { owner: "words#1", number });
      await result;
    }
    await host.stop();
  });

  test("of own objects makes room when the host gives some back meanwhile", async () => {
    const [host, client] = await Host.meet({}, { limits: { max_references: 1 } });
    client.module("m").f(() => 1);
    const { invoke: { references: [reference] } } = await host.next("invoke");
    client.module("m").f(() => 2);
    host.send({ release: { counts: [{ reference, count: 1 }] } });
    assert.equal((await host.next("invoke")).invoke.references[0].number, reference.number + 1);
    await host.stop();
  });
});

test("references are refused before they are sent where there are none", async () => {
  for (const words of [{ features: [] }, { instance: "" }]) {
    const [host, client] = await Host.meet({}, words);
    await assert.rejects(client.module("m").f(() => 1), { code: "UNSUPPORTED" });
    await assert.rejects(client.module("m").f(stoa.ref({})), { code: "UNSUPPORTED" });
    await host.nothing();
    await host.stop();
  }
});
