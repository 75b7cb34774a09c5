// Calls on results that are still to come.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ALL, Host } from "../fixtures/host.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");
const THEIRS = { owner: "db#1", number: 1 };

describe("a call on a result to come", () => {
  let host, client;
  before(async () => ([host, client] = await Host.meet()));
  after(() => host.stop());

  test("leaves at once, and names the call before it", async () => {
    const rows = client.module("db").open("path").query("text").rows(3);
    const frames = [await host.next("invoke"), await host.next("invoke"), await host.next("invoke")];
    assert.deepEqual(frames.map((f) => f.invoke.method), ["open", "query", "rows"]);
    assert.deepEqual(frames.map((f) => f.invoke.object), [undefined, { result_of: frames[0].call }, { result_of: frames[1].call }]);
    host.answerReference(frames[0].call, THEIRS);
    host.answerReference(frames[1].call, { owner: "db#1", number: 2 });
    host.answer(frames[2].call, [1, 2, 3]);
    assert.deepEqual(await rows, [1, 2, 3]);
  });

  test("may stream, and be made several times on one result", async () => {
    const table = client.module("db").open("path");
    const first = table.rows(), second = table.close();
    const [open, rows, close] = [await host.next("invoke"), await host.next("invoke"), await host.next("invoke")];
    assert.deepEqual([rows.invoke.object, close.invoke.object], [{ result_of: open.call }, { result_of: open.call }]);
    host.item(rows.call, 1);
    host.answerReference(open.call, THEIRS), host.answer(rows.call, null), host.answer(close.call, "closed");
    assert.deepEqual([await first, await second], [[1], "closed"]);
  });

  test("names the object itself when that is there", async () => {
    const opening = client.module("db").open("path");
    host.answerReference((await host.next("invoke")).call, THEIRS);
    const db = await opening;
    opening.query();
    const { call, invoke } = await host.next("invoke");
    assert.deepEqual(invoke.object, { reference: THEIRS });
    host.answer(call, null);
    assert.equal(inspect(db), "[remote object db#1/1]");
  });

  test("fails with the failure of the call before it", async () => {
    const opening = client.module("db").open("path");
    const querying = opening.query();
    const open = await host.next("invoke"), query = await host.next("invoke");
    const failed = { code: "THREW", message: "Error: no such file", thrown: { type: "Error", message: "no such file" } };
    host.send({ call: open.call, failed }, { call: query.call, failed: { code: "BAD_ARGUMENT", message: "the call before failed" } });
    await assert.rejects(querying, { code: "THREW", message: "Error: no such file" });
    await assert.rejects(opening.query(), { code: "THREW" });
    await host.nothing();
  });

  test("fails so too when the host tells the ends the other way round", async () => {
    const rows = client.module("db").open("path").query().rows();
    const [open, query, third] = [await host.next("invoke"), await host.next("invoke"), await host.next("invoke")];
    const late = { code: "BAD_ARGUMENT", message: "the call before failed" };
    host.send({ call: third.call, failed: late }, { call: query.call, failed: late }, { call: open.call, failed: { code: "DENIED", message: "no" } });
    await assert.rejects(rows, { code: "DENIED", message: "no" });
  });

  test("on what is no object fails", async () => {
    const opening = client.module("db").open("path");
    host.answer((await host.next("invoke")).call, 5);
    assert.equal(await opening, 5);
    await assert.rejects(opening.query(), { code: "BAD_ARGUMENT", message: "`db.open` returned no object." });
    const early = client.module("db").open("path").query();
    const before = await host.next("invoke");
    host.send({ call: (await host.next("invoke")).call, failed: { code: "BAD_ARGUMENT", message: "no reference" } });
    host.answer(before.call, 5);
    await assert.rejects(early, { code: "BAD_ARGUMENT", message: "no reference" });
  });

  test("gives the object back when nobody holds it any more", async () => {
    const query = client.module("db").open("path").query();
    const open = await host.next("invoke");
    host.answerReference(open.call, { owner: "db#1", number: 99 });
    host.answer((await host.next("invoke")).call, 1);
    assert.equal(await query, 1);
    await new Promise((done) => setTimeout(done, 20));
    collectGarbage();
    for (let found = false; !found; ) {
      const { counts } = (await host.until("release")).release;
      found = counts.some(({ reference }) => reference.number === 99);
    }
  });

  test("is no promise's method, and a call shows its name", () => {
    const call = client.module("db").open("path");
    assert.equal(typeof call.then, "function");
    assert.equal(call[Symbol.iterator], undefined);
    assert.equal(inspect(call), "[call of db.open]");
    assert.equal(`${call}`, "[call of db.open]");
  });
});

test("without the feature the second call waits for the first", async () => {
  const [host, client] = await Host.meet({}, { features: ALL.filter((f) => f !== "pipelining") });
  const query = client.module("db").open("path").query("text").rows();
  const open = await host.next("invoke");
  await host.nothing();
  host.answerReference(open.call, THEIRS);
  const second = await host.next("invoke");
  assert.deepEqual(second.invoke.object, { reference: THEIRS });
  host.send({ call: second.call, failed: { code: "DENIED", message: "no" } });
  await assert.rejects(query, { code: "DENIED" });
  await host.nothing();
  await host.stop();
});
