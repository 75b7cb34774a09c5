export const f = 1;

throw new TypeError("not today");
