// `node visitor.mjs SDK NAME`: serves conformance.mjs as a module that comes to the host's socket (STOA_HOST) by itself.
import { register } from "node:module";
import { pathToFileURL } from "node:url";

const [sdk, name] = process.argv.slice(2);
const here = new URL("./", import.meta.url).href;
register("./hooks.js", pathToFileURL(`${sdk}/`), { data: { folder: here } });
const { connect } = await import("stoa");
const { busy, ...methods } = await import("./conformance.mjs"); // the host cannot end a process that it did not start
await connect({ name, methods });
console.log("here");
