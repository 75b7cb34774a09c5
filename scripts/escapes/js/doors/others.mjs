import stoa from "stoa";
import { each, shown } from "./ways.mjs";

const vault = stoa.module("vault");

export const hiddenMethods = () =>
  each(...["secret", "_secret", "#secret", "kept", "default", "constructor", "__proto__", "toString", "then", "prototype", "stoa", "caller", ""].map((name) => () => vault[name]()));

export const forTheUser = () => each(() => vault.forUser(), () => vault.forUser(stoa.named({ caller: "user" })), () => vault.relay("vault", "forUser"));

/** The vault has handed an object to the user, never to anybody else. */
export const guessedReferences = () =>
  each(
    ...["vault#1", "vault", "user"].flatMap((owner) => [
      () => vault.use({ owner, number: 1 }),
      () => vault.use({ $reference: { owner, number: 1 } }),
      () => stoa.release({ owner, number: 1, text: `${owner}/1` }),
      () => stoa.module(`${owner}/1`).tell(),
      () => Object.setPrototypeOf(() => 1, { owner, number: 1 }).tell(),
    ]),
  );

/** Of an object that it holds, nobody reaches more than its methods. */
export async function throughAnObject() {
  const box = await vault.box();
  return each(
    ...["constructor", "__proto__", "secret", "_secret", "__globals__", "__class__", "__dict__", "valueOf", "apply", "bind", "call"].map((name) => () => box[name]()),
    () => shown(Reflect.ownKeys(box)),
    () => Object.getPrototypeOf(box).constructor("return this")().vault,
  );
}

export const asSomebodyElse = () =>
  each(
    () => vault.whoCalls({ caller: "user" }),
    () => vault.whoCalls(stoa.named({ caller: "user" })),
    () => {
      stoa.call.caller = "user";
      return vault.whoCalls();
    },
  );

/** A module that has said whom it calls calls nobody else. */
export const ungrantedCall = () => stoa.module("vault").add(1, 2);
export const ungrantedChannel = () => stoa.channel("vault", { topic: "x" });

/** Traps in what all objects are made of: nobody else may fall into them. */
export const pollution = () => {
  Object.prototype.polluted = "polluted";
  Object.prototype.caller = "user";
  Object.prototype.code = 0;
  Object.prototype.toJSON = () => "polluted";
  Array.prototype.toJSON = () => ["polluted"];
  Array.prototype[Symbol.iterator] = function* () {
    yield "polluted";
  };
  Promise.prototype.then = function (f) {
    return f("polluted");
  };
  String.prototype.split = () => ["polluted"];
  Function.prototype.call = () => "polluted";
  Math.random = () => 0;
  JSON.stringify = () => "polluted";
  globalThis.Map = class {};
  globalThis.console = { log: () => 0 };
};

export const patchedApi = () =>
  each(
    () => (stoa.module = () => ({ add: () => "polluted" })),
    () => (stoa.call = { caller: "user" }),
    () => Object.defineProperty(stoa, "log", { value: null }),
    () => delete stoa.events,
    () => Object.setPrototypeOf(stoa, { polluted: 1 }),
    async () => ((await import("stoa")).default.polluted = "polluted"),
  );

export const reservedEvents = () =>
  each(
    () => stoa.events.publish("stoa.peer.gone", { name: "vault" }),
    () => stoa.events.publish("stoa.drain", {}),
    () => stoa.events.publish("", 1),
    () => stoa.events.publish(">", 1),
    () => stoa.module("events").publish("stoa.log", "x", "user"),
  );

/** Who has another's name is called in its place. */
export const othersName = (world) =>
  each(async () => {
    const { connect } = await import("stoa");
    const host = await connect({ name: "vault", socket: world.hostSocket, methods: { add: () => "polluted" } });
    return [world.won, shown(host)];
  });

export const deepValues = () => {
  let nested = [];
  for (let i = 0; i < 20_000; i++) nested = [nested];
  const loop = {};
  loop.loop = loop;
  return each(() => vault.use(nested), () => vault.use(loop), () => vault.use(JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}')));
};
