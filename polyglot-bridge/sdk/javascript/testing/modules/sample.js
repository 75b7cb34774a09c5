/** A module for the tests. */

import api from "stoa";

export const stoa = { version: "1.2.0", needs: { text: "^1.0" }, idempotent: ["echo"] };

const closed = [];

/** Gives back what it gets. */
export function echo(x) {
  return x;
}

/**
 * Counts words.
 *
 * Longer text.
 * @param {string} text what to count
 * @param {number} [least=1] the least
 * @param {string[]} more words
 * @returns {Record<string, number>}
 */
export const count = (text, least = 1, ...more) => ({ text, least, more });

export function* numbers(n) {
  try {
    for (let i = 0; i < n; i++) yield i;
    return "done";
  } finally {
    closed.push("numbers");
  }
}

export async function* anumbers(n) {
  try {
    for (let i = 0; i < n; i++) {
      await null;
      yield i;
    }
  } finally {
    closed.push("anumbers");
  }
}

export const whatWasClosed = () => closed;

export async function later(x) {
  await new Promise((done) => setTimeout(done, 10));
  return x;
}

export function slow() {
  return new Promise((done) => setTimeout(done, 60_000));
}

export function fail(text) {
  try {
    null.x;
  } catch (cause) {
    throw new RangeError(text, { cause });
  }
}

export function throwsText() {
  throw "just text";
}

export function badResult() {
  return { a: [1, new Set()] };
}

export function* badItem() {
  yield 1;
  yield () => 1;
}

export function says() {
  console.log("out");
  console.error("err");
  process.stdout.write("raw\n");
  api.log.warning("careful", 1);
}

export async function ask(module, method, ...values) {
  return api.module(module)[method](...values);
}

export function askNamed(module, method) {
  return api.module(module)[method](1, api.named({ least: 2 }));
}

export async function askCodes(module, method) {
  try {
    return await api.module(module)[method]();
  } catch (e) {
    return [e.code, e.message, e.help, e.retryable, e.remote && e.remote.type, e instanceof api.StoaError];
  }
}

export async function askEach(module, method) {
  const out = [];
  for await (const x of api.module(module)[method]()) out.push(x * 2);
  return out;
}

export async function firstTwo(module, method) {
  const out = [];
  for await (const x of api.module(module)[method]()) {
    out.push(x);
    if (out.length === 2) break;
  }
  return out;
}

export async function writes(kind) {
  const data = {
    text: "a",
    bytes: new Uint8Array([1, 2]),
    map: { n: 2n ** 70n, list: [1] },
    lines: (function* () {
      yield "plain\n";
      yield { a: 1 };
      yield "x".repeat(70_000);
      yield [2n ** 70n];
    })(),
    nothing: [].values(),
  }[kind];
  await api.write("out.txt", data, kind === "text" ? { append: true } : undefined);
}

export async function streamed(module, method) {
  const out = [];
  for await (const x of api.module(module).stream[method]()) out.push(x);
  return out;
}

export const calledStream = (module) => api.module(module).stream(1);

export const names = () => Object.keys(api).sort();

export const timeLeft = () => api.call.deadline;

export async function stillMine() {
  await new Promise((done) => setTimeout(done, 5));
  return api.call.deadline !== null;
}

let early;
try {
  await api.module("other").f();
} catch (e) {
  early = e.code;
}

export const calledWhileLoading = () => early;

export function breaksLater() {
  setTimeout(() => {
    throw new Error("later");
  }, 1);
}

export class NotAMethod {}

/** Adds. @param {number} a first @param {number} [b] mail@example.org @returns {number} the sum */
export const add = (a, b = 1) => a + b;

/** @returns {string} who */
export function who() {}
