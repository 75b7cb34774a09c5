// What a context gives: results, streams, objects.
export const add = (a, b) => a + b;

export function* count(n) {
  for (let i = 0; i < n; i++) yield i;
}

class Account {
  #sum;
  constructor(sum) {
    this.#sum = sum;
  }
  add(n) {
    return (this.#sum += n);
  }
}

import stoa from "stoa";
export const open = (sum) => stoa.ref(new Account(sum));
