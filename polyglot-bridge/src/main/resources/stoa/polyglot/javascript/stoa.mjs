const stoa = globalThis[Symbol.for("stoa")];
export default stoa;
export const StoaError = stoa.Error;
