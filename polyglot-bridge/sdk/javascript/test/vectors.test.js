// The golden vectors of spec/vectors, both ways.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as frames from "../frames.js";
import { Malformed } from "../protobuf.js";
import * as values from "../values.js";

const load = (name) => JSON.parse(readFileSync(new URL(`../../../../spec/vectors/${name}`, import.meta.url), "utf8"));
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const nest = (depth, value) => (depth === 0 ? value : [nest(depth - 1, value)]);
const evaluate = (source) => new Function("nest", `return (${source})`)(nest);

test("JavaScript values become the golden bytes", () => {
  for (const vector of load("values.json").filter((v) => "js" in v)) {
    assert.equal(hex(values.encode(evaluate(vector.js))), vector.javascript_hex ?? vector.hex, vector.name);
  }
});

test("golden bytes become JavaScript values", () => {
  for (const vector of load("values.json")) {
    const bytes = Buffer.from(vector.hex, "hex");
    if (!("js" in vector)) {
      assert.throws(() => values.decode(bytes), Malformed, vector.name);
      assert.equal(values.decode(bytes, vector.references), vector.references[0]);
      continue;
    }
    const value = values.decode(bytes);
    assert.deepStrictEqual(value, evaluate(vector.js), vector.name);
    assert.equal(hex(values.encode(value)), vector.javascript_hex ?? vector.hex, vector.name);
  }
});

test("malformed values are refused", () => {
  for (const vector of load("malformed-values.json")) {
    assert.throws(() => values.decode(Buffer.from(vector.hex, "hex")), Malformed, vector.name);
  }
});

test("what is no value is refused with its path", () => {
  const cycle = {};
  cycle.x = cycle;
  for (const [value, words] of [
    [{ a: [1, new Set()] }, /`result\.a\[1\]` is a Set.*\[\.\.\.value\]/],
    [{ "a b": new (class Point {})() }, /`result\["a b"\]` is a Point.*plain object/],
    [new Map([[1, 2]]), /key of type number/],
    [{ [Symbol("s")]: 1 }, /symbol/],
    [[new Date(NaN)], /`result\[0\]` is an invalid Date/],
    ["a\ud800", /lone surrogate U\+D800 at index 1/],
    [{ "\udc00": 1 }, /lone surrogate/],
    [cycle, /must not contain itself/],
    [() => 1, /a function/],
    [Promise.resolve(1), /Await it first/],
    [new Float32Array(1), /Array\.from/],
    [new Error("x"), /Throw it/],
  ]) {
    assert.throws(() => values.encode(value, "result"), words);
  }
});

test("undefined is null and a Map keeps its order", () => {
  assert.equal(hex(values.encode([undefined])), hex(values.encode([null])));
  const map = new Map([["b", 1], ["10", 2], ["9", 3]]);
  assert.match(hex(values.encode(map)), /0162.*023130.*0139/);
});

/** The decoded frame as the vectors describe it. */
function described(message) {
  if (message instanceof Map) return Object.fromEntries(message);
  if (message instanceof Uint8Array) return Buffer.from(message).toString("base64");
  if (Array.isArray(message)) return message.map(described);
  if (typeof message === "bigint") return String(message);
  if (typeof message !== "object") return message;
  return Object.fromEntries(Object.entries(message).map(([key, value]) => [key, described(value)]));
}

test("golden bytes become frames and back", () => {
  for (const vector of load("frames.json")) {
    const [frame] = [...new frames.FrameReader().feed(Buffer.from(vector.hex, "hex"))];
    assert.deepStrictEqual(described(frame), vector.frame, vector.name);
    assert.equal(hex(frames.encode(frame)), vector.hex, vector.name);
  }
});

test("odd frames are survived or refused", () => {
  for (const vector of load("odd-frames.json")) {
    const read = () => [...new frames.FrameReader().feed(Buffer.from(vector.hex, "hex"))];
    if (vector.frame) assert.deepStrictEqual(described(read()[0]), vector.frame, vector.name);
    else assert.throws(read, Malformed, vector.name);
  }
});

test("frames are found in pieces of any size", () => {
  const vectors = load("frames.json");
  const all = Buffer.from(vectors.map((v) => v.hex).join(""), "hex");
  for (const size of [1, 2, 3, 7, 64, 1000]) {
    const reader = new frames.FrameReader();
    let count = 0;
    for (let at = 0; at < all.length; at += size) count += [...reader.feed(all.subarray(at, at + size))].length;
    assert.equal(count, vectors.length);
  }
});

test("large payloads are split", () => {
  const parts = [...frames.payloadFrames(3, "returned", {}, "payload", Buffer.alloc(600 << 10))];
  assert.deepEqual(parts.map((f) => Object.keys(f)[1]), ["returned", "part", "part"]);
  assert.deepEqual(parts.map((f) => Object.values(f)[1].more ?? false), [true, true, false]);
  assert.equal(parts.reduce((sum, f) => sum + Object.values(f)[1].payload.length, 0), 600 << 10);
});
