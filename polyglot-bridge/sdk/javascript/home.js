// The host of a home, found or started by the program `stoa`.
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";
import { StoaError } from "./failures.js";

// Where a distribution and a checkout have it, seen from here.
const BESIDE = fileURLToPath(new URL("../../../stoa", import.meta.url));

function program() {
  if (process.env.STOA_COMMAND) return process.env.STOA_COMMAND;
  try {
    accessSync(BESIDE, constants.X_OK);
    return BESIDE;
  } catch {
    return "stoa"; // on the PATH
  }
}

/** The path of the host's socket. Without `home`: of the one that commands in this folder would use. */
export function hostOf(home) {
  const words = home === undefined ? ["start"] : ["start", "--home", home];
  return new Promise((resolve, reject) => {
    execFile(program(), words, (error, out, err) => {
      if (!error) resolve(out.trim());
      else if (error.code === "ENOENT") reject(failed("No host is named, and there is no program `stoa` that could start one."));
      else reject(failed(`The host cannot be started: ${err.trim() || error.message}`));
    });
  });
}

const failed = (message) =>
  new StoaError("UNAVAILABLE", message, { help: "Say `socket`, set STOA_HOST, or name the program `stoa` in STOA_COMMAND.", retryable: true });
