import { nothing } from "./no-such-file.js";

export const f = () => nothing;
