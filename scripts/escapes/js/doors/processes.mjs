import stoa from "stoa";
import { each, event, node } from "./ways.mjs";

const marks = (world, name) => `touch ${world.outside[0]}/marker-${name} ${world.outside[1]}/marker-${name}`;

export const programs = (world) =>
  each(
    async () => (await node("child_process")).execSync(marks(world, "exec"), { timeout: 2000 }),
    async () => (await node("child_process")).spawnSync("sh", ["-c", marks(world, "spawn")], { timeout: 2000 }).stderr,
    async () => (await node("child_process")).execFileSync("cat", world.outside.map((folder) => `${folder}/secret.txt`), { timeout: 2000 }),
    async () => (await node("child_process")).spawnSync("cat", [`${world.outside[0]}/secret.txt`], { timeout: 2000 }).stdout,
  );

export const byWorker = (world) =>
  each(
    () => new Worker("data:text/javascript,1"),
    async () => {
      const { Worker } = await node("worker_threads");
      const text = `const { parentPort } = require("worker_threads");
        const told = [];
        for (const folder of ${JSON.stringify(world.outside)}) try { told.push(require("fs").readFileSync(folder + "/secret.txt", "latin1")); } catch (e) { told.push(e.message); }
        parentPort.postMessage(String(told));`;
      return event(new Worker(text, { eval: true }), "message", "error");
    },
  );

export const forked = (world) =>
  each(async () => {
    const fs = await node("fs");
    const script = `${world.data}/child.mjs`;
    fs.writeFileSync(script, `import fs from "node:fs"; process.send(fs.readFileSync(${JSON.stringify(world.outside[0])} + "/secret.txt", "latin1"));`);
    return event((await node("child_process")).fork(script, { silent: true }), "message", "exit", "error");
  });

export const libraries = (world) =>
  each(
    () => process.dlopen({ exports: {} }, "libc.so.6"),
    () => process.binding("spawn_sync"),
    () => process._linkedBinding("fs"),
    async () => (await node("module")).createRequire("/")(`${world.outside[0]}/secret.json`),
    () => require("child_process"),
    () => globalThis.process.mainModule.require("child_process").execSync(marks(world, "main")),
  );

export const killing = (world) =>
  each(
    ...[world.victim, world.host].flatMap((pid) => [
      () => (process.kill(pid, 0), [world.won, pid]),
      async () => (await node("child_process")).execSync(`kill -0 ${pid} && echo ${world.won.slice(0, 5)}""${world.won.slice(5)}`, { timeout: 2000 }),
    ]),
    () => process.kill(world.victim, "SIGKILL"),
    () => process.kill(-1, 0),
  );

/** It must not outlive its module. */
export const staying = (world) =>
  each(async () => {
    const { spawn } = await node("child_process");
    spawn("setsid", ["sh", "-c", `trap '' TERM HUP; exec sleep ${world.stay}`], { detached: true, stdio: "ignore", env: { PATH: process.env.PATH } }).unref();
    spawn("sh", ["-c", `(sleep ${world.stay} &)`], { detached: true, stdio: "ignore" }).unref();
  });

export const ungranted = (world) => stoa.run("touch", `${world.outside[0]}/marker-run`);

/** None of them is the program that was granted, `echo`. */
export const shellWords = (world) =>
  each(
    ...[
      ["sh", "-c", marks(world, "sh")],
      ["/bin/sh", "-c", marks(world, "sh")],
      [`echo; ${marks(world, "words")}`],
      [`echo\n${marks(world, "words")}`],
      ["./echo"],
      ["../echo"],
      ["/bin/../bin/touch", `${world.outside[0]}/marker-run`],
      ["echo/../touch", "marker-run"],
      [""],
      ["echo\0", "x"],
      [["sh", "-c", marks(world, "list")]],
    ].map((words) => () => stoa.run(...words)),
  );

// What follows runs with the grants `run=echo` and `run=env`.

export const shellArguments = (world) =>
  each(
    () => stoa.run("echo", `; ${marks(world, "argument")}`),
    () => stoa.run("echo", `$(${marks(world, "argument")})`, `\`${marks(world, "argument")}\``, `| sh`, `> ${world.outside[0]}/marker-argument`),
    () => stoa.run("env", "sh", "-c", marks(world, "env")),
    () => stoa.run("env", "cat", ...world.outside.map((folder) => `${folder}/secret.txt`)),
  );

/** A program of the module's own that is called like the one that was granted. */
export const ownProgram = (world) =>
  each(
    () => stoa.write("echo", `#!/bin/sh\n${marks(world, "own")}\n`),
    async () => (await node("fs")).writeFileSync(`${world.data}/echo`, `#!/bin/sh\n${marks(world, "own")}\n`, { mode: 0o755 }),
    () => stoa.run("echo", "x"),
    () => stoa.run("./echo", "x"),
    () => stoa.run(`${world.data}/echo`, "x"),
  );

export const exit = () => process.exit(0);

export const abort = () => process.abort();

export const reallyExit = () => each(() => process.reallyExit(0), () => quit(0), () => exit(0));
