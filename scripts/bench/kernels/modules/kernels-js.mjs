// The same four kernels as kernels-py.py. Plain code: no trick for one engine or another.
export function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

export function words(n) {
  const counts = new Map();
  for (let i = 0; i < n; i++) {
    const word = "w" + (i % 5000);
    counts.set(word, (counts.get(word) || 0) + 1);
  }
  return counts.size;
}

export function sieve(n) {
  const composite = new Uint8Array(n + 1);
  let primes = 0;
  for (let i = 2; i <= n; i++) {
    if (!composite[i]) {
      primes++;
      for (let j = i * 2; j <= n; j += i) composite[j] = 1;
    }
  }
  return primes;
}

export function text(n) {
  let built = "";
  for (let i = 0; i < n; i++) built += String.fromCharCode(97 + (i % 26));
  return built.split("a").map((part) => part.toUpperCase()).join("-").length;
}
