import stoa from "stoa";
import { node } from "./ways.mjs";

/** It ends when the machine, or the limit, is reached; at three gigabytes there was none. */
export function smallSteps(world) {
  const all = [];
  for (let i = 0; i < 3000; i++) all.push(new Array(131_072).fill(i + 0.5));
  return [world.won, all.length];
}

export async function buffers(world) {
  const { Buffer } = await node("buffer");
  const all = [];
  for (let i = 0; i < 3000; i++) all.push(Buffer.alloc(1 << 20, 1));
  return [world.won, all.length];
}

export const hugeAllocation = () => new Array(2 ** 27).fill(1).length;
export const hugeText = () => "x".repeat(2 ** 30).repeat(2 ** 30).length;
export const hugeBytes = () => new Uint8Array(2 ** 31 - 1).length;
export const hugeNumber = () => (1n << (1n << 40n)) > 0n;
export const hugePadding = () => "".padStart(2 ** 31).length;

export const deepRecursion = () => {
  const down = (n) => down(n + 1) + 1;
  return down(0);
};

export const deepRecursionInBuiltIns = () => {
  let nested = [];
  for (let i = 0; i < 200_000; i++) nested = [nested];
  return JSON.stringify(nested).length + String(nested.flat(Infinity)).length;
};

export const deepPattern = () => new RegExp("(".repeat(100_000) + ")".repeat(100_000)).test("x");
export const hugePattern = () => new RegExp("(?:a{1000}){1000}{1000}|".repeat(2000)).test("a".repeat(5000));

export function* giantItems() {
  for (let i = 0; i < 2; i++) yield "x".repeat(20_000_000);
}

export const giantArgument = () => stoa.module("vault").use("x".repeat(20_000_000));

export const manyReferences = () => {
  const all = [];
  for (let i = 0; i < 3_000; i++) all.push(stoa.ref({ f: () => i }));
  return all;
};
