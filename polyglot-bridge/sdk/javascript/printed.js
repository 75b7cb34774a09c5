// What a module prints while it serves a call belongs to that call.
import { current } from "./current.js";

/** Longer lines, and what comes faster than the host reads, take the way of the pipes, which hold up who writes. */
const LONGEST = 8_000;
const SPILLED = "lines came faster than the host takes them; `stoa logs` has those that follow";

/**
 * From now on whole lines that are written to `process.stdout` and `process.stderr` in a call go to the host as lines of that
 * call. All else is written as ever: pieces of lines, bytes, what is printed outside of calls, and what other processes print.
 */
export function tellPrinted(connection) {
  tell(process.stdout, "OUT", connection);
  tell(process.stderr, "ERR", connection);
}

function tell(stream, level, connection) {
  const write = stream.write;
  stream.write = function (chunk, encoding, done) {
    const call = current.getStore();
    if (typeof chunk !== "string" || !chunk.endsWith("\n") || !call?.open || !connection.tells) {
      return write.call(stream, chunk, encoding, done);
    }
    const lines = chunk.slice(0, -1).split("\n");
    if (connection.isFull || lines.some((line) => line.length > LONGEST)) {
      if (connection.isFull && !call.spilled) {
        call.spilled = true;
        connection.log("WARNING", SPILLED);
      }
      return write.call(stream, chunk, encoding, done);
    }
    for (const line of lines) connection.log(level, line);
    const told = typeof encoding === "function" ? encoding : done;
    if (told) process.nextTick(told);
    return true;
  };
}
