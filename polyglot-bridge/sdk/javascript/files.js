// What a script writes into files: `stoa.write`.
import { randomUUID } from "node:crypto";
import { Named } from "./remote-call.js";

const CHUNK = 65_536; // characters of a write

/** Text and bytes as they are, iterables as lines, other data as JSON. `put` makes one call of `stoa.write`. */
export async function write(put, path, data, { append = false } = {}) {
  const one = (content, more) => put(path, content, new Named({ append: more }));
  if (data instanceof ArrayBuffer) return one(new Uint8Array(data), append);
  if (ArrayBuffer.isView(data)) return one(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), append);
  if (typeof data === "string") return one(data, append);
  if (!isStream(data)) return one(json(data, 2) + "\n", append);
  let text = "";
  let started = append;
  for await (const item of data) {
    text += typeof item === "string" ? item : json(item) + "\n";
    if (text.length > CHUNK) {
      await one(text, started);
      started = true;
      text = "";
    }
  }
  if (text !== "" || !started) await one(text, started);
}

function isStream(data) {
  if (data === null || typeof data !== "object" || Array.isArray(data)) return false;
  return Boolean(data[Symbol.asyncIterator] || data[Symbol.iterator]);
}

/** JSON with big integers as numbers and Maps as objects. Node 20 cannot write such numbers: marked texts become them. */
function json(data, indent) {
  let mark = "";
  const plainer = (_, v) => {
    if (v instanceof Map) return Object.fromEntries(v);
    if (typeof v !== "bigint") return v;
    mark ||= randomUUID();
    return mark + v;
  };
  const text = String(JSON.stringify(data, plainer, indent));
  return mark ? text.replace(new RegExp(`"${mark}(-?\\d+)"`, "g"), "$1") : text;
}
