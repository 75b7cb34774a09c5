// What a loaded module says of itself: its exported functions, read from their source and the JSDoc in front of them.
import { isGeneratorFunction } from "node:util/types";
import { closest, StoaError } from "./failures.js";

/** An exported function and the rules for its arguments. */
export class Method {
  constructor(name, fn, comment, { idempotent = false, cached = "" } = {}) {
    this.name = name;
    this.fn = fn;
    const doc = parseComment(comment);
    const written = parametersOf(fn);
    const described = doc.parameters.filter((d) => !d.name.includes("."));
    this.keys = written.map((p) => p.keys ?? []);
    const parameters = written.map(({ keys, ...p }, i) => {
      const inPlace = described.length === written.length ? described[i] : {};
      const said = keys ? inPlace : described.find((d) => d.name === p.name) ?? {};
      const { optional = false, ...rest } = said;
      const merged = { ...rest, ...p, name: keys ? said.name || "options" : p.name };
      if ((optional || p.optional) && !p.variadic) merged.optional = true;
      return merged;
    });
    this.info = {
      name,
      doc: doc.text,
      parameters,
      returns: doc.returns,
      streams: isGeneratorFunction(fn),
      idempotent,
      cached,
    };
    this.rest = parameters.findIndex((p) => p.variadic);
    this.most = this.rest < 0 ? parameters.length : Infinity;
    this.least = parameters.findLastIndex((p) => !p.optional && !p.variadic) + 1;
  }

  /** The arguments in the order of the parameters. Throws StoaError BAD_ARGUMENT. */
  bind(module, positional, named) {
    if (named.size === 0 && positional.length >= this.least && positional.length <= this.most) return positional;
    const parameters = this.info.parameters;
    const bad = (what, help = "") =>
      new StoaError("BAD_ARGUMENT", `\`${module}.${this.name}\` ${what}.`, { help: `${help}It is \`${this.signature()}\`.` });
    if (positional.length > this.most) {
      const most = this.most === 1 ? "1 argument" : `${this.most} arguments`;
      throw bad(`takes at most ${most} by position, got ${positional.length}`);
    }
    const given = new Set();
    const bound = [...positional];
    for (const [name, value] of named) {
      const own = parameters.findIndex((p) => p.name === name && !p.variadic);
      const i = own < 0 ? this.keys.findIndex((keys) => keys.includes(name)) : own;
      if (i < 0) {
        const close = closest(name, [...parameters.map((p) => p.name), ...this.keys.flat()]);
        throw bad(`has no parameter \`${name}\``, close ? `Did you mean \`${close}\`? ` : "");
      }
      const twice = own < 0 ? Object.hasOwn(bound[i] ?? {}, name) : i < positional.length || given.has(i);
      if (twice) throw bad(`got \`${name}\` twice`);
      bound[i] = own < 0 ? { ...bound[i], [name]: value } : value;
      given.add(i);
    }
    for (let i = positional.length; i < parameters.length; i++) {
      const { name, optional, variadic } = parameters[i];
      if (!given.has(i) && !optional && !variadic) throw bad(`needs the argument \`${name}\``);
    }
    return Array.from(bound); // without holes: a parameter that was left out is undefined
  }

  /** `count(text: string, least?: number = 1) -> number` */
  signature() {
    const { parameters, returns, streams } = this.info;
    const list = parameters.map((p) => {
      const name = p.variadic ? "*" + p.name : p.name + (p.optional ? "?" : "");
      return name + (p.type ? `: ${p.type}` : "") + (p.default ? ` = ${p.default}` : "");
    });
    const result = streams ? " -> stream" + (returns ? ` of ${returns}` : "") : returns ? ` -> ${returns}` : "";
    return `${this.name}(${list.join(", ")})${result}`;
  }
}

/** The methods of a module: its exported functions that are no classes, but for its acceptor of channels. */
export function methodsOf(exports, source, acceptor = null) {
  const methods = new Map();
  const { idempotent = [], cached = {} } = exports.stoa ?? {};
  for (const [name, fn] of Object.entries(exports)) {
    if (typeof fn !== "function" || fn === acceptor || /^class\b/.test(String(fn))) continue;
    const said = { idempotent: idempotent.includes(name), cached: cached?.[name] };
    methods.set(name, new Method(name, fn, commentOf(fn, source), said));
  }
  checkCached(cached, methods);
  return methods;
}

/** How long results may be used again is said by the name of the method. */
function checkCached(cached, methods) {
  const wrong = (why) => new TypeError(`\`cached\` ${why}. Write the time by the name of the method: {"area": "10s"}.`);
  if (typeof cached !== "object" || cached === null || Array.isArray(cached)) throw wrong(`is ${JSON.stringify(cached)}`);
  for (const [name, time] of Object.entries(cached)) {
    if (!methods.has(name)) throw wrong(`names \`${name}\`, which is no method`);
    if (typeof time !== "string") throw wrong(`has a time for \`${name}\` that is no text`);
  }
}

export function infoOf(name, exports, methods, source) {
  const said = typeof exports.stoa === "object" && exports.stoa !== null ? exports.stoa : {};
  const needs = Object.entries(said.needs ?? {}).map(([module, range]) => [module, String(range)]);
  return {
    name,
    version: String(said.version ?? ""),
    doc: moduleComment(source),
    methods: [...methods.values()].map((m) => m.info),
    needs: new Map(needs),
    language: "javascript",
  };
}

const described = new WeakMap(); // functions that were called by reference

/** The rules for the arguments of a function that is called as `name` of an object. */
export function methodOf(fn, name) {
  let method = described.get(fn);
  if (method?.name !== name) described.set(fn, (method = new Method(name, fn, "")));
  return method;
}

/** `what` has no such method: "Module `words`". */
export function noSuchMethod(what, name, names) {
  const close = closest(name, names);
  const known = names.slice(0, 20).map((m) => `\`${m}\``).join(", ");
  const more = names.length > 20 ? ` and ${names.length - 20} more` : "";
  const help = close ? `Did you mean \`${close}\`?` : known ? `It has ${known}${more}.` : "It has no methods at all.";
  return new StoaError("NO_SUCH_METHOD", `${what} has no method \`${name}\`.`, { help });
}

// --- comments --------------------------------------------------------------------------------------------------------

/** The JSDoc comment right in front of a function. */
function commentOf(fn, source) {
  const at = source.indexOf(String(fn));
  if (at < 0) return "";
  const before = source.slice(0, at).replace(/(export\s+)?(default\s+)?((const|let|var)\s+[\w$]+\s*=\s*)?\(?\s*$/, "");
  return lastComment(before);
}

function lastComment(text) {
  const trimmed = text.trimEnd();
  if (!trimmed.endsWith("*/")) return "";
  const start = trimmed.lastIndexOf("/*");
  return trimmed.startsWith("/**", start) ? trimmed.slice(start + 3, -2) : "";
}

/** What stands at the top of a file, unless it documents the first export. */
function moduleComment(source) {
  const block = /^(?:#!.*\n)?\s*\/\*\*?([\s\S]*?)\*\/([ \t]*\r?\n)?([ \t]*\r?\n)?\s*(\w*)/.exec(source);
  if (block) {
    const named = /@module|@file/.test(block[1]);
    return !block[3] && block[4] === "export" && !named ? "" : parseComment(block[1]).text;
  }
  const lines = /^(?:#!.*\n)?\s*((?:\/\/.*(?:\n|$))+)/.exec(source);
  return lines ? lines[1].replace(/^\s*\/\/ ?/gm, "").trim() : "";
}

/** A tag begins a line; the usual ones may also follow on text, as in comments of one line. */
const TAG = /^\s*@|(?<=\s)@(?=(?:param|arg|argument|returns?|yields?)\b)/m;

const BRACES = /^\{((?:[^{}]|\{[^{}]*\})*)\}\s*/;

function parseComment(comment) {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const [text, ...tags] = lines.join("\n").split(TAG);
  const doc = { text: text.trim(), parameters: [], returns: "" };
  for (const tag of tags) {
    const [, word, rest] = /^(\w+)\s*([\s\S]*)$/.exec(tag.trim()) ?? [];
    const type = BRACES.exec(rest ?? "")?.[1].trim() ?? "";
    const after = (rest ?? "").replace(BRACES, "");
    if (["returns", "return", "yields", "yield"].includes(word)) doc.returns ||= type;
    if (["param", "arg", "argument"].includes(word)) doc.parameters.push(parseParameter(type, after));
  }
  return doc;
}

function parseParameter(type, text) {
  const [, bracketed, plain, rest] = /^(?:\[([^\]]*(?:\][^\]]*(?=\]))?)\]|([\w$.]+))?\s*-?\s*([\s\S]*)$/.exec(text);
  const [name, ...fallback] = (bracketed ?? plain ?? "").split("=");
  const parameter = { name: name.trim(), type: type.replace(/^\.\.\./, "").replace(/=$/, ""), doc: rest.trim() };
  if (bracketed !== undefined || type.endsWith("=")) parameter.optional = true;
  if (fallback.length > 0) parameter.default = fallback.join("=").trim();
  return parameter;
}

// --- parameters ------------------------------------------------------------------------------------------------------

/** The parameters as the source has them: `{name, optional, default, variadic}`; a pattern has `keys` instead of a name. */
function parametersOf(fn) {
  const source = Function.prototype.toString.call(fn);
  if (source.includes("[native code]")) return [{ name: "args", variadic: true }];
  if (/^(?:async\b)?\s*\*?\s*\[/.test(source)) return [{ name: "args", variadic: true }]; // the name is computed
  const arrow = /^(?:async\s+)?([\w$]+)\s*=>/.exec(source);
  if (arrow) return [{ name: arrow[1] }];
  return split(source.slice(source.indexOf("(") + 1)).map((text) => {
    if (text.startsWith("...")) return { name: text.slice(3).trim(), variadic: true };
    const [, name, fallback] = /^([\w$\p{L}]*)\s*(?:=\s*([\s\S]*))?$/u.exec(text) ?? [];
    if (name === undefined) return patternOf(text);
    return fallback === undefined ? { name } : { name, optional: true, default: fallback.trim().slice(0, 200) };
  });
}

/** `{a, b: c, d = 1, ...rest} = {}`: the keys that it takes apart, and its default. */
function patternOf(text) {
  const inside = split(text.slice(1));
  const end = closing(text);
  const keys = text.startsWith("{")
    ? inside.filter((part) => !/^(?:\.\.\.|\[)/.test(part)).map((part) => part.split(/[:=]/)[0].trim().replace(/^['"]|['"]$/g, ""))
    : [];
  const fallback = text.slice(end + 1).trim().replace(/^=\s*/, "");
  return fallback ? { keys, optional: true, default: fallback.slice(0, 200) } : { keys };
}

/** Where the bracket is closed that the text begins with. */
function closing(text) {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const token = COMMENT_OR_QUOTED.exec(text.slice(i, i + 2000));
    if (token) i += token[0].length - 1;
    else if ("([{".includes(text[i])) depth++;
    else if (")]}".includes(text[i]) && --depth === 0) return i;
  }
  return text.length;
}

const COMMENT_OR_QUOTED = /^(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)/;

/** Splits at commas outside of brackets and quotes, up to the bracket that closes the list. */
function split(text) {
  const parts = [""];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const token = COMMENT_OR_QUOTED.exec(text.slice(i, i + 2000));
    if (token) {
      if (!token[0].startsWith("/")) parts[parts.length - 1] += token[0];
      i += token[0].length - 1;
      continue;
    }
    const c = text[i];
    if ("([{".includes(c)) depth++;
    if (")]}".includes(c) && depth-- === 0) break;
    if (c === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts.map((p) => p.trim()).filter((p) => p !== "");
}
