#!/usr/bin/env node
// `node run.js MODULE_FILE`: serves a JavaScript file as a module of the host that started this process.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { basename, dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Connection } from "./connection.js";
import { framesOf } from "./failures.js";
import { useConnection } from "./index.js";
import { tellPrinted } from "./printed.js";
import { infoOf, methodsOf } from "./schema.js";
import { Server } from "./server.js";
import { openTransport } from "./transport.js";

if (process.argv.length !== 3) {
  console.error("usage: node run.js MODULE_FILE");
  process.exit(2);
}
process.on("SIGINT", () => {}); // Ctrl-C is for the host, which cancels what it wants to
const [transport, token] = openTransport();
const file = resolve(process.argv[2]);
const name = process.env.STOA_MODULE || nameOf(file);
const server = new Server(name);
const connection = new Connection(transport, server, { over: exit });
useConnection(connection);
tellPrinted(connection);

// An error outside of any call has nobody to answer to; it must not end the calls of others.
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error) => connection.log("ERROR", `outside of any call: ${error?.stack ?? error}`));
}

try {
  connection.greet(await load(), token);
} catch (e) {
  process.stderr.write(`${e?.stack ?? e}\n`);
  connection.refuse(reason(e), token);
}

async function load() {
  register("./hooks.js", import.meta.url, { data: { folder: pathToFileURL(dirname(file)).href + "/" } });
  const exports = await import(pathToFileURL(file).href);
  const source = readFileSync(file, "utf8");
  server.loaded = true;
  server.methods = methodsOf(exports, source, server.acceptor);
  return infoOf(name, exports, server.methods, source);
}

/** Without the host nobody wants what this process does. */
function exit(reason, status) {
  if (status) process.stderr.write(`stoa: ${reason}\n`);
  process.exit(status);
}

function nameOf(path) {
  const stem = basename(path, extname(path));
  return stem === "main" ? basename(dirname(path)) : stem;
}

/** `words.js, line 3: SyntaxError: Unexpected token` */
function reason(error) {
  if (!(error instanceof Error)) return `${basename(file)}: ${error}`;
  const [frame] = framesOf(error);
  const [, path, line] = /^(?:file:\/\/)?(\/[^\n:]*):(\d+)\n/.exec(error.stack) ?? [];
  const where = path ? `${basename(path)}, line ${line}` : frame ? `${frame.file}, line ${frame.line}` : basename(file);
  return `${where}: ${error.name}: ${error.message}`;
}
