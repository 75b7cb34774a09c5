import stoa from "stoa";

/** Calls a method of a module, and says how that went. */
export async function call(module, method, ...args) {
  try {
    return await stoa.module(module)[method](...args);
  } catch (e) {
    // The message of a missing grant names the command already.
    return `${e.code}: ${e.message}${e.message.includes(e.help) ? "" : ` ${e.help}`}`;
  }
}

/** An object, and whoever has it can call it. */
export const lends = () => stoa.ref({ one: () => 1 });

/** Takes the first event of a pattern, after it was told that it listens. */
export async function* heard(pattern, count) {
  for await (const event of stoa.module("events").subscribe(pattern)) {
    yield event.topic;
    if (--count === 0) return;
  }
}
