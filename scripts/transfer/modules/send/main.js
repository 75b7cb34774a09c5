/**
 * Sends files to the module `store`, from process to process.
 */
import { createReadStream } from "node:fs";
import stoa from "stoa";

/**
 * Sends a file.
 * @param {string} path - of the file
 * @param {string} to - the path that it shall have there
 * @returns {object} `bytes` and `sha256` of what has arrived, and whether it went `direct`
 */
export async function file(path, to) {
  const channel = await stoa.channel("store", { topic: to, direct: true });
  for await (const piece of createReadStream(path, { highWaterMark: 200 << 10 })) await channel.send(piece);
  channel.end(); // and listen for the receipt
  for await (const receipt of channel) return { ...receipt, direct: channel.direct };
}
