/** The module that every fault must leave alone. */
let calls = 0;
export const next = () => ++calls;
export const after = (ms) => new Promise((done) => setTimeout(() => done(ms), ms));
export const timeOfDay = () => Date.now() / 1000;
export function say(from, to) { for (let n = from; n < to; n++) console.log(`line ${n}`); }
export const same = (value) => value;
