// node peer.mjs SECONDS: runs each kernel for so long and prints `name best median` in milliseconds, warm half only.
import * as kernels from "./modules/kernels-js.mjs";

const seconds = Number(process.argv[2]);
for (const [name, size] of [["fib", 27], ["words", 200000], ["sieve", 1000000], ["text", 200000]]) {
  const took = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end || took.length < 10) {
    const start = performance.now();
    kernels[name](size);
    took.push(performance.now() - start);
  }
  const warm = took.slice(took.length / 2).sort((a, b) => a - b);
  console.log(name, warm[0].toFixed(3), warm[warm.length >> 1].toFixed(3));
}
