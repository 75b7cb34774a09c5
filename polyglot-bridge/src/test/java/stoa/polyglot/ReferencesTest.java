package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.call.Failure;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.polyglot.Lab.Recorder;
import stoa.value.Arguments;
import stoa.value.Value;

/// Objects that stay where they are.
class ReferencesTest extends InLab {
  private static final String JS_OWNER =
      """
      import stoa from "stoa";
      class Account {
        #n = 0;
        total = () => this.#n;
        add(n) { this.#n += n; return this.#n; }
        async later(n) { await null; return this.add(n); }
        *upto(n) { for (let i = 0; i < n; i++) yield i; }
        async sum(items) { let s = 0; for await (const x of items) s += x; return s; }
        fail() { throw new RangeError("no"); }
        me() { return stoa.ref(this); }
        _hidden() {}
      }
      const account = new Account();
      const handle = stoa.ref(account);
      export const open = () => handle;
      export const fresh = () => stoa.ref(new Account());
      export const many = () => ({ list: [handle, { deep: handle }], f: (x) => x + 1 });
      export function* each() { yield stoa.ref(account); yield handle; }
      export const same = (x) => [x === account, x === x];
      export const revoke = () => { const h = stoa.ref(account); h.release(); };
      export const apply = (f, x) => f(x);
      const self = stoa.module("owner");
      export const total = (a) => a.total();
      export async function alone() {
        const all = [await self.fresh().add(3), await self.total(stoa.ref({ total: () => 4 }))];
        for await (const a of self.each()) all.push(a === account);
        all.push((await self.fresh()) instanceof Account);
        return all;
      }
      export async function keeps(f) { kept = f; return typeof f; }
      let kept;
      export const calls = (...given) => kept(...given);
      export const forget = () => { stoa.release(kept); };
      """;

  private static final String PY_OWNER =
      """
      import stoa
      class Account:
          def __init__(self): self.n = 0
          def total(self): return self.n
          def add(self, n):
              self.n += n
              return self.n
          async def later(self, n): return self.add(n)
          def upto(self, n):
              for i in range(n): yield i
          def sum(self, items):
              s = 0
              for x in items: s += x
              return s
          def fail(self): raise RuntimeError("no")
          def me(self): return stoa.ref(self)
          def _hidden(self): pass
      account = Account()
      handle = stoa.ref(account)
      def open(): return handle
      def fresh(): return stoa.ref(Account())
      def many(): return {"list": [handle, {"deep": handle}], "f": lambda x: x + 1}
      def each():
          yield stoa.ref(account)
          yield handle
      def same(x): return [x is account, x is x]
      def revoke(): stoa.ref(account).release()
      def apply(f, x): return f(x)
      def total(a): return a()
      async def alone():
          self = stoa.aio.module("owner")
          all = [await self.fresh().add(3), await self.total(lambda: 4)]
          async for a in self.stream.each(): all.append(a is account)
          return all + [type(await self.fresh()) is Account]
      kept = None
      def keeps(f):
          global kept
          kept = f
          return "function"
      def calls(*given): return kept(*given)
      def forget():
          global kept
          stoa.release(kept)
      """;

  private void owner(String language) {
    if (language.equals("js")) {
      lab.javascript("owner", JS_OWNER);
    } else {
      lab.python("owner", PY_OWNER);
    }
  }

  private Value.Reference opened(String method) {
    return (Value.Reference) Lab.result(lab.ask("owner", method));
  }

  private Recorder on(Value.Reference reference, String method, Object... arguments) {
    return lab.ask(
        "user",
        new Invocation(
            new Target.Handed(reference),
            method,
            Payload.of(Arguments.of(arguments)),
            Invocation.Terms.DEFAULT,
            stoa.call.Chain.begin()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py"})
  void methodsOfAnObjectAreCalledInEveryShape(String language) {
    owner(language);
    Value.Reference account = opened("open");
    assertThat(Lab.result(on(account, "add", 2))).isEqualTo(new Value.Int(2));
    assertThat(Lab.result(on(account, "later", 3))).isEqualTo(new Value.Int(5));
    assertThat(Lab.result(on(account, "total"))).isEqualTo(new Value.Int(5));
    Recorder stream = on(account, "upto", 3);
    Lab.result(stream);
    assertThat(stream.items()).containsExactly(0L, 1L, 2L);
    assertThat(Lab.failureOf(on(account, "fail")).message()).contains("no");
    assertThat(Lab.result(on(account, "me"))).isEqualTo(account);
    Failure failure = Lab.failureOf(on(account, "ad", 1));
    assertThat(failure.code()).isEqualTo(Failure.Code.NO_SUCH_METHOD);
    assertThat(failure.help()).contains("Did you mean `add`?");
    assertThat(Lab.failureOf(on(account, "add", 1, 2)).help()).contains("add(n)");
    Recorder sum =
        lab.ask(
            "user",
            new Invocation(
                new Target.Handed(account),
                "sum",
                Payload.of(Arguments.NONE),
                Invocation.Terms.DEFAULT.with(Invocation.Shape.STREAMS_IN),
                stoa.call.Chain.begin()));
    sum.callee.send(new Signal.Item(Payload.of(new Value.Int(4))));
    sum.callee.send(new Signal.End());
    assertThat(Lab.result(sum)).isEqualTo(new Value.Int(4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py"})
  void theSameObjectHasTheSameNumberWhileItIsHeldAndIsForgottenThen(String language) {
    owner(language);
    Value.Reference account = opened("open");
    Map<String, Value> many = Lab.result(lab.ask("owner", "many")).asMap();
    assertThat(many.get("list").at(0)).isEqualTo(account);
    assertThat(many.get("list").at(1).at("deep")).isEqualTo(account);
    Value.Reference f = (Value.Reference) many.get("f");
    assertThat(Lab.result(on(f, "call", 4))).isEqualTo(new Value.Int(5));
    Recorder each = lab.ask("owner", "each");
    Lab.result(each);
    assertThat(each.items()).containsExactly(account, account);
    assertThat(lab.exchange.holds("user", account)).isEqualTo(4);
    lab.exchange.release("user", account, 3);
    assertThat(opened("open")).isEqualTo(account);
    lab.exchange.release("user", account, 2);
    Value.Reference again = opened("open");
    assertThat(again.number()).isNotEqualTo(account.number());
    lab.exchange.release("user", f, 1);
    assertThat(opened("open")).isEqualTo(again);
    // As somebody else who was given it once: the object is not handed out any more.
    Failure lost =
        Lab.failureOf(
            Lab.open(
                lab.modulesLoaded("owner"),
                new Invocation(
                    new Target.Handed(f),
                    "call",
                    Payload.of(Arguments.of(1)),
                    Invocation.Terms.DEFAULT,
                    stoa.call.Chain.begin())));
    assertThat(lost.code()).isEqualTo(Failure.Code.LOST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py"})
  void anObjectThatComesHomeIsTheObjectItself(String language) {
    owner(language);
    Value.Reference account = opened("open");
    assertThat(Lab.result(lab.ask("owner", "same", account)).plain())
        .isEqualTo(List.of(true, true));
  }

  /// Nobody else ever holds it: the host says so while it is on its way home.
  @ParameterizedTest
  @ValueSource(strings = {"js", "py"})
  void anObjectThatOnlyTravelsFromAModuleToItselfArrives(String language) {
    owner(language);
    assertThat(Lab.result(lab.ask("owner", "alone")).plain())
        .isEqualTo(List.of(3L, 4L, true, true, true));
    assertThat(lab.exchange.size()).isZero();
    assertThat(opened("fresh").number()).isLessThan(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py"})
  void whatItsOwnerReleasedIsLostForAll(String language) {
    owner(language);
    Value.Reference account = opened("open");
    Lab.result(lab.ask("owner", "revoke"));
    Failure failure = Lab.failureOf(on(account, "total"));
    assertThat(failure.code()).isEqualTo(Failure.Code.LOST);
    assertThat(failure.message()).contains("its owner released it");
  }

  private static final String JS_USER =
      """
      import stoa from "stoa";
      const owner = stoa.module("owner");
      export async function uses() {
        const a = await owner.open();
        const seen = [await a.add(1), await a.later(1), await a.upto(3), await a.sum([1, 2].values())];
        for await (const x of a.upto(2)) seen.push(x);
        seen.push(a === (await owner.open()), a === (await a.me()), (await owner.same(a))[0], a.then === undefined);
        return seen;
      }
      export async function fails() { const a = await owner.open(); try { await a.fail(); } catch (e) { return [e.code, e.remote.message]; } }
      export async function nope() { const a = await owner.open(); try { await a.constructor(); } catch (e) { return e.code; } }
      export const callback = () => owner.apply((x) => x * 2, 21);
      export async function kept() { await owner.keeps((a, b) => a + b); return await owner.calls(1, 2); }
      export const handsOn = async () => await stoa.module("owner").apply((await owner.many()).f, 1);
      export async function released() {
        const a = await owner.fresh();
        await a.add(1);
        stoa.release(a);
        const codes = [];
        try { await a.add(1); } catch (e) { codes.push(e.code, /released here/.test(e.message)); }
        try { await owner.same(a); } catch (e) { codes.push(e.code); }
        return codes;
      }
      export async function disposed() { const a = await owner.fresh(); a[Symbol.dispose](); try { await a.add(1); } catch (e) { return e.code; } }
      export async function churn(n) { for (let i = 0; i < n; i++) await (await owner.fresh()).add(1); }
      export async function piped() { return [await owner.open().total(), await owner.open().me().me().total(), await owner.fresh().upto(3)]; }
      export async function streamed() { const got = []; for await (const x of owner.fresh().upto(3)) got.push(x); return got; }
      export async function noObject() { try { await owner.same(1).total(); } catch (e) { return e.code; } }
      export async function firstFails() { try { await owner.nix().total(); } catch (e) { return e.code; } }
      export async function late() { const call = owner.fresh(); const a = await call; return await call.add(7); }
      export async function lateFails() { const call = owner.nix(); await call.catch(() => {}); try { await call.add(7); } catch (e) { return e.code; } }
      export const pipedNever = () => stoa.module("never").open().total();
      export async function oneWay() { const r = [stoa.oneWay("owner").nix(), stoa.oneWay(await owner.open()).add(100), stoa.oneWay((await owner.many()).f)(1)]; return r.every((x) => x === undefined); }
      export const shown = async () => `${await owner.open()}`;
      """;

  private static final String PY_USER =
      """
      import stoa
      owner = stoa.module("owner")
      aowner = stoa.aio.module("owner")
      def uses():
          a = owner.open()
          seen = [a.add(1), a.later(1), list(a.upto(3)), a.sum(iter([1, 2]))]
          seen += [x for x in a.stream.upto(2)]
          return seen + [a is owner.open(), a is a.me(), owner.same(a)[0], bool(a)]
      async def auses():
          a = stoa.aio(await aowner.open())
          return [await a.add(0), await a.upto(2), [x async for x in a.stream.upto(2)]]
      def fails():
          try: owner.open().fail()
          except stoa.Error as e: return [e.code, e.remote["message"]]
      def nope():
          a = owner.open()
          codes = []
          try: a.__class_getitem__
          except AttributeError: codes.append("attribute")
          try: a._hidden()
          except AttributeError: codes.append("attribute")
          try: a.constructor()
          except stoa.Error as e: codes.append(e.code)
          return codes[-1]
      def callback(): return owner.apply(lambda x: x * 2, 21)
      def kept():
          owner.keeps(lambda a, b: a + b)
          return owner.calls(1, 2)
      def handsOn(): return owner.apply(owner.many()["f"], 1)
      def released():
          a = owner.fresh()
          a.add(1)
          stoa.release(a)
          codes = []
          try: a.add(1)
          except stoa.Error as e: codes += [e.code, "released here" in e.message]
          try: owner.same(a)
          except stoa.Error as e: codes.append(e.code)
          return codes
      def disposed():
          with owner.fresh() as a: a.add(1)
          try: a.add(1)
          except stoa.Error as e: return e.code
      def churn(n):
          for i in range(n): owner.fresh().add(1)
      async def piped(): return [await aowner.open().total(), await aowner.open().me().me().total(), await aowner.fresh().upto(3)]
      async def streamed(): return [x async for x in aowner.fresh().upto(3)]
      async def noObject():
          try: await aowner.same(1).total()
          except stoa.Error as e: return e.code
      async def firstFails():
          try: await aowner.nix().total()
          except stoa.Error as e: return e.code
      async def late():
          call = aowner.fresh()
          await call
          return await call.add(7)
      async def lateFails():
          call = aowner.nix()
          try: await call
          except stoa.Error: pass
          try: await call.add(7)
          except stoa.Error as e: return e.code
      async def pipedNever(): return await stoa.aio.module("never").open().total()
      def oneWay(): return all(x is None for x in [stoa.one_way("owner").nix(), stoa.one_way(owner.open()).add(100), stoa.one_way(owner.many()["f"])(1)])
      def shown(): return repr(owner.open()).replace("<", "[").replace(">", "]")
      """;

  private void user(String language) {
    if (language.equals("js")) {
      lab.javascript("client", JS_USER);
    } else {
      lab.python("client", PY_USER);
    }
  }

  private Object ask(String method, Object... arguments) {
    return Lab.result(lab.ask("client", method, arguments)).plain();
  }

  @ParameterizedTest
  @CsvSource({"js, js", "js, py", "py, js", "py, py"})
  void aGuestUsesObjectsOfAnother(String client, String owner) {
    owner(owner);
    user(client);
    assertThat(ask("uses"))
        .isEqualTo(List.of(1L, 2L, List.of(0L, 1L, 2L), 3L, 0L, 1L, true, true, true, true));
    if (client.equals("py")) {
      assertThat(ask("auses")).isEqualTo(List.of(2L, List.of(0L, 1L), List.of(0L, 1L)));
    }
    assertThat(ask("fails")).isEqualTo(List.of("THREW", "no"));
    assertThat(ask("nope")).isEqualTo("NO_SUCH_METHOD");
    assertThat(ask("callback")).isEqualTo(42L);
    assertThat(ask("kept")).isEqualTo(3L);
    assertThat(ask("handsOn")).isEqualTo(2L);
    assertThat(ask("released")).isEqualTo(List.of("LOST", true, "LOST"));
    assertThat(ask("disposed")).isEqualTo("LOST");
    assertThat(ask("shown")).asString().matches("\\[object owner#1/\\d+]");
  }

  @ParameterizedTest
  @CsvSource({"js, js", "js, py", "py, js", "py, py"})
  void callsAreMadeOnResultsThatAreStillToCome(String client, String owner) {
    owner(owner);
    user(client);
    assertThat(ask("piped")).isEqualTo(List.of(0L, 0L, List.of(0L, 1L, 2L)));
    assertThat(ask("streamed")).isEqualTo(List.of(0L, 1L, 2L));
    assertThat(ask("noObject")).isEqualTo("BAD_ARGUMENT");
    assertThat(ask("firstFails")).isEqualTo("NO_SUCH_METHOD");
    assertThat(ask("late")).isEqualTo(7L);
    assertThat(ask("lateFails")).isEqualTo("NO_SUCH_METHOD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py"})
  void aCallOnAResultThatNeverComesIsCancelled(String client) {
    user(client);
    lab.modules.put("never", (_, _) -> _ -> {});
    Recorder recorder = lab.ask("client", "pipedNever");
    await().pollDelay(Duration.ofMillis(50)).until(() -> true);
    recorder.callee.send(new Signal.Cancel("enough"));
    assertThat(Lab.failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
    lab.modules.remove("never");
    assertThat(Lab.failureOf(lab.ask("client", "pipedNever")).message()).contains("NO_SUCH_MODULE");
  }

  @ParameterizedTest
  @CsvSource({"js, js", "py, py"})
  void aOneWayCallAnswersAtOnceAndItsFailureIsLogged(String client, String owner) {
    owner(owner);
    user(client);
    assertThat(ask("oneWay")).isEqualTo(true);
    await()
        .until(() ->
            lab.lines.stream()
                .anyMatch(line ->
                    line.text().startsWith("The one-way call of owner.nix failed")
                        && line.text().contains("NO_SUCH_METHOD")));
    await().until(() -> Lab.result(on(opened("open"), "total")).asLong() == 100);
  }

  @ParameterizedTest
  @CsvSource({"js, js", "js, py", "py, js", "py, py"})
  void whatAGuestForgetsIsGivenBack(String client, String owner) {
    owner(owner);
    user(client);
    ask("churn", 500);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          System.gc();
          return lab.exchange.size() == 0;
        });
    // The object that was released most lately is forgotten by its owner too.
    assertThat(opened("fresh").number()).isEqualTo(501);
  }
}
