import stoa from "stoa";
import kept from "./kept.json" with { type: "json" };

/** What all may call. */
export const add = (a, b) => a + b;

export function* numbers(count) {
  for (let n = 0; n < count; n++) yield n;
}

export const use = (value) => typeof value;

export const slow = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export const whoCalls = () => stoa.call.caller;

/** Calls for somebody else, in its own name. */
export const relay = (module, method, ...given) => stoa.module(module)[method](...given);

/** An object for everybody. */
export const box = () => stoa.ref({ open: () => "empty" });

/** An object for the user. */
export function handOut() {
  onlyTheUser();
  return stoa.ref({ tell: () => kept.secret });
}

export function forUser() {
  onlyTheUser();
  return kept.secret;
}

/** Lets somebody knock at a port of this machine. */
export const knock = (port) => stoa.module("knocker").knock(port);

stoa.accept(async (channel) => {
  for await (const word of channel) await channel.send(word);
});

function onlyTheUser() {
  if (stoa.call.caller !== "user") throw new Error("only for the user");
}
