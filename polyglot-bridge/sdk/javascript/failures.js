// Failures between JavaScript errors and the wire.
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";

const MAX_NAME = 100, MAX_TEXT = 16_000, MAX_FRAMES = 100, MAX_CAUSES = 10;
const OURS = dirname(fileURLToPath(import.meta.url));

/** A call that ended without a result. */
export class StoaError extends Error {
  constructor(code, message, { help = "", retryable = false, remote = null, details = {} } = {}) {
    // A refusal names the grant that is missing, in whatever is printed of it.
    super(code === "DENIED" && help ? `${message} ${help}` : message);
    this.name = "StoaError";
    this.code = code;
    this.help = help;
    this.retryable = retryable;
    this.remote = remote;
    this.details = details;
  }
}

/** A reference that leads nowhere any more. */
export function lost(label, why) {
  return new StoaError("LOST", `\`${label}\` is gone: ${why}.`, { help: "Ask its owner for a new one." });
}

export function fromWire(failed) {
  const known = typeof failed.code === "string" && failed.code !== "FAILURE_CODE_UNSPECIFIED";
  return new StoaError(known ? failed.code : "INTERNAL", failed.message ?? "", {
    help: failed.help,
    retryable: failed.retryable,
    remote: failed.thrown ? remote(failed.thrown) : null,
    details: failed.details ? Object.fromEntries(failed.details) : {},
  });
}

function remote({ type = "", message = "", frames = [], cause, module = "" }) {
  const lines = frames.map((f) => ({ language: "", function: "", file: "", line: 0, ...f }));
  return { type, message, frames: lines, cause: cause ? remote(cause) : null, module };
}

/** A Failed that says that the module's code refuses or broke. */
export function toWire(error) {
  const failed = { code: error.code, message: cut(withoutHelp(error)), help: cut(error.help), retryable: error.retryable };
  const details = Object.entries(error.details);
  if (details.length > 0) failed.details = new Map(details);
  return failed;
}

function withoutHelp({ message, help }) {
  return help && message.endsWith(` ${help}`) ? message.slice(0, -help.length - 1) : message;
}

/** A Failed that says that user code threw `error`. */
export function threw(error, module) {
  const thrown = describe(error, module, MAX_CAUSES);
  const failed = { code: "THREW", message: thrown.message ? `${thrown.type}: ${thrown.message}` : thrown.type, thrown };
  if (error instanceof StoaError) failed.details = new Map([["code", error.code]]);
  return failed;
}

function describe(error, module, causes) {
  if (!(error instanceof Error)) return { type: typeName(error), message: cut(typeof error === "object" ? dataText(error) : safeText(error)), module };
  const type = String(error.name || "Error");
  const thrown = { type, message: cut(wordsOf(error)), frames: framesOf(error), module };
  if (error instanceof StoaError && error.remote) thrown.cause = error.remote.cause ? error.remote : withoutCause(error.remote);
  else if (error.cause !== undefined && causes > 0) thrown.cause = describe(error.cause, module, causes - 1);
  return tidy(thrown);
}

/** What a caller further up reads has to say the code and the next step too. */
function wordsOf(error) {
  const text = safeText(error.message);
  if (!(error instanceof StoaError) || error.code === "THREW") return text;
  const help = error.help && !text.endsWith(error.help) ? ` ${error.help}` : "";
  return `${error.code}: ${text}${help}`;
}

/** `cause: null` is for people; the wire leaves it out. */
function tidy(thrown) {
  if (thrown.cause) thrown.cause = tidy({ ...thrown.cause });
  else delete thrown.cause;
  return thrown;
}

const withoutCause = ({ cause: _, ...rest }) => rest;

function typeName(value) {
  return value === null ? "null" : typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value;
}

/** What was thrown instead of an error, as JSON. */
function dataText(value) {
  try {
    return JSON.stringify(value) ?? safeText(value);
  } catch {
    return safeText(value);
  }
}

function safeText(value) {
  try {
    return String(value);
  } catch {
    return "(an error without words)";
  }
}

const FRAME = /^\s+at (?:async )?(?:(.*?) \()?((?:file:\/\/)?\/.*?)(?:\?[^:]*)?:(\d+):\d+\)?$/;

/** The frames of ES modules are URLs, in which a space is `%20`. A stack can be any text: nothing here may throw. */
function pathOf(place) {
  if (!place.startsWith("file://")) return place;
  try {
    return fileURLToPath(place);
  } catch {
    return place.slice("file://".length);
  }
}

/** The frames of user code, innermost first. */
export function framesOf(error) {
  const frames = [];
  for (const line of String(error.stack ?? "").split("\n")) {
    const match = FRAME.exec(line);
    if (!match || frames.length >= MAX_FRAMES) continue;
    const path = pathOf(match[2]);
    if (dirname(path) !== OURS) {
      const name = (match[1] ?? "").replace(/^(new |Object\.|Module\.)/, "");
      frames.push({ language: "javascript", function: name, file: basename(path), line: Number(match[3]) });
    }
  }
  return frames;
}

/** Text that fits into a frame and is Unicode. */
export function cut(text) {
  return (text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) + " ..." : text).toWellFormed();
}

/** The name that was probably meant. */
export function closest(name, names) {
  if (name.length > MAX_NAME) return undefined;
  let best, least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const distance = edits(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** How many letters must be put in, left out, changed or swapped with their neighbour. */
function edits(a, b) {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const change = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, rows[i - 1][j] + 1, rows[i][j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, rows[i - 2][j - 2] + 1);
      rows[i].push(least);
    }
  }
  return rows[a.length][b.length];
}
