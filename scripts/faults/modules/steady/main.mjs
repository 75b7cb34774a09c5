/** The module that every fault must leave alone. */
let calls = 0;
export const next = () => ++calls;
export async function* numbers(n) { for (let i = 0; i < n; i++) yield i; }
