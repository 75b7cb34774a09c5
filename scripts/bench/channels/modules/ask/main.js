/** The near end of a measured channel. */
import stoa from "stoa";

/**
 * Round trips of 64 bytes, one after the other, then pieces of 64 KiB in one direction.
 * @param {boolean} direct - without the host in between
 * @param {number} rounds
 * @param {number} pieces
 * @returns {object} `p50` and `p99` in microseconds, `rate` in MB/s
 */
export async function measure(direct, rounds, pieces) {
  const channel = await stoa.channel("answer", { direct });
  if (channel.direct !== direct) throw new Error(`asked for direct=${direct}, got ${channel.direct}`);
  const small = new Uint8Array(64), large = new Uint8Array(65536), took = [];
  const answers = channel[Symbol.asyncIterator]();
  for (let i = 0; i < rounds * 2; i++) {
    const start = process.hrtime.bigint();
    await channel.send(small);
    await answers.next();
    if (i >= rounds) took.push(Number(process.hrtime.bigint() - start) / 1000); // the first half warms up
  }
  const start = process.hrtime.bigint();
  for (let i = 0; i < pieces; i++) await channel.send(large);
  channel.end();
  const bytes = (await answers.next()).value;
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (bytes !== rounds * 2 * small.length + pieces * large.length) throw new Error(`${bytes} bytes have arrived`);
  took.sort((a, b) => a - b);
  return { p50: took[took.length >> 1], p99: took[Math.floor(took.length * 0.99)], rate: (pieces * large.length) / seconds / 1e6 };
}
