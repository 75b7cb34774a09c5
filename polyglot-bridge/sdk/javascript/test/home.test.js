// How a client finds the host of its home.
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Host } from "../fixtures/host.js";
import { connect } from "../index.js";

/** A program `stoa` that says and does what the test wants. */
function command(t, script) {
  const file = join(mkdtempSync(join(tmpdir(), "stoa-")), "stoa");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env.STOA_COMMAND = file;
  t.after(() => delete process.env.STOA_COMMAND);
}

test("a client that is told nothing has the host of its home started", async (t) => {
  const host = new Host();
  host.transport = "socket";
  const accepted = await host.listen();
  command(t, `[ "$*" = "start --home /some/home" ] && echo ${host.path}`);
  const connecting = connect({ home: "/some/home" });
  await accepted();
  await host.greet();
  await (await connecting).close();
  await host.stop();
});

test("a host that cannot be started is told with what the program said", async (t) => {
  command(t, "echo 'no JDK' >&2; exit 69");
  await assert.rejects(connect({ home: "/h" }), { code: "UNAVAILABLE", message: /no JDK/, help: /STOA_COMMAND/ });
  process.env.STOA_COMMAND = "/no/such/program";
  await assert.rejects(connect(), { code: "UNAVAILABLE", message: /no program `stoa`/ });
});
