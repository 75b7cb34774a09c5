/**
 * A clock whose ticks are a stream.
 */
import stoa from "stoa";

/**
 * Ticks until its reader goes, or `times` times.
 * @param {number} every - milliseconds between two ticks
 * @param {number} times - how often; 0: for ever
 * @returns {AsyncGenerator<object>} `tick`, counted from 1, and `at`, the time
 */
export async function* ticks(every = 1000, times = 0) {
  let tick = 0;
  try {
    while (tick < times || times === 0) {
      await new Promise((resolve) => setTimeout(resolve, every));
      yield { tick: ++tick, at: new Date() };
    }
  } finally {
    stoa.log.info(`stopped after ${tick} ticks`);
  }
}
