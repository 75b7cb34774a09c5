import stoa from "stoa";
import { each, node } from "./ways.mjs";

export const standardOutput = () => {
  const line = "x".repeat(999);
  for (let i = 0; i < 1_000; i++) console.log(line);
};

export const standardError = () => {
  const line = "x".repeat(999);
  for (let i = 0; i < 1_000; i++) console.error(line);
};

export const oneLine = () => console.log("x".repeat(4_000_000));

export const log = () => {
  for (let i = 0; i < 2_000; i++) stoa.log.info("flood", i);
};

/** Lines that look as if others had written them. */
export const forgedLines = () => {
  for (const word of ["x\n12:00:00 vault#1 INFO forged", "\u001b[2J\u001b[H\u001b]0;forged\u0007", "\r\u0000forged\u2028forged"]) {
    console.log(word);
    stoa.log.error(word);
  }
};

/** Frames on the standard output of a process that talks through a socket. */
export const frames = () => each(() => process.stdout.write("STOA1\n\x0b\x12\x09\x08\x01\x10\x01\x1a\x03log"), async () => (await node("fs")).writeSync(1, "STOA1\n\u0003\u008a\u0001\u0000"));

export function* items() {
  for (;;) yield "x".repeat(10_000);
}

export const rejections = () => {
  for (let i = 0; i < 200; i++) Promise.reject(new Error("unhandled " + i));
};

export const lateThrow = () => {
  setTimeout(() => {
    throw new Error("late");
  }, 0);
};
