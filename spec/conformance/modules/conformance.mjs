/** The conformance module in JavaScript: what spec/conformance/README.md asks for. */
import stoa from "stoa";

const closed = new Map(); // how often the cleaning up of generators and calls ran, by the mark that they were given
let produced = 0; // items that `endless` made
let noted = null;
let kept = null;
let account = null;
let handle = null;

const begun = new Map(); // how often `sleep` and `endless_later` began
const begin = (mark) => begun.set(mark, (begun.get(mark) ?? 0) + 1);
const close = (mark) => closed.set(mark, (closed.get(mark) ?? 0) + 1);
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Values and arguments

export const echo = (value) => value;

/** @param {number} a @param {number} b */
export const add = (a, b) => a + b;
export const nothing = () => {};
export const optional = (first, second = 2) => [first, second];
export const rest = (first, ...more) => [first, more];
export const size = (value) => value.length;
export const large = (size) => "x".repeat(size);
export const added_later = async (a, b) => {
  await later(1);
  return a + b;
};

// Errors

export function fail(message) {
  throw new RangeError(message);
}

export async function fail_later(message) {
  await later(1);
  throw new RangeError(message);
}

export function fail_with_cause(message) {
  throw new Error("outer", { cause: new RangeError(message) });
}

export const unsendable = () => ({ a: [1, new Set()] });

export function* unsendable_item() {
  yield 1;
  yield new Set();
}

export async function unsendable_argument() {
  try {
    await stoa.module("stoa").describe([new Set()]);
  } catch (e) {
    return [e.name, e.message.includes("argument 1[0]")];
  }
}

export async function code_of(module, method, given) {
  try {
    await stoa.module(module)[method](...given);
  } catch (e) {
    return e.code;
  }
}

// Streams

export function* count(n) {
  for (let i = 0; i < n; i++) yield i;
}

export async function* count_later(n) {
  for (let i = 0; i < n; i++) {
    await later(1);
    yield i;
  }
}

export function* endless(mark = null) {
  produced = 0;
  try {
    for (;;) {
      produced++;
      yield produced - 1;
    }
  } finally {
    close(mark);
  }
}

export async function* endless_later(mark = null) {
  produced = 0;
  begin(mark);
  try {
    for (;;) {
      await later(1);
      produced++;
      yield produced - 1;
    }
  } finally {
    close(mark);
  }
}

export const produced_items = () => produced;
export const closings = (mark) => closed.get(mark) ?? 0;
export const running = (mark) => (begun.get(mark) ?? 0) - closings(mark);

export function* fail_after(n) {
  yield* count(n);
  throw new RangeError("after " + n);
}

export function* returning(n) {
  yield* count(n);
  return "done";
}

export function* sized(n, size) {
  for (let i = 0; i < n; i++) yield "x".repeat(size);
}

export async function total(items) {
  let sum = 0;
  for await (const item of items) sum += item;
  return sum;
}

export async function total_from(start, items) {
  return start + (await total(items));
}

export async function first(items) {
  for await (const item of items) return item;
  return null;
}

export async function* doubled(items) {
  for await (const item of items) yield 2 * item;
}

export async function slow_total(ms, items) {
  let sum = 0;
  for await (const item of items) {
    await later(ms);
    sum += item;
  }
  return sum;
}

// Calls

export const note = (text) => {
  noted = text;
};
export const noted_text = () => noted;
export const say = (text) => stoa.log.info(text);

export async function sleep(ms, mark = null) {
  begin(mark);
  try {
    const until = Date.now() + ms;
    while (Date.now() < until) {
      if (stoa.call.cancelled) return null;
      await later(Math.min(10, until - Date.now()));
    }
    return ms;
  } finally {
    close(mark);
  }
}

export function busy() {
  for (;;);
}

const left = () => (stoa.call.deadline === null ? null : Math.round(stoa.call.deadline * 1000));

export const remaining = () => left();
export async function remaining_after(ms) {
  await later(ms);
  return left();
}

export const caller = () => stoa.call.caller;
export async function caller_after(ms) {
  await later(ms);
  return stoa.call.caller;
}

export async function relay(module, method, given) {
  return await stoa.module(module)[method](...given);
}

export async function relay_after(ms, module, method, given) {
  await later(ms);
  return await relay(module, method, given);
}

export async function cleans(module, method, given) {
  try {
    await relay(module, "sleep", [60_000]);
  } finally {
    await relay(module, method, given);
  }
}

export async function* cleaning_items(module, method, given) {
  try {
    for (;;) yield 1;
  } finally {
    await relay(module, method, given);
  }
}

export async function insists(module, mark) {
  await relay(module, "sleep", [60_000]).catch(() => {});
  try {
    for (;;) await relay(module, "nothing", []);
  } finally {
    close(mark);
  }
}

export async function* added_items(module, n) {
  for (let i = 0; i < n; i++) yield await relay(module, "add", [i, 1]);
}

export function through(module, n) {
  const to = stoa.module(module);
  return to.total(to.stream.doubled(to.stream.count(n)));
}

let passed = 0; // items that the latest stream of `passed_on` got

export async function* passed_on(module, method, given) {
  passed = 0;
  for await (const item of stoa.module(module).stream[method](...given)) {
    passed++;
    yield item;
  }
}

export function passed_items() {
  return passed;
}

export async function relay_items(module, method, given) {
  const items = [];
  for await (const item of stoa.module(module).stream[method](...given)) items.push(item);
  return items;
}

export async function relay_first(module, method, given) {
  for await (const item of stoa.module(module).stream[method](...given)) return item;
}

export async function feed(module, method, n) {
  return await stoa.module(module)[method](count(n));
}

export const send = (module, method, given) => {
  stoa.oneWay(module)[method](...given);
};

// References

class Account {
  #total;
  constructor(start) {
    this.#total = start;
    this.plain = 7;
    this._secret = () => 7;
  }
  add(n) {
    return (this.#total += n);
  }
  async add_later(n) {
    await later(1);
    return this.add(n);
  }
  value() {
    return this.#total;
  }
  *upto(n) {
    yield* count(n);
  }
  async total(items) {
    return await total(items);
  }
  fail(message) {
    throw new RangeError(message);
  }
  me() {
    return stoa.ref(this);
  }
  _private() {
    return 7;
  }
}

export function open(start) {
  account = new Account(start);
  handle = stoa.ref(account);
  return handle;
}

export const is_opened = (thing) => thing === account;
export const revoke = () => stoa.release(handle);
export const adder = () => (a, b) => a + b;
export const opened_in_list = (start) => [open(start), { deep: handle }];

export function* accounts(n) {
  for (let i = 0; i < n; i++) yield stoa.ref(new Account(i));
}

export const apply = async (call, given) => await call(...given);
export const apply_method = async (object, method, given) => await object[method](...given);
export async function apply_stream(object, method, given) {
  const items = [];
  for await (const item of object[method](...given)) items.push(item);
  return items;
}

export const keep = (thing) => {
  kept = thing;
};
export const use_kept = async (method, given) => await kept[method](...given);
export const drop_kept = () => stoa.release(kept);
export const forget_kept = () => {
  kept = null;
};
export const collect = globalThis.gc; // where the language can be asked to

export const pipelined = async (module, start, n) => await stoa.module(module).open(start).add(n);
export const pipelined_fail = async (module) => await stoa.module(module).fail("no").add(1);
export const pipelined_value = async (module) => await stoa.module(module).add(1, 2).add(1);
