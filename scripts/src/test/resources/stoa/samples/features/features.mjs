/**
 * JavaScript as people write it.
 * @module features
 */
import stoa, { StoaError } from "stoa";

class Account {
  #sum;
  static made = 0;
  constructor(sum) {
    this.#sum = sum;
    Account.made++;
  }
  get sum() {
    return this.#sum;
  }
  add(amount) {
    this.#sum += amount;
    return this;
  }
}
const bank = new Map();
const ready = await Promise.resolve(42);

export const counter = (() => {
  let n = 0;
  return () => ++n;
})();

export function account(name, start = 10, ...amounts) {
  if (!bank.has(name)) bank.set(name, new Account(start));
  return { sum: bank.get(name).add(amounts.reduce((a, b) => a + b, 0)).sum, made: Account.made };
}

export async function* ticks(n = 3) {
  for (let i = 0; i < n; i++) {
    await new Promise((done) => setTimeout(done, 1));
    yield { i, at: i * 1.5 };
  }
}

export function* fibonacci(n) {
  let [a, b] = [0n, 1n];
  for (let i = 0; i < n; i++) {
    yield a;
    [a, b] = [b, a + b];
  }
}

export function options({ a, b: { c = 5 } = {}, ...others }, [first, ...tail] = []) {
  return { a, c, others, first, tail };
}

export const cube = (x) => x ** 3n;
export const numbers = () => [2n ** 64n, -(2n ** 70n), 9007199254740993n, 1e21, -0, 0.1 + 0.2, NaN, undefined];
export const reversed = (bytes) => bytes.toReversed();
export const nextDay = (date) => ({ date, year: date.getUTCFullYear(), next: new Date(date.getTime() + 86_400_000) });
export const getReady = () => ready;
export const proto = () => JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}');
export const months = (text) => [...text.matchAll(/(?<y>\d{4})-(?<m>\d\d)/gu)].map((m) => ({ ...m.groups }));
export const modern = () => [[1, 2, 3].at(-1), [3, 1, 2].toSorted(), [1, 2, 3, 4].findLast((x) => x % 2), "a-b".replaceAll("-", "+")];
export default () => "the default export";

export function chain() {
  try {
    JSON.parse("{bad");
  } catch (cause) {
    throw new TypeError("outer", { cause });
  }
}
export class Mine extends Error {
  name = "Mine";
}
export function throwsMine() {
  throw new Mine("own kind");
}
export function throwsData() {
  throw { code: 5 };
}
export const returnsSet = () => ({ a: [1, new Set([1])] });
export const returnsInstance = () => new Account(5);
export const returnsSymbol = () => Symbol("x");
export const returnsSurrogate = () => "a\ud800b";
export function returnsCycle() {
  const a = {};
  return (a.self = a);
}
export const recurses = () => recurses() + 1;

export async function settled() {
  const calls = [stoa.module("pyfeatures").add(1, 2), stoa.module("nope").x(), stoa.module("pyfeatures").chain()];
  return (await Promise.allSettled(calls)).map((r) => r.value ?? [r.reason instanceof StoaError, r.reason.code, r.reason.remote?.cause?.type]);
}
export const passesOn = () => stoa.module("pyfeatures").chain();
export const absent = () => stoa.module("pyfeaturs").chain();
