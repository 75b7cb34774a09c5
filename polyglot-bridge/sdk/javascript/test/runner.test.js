// `node run.js` against a small host, over both transports.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Host } from "../fixtures/host.js";
import { decodeArguments } from "../values.js";

const code = (failed) => failed.code;

for (const transport of ["stdio", "socket"]) {
  describe(`over ${transport}`, () => {
    let host;
    before(async () => (host = await Host.start("sample.js", transport)));
    after(async () => assert.equal(await host.stop(), 0, host.err));

    test("it describes itself", () => {
      const { name, version, language, doc, needs, methods } = host.info;
      assert.deepEqual([name, version, language, doc], ["sample", "1.2.0", "javascript", "A module for the tests."]);
      assert.deepEqual([...needs], [["text", "^1.0"]]);
      const by = Object.fromEntries(methods.map((m) => [m.name, m]));
      assert(!by.NotAMethod && !by.stoa && by.echo.idempotent && by.numbers.streams && by.anumbers.streams);
      assert.equal(by.echo.doc, "Gives back what it gets.");
      assert.deepEqual(by.count, {
        name: "count",
        doc: "Counts words.\n\nLonger text.",
        returns: "Record<string, number>",
        parameters: [
          { name: "text", type: "string", doc: "what to count" },
          { name: "least", type: "number", doc: "the least", optional: true, default: "1" },
          { name: "more", type: "string[]", doc: "words", variadic: true },
        ],
      });
    });

    test("values go through unchanged", async () => {
      for (const value of [null, 1, 2.5, "é", Uint8Array.of(1), [1, [2]], { b: 1, a: null }, 2n ** 70n, new Date(5)]) {
        assert.deepStrictEqual(await host.call("echo", [value]), value);
      }
    });

    test("large values go in parts", async () => {
      const value = "x".repeat(3_000_000);
      assert.equal(await host.call("echo", [value]), value);
    });

    test("arguments by position and name", async () => {
      assert.deepEqual(await host.call("count", ["a", 2, "b"]), { text: "a", least: 2, more: ["b"] });
      assert.deepEqual(await host.call("count", [], { named: { text: "a" } }), { text: "a", least: 1, more: [] });
    });

    test("wrong arguments are refused with the signature", async () => {
      for (const [positional, named, words] of [
        [[], {}, /needs the argument `x`/],
        [[1, 2], {}, /takes at most 1 argument by position, got 2/],
        [[1], { x: 1 }, /got `x` twice/],
        [[], { X: 1 }, /has no parameter `X`/],
      ]) {
        const failed = await host.call("echo", positional, { named });
        assert.equal(failed.code, "BAD_ARGUMENT");
        assert.match(failed.message, words);
        assert.match(failed.help, /`echo\(x\)`/);
      }
    });

    test("unknown methods and near misses", async () => {
      const { code, help } = await host.call("cuont");
      assert.deepEqual([code, help], ["NO_SUCH_METHOD", "Did you mean `count`?"]);
      assert.equal((await host.call("NotAMethod")).code, "NO_SUCH_METHOD");
    });

    test("errors carry type, trace and cause", async () => {
      const { code, message, thrown } = await host.call("fail", ["bad"]);
      assert.deepEqual([code, message], ["THREW", "RangeError: bad"]);
      assert.deepEqual([thrown.type, thrown.message, thrown.module, thrown.cause.type], ["RangeError", "bad", "sample", "TypeError"]);
      assert.equal(thrown.frames.length, 1);
      const { language, function: name, file } = thrown.frames[0];
      assert.deepEqual([language, name, file], ["javascript", "fail", "sample.js"]);
      assert.equal((await host.call("throwsText")).message, "string: just text");
    });

    test("results and items that are no values", async () => {
      const failed = await host.call("badResult");
      assert.deepEqual([failed.code, failed.thrown.type], ["THREW", "TypeError"]);
      assert.match(failed.message, /`result\.a\[1\]` is a Set/);
      const number = host.invoke("badItem");
      await host.next("item");
      assert.match((await host.end(number)).message, /`item` is a class/);
    });

    test("streams wait for credit", async () => {
      for (const method of ["numbers", "anumbers"]) {
        const call = host.invoke(method, [5], { credit: 2 });
        await host.next("item"), await host.next("item");
        await host.nothing();
        host.send({ call, credit: { items: 1 } });
        await host.next("item");
        await host.nothing();
        host.send({ call, credit: { items: 10 } });
        await host.next("item"), await host.next("item");
        assert.equal(await host.end(call), method === "numbers" ? "done" : null);
      }
    });

    test("an empty stream says end", async () => {
      const call = host.invoke("numbers", [0]);
      await host.next("end");
      await host.end(call);
    });

    test("cancel closes a waiting stream", async () => {
      for (const method of ["numbers", "anumbers"]) {
        const call = host.invoke(method, [5], { credit: 1 });
        await host.next("item");
        host.send({ call, cancel: {} });
        assert.equal(code(await host.end(call)), "CANCELLED");
        assert.equal((await host.call("whatWasClosed")).at(-1), method);
      }
    });

    test("cancel ends waiting code and reaches nested calls", async () => {
      const slow = host.invoke("slow");
      host.send({ call: slow, cancel: { reason: "test" } });
      assert.equal(code(await host.end(slow)), "CANCELLED");
      const call = host.invoke("ask", ["other", "f"]);
      const nested = (await host.next("invoke")).call;
      host.send({ call, cancel: {} });
      assert.equal((await host.next("cancel")).call, nested);
      assert.equal(code(await host.end(call)), "CANCELLED");
    });

    test("calls overlap", async () => {
      const slow = host.invoke("later", [1]);
      assert.equal(await host.call("echo", [2]), 2);
      assert.equal(await host.end(slow), 1);
    });

    test("nested calls", async () => {
      const call = host.invoke("ask", ["other", "f", 7], { timeout_us: 5_000_000 });
      const frame = await host.next("invoke");
      const { module, method, parent, blocking, timeout_us } = frame.invoke;
      assert.deepEqual([module, method, parent, blocking], ["other", "f", call, undefined]);
      assert(timeout_us > 4_000_000 && timeout_us <= 5_000_000);
      assert.notEqual(frame.call % 2, call % 2);
      host.answer(frame.call, ["x"]);
      assert.deepEqual(await host.end(call), ["x"]);
    });

    test("arguments by name go out", async () => {
      const call = host.invoke("askNamed", ["other", "f"]);
      const frame = await host.next("invoke");
      assert.deepEqual(decodeArguments(frame.invoke.argument), [[1], new Map([["least", 2]])]);
      host.answer(frame.call, null);
      await host.end(call);
    });

    test("failures of nested calls are errors; unknown codes are internal", async () => {
      for (const [failed, wanted] of [
        [{ code: "THREW", message: "m", help: "h", thrown: { type: "TypeError" } }, ["THREW", "m", "h", false, "TypeError", true]],
        [{ code: 999, message: "new", retryable: true }, ["INTERNAL", "new", "", true, null, true]],
      ]) {
        const call = host.invoke("askCodes", ["other", "f"]);
        host.send({ call: (await host.next("invoke")).call, failed });
        assert.deepEqual(await host.end(call), wanted);
      }
    });

    test("an uncaught failure keeps its cause across hops", async () => {
      const call = host.invoke("ask", ["other", "f"]);
      const thrown = { type: "ValueError", message: "m", module: "other", frames: [{ file: "other.py", line: 3 }] };
      host.send({ call: (await host.next("invoke")).call, failed: { code: "THREW", message: "ValueError: m", thrown } });
      const failed = await host.end(call);
      assert.deepEqual([failed.code, failed.thrown.type, failed.thrown.cause], ["THREW", "StoaError", thrown]);
      assert.deepEqual([...failed.details], [["code", "THREW"]]);
    });

    test("streams of others give credit as they are taken", async () => {
      for (const method of ["ask", "askEach"]) {
        const call = host.invoke(method, ["other", "f"]);
        const nested = (await host.next("invoke")).call;
        for (let i = 0; i < 32; i++) host.item(nested, i);
        assert.deepEqual((await host.next("credit")).credit, { items: 16 });
        assert.deepEqual((await host.next("credit")).credit, { items: 16 });
        host.answer(nested, null);
        const all = Array.from({ length: 32 }, (_, i) => i);
        assert.deepEqual(await host.end(call), method === "ask" ? all : all.map((x) => x * 2));
      }
    });

    test("an empty stream of another is an empty array", async () => {
      for (const method of ["ask", "askEach"]) {
        const call = host.invoke(method, ["other", "f"]);
        const nested = (await host.next("invoke")).call;
        host.send({ call: nested, end: {} }, { call: nested, returned: {} });
        assert.deepEqual(await host.end(call), []);
      }
    });

    test("leaving a stream early cancels it", async () => {
      const call = host.invoke("firstTwo", ["other", "f"]);
      const nested = (await host.next("invoke")).call;
      for (let i = 0; i < 3; i++) host.item(nested, i);
      assert.equal((await host.next("cancel")).call, nested);
      assert.deepEqual(await host.end(call), [0, 1]);
    });

    test("a method can be asked for its stream only", async () => {
      const stream = host.invoke("streamed", ["other", "f"]);
      const nested = (await host.next("invoke")).call;
      host.item(nested, 1);
      host.answer(nested, null);
      assert.deepEqual(await host.end(stream), [1]);
      const single = host.invoke("streamed", ["other", "f"]);
      host.answer((await host.next("invoke")).call, 5);
      const { thrown } = await host.end(single);
      assert.deepEqual([thrown.type, thrown.message], ["TypeError", 'other.f returned one value, not a stream; use "await" for it']);
      const method = host.invoke("calledStream", ["other"]);
      const { call, invoke } = await host.next("invoke");
      assert.equal(invoke.method, "stream");
      host.answer(call, 7);
      assert.equal(await host.end(method), 7);
    });

    test("files are written in the same steps as from a context", async () => {
      for (const [kind, ...wanted] of [
        ["text", ["a", true]],
        ["bytes", [Buffer.of(1, 2), false]],
        ["buffer", [Buffer.of(1, 2), false]],
        ["numbers", [Buffer.of(2, 0), false]],
        ["map", [`{\n  "n": ${2n ** 70n},\n  "list": [\n    1\n  ]\n}\n`, false]],
        ["lines", [`plain\n{"a":1}\n${"x".repeat(70_000)}`, false], [`[${2n ** 70n}]\n`, true]],
        ["nothing", ["", false]],
      ]) {
        const writing = host.invoke("writes", [kind]);
        for (const [content, append] of wanted) {
          const { call, invoke } = await host.next("invoke");
          const [positional, named] = decodeArguments(invoke.argument);
          assert.deepEqual([invoke.module, invoke.method], ["stoa", "write"]);
          assert.deepEqual([positional[0], Buffer.from(positional[1]), named.get("append")], ["out.txt", Buffer.from(content), append]);
          host.answer(call, null);
        }
        assert.equal(await host.end(writing), null);
      }
    });

    test("the API has the names of a context, and what only processes have", async () => {
      const everywhere = ["Error", "StoaError", "call", "csv", "json", "lines", "log", "module", "named", "script", "write"];
      const outside = ["connect", "data", "env", "fetch", "read", "run"];
      const here = ["accept", "channel", "events", "oneWay", "ref", "release", ...outside];
      assert.deepEqual(await host.call("names"), [...everywhere, ...here].sort());
    });

    test("`events` is a module", async () => {
      const publishing = host.invoke("publishes", ["news", 1]);
      const { call, invoke } = await host.next("invoke");
      assert.deepEqual([invoke.module, invoke.method, decodeArguments(invoke.argument)[0]], ["events", "publish", ["news", 1]]);
      host.answer(call, null);
      assert.equal(await host.end(publishing), null);
    });

    test("an uncaught failure tells its code and its help", async () => {
      const call = host.invoke("ask", ["other", "f"]);
      host.send({ call: (await host.next("invoke")).call, failed: { code: "NO_SUCH_METHOD", message: "No f.", help: "Call g." } });
      const failed = await host.end(call);
      assert.equal(failed.message, "StoaError: NO_SUCH_METHOD: No f. Call g.");
    });

    test("comments of one line may have tags", () => {
      const { add, who } = Object.fromEntries(host.info.methods.map((m) => [m.name, m]));
      assert.deepEqual([add.doc, add.returns, add.parameters.map((p) => p.type)], ["Adds.", "number", ["number", "number"]]);
      assert.deepEqual([who.doc ?? "", who.returns], ["", "string"]);
    });

    test("the current call", async () => {
      assert.equal(await host.call("timeLeft"), null);
      const left = await host.call("timeLeft", [], { timeout_us: 2_000_000 });
      assert(left > 1.5 && left <= 2);
      assert.equal(await host.call("stillMine", [], { timeout_us: 2_000_000 }), true);
    });

    test("what a call prints are lines of that call, and pieces of lines take the way of the pipes", async () => {
      const call = host.invoke("says");
      for (const [level, text] of [["OUT", "out"], ["ERR", "err"], ["OUT", "raw"], ["WARNING", "careful 1"]]) {
        assert.deepEqual(await host.next("log"), { call, log: { level, text } });
      }
      await host.end(call);
      await new Promise((done) => setTimeout(done, 50));
      assert((transport === "stdio" ? host.err : host.out).includes("a piece"));
    });

    test("calls cannot be made while the module is being loaded", async () => {
      assert.equal(await host.call("calledWhileLoading"), "UNAVAILABLE");
    });

    test("an error outside of any call is a line in the log", async () => {
      await host.call("breaksLater");
      const { log } = await host.next("log");
      assert.equal(log.level, "ERROR");
      assert.match(log.text, /later/);
    });

    test("kinds of frames that are unknown are unsupported", async () => {
      host.send({ release: {} }, { call: 900 });
      const frame = await host.next("failed");
      assert.deepEqual([frame.call, frame.failed.code], [900, "UNSUPPORTED"]);
    });

    test("a one-way call gets an empty answer", async () => {
      assert.equal(await host.call("echo", [5], { one_way: true }), null);
      assert.equal(await host.call("numbers", [100], { one_way: true, credit: 0 }), null);
    });

    test("pings are answered, malformed arguments refused", async () => {
      host.send({ ping: { nonce: 7 } });
      assert.deepEqual(await host.next("pong"), { pong: { nonce: 7 } });
      const call = host.next_call;
      host.next_call += 2;
      host.send({ call, invoke: { module: "sample", method: "echo", argument: Buffer.of(0x0a, 5) } });
      assert.equal(code(await host.end(call)), "BAD_ARGUMENT");
    });
  });

  describe(`the end over ${transport}`, () => {
    test("drain finishes calls then says goodbye", async () => {
      const host = await Host.start("sample.js", transport);
      const call = host.invoke("ask", ["other", "f"]);
      const nested = (await host.next("invoke")).call;
      host.send({ drain: { limit_ms: 1000 } });
      host.answer(nested, 1);
      assert.equal(await host.end(call), 1);
      await host.next("goodbye");
      assert.equal(await host.stop(), 0);
    });

    test("a malformed frame is answered with goodbye", async () => {
      const host = await Host.start("sample.js", transport);
      host.write(Buffer.from("80808080808001", "hex"));
      assert.match((await host.next("goodbye")).goodbye.reason, /five bytes/);
      assert.equal(await host.stop(), 1);
    });

    test("a module that does not load says why", async () => {
      for (const [file, words] of [
        ["broken.js", /^broken\.js.*: Error: Cannot find module/],
        ["throws.mjs", /^throws\.mjs, line 3: TypeError: not today$/],
      ]) {
        const host = await Host.start(file, transport, { greet: false });
        if (transport === "socket") {
          const { hello } = await host.next("hello");
          assert.deepEqual([hello.module, hello.token.toString("hex")], [undefined, "00ff10"]);
        }
        assert.match((await host.next("goodbye")).goodbye.reason, words);
        assert.equal(await host.stop(), 1);
        assert.match(host.err, /at /);
      }
    });
  });
}

test("a host that speaks another version is left", async () => {
  const host = await Host.start("sample.js", "stdio", { greet: false });
  host.write("STOA1\n");
  host.send({ hello: { protocol_min: 2, protocol_max: 3 } });
  assert.match((await host.next("goodbye")).goodbye.reason, /protocol 1/);
  await host.stop();
});

test("without the log feature lines go to stderr", async () => {
  const host = await Host.start("sample.js", "stdio", { features: [] });
  await host.call("says");
  await host.stop();
  assert.match(host.err, /warning: careful 1/);
});

test("what belongs to a feature that is not in force is unsupported", async () => {
  const host = await Host.start("sample.js", "stdio", { features: ["log"] });
  const reference = { owner: "a", number: 1 };
  for (const header of [{ streams: true }, { references: [reference] }, { object: reference }]) {
    assert.equal(code(await host.call("echo", [1], header)), "UNSUPPORTED");
  }
  const failed = await host.call("function");
  assert.deepEqual([failed.code, failed.thrown], ["UNSUPPORTED", undefined]);
  assert.equal(await host.stop(), 0);
});
