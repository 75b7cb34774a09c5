/** Goes every way, whatever became of the ones before, and tells what was found on each. */
export async function each(...ways) {
  const found = [];
  for (const way of ways) {
    try {
      found.push(shown(await way()));
    } catch (e) {
      found.push(`${e?.name}: ${e?.message} ${e?.help ?? ""}`);
    }
  }
  return found;
}

/** What was found, as text. */
export function shown(it) {
  if (it === undefined || it === null || typeof it === "string") return String(it);
  if (ArrayBuffer.isView(it)) return Array.from(it, (c) => String.fromCharCode(c)).join("");
  if (typeof it === "function" || typeof it === "symbol") return `${typeof it} ${String(it)}`;
  try {
    return JSON.stringify(it, (_, v) => (typeof v === "bigint" ? `${v}` : v)) ?? String(it);
  } catch {
    return Object.prototype.toString.call(it);
  }
}

/** One of node's own modules; there is none in a context. */
export const node = (name) => import("node:" + name);

/** Waits for the first of these events, or half a second. */
export const event = (emitter, ...names) =>
  new Promise((done) => {
    const limit = setTimeout(() => done("nothing happened"), 500);
    for (const name of names) {
      emitter.once(name, (what) => {
        clearTimeout(limit);
        done(`${name}: ${what?.message ?? what}`);
      });
    }
  });
