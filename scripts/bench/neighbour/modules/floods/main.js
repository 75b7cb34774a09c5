import stoa from "stoa";

/** Publishes as fast as it can, for nobody. */
export async function echo(text) {
  for (;;) await Promise.all(Array.from({ length: 100 }, (_, n) => stoa.events.publish("noise.event", n)));
}
