// The methods of a console: text in, results as people like to see them.
(function (boot) {
  "use strict";
  const { host, stoa, Tape, Outgoing, methodsOf, inspect } = boot;
  const FRESH = 2000; // milliseconds for which the list of modules is believed
  const identifier = /^[A-Za-z_$][\w$]*$/;
  let listed = -Infinity;
  let known = [];

  Object.defineProperty(globalThis, "stoa", { value: stoa, configurable: true, writable: true });

  /** Makes the modules that exist global names, except where the user has a variable of that name. */
  async function offerModules() {
    if (host.now() - listed < FRESH) return;
    listed = host.now();
    try {
      const list = await stoa.module("stoa").list();
      known = list.map((m) => (typeof m === "string" ? m : m.name)).filter((name) => identifier.test(name));
    } catch {
      return; // a console without a list still evaluates
    }
    for (const name of known) {
      if (name in globalThis) continue;
      Object.defineProperty(globalThis, name, {
        configurable: true,
        get: () => methodsOf(name),
        set: (value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true }),
      });
    }
  }

  const expression = (text) => `(async () => (${text}\n))()`;
  // Inside a function declarations would be lost: they become assignments to globals.
  const statements = (text) =>
    `(async () => {${text.replace(/^(\s*)(?:const|let|var)\s+(\{[^}]*\}|\[[^\]]*\]|[\w$]+)(\s*=)(?!=)([^;\n]*)/gm, "$1($2$3$4)")}\n})()`;

  function run(text) {
    if (/\bawait\b/.test(text)) {
      try {
        return host.evaluate(expression(text));
      } catch (e) {
        if (!(e instanceof SyntaxError)) throw e;
        return host.evaluate(statements(text));
      }
    }
    if (/^\s*\{/.test(text)) {
      try {
        return host.evaluate(`(${text}\n)`);
      } catch (e) {
        if (!(e instanceof SyntaxError)) throw e;
      }
    }
    return host.evaluate(text);
  }

  async function evaluate(text) {
    await offerModules();
    let result = run(text);
    if (result instanceof Promise || result instanceof Outgoing) result = await result;
    if (result === undefined) return {};
    globalThis._ = result;
    const answer = { display: inspect(result) };
    try {
      new Tape("result", true).add(result);
      answer.value = result;
    } catch {
      // shown, but it is no value
    }
    return answer;
  }

  function incomplete(text) {
    return host.incomplete(text) && (!/\bawait\b/.test(text) || host.incomplete(statements(text)));
  }

  async function complete(text) {
    await offerModules();
    const [, path, start] = /((?:[\w$]+\.)*)([\w$]*)$/.exec(text);
    const names = path === "" ? globals() : await members(path.slice(0, -1).split("."));
    return [...new Set(names)].filter((n) => n.startsWith(start) && identifier.test(n)).sort();
  }

  function globals() {
    return [...known, ...Object.getOwnPropertyNames(globalThis)];
  }

  async function members(steps) {
    if (steps.length === 1 && known.includes(steps[0])) return methodNames(steps[0]);
    let object = globalThis;
    for (const step of steps) {
      if (object === null || object === undefined || !(step in Object(object))) return [];
      object = object[step];
    }
    const names = [];
    for (let o = Object(object); o !== null; o = Object.getPrototypeOf(o)) names.push(...Object.getOwnPropertyNames(o));
    return names;
  }

  async function methodNames(module) {
    const { methods = [] } = await stoa.module("stoa").describe(module);
    return methods.map((m) => (typeof m === "string" ? m : m.name));
  }

  return { eval: evaluate, incomplete, complete };
});
