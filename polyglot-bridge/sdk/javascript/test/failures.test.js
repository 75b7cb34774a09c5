import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const SDK = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), "stoa a b%20#"));

after(() => rmSync(folder, { recursive: true }));

test("frames of the SDK are left out wherever it stands", async () => {
  const here = join(folder, "failures.js");
  cpSync(join(SDK, "failures.js"), here);
  cpSync(join(SDK, "package.json"), join(folder, "package.json"));
  const { framesOf } = await import(pathToFileURL(here).href);
  const users = join(folder, "my modules", "words 1%.js");
  const stack = `Error: x
    at ours (${pathToFileURL(here)}:1:2)
    at count (${pathToFileURL(users)}?v=2:3:4)
    at plain (${users}:5:6)
    at odd (file://host%2F/x.js:7:8)`;
  assert.deepEqual(
    framesOf({ stack }).map((frame) => [frame.function, frame.file, frame.line]),
    [["count", "words 1%.js", 3], ["plain", "words 1%.js", 5]],
  );
});
