// A small host: starts a module over either transport and talks to it frame by frame.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode, FrameReader, payloadFrames, PREFACE } from "../frames.js";
import * as values from "../values.js";

const RUN = fileURLToPath(new URL("../run.js", import.meta.url));
const MODULES = fileURLToPath(new URL("./modules/", import.meta.url));

export class Host {
  #reader = new FrameReader(1 << 21);
  #inbox = [];
  #wake = null;
  #preface = Buffer.alloc(0);
  ended = false;

  static async start(file, transport, { features = ["log"], greet = true } = {}) {
    const host = new Host();
    host.transport = transport;
    await (transport === "socket" ? host.#onSocket(file) : host.#onStdio(file));
    if (greet) await host.greet(features);
    return host;
  }

  async #onSocket(file) {
    this.folder = mkdtempSync(join(tmpdir(), "stoa-"));
    const path = join(this.folder, "s");
    const server = createServer().listen(path);
    await once(server, "listening");
    this.#spawn(file, { STOA_SOCKET: path, STOA_TOKEN: "00ff10" });
    [this.socket] = await once(server, "connection");
    server.close();
    this.write = (data) => this.socket.write(data);
    this.#listen(this.socket);
    this.child.stdin.end();
    this.next_call = 2;
  }

  async #onStdio(file) {
    this.#spawn(file, {});
    this.write = (data) => this.child.stdin.write(data);
    this.#listen(this.child.stdout);
    this.next_call = 1;
  }

  #spawn(file, more) {
    this.child = spawn(process.execPath, [RUN, MODULES + file], { env: { ...process.env, STOA_MODULE: "sample", ...more } });
    this.out = this.err = "";
    this.child.stderr.on("data", (d) => (this.err += d));
    if (more.STOA_SOCKET) this.child.stdout.on("data", (d) => (this.out += d));
    this.exit = once(this.child, "close");
    this.child.stdin.on("error", () => {});
  }

  #listen(stream) {
    stream.on("data", (data) => {
      if (this.#preface.length < PREFACE.length) {
        const size = PREFACE.length - this.#preface.length;
        this.#preface = Buffer.concat([this.#preface, data.subarray(0, size)]);
        data = data.subarray(size);
      }
      this.#inbox.push(...this.#reader.feed(Buffer.from(data)));
      this.#wake?.();
    });
    stream.on("error", () => {});
    stream.on("close", () => {
      this.ended = true;
      this.#wake?.();
    });
  }

  async greet(features) {
    if (this.transport === "socket") {
      this.hello = (await this.next("hello")).hello;
      this.info = this.hello.module;
      this.write(PREFACE);
      this.send({ welcome: { protocol: 1, features } });
    } else {
      this.write(PREFACE);
      this.send({ hello: { protocol_min: 1, protocol_max: 4, features: [...features, "later"] } });
      this.info = (await this.next("welcome")).welcome.module;
    }
    assert.deepEqual(this.#preface, PREFACE);
  }

  send(...frames) {
    this.write(Buffer.concat(frames.map(encode)));
  }

  /** The next frame, which must be of one of these kinds. */
  async next(...kinds) {
    while (this.#inbox.length === 0) {
      if (this.ended) throw new Error(`the module has closed the connection: ${this.err}`);
      await new Promise((wake) => (this.#wake = wake));
    }
    const frame = this.#inbox.shift();
    assert(kinds.length === 0 || kinds.some((k) => k in frame), JSON.stringify(frame));
    return frame;
  }

  /** Nothing comes for a while. */
  async nothing() {
    await new Promise((done) => setTimeout(done, 60));
    assert.deepEqual(this.#inbox, []);
  }

  invoke(method, positional = [], { named, ...header } = {}) {
    const call = this.next_call;
    this.next_call += 2;
    const argument = values.encodeArguments(positional, named);
    this.send(...payloadFrames(call, "invoke", { module: "sample", method, credit: 32, ...header }, "argument", argument));
    return call;
  }

  /** Calls and returns the value, or the body of Failed. */
  async call(method, positional, header) {
    return this.end(this.invoke(method, positional, header));
  }

  async end(number) {
    const frame = await this.next("returned", "failed");
    assert.equal(frame.call, number);
    if (frame.failed) return frame.failed;
    const parts = [frame.returned.payload ?? Buffer.alloc(0)];
    for (let more = frame.returned.more; more; ) {
      const { part } = await this.next("part");
      parts.push(part.payload);
      more = part.more;
    }
    return values.decode(Buffer.concat(parts));
  }

  answer(call, value) {
    this.send({ call, returned: { payload: values.encode(value) } });
  }

  item(call, value) {
    this.send({ call, item: { payload: values.encode(value) } });
  }

  /** Closes the connection; the module's exit code. */
  async stop() {
    if (this.socket) this.socket.destroy();
    this.child.stdin.end();
    const [code] = await this.exit;
    if (this.folder) rmSync(this.folder, { recursive: true });
    return code;
  }
}
