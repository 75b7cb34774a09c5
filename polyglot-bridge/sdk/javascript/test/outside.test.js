// What the host does outside for a module: the web, ports, programs, files, and which variables it may see.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Host } from "../fixtures/host.js";
import { decode, decodeArguments } from "../values.js";

const HELP = "To allow it: stoa grant sample net=secret.example.org:443";

describe("a module and what is outside", () => {
  let host;
  before(async () => {
    Object.assign(process.env, { STOA_ENV: "GRANTED,SET_*,ABSENT", GRANTED: "1", SET_A: "2", SECRET: "3", STOA_DATA: "/data/sample" });
    host = await Host.start("outside.js", "stdio");
    for (const name of ["STOA_ENV", "GRANTED", "SET_A", "SECRET", "STOA_DATA"]) delete process.env[name];
  });
  after(() => host.stop());

  const head = { status: 200, url: "https://example.org/b", headers: { "content-type": "text/plain; charset=latin1" } };

  /** The call that the module makes of the host: its number, its method and what it was given. */
  async function asked() {
    const { call, invoke } = await host.next("invoke");
    assert.equal(invoke.module, "stoa");
    const [positional, named] = decodeArguments(invoke.argument);
    return [call, invoke.method, positional, Object.fromEntries(named)];
  }

  test("fetches a page", async () => {
    const call = host.invoke("page", ["https://example.org/a"]);
    const [made, method, positional, named] = await asked();
    assert.deepEqual([method, positional], ["fetch", ["https://example.org/a"]]);
    assert.deepEqual(named, {
      method: "POST",
      headers: { "x-a": "1", "content-type": "application/json" },
      body: '{"a":1}',
      timeout_ms: 5000,
    });
    host.item(made, head);
    host.item(made, Buffer.from("[1,"));
    host.item(made, Buffer.from("2]"));
    host.send({ call: made, end: {} });
    host.answer(made, null);
    assert.deepEqual(await host.end(call), [200, true, "https://example.org/b", "text/plain; charset=latin1", "[1,2]", [1, 2]]);
  });

  test("reads only as much of a body as it wants", async () => {
    const call = host.invoke("first", ["https://example.org/a"]);
    const [made] = await asked();
    host.item(made, head);
    host.item(made, Buffer.from("piece"));
    assert.ok((await host.next("cancel")).cancel);
    assert.equal(Buffer.from(await host.end(call)).toString(), "piece");
  });

  test("is told which grant is missing", async () => {
    const call = host.invoke("refused", ["https://secret.example.org"]);
    const [made] = await asked();
    host.send({ call: made, failed: { code: "DENIED", message: "`sample` may not reach `secret.example.org:443`.", help: HELP } });
    assert.deepEqual(await host.end(call), ["DENIED", `\`sample\` may not reach \`secret.example.org:443\`. ${HELP}`, HELP]);
  });

  test("runs programs and reads files", async () => {
    const call = host.invoke("run", []);
    const [made, method, positional, named] = await asked();
    assert.deepEqual([method, positional], ["run", ["git", ["log", "5"]]]);
    assert.deepEqual(named, { input: "x", timeout_ms: 10 });
    host.answer(made, { code: 0, out: Buffer.from("out"), err: Buffer.of() });
    assert.deepEqual(await host.end(call), [0, true, "out"]);
    const read = host.invoke("read", ["a.txt"]);
    const [reading, , words] = await asked();
    assert.deepEqual(words, ["a.txt"]);
    host.answer(reading, Buffer.from("content"));
    assert.equal(Buffer.from(await host.end(read)).toString(), "content");
  });

  test("talks to a port over a channel", async () => {
    const call = host.invoke("talk", []);
    const { call: made, invoke } = await host.next("invoke");
    assert.deepEqual([invoke.object.channel.module, invoke.method], ["stoa", "tls:db.example.org:5432"]);
    host.send({ call: made, accepted: {} });
    const { item } = await host.next("item");
    assert.deepEqual([...decode(item.payload)], [1]);
    host.item(made, Buffer.of(2));
    host.send({ call: made, end: {} });
    await host.next("end");
    const [topic, piece] = await host.end(call);
    assert.equal(topic, "tls:db.example.org:5432");
    assert.deepEqual([...piece], [2]);
  });

  test("sees the variables that were granted", async () => {
    assert.deepEqual(await host.call("env", ["GRANTED"]), ["found", "1"]);
    assert.deepEqual(await host.call("env", ["SET_A"]), ["found", "2"]);
    assert.deepEqual(await host.call("env", ["ABSENT"]), ["found", null]);
    const message = "`sample` may not see the environment variable `SECRET`. To allow it: stoa grant sample env=SECRET";
    assert.deepEqual(await host.call("env", ["SECRET"]), ["DENIED", message]);
    assert.deepEqual(await host.call("envs", []), { GRANTED: "1", SET_A: "2" });
    assert.equal(await host.call("data", []), "/data/sample");
  });
});
