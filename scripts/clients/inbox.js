// A program of its own that is a module as well: what it reads from its standard input others can ask for and follow. While
// it serves calls it watches a descriptor and a timer, as any node program does: one event loop runs all of it.
//
//   STOA_HOST=<the host's socket> node scripts/clients/inbox.js
//
// In a program elsewhere: `npm install <polyglot-bridge/sdk/javascript>` and `import { connect } from "stoa"`.
import { createInterface } from "node:readline";
import { connect } from "../../polyglot-bridge/sdk/javascript/index.js";

const MOST = 1000;
const entries = [];
const followers = new Set();
let seconds = 0;

const methods = {
  /** The last lines that came in, with how many different words each has. */
  latest: (most = 10) => entries.slice(-most),

  /** Calls `listener(entry)` for each line from now on, until it fails. */
  follow(listener) {
    followers.add(listener);
  },

  /** Seconds since the start. */
  uptime: () => seconds,
};

const host = await connect({ name: "inbox", version: "1.0.0", methods });
const timer = setInterval(() => seconds++, 1000);
const lines = createInterface({ input: process.stdin });

lines.on("line", async (text) => {
  try {
    const words = Object.keys(await host.module("words").count(text)).length; // a call to a module of the host
    const entry = { text, words };
    entries.push(entry);
    if (entries.length > MOST) entries.shift();
    for (const listener of followers) tell(listener, entry);
  } catch (e) {
    console.error(`inbox: ${e.message} ${e.help ?? ""}`);
  }
});

lines.on("close", () => host.close()); // which gives back what was held

async function tell(listener, entry) {
  try {
    await listener(entry); // runs in the process that it came from
  } catch {
    followers.delete(listener);
  }
}

console.error(`inbox: ${await host.closed}`);
clearInterval(timer);
lines.close();
