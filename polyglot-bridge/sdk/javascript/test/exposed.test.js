// What can be reached through an object that was handed out: each door that must stay shut.
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { exposedMethod, exposedNames, ref } from "../exposed.js";
import { Handle } from "../handle.js";

const reachable = (target, ...names) => names.filter((name) => exposedMethod(target, name) !== null);

class Base {
  inherited() {}
  _private() {}
  get computed() {
    throw new Error("a getter was run");
  }
  static onClass() {}
  #hidden() {}
  uses() {
    return this.#hidden();
  }
}

class Derived extends Base {
  arrow = () => 1;
  data = 1;
  inherited = "shadowed by data";
  own() {}
}

test("public methods are reached, own and inherited", () => {
  assert.deepEqual(exposedNames(new Derived()).sort(), ["arrow", "own", "uses"]);
  assert.deepEqual(exposedNames(new Base()).sort(), ["inherited", "uses"]);
  assert.deepEqual(exposedNames(Object.assign(Object.create(null), { f() {} })), ["f"]);
  assert.deepEqual(exposedNames({ constructor: Map, f() {} }), ["f"]);
  assert.deepEqual(exposedNames(() => 1), ["call"]);
});

test("private names, getters, data and the class's own are not", () => {
  assert.deepEqual(reachable(new Derived(), "_private", "#hidden", "computed", "onClass", "data", "inherited", ""), []);
});

test("what every object has is not, even where it is overwritten", () => {
  const all = Object.getOwnPropertyNames(Object.prototype);
  assert(all.includes("__defineGetter__") && all.includes("constructor") && all.includes("toString"));
  assert.deepEqual(reachable(new Derived(), ...all), []);
  assert.deepEqual(reachable({ constructor() {}, toString() {}, ["__proto__"]() {}, valueOf() {} }, ...all), []);
});

test("what functions have is not", () => {
  const names = [...Object.getOwnPropertyNames(Function.prototype), "prototype", "constructor"].filter((name) => name !== "call");
  assert.deepEqual(reachable(function f() {}, ...names), []);
  assert.deepEqual(reachable({ f() {} }, "f.call", "f.constructor", "call"), []);
});

test("prototypes of the runtime end the search, those of another realm too", () => {
  function* generator() {}
  const objects = [
    [], new Map(), new Set(), new Date(), /a/, new Uint8Array(), new Error("x"), new EventEmitter(), createServer(), new URL("http://a"),
    new AbortController(), generator(), [].values(), runInNewContext("[]"), runInNewContext("new Map()"), Buffer.alloc(1),
  ];
  for (const object of objects) {
    const inherited = [];
    for (let at = Object.getPrototypeOf(object); at !== null; at = Object.getPrototypeOf(at)) {
      inherited.push(...Object.getOwnPropertyNames(at));
    }
    assert.deepEqual(reachable(object, ...inherited), [], inherited.join());
  }
  class Emitter extends EventEmitter {
    mine() {}
  }
  assert.deepEqual(exposedNames(new Emitter()), ["mine"]);
});

test("classes as values are not, nor what makes code of text", () => {
  function Old() {}
  Old.prototype.method = () => {};
  const object = { Derived, Old, Map, Function, EventEmitter, Promise, Proxy, e: eval, AsyncFunction: (async () => {}).constructor };
  assert.deepEqual(exposedNames(object), []);
  assert.deepEqual(exposedNames(class A { static f() {} }), ["call"]); // which `ref` refuses
});

test("symbols are not, and what a program puts on globalThis is its own", () => {
  assert.deepEqual(exposedNames({ [Symbol.iterator]() {}, [Symbol.dispose]() {}, f() {} }), ["f"]);
  globalThis.Derived = Derived;
  assert.deepEqual(exposedNames(new Derived()).sort(), ["arrow", "own", "uses"]);
  delete globalThis.Derived;
});

test("what is no object of the program is refused, with advice", () => {
  for (const [thing, words] of [
    [null, /not null/], [1, /not a number/], ["text", /not a string/], [undefined, /not a undefined/], [Symbol("s"), /symbol/],
    [Derived, /not a class/], [Map, /not a class/], [Function, /not a class/], [eval, /not a class/], [EventEmitter, /not a class/],
    [Promise.resolve(1), /Await it first/], [{ then() {} }, /Await it first/],
    [globalThis, /part of the runtime/], [process, /part of the runtime/], [Reflect, /part of the runtime/],
    [Object.prototype, /part of the runtime/], [fs, /part of the runtime/], [fs.default, /part of the runtime/], [fs.promises, /runtime/],
  ]) {
    assert.throws(() => ref(thing), (e) => e instanceof TypeError && words.test(e.message), String(words));
  }
});

test("an object has one handle, until it is released", () => {
  const object = {};
  const handle = ref(object);
  assert(handle instanceof Handle);
  assert.equal(ref(object), handle);
  assert.equal(ref(handle), handle);
  handle.release();
  assert.notEqual(ref(object), handle);
});
