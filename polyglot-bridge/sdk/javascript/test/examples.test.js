// The example in scripts/clients serves, calls, and watches what it reads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Host } from "../fixtures/host.js";
import { decodeArguments } from "../values.js";

const INBOX = fileURLToPath(new URL("../../../../scripts/clients/inbox.js", import.meta.url));

test("inbox serves what comes in on its own descriptor", async () => {
  const host = new Host();
  host.transport = "socket";
  const accepted = await host.listen();
  host.spawn([INBOX], { STOA_HOST: host.path });
  await accepted();
  await host.greet();
  assert.deepEqual([host.info.name, host.info.methods.map((m) => m.name)], ["inbox", ["latest", "follow", "uptime"]]);
  const listener = { owner: "client#1", number: 1 };
  assert.equal(await host.end(host.pass("follow", listener)), null);
  host.child.stdin.write("to be or not\n");
  const { call, invoke } = await host.next("invoke");
  assert.deepEqual([invoke.module, decodeArguments(invoke.argument)[0]], ["words", ["to be or not"]]);
  host.answer(call, { to: 1, be: 1, or: 1, not: 1 });
  const told = await host.next("invoke");
  const entry = { text: "to be or not", words: 4 };
  assert.deepEqual([told.invoke.object.reference, decodeArguments(told.invoke.argument)[0]], [listener, [entry]]);
  host.answer(told.call, null);
  assert.deepEqual(await host.call("latest"), [entry]);
  assert.equal(typeof (await host.call("uptime")), "number");
  host.child.stdin.end();
  await host.until("goodbye");
  await host.stop();
  assert.deepEqual([(await host.exit)[0], host.err], [0, "inbox: the client has closed the connection\n"]);
});
