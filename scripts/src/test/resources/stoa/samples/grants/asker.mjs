import stoa from "stoa";

/** Calls a method of a module, and says how that went. */
export async function call(module, method, ...args) {
  try {
    return await stoa.module(module)[method](...args);
  } catch (e) {
    return `${e.code}: ${e.message} ${e.help}`;
  }
}

/** Takes the first event of a pattern, after it was told that it listens. */
export async function* heard(pattern, count) {
  for await (const event of stoa.module("events").subscribe(pattern)) {
    yield event.topic;
    if (--count === 0) return;
  }
}
