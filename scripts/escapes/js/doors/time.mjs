import stoa from "stoa";

export const endlessLoop = () => {
  for (;;);
};

export const stubbornLoop = () => {
  for (;;) {
    try {
      for (;;);
    } catch {
    } finally {
      for (;;) {
        try {
          for (;;);
        } catch {}
      }
    }
  }
};

export function* endlessGenerator() {
  for (;;);
  yield 1;
}

export const endlessCleanup = async () => {
  try {
    await new Promise(() => {});
  } finally {
    for (;;);
  }
};

export const endlessPromise = () => new Promise(() => {});

/** The queue of microtasks is never empty, so nobody else gets a turn. */
export const microtasks = () => {
  const again = () => Promise.resolve().then(again);
  return again();
};

export const timers = () => {
  const again = () => setTimeout(again, 0);
  for (let i = 0; i < 10_000; i++) again();
  return new Promise(() => {});
};

export const pattern = () => /^(\w+\s?)*\1$/.test("a ".repeat(40) + "!");
export const sort = () => Array.from({ length: 5_000_000 }, (_, i) => -i).sort(() => { for (;;); });
/** No interrupt ends it. */
export const builtIn = () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);
export const bigNumber = () => 3n ** (10n ** 8n);
export const livelyResult = () => ({
  get a() {
    for (;;);
  },
});

export const livelyError = () => {
  throw Object.assign(new Error("x"), {
    get message() {
      for (;;);
    },
  });
};

/** Calls that come back to themselves by another module. */
export const throughOthers = (world) => stoa.module("vault").relay(world.name, "attempt", "time", "throughOthers", world);

export const callFlood = async () => {
  const all = [];
  for (let i = 0; i < 30_000; i++) all.push(stoa.module("vault").slow(5_000).catch(String));
  return (await Promise.race([Promise.all(all), new Promise((done) => setTimeout(done, 300))]))?.length ?? "many";
};

export const eventFlood = async () => {
  for (let i = 0; i < 50_000; i++) stoa.events.publish("flood.x", i).catch(() => 0);
};
