import stoa from "stoa";
import { each, node } from "./ways.mjs";

export const variables = () =>
  each(
    () => ({ ...process.env }),
    () => process.env.STOA_ESCAPES_SECRET,
    () => Object.getOwnPropertyNames(process.env).map((name) => `${name}=${process.env[name]}`),
    () => process.report.getReport(),
    () => environment,
    () => Java.type("java.lang.System").getenv(),
    () => java.lang.System.getProperties(),
  );

export const program = () =>
  each(
    async () => (await node("child_process")).execSync("env; printenv; export -p", { timeout: 2000 }),
    async () => (await node("child_process")).execSync("cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'", { timeout: 2000 }),
  );

export const ungranted = () => stoa.env.STOA_ESCAPES_SECRET;

export const ungrantedOdd = () =>
  each(
    () => ({ ...stoa.env }),
    () => Object.entries(stoa.env),
    () => stoa.env["STOA_ESCAPES_SECRET\0"],
    () => stoa.env["stoa_escapes_secret"],
    () => stoa.env[["STOA_ESCAPES_SECRET"]],
    () => stoa.env["HOME=x\nSTOA_ESCAPES_SECRET"],
    () => JSON.stringify(stoa.env),
  );

/** Where the host lives, and under which words it was started. */
export const commandLines = () => each(() => process.argv, () => process.execArgv, () => process.title, () => arguments, () => scriptArgs);

/** Runs with the grant `run=env`. */
export const ofRun = async () => {
  const { out } = await stoa.run("env");
  return new TextDecoder().decode(out);
};
