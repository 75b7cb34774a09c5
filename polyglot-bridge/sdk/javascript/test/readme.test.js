// The examples in README.md do what it says.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Host } from "../fixtures/host.js";
import { run } from "../fixtures/programs.js";
import { decode } from "../values.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const [module, client, registered, channel] = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1]);
const programOf = (example) => example.replace('import { connect } from "stoa";\n', "");

test("the module", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stoa-"));
  writeFileSync(join(folder, "shout.js"), module);
  const host = await Host.start(join(folder, "shout.js"), "socket");
  const call = host.invoke("shout", ["hello"], { caller: "user" });
  host.answer((await host.next("invoke")).call, { hello: 2 });
  assert.equal((await host.next("log")).log.text, "user greets 2 times");
  assert.equal(await host.end(call), "HELLO!!");
  const numbered = host.invoke("numbered", [], { streams: true });
  host.item(numbered, "a"), host.send({ call: numbered, end: {} });
  assert.equal(decode((await host.next("item")).item.payload), "1 a");
  await host.end(numbered);
  await host.stop();
  rmSync(folder, { recursive: true });
});

test("the channel", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stoa-"));
  const [taker, opener] = channel.split("\n\n");
  const ask = `export async function ask() {\nconst console = { log: stoa.log.info };\n${opener}}`;
  writeFileSync(join(folder, "chat.js"), `import stoa from "stoa";\n${taker}\n${ask}`);
  const host = await Host.start(join(folder, "chat.js"), "socket");
  const call = host.raw({ object: { channel: { module: "chat" } }, streams: true, credit: 32, caller: "ann" });
  await host.next("accepted");
  host.item(call, "hello"), host.send({ call, end: {} });
  assert.equal(decode((await host.next("item")).item.payload), "ann: hello");
  await host.next("returned");
  const asking = host.invoke("ask");
  const opened = await host.next("invoke");
  assert.deepEqual([opened.invoke.object.channel, opened.invoke.method], [{ module: "chat", direct: {} }, "lobby"]);
  host.send({ call: opened.call, accepted: { peer: "chat#1" } });
  assert.equal(decode((await host.next("item")).item.payload), "hello");
  await host.next("end");
  host.item(opened.call, "me: hello"), host.answer(opened.call, null);
  assert.equal((await host.next("log")).log.text, "me: hello");
  await host.end(asking);
  await host.stop();
  rmSync(folder, { recursive: true });
});

test("the client", async () => {
  const host = await run(programOf(client));
  const next = async (method) => {
    const frame = await host.until("invoke");
    assert.equal(frame.invoke.method, method);
    return frame;
  };
  host.answer((await next("shout")).call, "HELLO!");
  const { call } = await next("numbered");
  await host.next("item"), await host.next("item"), await host.next("end");
  host.item(call, "1 a"), host.item(call, "2 b"), host.answer(call, null);
  const open = await next("open"), query = await next("query");
  host.answerReference(open.call, { owner: "db#1", number: 1 }), host.answer(query.call, [5]);
  const every = await next("every");
  assert.equal(await host.call("call", ["12:00"], { object: every.invoke.references[0] }), null);
  host.answer(every.call, null);
  await host.until("goodbye");
  await host.stop();
  assert.equal(host.out, "HELLO!\n1 a\n2 b\n12:00 [ 5 ]\n");
});

test("the program that registers itself", async () => {
  const host = await run(programOf(registered));
  host.invoke("counter");
  const { returned: { references: [counter] } } = await host.next("returned");
  assert.deepEqual([await host.call("add", [2], { object: counter }), await host.call("add", [3], { object: counter })], [2, 5]);
  host.invoke("stop");
  await host.until("goodbye");
  await host.stop();
  assert.equal((await host.exit)[0], 0);
});
