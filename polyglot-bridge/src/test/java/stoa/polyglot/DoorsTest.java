package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Target;
import stoa.value.Arguments;
import stoa.value.Value;

/// Nothing but its public methods is reachable of an object that was handed out.
class DoorsTest extends InLab {
  private static final String JS =
      """
      import stoa from "stoa";
      export let touched = 0;
      export const touches = () => touched;
      class Base { inherited() { return "inherited"; } static made() {} }
      class Thing extends Base {
        field = 1;
        own = () => "own";
        Class = class {};
        #secret() {}
        _private() {}
        get getter() { touched++; return () => "getter"; }
        set setter(v) { touched++; }
        [Symbol.iterator]() { touched++; }
        ["__dunder__"]() {}
        constructor() { super(); Object.defineProperty(this, "trap", { get() { touched++; return () => 1; } }); }
      }
      export const thing = () => stoa.ref(new Thing());
      export const plain = () => stoa.ref({ f: () => 1, toString() { touched++; return ""; }, get g() { touched++; } });
      export const list = () => stoa.ref(new (class L extends Array { f() { return 1; } })());
      export const map = () => stoa.ref(new (class Extended extends Map { f() { return this.size; } })());
      export const fn = () => Object.assign((x) => x, { secret: () => 1 });
      export function refusals() {
        const found = [];
        const values = [null, 1, "text", [1], new Map(), new Date(), { a: 1 }, class A {}, Promise.resolve(), (function* () {})(), Symbol("s"), /x/, new Uint8Array(1)];
        for (const v of values) { try { stoa.ref(v); found.push(String(typeof v)); } catch (e) { if (!(e instanceof TypeError)) found.push(String(e)); } }
        return found;
      }
      """;

  private static final String PY =
      """
      import stoa
      touched = []
      def touches(): return len(touched)
      class Base:
          def inherited(self): return "inherited"
      class Loud:
          def __get__(self, thing, kind):
              touched.append(1)
              return lambda: "descriptor"
      class Thing(Base):
          field = 1
          Class = Base
          loud = Loud()
          def __init__(self):
              self.own = lambda: "own"
              self.other = Base()
          @property
          def getter(self):
              touched.append(1)
              return lambda: "getter"
          @staticmethod
          def still(x): return x
          @classmethod
          def ofclass(cls, x): return x
          def _private(self): pass
          def __dunder__(self): pass
          def __getattr__(self, name):
              touched.append(name)
              return lambda *a: "caught"
          def __getattribute__(self, name):
              if name not in ("own", "other", "__dict__", "__class__"): touched.append(name)
              return object.__getattribute__(self, name)
      it = Thing()
      touched.clear()
      def thing():
          made = stoa.ref(it)
          touched.clear()
          return made
      def fn(): return lambda x: x
      class Listing(list):
          pass
      class Holder:
          __slots__ = ("f",)
          def go(self): return 1
      def slots():
          h = Holder()
          h.f = lambda: 1
          return stoa.ref(h)
      def refusals():
          import sys, types
          found = []
          async def co(): pass
          c = co()
          values = [None, 1, "text", b"", [1], Listing(), {}, {1}, Thing, sys, c, (x for x in ()), sys._getframe(), ValueError(), fn.__code__]
          for v in values:
              try:
                  stoa.ref(v)
                  found.append(type(v).__name__)
              except TypeError: pass
          c.close()
          for v in (len, print, getattr, eval):
              try:
                  stoa.ref(v)
                  found.append(v.__name__)
              except TypeError: pass
          return found
      """;

  private Value.Reference of(String method) {
    return (Value.Reference) Lab.result(lab.ask("doors", method));
  }

  private Lab.Recorder on(Value.Reference reference, String method, Object... arguments) {
    return lab.ask(
        "user",
        new Invocation(
            new Target.Handed(reference),
            method,
            Payload.of(Arguments.of(arguments)),
            Invocation.Terms.DEFAULT,
            Chain.begin()));
  }

  private void closed(Value.Reference reference, String... names) {
    for (String name : names) {
      assertThat(Lab.failureOf(on(reference, name)).code())
          .as(name)
          .isEqualTo(Failure.Code.NO_SUCH_METHOD);
    }
  }

  @Test
  void onlyPublicMethodsOfAJavaScriptObjectAreReached() {
    lab.javascript("doors", JS);
    Value.Reference thing = of("thing");
    assertThat(Lab.result(on(thing, "inherited"))).isEqualTo(Value.of("inherited"));
    assertThat(Lab.result(on(thing, "own"))).isEqualTo(Value.of("own"));
    closed(
        thing,
        ("constructor __proto__ prototype toString toLocaleString valueOf hasOwnProperty isPrototypeOf "
                + "propertyIsEnumerable __defineGetter__ __lookupGetter__ __dunder__ _private #secret field Class "
                + "getter setter trap made call apply bind then Symbol.iterator Symbol(Symbol.iterator) @@iterator 0 length name")
            .split(" "));
    closed(thing, "", " ");
    closed(of("plain"), "toString", "g", "constructor");
    closed(of("list"), "push", "map", "concat", "constructor", "length");
    closed(of("map"), "set", "get", "forEach", "constructor", "size");
    assertThat(Lab.result(on(of("map"), "f"))).isEqualTo(new Value.Int(0));
    closed(
        of("fn"), "apply", "bind", "toString", "constructor", "secret", "prototype", "__proto__");
    assertThat(Lab.result(lab.ask("doors", "touches"))).isEqualTo(new Value.Int(0));
    assertThat(Lab.result(lab.ask("doors", "refusals")).asList()).isEmpty();
    assertThat(Lab.failureOf(on(thing, "nothing")).help())
        .contains("`own`")
        .doesNotContain("getter");
  }

  @Test
  void onlyPublicMethodsOfAPythonObjectAreReached() {
    lab.python("doors", PY);
    Value.Reference thing = of("thing");
    assertThat(Lab.result(on(thing, "inherited"))).isEqualTo(Value.of("inherited"));
    assertThat(Lab.result(on(thing, "own"))).isEqualTo(Value.of("own"));
    assertThat(Lab.result(on(thing, "still", 1))).isEqualTo(new Value.Int(1));
    assertThat(Lab.result(on(thing, "ofclass", 2))).isEqualTo(new Value.Int(2));
    closed(
        thing,
        ("__class__ __dict__ __globals__ __init__ __subclasses__ __reduce__ __reduce_ex__ __getattribute__ __getattr__ "
                + "__dunder__ __doc__ __module__ mro format field Class other loud getter _private call nothing "
                + "gi_frame f_globals own.__globals__ inherited.__func__ __builtins__")
            .split(" "));
    closed(thing, "", " ");
    closed(of("fn"), "__globals__", "__code__", "__closure__", "__call__", "__get__", "mro");
    closed(of("slots"), "f", "__slots__");
    assertThat(Lab.result(on(of("slots"), "go"))).isEqualTo(new Value.Int(1));
    assertThat(Lab.result(lab.ask("doors", "touches"))).isEqualTo(new Value.Int(0));
    assertThat(Lab.result(lab.ask("doors", "refusals")).asList()).isEmpty();
  }
}
