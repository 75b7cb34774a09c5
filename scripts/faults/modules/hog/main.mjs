/** Uses up memory. */
export function huge() { return "x".repeat(2 ** 29).split("").length; }
export function small() { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }
export const one = () => 1;
