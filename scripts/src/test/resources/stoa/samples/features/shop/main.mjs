import { price } from "./lib/price.mjs";
import data from "./data.json" with { type: "json" };
export const total = (n) => price(n) + data.tax;
export const lazy = async () => (await import("./lib/price.mjs")).price(2);
export const missing = async () => await import("./nope.mjs");
export const meta = () => import.meta.url.split("/").slice(-3).join("/");
