// Loader hooks for the runner: `import stoa from "stoa"` finds this package, and `.js` files of the module are ES modules.
const index = new URL("./index.js", import.meta.url).href;
let folder = "";

export function initialize(data) {
  folder = data.folder;
}

export function resolve(specifier, context, next) {
  return specifier === "stoa" ? { url: index, shortCircuit: true } : next(specifier, context);
}

export function load(url, context, next) {
  const ours = url.startsWith(folder) && url.endsWith(".js") && !url.includes("/node_modules/");
  return next(url, ours ? { ...context, format: "module" } : context);
}
