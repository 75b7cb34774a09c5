import stoa from "stoa";
import { each, node } from "./ways.mjs";

const read = async (path) => (await node("fs")).readFileSync(path, "latin1");
const every = (world, way) => each(...world.outside.map((folder) => () => way(folder)));

export const byPath = (world) => every(world, (folder) => read(`${folder}/secret.txt`));

export const byHandle = (world) => every(world, async (folder) => (await node("fs/promises")).open(`${folder}/secret.txt`).then((file) => file.readFile("latin1")));

export const accounts = () =>
  each(...["/etc/passwd", "/etc/shadow"].flatMap((file) => [() => read(file), () => import(file), () => stoa.read(file)]));

export const byDots = (world) =>
  each(
    () => import("../../../../../../../../../../../../../../" + world.outside[0] + "/secret.mjs"),
    () => import(`${world.own}/../../../../../../../../../../../..${world.outside[0]}/secret.mjs`),
    () => read(`${world.own}/../../../../../../../../../../../..${world.outside[0]}/secret.txt`),
    () => stoa.read("../../../../../../../../../../../.." + world.outside[0] + "/secret.txt"),
  );

export const byShippedLink = (world) =>
  each(
    () => import("../leak.mjs"),
    () => import("../leak-folder/secret.mjs"),
    () => import(`${world.own}/leak.mjs`),
    () => import("../leak.json", { with: { type: "json" } }),
    () => read(`${world.own}/leak.txt`),
    () => read(`${world.own}/leak-folder/secret.txt`),
    () => stoa.read(`${world.own}/leak.txt`),
    () => stoa.read(`${world.own}/leak-folder/secret.txt`),
  );

export const byMadeLink = (world) =>
  every(world, async (folder) => {
    const { symlinkSync } = await node("fs");
    const link = `${world.data}/made-${folder.length}`;
    symlinkSync(`${folder}/secret.txt`, link);
    return each(() => read(link), () => stoa.read(link), () => import(link));
  });

export const byHardLink = (world) =>
  every(world, async (folder) => {
    const { linkSync } = await node("fs");
    const link = `${world.data}/hard-${folder.length}`;
    linkSync(`${folder}/secret.txt`, link);
    return each(() => read(link), () => stoa.read(link));
  });

/** A file and a link change places, as fast as they can, while the host is asked for it. */
export async function byRace(world) {
  const fs = await node("fs");
  const { Worker } = await node("worker_threads");
  const path = `${world.data}/raced`;
  fs.writeFileSync(path, "mine");
  const swap = `const fs = require("fs");
    for (const end = Date.now() + 700; Date.now() < end; ) {
      fs.rmSync("${path}-link", { force: true });
      fs.symlinkSync("${world.outside[0]}/secret.txt", "${path}-link");
      fs.renameSync("${path}-link", "${path}");
      fs.writeFileSync("${path}-file", "mine");
      fs.renameSync("${path}-file", "${path}");
    }`;
  new Worker(swap, { eval: true }).unref();
  const found = new Set();
  for (const end = Date.now() + 600; Date.now() < end; ) {
    for (const word of await each(() => stoa.read("raced"), () => stoa.write("raced", "mine"), () => read(path))) found.add(word);
  }
  return [...found];
}

/** A folder and a link to a folder change places on the way to a file. */
export async function byFolderRace(world) {
  const fs = await node("fs");
  const { Worker } = await node("worker_threads");
  const path = `${world.data}/way`;
  const swap = `const fs = require("fs");
    for (const end = Date.now() + 700; Date.now() < end; ) {
      try {
        fs.rmSync("${path}", { recursive: true, force: true });
        fs.mkdirSync("${path}");
        fs.writeFileSync("${path}/secret.txt", "mine");
        fs.rmSync("${path}", { recursive: true, force: true });
        fs.symlinkSync("${world.outside[0]}", "${path}");
      } catch {}
    }`;
  new Worker(swap, { eval: true }).unref();
  const found = new Set();
  for (const end = Date.now() + 600; Date.now() < end; ) {
    for (const word of await each(() => stoa.read("way/secret.txt"), () => stoa.write("way/marker-raced", "x"))) found.add(word);
  }
  return [...found];
}

export const ownProcess = (world) =>
  each(
    ...["environ", "maps", "cmdline", "status", "mountinfo"].map((file) => () => read(`/proc/self/${file}`)),
    ...world.outside.map((folder) => () => read(`/proc/self/root${folder}/secret.txt`)),
    () => read(`/proc/self/cwd/../../../../../../../../..${world.outside[0]}/secret.txt`),
    () => import(`/proc/self/root${world.outside[0]}/secret.mjs`),
    () => stoa.read("/proc/self/environ"),
    () => stoa.read(`/proc/self/root${world.outside[0]}/secret.txt`),
    () => stoa.read(`/proc/${world.host}/environ`),
  );

export const otherProcesses = (world) =>
  each(
    ...[1, world.host, world.victim].flatMap((pid) => [
      () => read(`/proc/${pid}/environ`),
      () => read(`/proc/${pid}/root${world.outside[0]}/secret.txt`),
      () => read(`/proc/${pid}/root${world.outside[1]}/secret.txt`),
      () => read(`/proc/${pid}/cwd/secret.txt`),
    ]),
  );

/** What the host has open when it starts a process. */
export const byDescriptor = () =>
  each(
    async () => {
      const fs = await node("fs");
      const found = [];
      for (let fd = 3; fd < 200; fd++) {
        try {
          if (fs.fstatSync(fd).isFile()) found.push(fs.readFileSync(`/proc/self/fd/${fd}`, "latin1").slice(0, 200));
        } catch {}
      }
      return found;
    },
    () => import("/dev/fd/3"),
  );

export const listing = (world) =>
  each(
    ...world.outside.map((folder) => async () => (await node("fs")).readdirSync(folder)),
    async () => (await node("fs")).readdirSync(`${world.home}/data`),
    async () => (await node("fs")).readdirSync(world.user),
  );

/** What is there and what is not must fail alike. */
export async function telling(world) {
  const words = (outcomes) => JSON.stringify(outcomes).replaceAll(/missing|secret/g, "x");
  const there = await each(() => import(`${world.outside[0]}/secret.mjs`));
  const missing = await each(() => import(`${world.outside[0]}/missing.mjs`));
  return words(there) === words(missing) ? "alike" : [world.won, there, missing];
}

export const writing = (world) => every(world, async (folder) => (await node("fs")).writeFileSync(`${folder}/marker-writing`, "x"));

export const writingByLink = (world) =>
  each(
    async () => (await node("fs")).writeFileSync(`${world.own}/leak-folder/marker-by-link`, "x"),
    () => stoa.write(`${world.own}/leak-folder/marker-by-link`, "x"),
    async () => {
      const fs = await node("fs");
      fs.symlinkSync(world.outside[0], `${world.data}/way-out`);
      fs.symlinkSync(`${world.outside[0]}/marker-dangling`, `${world.data}/dangling`);
    },
    () => stoa.write("way-out/marker-by-link", "x"),
    () => stoa.write("dangling", "x"),
    () => stoa.write("dangling", "x", true),
  );

export const changing = (world) =>
  every(world, async (folder) => {
    const fs = await node("fs");
    return each(
      () => fs.appendFileSync(`${folder}/secret.txt`, "x"),
      () => fs.truncateSync(`${folder}/secret.txt`),
      () => fs.chmodSync(`${folder}/secret.txt`, 0o777),
      () => fs.utimesSync(`${folder}/secret.txt`, 1, 1),
      () => fs.renameSync(`${folder}/secret.txt`, `${folder}/marker-renamed`),
      () => fs.copyFileSync(`${folder}/secret.txt`, `${folder}/marker-copied`),
      () => fs.mkdirSync(`${folder}/marker-folder`),
      () => fs.rmSync(`${folder}/secret.txt`),
    );
  });

/** It would be another module after its next start. */
export const ownSource = (world) =>
  each(
    async () => (await node("fs")).writeFileSync(`${world.own}/marker-own.mjs`, "x"),
    async () => (await node("fs")).appendFileSync(`${world.own}/main.mjs`, "\n"),
    async () => (await node("fs")).writeFileSync(`${world.own}/module.toml`, 'grants = { read = ["/"] }\n'),
    () => stoa.write(`${world.own}/marker-own.mjs`, "x"),
    () => stoa.write(`${world.own}/main.mjs`, "", true),
    () => stoa.write("../../modules/marker-own.mjs", "x"),
  );

export const otherModulesFiles = (world) =>
  each(
    () => read(`${world.home}/modules/vault/main.mjs`),
    () => read(`${world.home}/modules/vault/note.txt`),
    () => import(`${world.home}/modules/vault/main.mjs`),
    () => import("../../vault/main.mjs"),
    () => stoa.read(`${world.home}/modules/vault/note.txt`),
  );

export const otherModulesData = (world) =>
  each(
    () => read(`${world.home}/data/vault/kept.txt`),
    () => import(`${world.home}/data/vault/kept.txt`),
    () => stoa.read(`${world.home}/data/vault/kept.txt`),
    () => stoa.read("../vault/kept.txt"),
    () => stoa.write("../vault/marker-data", "x"),
    async () => (await node("fs")).writeFileSync(`${world.home}/data/vault/marker-data`, "x"),
  );

export const newModule = (world) =>
  each(
    async () => (await node("fs")).writeFileSync(`${world.home}/modules/marker.mjs`, "export const run = () => 1;"),
    async () => (await node("fs")).mkdirSync(`${world.home}/modules/marker-module`),
    () => stoa.write(`${world.home}/modules/marker.mjs`, "export const run = () => 1;"),
    async () => (await node("fs")).appendFileSync(`${world.home}/modules/vault/main.mjs`, "\n"),
  );

export const grantsFile = (world) =>
  each(
    ...["grants.toml", "stoa.toml"].flatMap((file) => [
      () => read(`${world.home}/${file}`),
      async () => (await node("fs")).appendFileSync(`${world.home}/${file}`, "\n"),
      async () => (await node("fs")).renameSync(`${world.home}/${file}`, `${world.home}/marker-${file}`),
      () => stoa.read(`${world.home}/${file}`),
      () => stoa.write(`${world.home}/${file}`, "\n", true),
      () => stoa.read(`../../${file}`),
    ]),
  );

export const usersHome = (world) =>
  each(
    () => read(`${world.user}/${world.userFile}`),
    () => import(`${world.user}/${world.userFile}`),
    () => stoa.read(`${world.user}/${world.userFile}`),
    () => stoa.read(`~/${world.userFile}`),
  );

export const asCode = (world) =>
  every(world, (folder) =>
    each(
      () => import(`${folder}/secret.mjs`),
      () => import(`file://${folder}/secret.mjs`),
      () => import(`file://localhost${folder}/secret.mjs`),
      () => import(`FILE://${folder}/secret.mjs`),
      () => import(`file:${folder}/secret.mjs?x=1`),
      () => import(`//${folder}/secret.mjs`),
      () => import(`${folder.replaceAll("/", "%2f")}%2fsecret.mjs`),
      () => import(`file://${folder.replaceAll("e", "%65")}/s%65cret.mjs`),
    ),
  );

export const asData = (world) =>
  every(world, (folder) =>
    each(
      () => import(`${folder}/secret.json`, { with: { type: "json" } }),
      () => import(`file://${folder}/secret.json`, { with: { type: "json" } }),
      () => import(`${folder}/secret.txt`, { with: { type: "text" } }),
      () => import(`${folder}/secret.txt`, { with: { type: "bytes" } }),
      () => import(`${folder}/secret.txt`, { assert: { type: "text" } }),
    ),
  );

export const oddNames = (world) =>
  each(
    () => import(`${world.own}/main.mjs\0/../../../..${world.outside[0]}/secret.mjs`),
    () => read(`${world.outside[0]}/secret.txt\0.mjs`),
    () => stoa.read(`${world.outside[0]}/secret.txt\0`),
    () => stoa.read(`${world.data}/./.././../data/../../../../../../../..${world.outside[0]}/secret.txt`),
    () => stoa.read(`file://${world.outside[0]}/secret.txt`),
    () => stoa.read(`${world.data}/\u2025/\u2024\u2024/secret.txt`),
    () => stoa.read({ toString: () => `${world.outside[0]}/secret.txt` }),
    () => stoa.read([`${world.outside[0]}/secret.txt`]),
    () => stoa.read(""),
    () => stoa.read("/"),
  );

/** Everybody's temporary folders would be a way from one module to another. */
export const temporary = (world) =>
  each(
    async () => (await node("fs")).readFileSync(`${world.temporary}/secret.txt`, "latin1"),
    async () => (await node("fs")).writeFileSync(`${world.temporary}/marker-temporary`, "x"),
    async () => (await node("fs")).writeFileSync("/dev/shm/" + world.marker, "x"),
    async () => (await node("fs")).writeFileSync("/var/tmp/" + world.marker, "x"),
  );

export const devices = (world) =>
  each(
    ...["/dev/mem", "/dev/kmem", "/dev/port", "/proc/kcore", "/dev/sda", "/dev/vda", "/dev/kmsg", "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern"].map(
      (device) => async () => {
        const fs = await node("fs");
        fs.closeSync(fs.openSync(device, "r+"));
        return [world.won, device];
      },
    ),
    () => stoa.read("/dev/zero"),
    () => stoa.read("/dev/stdin"),
    () => stoa.write("/dev/null", "x"),
  );

export const stoaRead = (world) => stoa.read(`${world.outside[0]}/secret.txt`);
export const stoaLines = (world) => stoa.lines(`${world.outside[0]}/secret.txt`);
export const stoaCsv = (world) => stoa.csv(`${world.outside[0]}/secret.txt`);
export const stoaJson = (world) => stoa.json(`${world.outside[0]}/secret.json`);
export const stoaWrite = (world) => stoa.write(`${world.outside[0]}/marker-facade`, "x");

/** Python's library, which all contexts read. */
export const library = (world) =>
  each(
    async () => (await node("fs")).writeFileSync(`${world.library}/marker-library`, "x"),
    () => stoa.write(`${world.library}/marker-library`, "x"),
    () => stoa.read(`${world.library}/../../../../../../../../../..${world.outside[0]}/secret.txt`),
  );

/** The SDK that all native modules of a language run under. */
export const sdk = (world) =>
  each(
    async () => (await node("fs")).writeFileSync(`${world.sdk}/javascript/marker-sdk`, "x"),
    async () => (await node("fs")).appendFileSync(`${world.sdk}/javascript/run.js`, ""),
    () => stoa.write(`${world.sdk}/javascript/marker-sdk`, "x"),
  );
