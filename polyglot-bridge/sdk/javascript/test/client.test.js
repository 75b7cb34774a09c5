// Any node program as a client, and as a module that registers itself.
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Host } from "../fixtures/host.js";
import { run } from "../fixtures/programs.js";
import { encode, PREFACE } from "../frames.js";
import { connect } from "../index.js";
import * as sample from "../fixtures/modules/plain.js";

const greeted = (host) => [host.hello.module, host.hello.token, host.hello.features.sort()];

test("a client has no name, and finds the host where STOA_HOST says", async () => {
  const host = await run(`
    const host = await connect();
    console.log(await host.module("words").count("a b"));
  `);
  assert.deepEqual(greeted(host), [undefined, undefined, ["channels", "direct-channels", "large-payloads", "log", "pipelining", "references", "streams-in"]]);
  const { call, invoke } = await host.next("invoke");
  assert.deepEqual([call, invoke.module, invoke.parent], [1, "words", undefined]);
  host.answer(call, 2);
  const [code] = await host.exit; // by itself
  assert.deepEqual([code, host.out], [0, "2\n"]);
  await host.stop();
});

test("a client lives while a call is under way, and as long as it stays", async () => {
  const waiting = await run(`(await connect()).module("m").f().then(console.log);`);
  const { call } = await waiting.next("invoke");
  await waiting.nothing();
  waiting.answer(call, "late");
  assert.equal((await waiting.exit)[0], 0);
  assert.equal(waiting.out, "late\n");
  const staying = await run(`console.log(await (await connect({ stays: true })).closed);`);
  await staying.nothing();
  staying.send({ goodbye: { reason: "it is late" } });
  assert.equal((await staying.exit)[0], 0);
  assert.equal(staying.out, "it is late\n");
});

test("a program registers itself with a name, and serves until it closes", async () => {
  const host = await run(`
    const host = await connect({ name: "clock", version: "1.0", methods: { now: () => 12, stop: () => void setTimeout(() => host.close(), 20) } });
  `);
  const { name, version, methods, language } = host.info;
  assert.deepEqual([name, version, language, methods.map((m) => m.name)], ["clock", "1.0", "javascript", ["now", "stop"]]);
  await host.nothing();
  assert.equal(await host.call("now"), 12);
  await host.call("stop");
  assert.match((await host.next("goodbye")).goodbye.reason, /closed the connection/);
  await host.stop();
  assert.equal((await host.exit)[0], 0);
});

test("the namespace of a module will do as methods", async () => {
  const [host] = await Host.meet({ name: "plain", methods: sample, token: "00ff" });
  assert.deepEqual([host.info.version, host.info.methods.map((m) => m.name), host.hello.token.toString("hex")], ["2.0.0", ["twice"], "00ff"]);
  assert.equal(await host.call("twice", [2]), 4);
  await host.stop();
});

test("a module says what it needs", async () => {
  const methods = { stoa: { version: "1.0.0", needs: { text: "^1.2" } }, now: () => 12 };
  for (const [options, expected] of [[{}, { text: "^1.2" }], [{ needs: { list: "*" } }, { list: "*" }]]) {
    const [host] = await Host.meet({ name: "clock", methods, ...options });
    assert.deepEqual([Object.fromEntries(host.info.needs), host.info.version], [expected, "1.0.0"]);
    await host.stop();
  }
});

test("a client serves the objects that it passes", async () => {
  const [host, client] = await Host.meet();
  client.module("m").each((x) => x * 2);
  const { invoke: { references: [reference] } } = await host.next("invoke");
  assert.equal(await host.call("call", [4], { object: reference }), 8);
  assert.equal((await host.call("f")).code, "NO_SUCH_METHOD");
  await host.stop();
});

test("calls that come right behind the handshake wait for the code behind connect", async () => {
  const host = await run(`const host = await connect({ name: "m", methods: { f: () => typeof host } });`, { greet: false });
  host.hello = (await host.next("hello")).hello;
  const frames = [{ welcome: { protocol: 1 } }, { call: 2, invoke: { module: "m", method: "f" } }];
  host.write(Buffer.concat([PREFACE, ...frames.map(encode)]));
  assert.equal(await host.end(2), "object");
  await host.stop();
});

test("who is refused gets the host's words and their code", async () => {
  for (const [reason, code] of [["NAME_TAKEN: `clock` is client#2", "NAME_TAKEN"], ["go away", "DENIED"], ["Nothing: no", "DENIED"]]) {
    const host = new Host();
    host.transport = "socket";
    const accepted = await host.listen();
    const refused = assert.rejects(connect({ socket: host.path, name: "clock" }), { name: "StoaError", code, message: reason });
    await accepted();
    await host.next("hello");
    host.write("STOA1\n");
    host.send({ goodbye: { reason } });
    await refused;
    await host.stop();
  }
});

test("where no host is, connecting fails UNAVAILABLE", async () => {
  await assert.rejects(connect({ socket: join(tmpdir(), "no-such-socket") }), { code: "UNAVAILABLE", retryable: true });
  await assert.rejects(connect({ socket: "" }), { code: "UNAVAILABLE", help: /STOA_HOST/ });
  await assert.rejects(connect({ methods: { f() {} } }), TypeError);
});

test("a connection that is lost fails its calls and says why", async () => {
  const [host, client] = await Host.meet();
  const call = client.module("m").f();
  await host.next("invoke");
  host.socket.destroy();
  await assert.rejects(call, { code: "LOST" });
  assert.equal(await client.closed, "the host has gone");
  await assert.rejects(client.module("m").f(), { code: "LOST", message: "`m.f` was not called: the host has gone." });
  assert.equal(client.oneWay("m").f(), undefined);
  await client.close();
  await host.stop();
});

test("what a client serves is cancelled when the connection is lost", async () => {
  let end;
  const ended = new Promise((resolve) => (end = resolve));
  const methods = {
    async *endless() {
      try {
        for (;;) yield await new Promise((done) => setTimeout(done, 5));
      } finally {
        end("in its finally");
      }
    },
  };
  const [host, client] = await Host.meet({ name: "m", methods });
  host.invoke("endless");
  await host.next("item");
  await host.stop();
  await client.closed;
  assert.equal(await ended, "in its finally");
});

test("closing says goodbye, fails what is under way and settles closed", async () => {
  const [host, client] = await Host.meet();
  const call = assert.rejects(client.module("m").f(), { code: "LOST" });
  await client[Symbol.asyncDispose]();
  await call;
  await host.next("invoke"), await host.next("goodbye");
  assert.equal(await client.closed, "the client has closed the connection");
  await host.stop();
});

test("a client that the host drains finishes its calls, opens none, and leaves", async () => {
  const [host, client] = await Host.meet();
  const call = client.module("m").f();
  const { call: number } = await host.next("invoke");
  host.send({ drain: {} });
  host.send({ ping: { nonce: 1 } });
  await host.next("pong");
  await assert.rejects(client.module("m").g(), { code: "UNAVAILABLE" });
  host.answer(number, 1);
  await host.next("goodbye");
  assert.equal(await call, 1);
  await host.stop();
});

test("a hostile host is left, not followed", async () => {
  for (const bytes of ["ffffffffff01", "0400000000", "021a0a"]) {
    const [host, client] = await Host.meet();
    host.write(Buffer.from(bytes, "hex"));
    await host.next("goodbye");
    assert.match(await client.closed, /^malformed frame/);
    await host.stop();
  }
});
