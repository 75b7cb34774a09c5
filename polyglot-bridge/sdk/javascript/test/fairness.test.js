// Priorities and fairness: a queue by caller and lane, in which no flood of one caller stands before another.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Host } from "../fixtures/host.js";
import stoa from "../index.js";
import { Turns } from "../turns.js";

const times = (n, make) => Array.from({ length: n }, (_, i) => make(i));

describe("calls that wait to begin", () => {
  const order = (calls) => {
    const turns = new Turns();
    calls.forEach((call) => turns.add(call));
    return calls.map(() => turns.take().name).concat(turns.size, turns.take() ?? "none");
  };

  test("take turns by caller and keep the order of each", () => {
    const calls = ["a1", "a2", "a3", "b1", "b2"].map((name) => ({ name, caller: name[0] }));
    assert.deepEqual(order(calls), ["a1", "b1", "a2", "b2", "a3", 0, "none"]);
  });

  test("go before batch, which has one turn of eight", () => {
    const calls = times(16, (i) => ({ name: i < 8 ? "batch" : "now", caller: "a", lane: i < 8 ? "LANE_BATCH" : undefined }));
    assert.deepEqual(order(calls).slice(0, 16), [...times(7, () => "now"), "batch", "now", ...times(7, () => "batch")]);
  });

  test("let those pass that this module's own calls led to", () => {
    assert.deepEqual(order([{ name: "new", caller: "a" }, { name: "back", caller: "a", parent: 3 }]), ["back", "new", 0, "none"]);
  });

  test("a caller that was served is behind one that comes meanwhile", () => {
    const turns = new Turns();
    for (const name of ["a1", "a2"]) turns.add({ name, caller: "a" });
    assert.equal(turns.take().name, "a1");
    turns.add({ name: "b1", caller: "b" });
    assert.deepEqual([turns.take().name, turns.take().name], ["b1", "a2"]);
  });
});

for (const transport of ["stdio", "socket"]) {
  test(`a flood of one client delays another by few calls, over ${transport}`, async () => {
    const host = await Host.start("sample.js", transport);
    const flood = times(200, () => host.invoke("busy", [3], { caller: "flood" }));
    await host.next("returned"); // the flood is being served
    const polite = host.invoke("busy", [1], { caller: "polite" });
    let served = 0;
    while ((await host.next("returned")).call !== polite) served++;
    assert(served < 100, `${served} of ${flood.length} calls were served before`);
    assert.equal(await host.stop(), 0);
  });
}

describe("a nested call", () => {
  let host;
  before(async () => {
    [host] = await Host.meet({ name: "sample", methods: { nested: () => stoa.module("m").f() } });
  });
  after(() => host.stop());

  test("goes in the lane of its parent, with its metadata", async () => {
    const metadata = new Map([["traceparent", "00-ab-cd-01"]]);
    const call = host.invoke("nested", [], { lane: "LANE_BATCH", metadata });
    const { call: nested, invoke } = await host.next("invoke");
    assert.deepEqual([invoke.lane, invoke.metadata], ["LANE_BATCH", metadata]);
    host.answer(nested, 1);
    assert.equal(await host.end(call), 1);
  });
});
