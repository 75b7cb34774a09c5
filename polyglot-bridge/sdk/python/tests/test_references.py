"""References: PROTOCOL.md, "References"."""
import time
import unittest

from tests.host import Host, Ref, WithHost, python_module

OTHER = Ref("other#1", 4)
SECOND = Ref("other#1", 5)


class Owning(WithHost):
    module = "references"

    def test_an_object_passes_by_reference(self):
        ref = self.host.call("counter")
        self.assertEqual((ref.owner, ref.number > 0), ("sample#1", True))
        self.assertEqual(self.host.call("counter"), ref)

    def test_one_entry_stands_for_each_object_of_a_payload(self):
        self.host.invoke("several")
        frame = self.host.next("returned")
        self.assertEqual(len(frame["returned"]["references"]), 2)
        value = self.host.result(frame)
        self.assertEqual(value["a"][0], value["b"])
        self.assertNotEqual(value["a"][0], value["f"])

    def test_functions_pass_by_themselves(self):
        function, add, same, append, partial = self.host.call("functions")
        self.assertEqual(add, same)
        self.assertEqual(len({function, add, append, partial}), 4)
        self.assertEqual(self.host.call("call", on=function), 1)
        self.assertIsNone(self.host.call("call", "said", on=append))
        self.assertIn("said", self.host.call("what_was_said"))
        self.assertEqual(self.host.call("call", on=partial), [7, 1])

    def test_references_in_items(self):
        for method in ("counters", "acounters"):
            call = self.host.invoke(method)
            refs = {self.host.value(self.host.next("item")["item"]) for _ in range(3)}
            self.host.end(call)
            self.assertEqual(refs, {self.host.call("counter")})

    def test_references_in_arguments_and_in_a_stream(self):
        call = self.host.invoke("give", "other", "take")
        frame = self.host.next("invoke")
        counter, named = self.host.argument(frame)
        self.assertEqual(counter, self.host.call("counter", parent=frame["call"]))
        self.assertEqual(named["f"].owner, "sample#1")
        self.host.answer(frame["call"])
        self.host.end(call)
        call = self.host.invoke("give_items_to", "other")
        nested = self.host.next("invoke")["call"]
        self.assertEqual([self.host.value(self.host.next("item")["item"]) for _ in "12"], [counter] * 2)
        self.host.next("end")
        self.host.answer(nested)
        self.host.end(call)

    def test_methods_are_called_in_all_shapes(self):
        ref = self.host.call("counter")
        before = self.host.call("add", 0, on=ref)
        self.assertEqual(self.host.call("add", named={"n": 2}, on=ref), before + 2)
        self.assertEqual(self.host.call("later", 1, on=ref), before + 3)
        self.assertEqual(self.host.call("still", 1, on=ref), 1)
        self.assertEqual(self.host.call("named", on=ref), "Counter")
        self.assertEqual(self.host.call("me", on=ref), ref)
        call = self.host.invoke("up_to", 2, on=ref)
        self.assertEqual([self.host.value(self.host.next("item")["item"]) for _ in "12"], [0, 1])
        self.host.end(call)
        call = self.host.invoke("total", on=ref, streams=True)
        self.host.item(call, 5)
        self.host.end_stream(call)
        self.assertEqual(self.host.end(call), 5)
        self.assertIsNone(self.host.call("add", 1, on=ref, one_way=True))
        failed = self.host.call("fails", on=ref)
        self.assertEqual((failed["code"], failed["message"]), ("THREW", "ValueError: of an object"))

    def test_async_functions_are_called(self):
        self.assertEqual(self.host.call("call", 5, on=self.host.call("give_async")), 5)

    def test_arguments_of_objects_are_checked(self):
        failed = self.host.call("add", 1, 2, on=self.host.call("counter"))
        self.assertEqual(failed["code"], "BAD_ARGUMENT")
        self.assertIn("at most 1 argument", failed["message"])
        self.assertIn("`add(n?: int = 1) -> int`", failed["help"])
        self.assertEqual(self.host.call("call", on=self.host.call("function"))["code"], "BAD_ARGUMENT")

    def test_what_is_no_method_is_named_so(self):
        ref = self.host.call("counter")
        failed = self.host.call("ad", on=ref)
        self.assertEqual((failed["code"], failed["help"]), ("NO_SUCH_METHOD", "Did you mean `add`?"))
        failed = self.host.call("run", on=self.host.call("function"))
        self.assertEqual((failed["code"], failed["message"]), ("NO_SUCH_METHOD", "A function has no method `run`."))

    def test_no_door_is_open(self):
        ref, function = self.host.call("counter"), self.host.call("function")
        for name in DOORS:
            for on in (ref, function):
                self.assertEqual(self.host.call(name, on=on)["code"], "NO_SUCH_METHOD", name)
        self.assertNotIn("a property ran", self.host.call("what_was_said"))

    def test_our_own_object_comes_home_as_itself(self):
        ref, function = self.host.call("counter"), self.host.call("function")
        self.assertEqual(self.host.call("is_mine", ref, function), [True, True])
        self.assertEqual(self.host.call("is_mine", ref, named={"function": function}), [True, True])

    def test_the_host_counts_back_and_the_object_is_forgotten_at_zero(self):
        host = Host(python_module("references"), "socket")
        first, again = host.call("function"), host.call("function")
        self.assertEqual(first, again)
        host.release((first, 1))
        self.assertEqual(host.call("call", 1, on=first), [1, 1])
        host.release((first, 1))
        failed = host.call("call", 1, on=first)
        self.assertEqual(failed["code"], "LOST")
        self.assertIn("everybody who held it has released it", failed["message"])
        self.assertEqual(host.call("function"), Ref("sample#1", first.number + 1))
        host.stop()

    def test_its_owner_takes_it_back(self):
        ref = self.host.call("counter")
        code, message = self.host.call("revoke")
        self.assertEqual(code, "LOST")
        self.assertIn("released here", message)
        for failed in (self.host.call("add", 1, on=ref), self.host.call("is_mine", ref)):
            self.assertEqual(failed["code"], "LOST")
            self.assertIn("its owner released it", failed["message"])
        fresh = self.host.call("counter")
        self.assertNotEqual(fresh, ref)
        self.assertIsInstance(self.host.call("add", 1, on=fresh), int)

    def test_a_with_block_lends_it(self):
        call = self.host.invoke("lend", "other")
        frame = self.host.next("invoke")
        [ref] = self.host.argument(frame)
        self.assertIsInstance(self.host.call("add", 1, on=ref, parent=frame["call"]), int)
        self.host.answer(frame["call"], "done")
        self.assertEqual(self.host.end(call), "done")
        self.assertIn("its owner released it", self.host.call("add", 1, on=ref)["message"])

    def test_data_and_inner_things_are_refused(self):
        for what, words in [
            ("text", "is data"), ("none", "is data"), ("list", "is data"), ("class", "is a class"), ("module", "is a module"),
            ("frame", "is a frame"), ("code", "is a code object"), ("generator", "is a stream"), ("stoa", "part of Stoa"),
        ]:  # fmt: skip
            self.assertIn(words, self.host.call("refuse", what)["message"])
        self.assertIn("`result[1]` is a builtin function", self.host.call("bad_builtin")["message"])

    def test_a_limit_is_a_limit(self):
        host = Host(python_module("references"), "socket", limits={"max_references": 10})
        self.assertEqual(len(host.call("give_many", 10)), 10)
        failed = host.call("give_many", 1)
        self.assertEqual(failed["code"], "RESOURCE_EXHAUSTED")
        self.assertEqual(failed["details"], {"quota": "references", "used": "10", "max": "10"})
        host.release((Ref("sample#1", 1), 1))
        self.assertEqual(len(host.call("give_many", 1)), 1)
        host.stop()

    def test_a_value_with_more_references_than_fit_into_a_frame_is_refused(self):
        failed = self.host.call("give_many", 60_000)
        self.assertEqual((failed["code"], failed["details"]["quota"]), ("RESOURCE_EXHAUSTED", "bytes of references in a value"))
        self.assertEqual(len(self.host.call("give_many", 20_000)), 20_000)

    def test_without_the_feature_nothing_is_sent(self):
        host = Host(python_module("references"), "socket", features=("log",))
        self.assertEqual(host.call("counter")["code"], "UNSUPPORTED")
        self.assertEqual(host.call("counters")["code"], "UNSUPPORTED")
        self.assertEqual(host.call("give", "other", "take")["details"], {"code": "UNSUPPORTED"})
        self.assertEqual(host.call("echo", OTHER)["code"], "UNSUPPORTED")
        self.assertEqual(host.call("call", on=OTHER)["code"], "UNSUPPORTED")
        host.stop()


DOORS = [
    "__class__", "__dict__", "__init__", "__globals__", "__getattribute__", "__subclasses__", "__reduce_ex__", "__call__", "_private",
    "mro", "format", "value", "secret", "kind", "doubled", "__code__", "func_globals", "__self__", "__func__", "gi_frame", "",
    "add.__globals__", "add ", "__setattr__", "__del__", "__doc__", "__wrapped__", "__module__", "still.__func__", "__reduce__",
]  # fmt: skip


class Holding(WithHost):
    module = "references"

    def nested(self, method, *arguments, on=OTHER, answer=None):
        """Expects a call on a reference; answers it."""
        frame = self.host.next("invoke")
        invoke = frame["invoke"]
        self.assertEqual((invoke["object"], invoke["method"]), ({"reference": on._asdict()}, method))
        self.assertEqual(self.host.argument(frame), list(arguments))
        self.host.answer(frame["call"], answer)
        return frame

    def end(self, call):
        """The result, and what is released with it or soon after."""
        released = {}
        result = None
        for _ in range(2):
            frame = self.host.next("returned", "failed", "release")
            if "release" in frame:
                self.host.inbox.insert(0, frame)
                released = self.host.released()
            else:
                result = self.host.result(frame)
        return result, released

    def test_a_reference_becomes_a_proxy_and_is_given_back_when_nobody_uses_it(self):
        call = self.host.invoke("use", OTHER)
        frame = self.nested("add", 5, answer=6)
        self.assertEqual((frame["invoke"]["blocking"], frame["invoke"]["parent"]), (True, call))
        self.assertEqual(self.end(call), (6, {OTHER: 1}))

    def test_a_function_is_called_as_it_is(self):
        for method in ("call_it", "acall_it"):
            call = self.host.invoke(method, OTHER, 1, "a")
            self.nested("call", 1, "a", answer=[2])
            self.assertEqual(self.end(call), ([2], {OTHER: 1}))

    def test_all_shapes(self):
        call = self.host.invoke("ause", OTHER)
        self.nested("add", 1, answer=6)
        stream = self.host.next("invoke")["call"]
        self.host.item(stream, 0)
        self.host.answer(stream)
        self.assertEqual(self.end(call), ([6, [0]], {OTHER: 1}))
        call = self.host.invoke("items_of", OTHER)
        stream = self.host.next("invoke")["call"]
        self.host.item(stream, 1)
        self.host.answer(stream)
        self.assertEqual(self.end(call)[0], [1])
        call = self.host.invoke("give_stream", OTHER)
        taker = self.host.next("invoke")
        self.assertTrue(taker["invoke"]["streams"])
        self.host.next("item"), self.host.next("item"), self.host.next("end")
        self.host.answer(taker["call"], 3)
        self.assertEqual(self.end(call)[0], 3)

    def test_one_way_calls_answer_at_once_and_log_failures(self):
        call = self.host.invoke("one_way", OTHER)
        frames = [self.host.next("invoke") for _ in range(3)]
        self.assertEqual([f["invoke"]["method"] for f in frames], ["add", "call", "note"])
        self.assertTrue(all(f["invoke"]["one_way"] and "credit" not in f["invoke"] for f in frames))
        self.assertEqual(self.end(call), ([None, None, None], {OTHER: 1}))
        self.host.answer(frames[0]["call"])
        self.host.fail(frames[2]["call"], "NO_SUCH_METHOD", "no `note`")
        log = self.host.next("log")["log"]
        self.assertEqual((log["level"], "`other.note`" in log["text"], "no `note`" in log["text"]), ("WARNING", True, True))

    def test_the_same_reference_gives_the_same_proxy_and_counts(self):
        self.host.call("keep", OTHER)
        self.assertEqual(self.host.call("same", OTHER, OTHER), [True, True, True])
        call = self.host.invoke("drop")
        self.assertEqual(self.end(call)[1], {OTHER: 2})
        call = self.host.invoke("keep", OTHER)
        self.host.end(call)
        call = self.host.invoke("drop")
        self.assertEqual(self.end(call)[1], {OTHER: 1})

    def test_what_dies_together_goes_in_one_frame(self):
        self.host.call("keep", OTHER, SECOND)
        self.host.call("keep", *[Ref("other#2", n) for n in range(1, 9)])
        self.host.invoke("drop")
        self.assertEqual(len(self.host.released()), 10)
        self.host.next("returned")

    def test_a_proxy_that_dies_while_the_module_is_idle_is_given_back_soon(self):
        self.host.call("keep", OTHER)
        self.host.call("drop_later", 0.02)
        begun = time.monotonic()
        self.assertEqual(self.host.released(), {OTHER: 1})
        self.assertLess(time.monotonic() - begun, 0.2)

    def test_proxies_die_in_threads_and_in_cycles(self):
        for method in ("drop_in_thread", "drop_in_a_cycle"):
            self.host.call("keep", OTHER)
            call = self.host.invoke(method)
            self.assertEqual(self.end(call)[1], {OTHER: 1})

    def test_release_by_hand(self):
        call = self.host.invoke("release", OTHER)
        self.assertEqual(self.host.released(), {OTHER: 1})
        code, message = self.host.end(call)
        self.assertEqual((code, "it was released here" in message), ("LOST", True))
        call = self.host.invoke("with_it", OTHER)
        self.nested("add", 1)
        self.assertEqual(self.host.released(), {OTHER: 1})
        self.assertEqual(self.host.end(call), "<reference other#1/4, released>")
        self.host.nothing()

    def test_arguments_of_a_call_that_failed_do_not_wait_for_the_collector(self):
        call = self.host.invoke("fails_with", OTHER)
        self.host.fail(self.host.next("invoke")["call"], "LOST")
        self.assertEqual(self.end(call), ("LOST", {OTHER: 1}))

    def test_a_reference_is_handed_on_and_keeps_its_owner(self):
        call = self.host.invoke("pass_on", "third", OTHER)
        frame = self.host.next("invoke")
        self.assertEqual(frame["invoke"]["references"], [OTHER._asdict()])
        self.assertEqual(self.host.argument(frame), [[OTHER, OTHER]])
        self.host.answer(frame["call"], OTHER)
        self.assertEqual(self.end(call), (OTHER, {OTHER: 2}))

    def test_a_released_one_is_not_handed_on(self):
        call = self.host.invoke("send_released", "third", OTHER)
        self.host.released()
        self.assertEqual(self.host.end(call)["details"], {"code": "LOST"})

    def test_a_proxy_of_one_expression_lives_as_long_as_its_call(self):
        call = self.host.invoke("chained", "db")
        self.host.answer(self.host.next("invoke")["call"], OTHER)
        query = self.host.next("invoke")
        self.assertEqual(query["invoke"]["object"], {"reference": OTHER._asdict()})
        self.host.nothing(0.15)
        self.host.answer(query["call"], 1)
        self.assertEqual(self.end(call), (1, {OTHER: 1}))

    def test_references_of_payloads_that_nobody_reads_are_given_back(self):
        self.host.item(99_999, OTHER)
        self.host.answer(99_999, SECOND)
        self.assertEqual(self.host.released() | {}, {OTHER: 1} | ({SECOND: 1} if not self.more() else {}))

    def more(self):
        """Both may come in one frame, or in two."""
        try:
            self.host.nothing(0.1)
            return False
        except AssertionError:
            self.assertEqual(self.host.released(), {SECOND: 1})
            return True

    def test_a_bad_call_with_references_gives_them_back(self):
        self.host.invoke("is_mine", OTHER, OTHER, OTHER)
        frames = [self.host.next("failed", "release") for _ in "12"]
        self.assertEqual(sorted(kind for f in frames for kind in f if kind != "call"), ["failed", "release"])

    def test_callbacks_run_while_we_wait(self):
        for method in ("call_back", "call_back_async", "call_back_in_loop", "call_back_async_in_loop"):
            call = self.host.invoke(method, "other")
            each = self.host.next("invoke")
            [callback] = self.host.argument(each)
            for i in (7, 8):
                inner = self.host.invoke("call", i, on=callback, parent=each["call"])
                self.host.end(inner)
            self.host.answer(each["call"], "done")
            self.assertEqual(self.host.end(call), [7, 8] if method == "call_back" else ["done", [7, 8]])

    def test_callbacks_run_in_the_thread_that_waits(self):
        call = self.host.invoke("ask_in_thread", OTHER)
        each = self.host.next("invoke")
        inner = self.host.invoke("echo", 5, parent=each["call"])
        self.assertEqual(self.host.end(inner), 5)
        self.host.answer(each["call"], 1)
        self.assertEqual(self.end(call)[0], [1])

    def test_a_callback_of_another_is_called_for_each_item(self):
        call = self.host.invoke("each", 2, OTHER)
        self.nested("call", 0, answer="a")
        self.nested("call", 1, answer="b")
        self.assertEqual(self.end(call)[0], ["a", "b"])

    def test_more_than_may_be_held_are_refused_and_given_back(self):
        host = Host(python_module("references"), "socket", limits={"max_references": 3})
        host.call("keep", *[Ref("o", n) for n in (1, 2, 3)])
        host.invoke("keep", Ref("o", 4))
        frames = [host.next("failed", "release") for _ in "12"]
        [failed] = [f["failed"] for f in frames if "failed" in f]
        self.assertEqual((failed["code"], failed["details"]["max"]), ("RESOURCE_EXHAUSTED", "3"))
        [release] = [f["release"] for f in frames if "release" in f]
        self.assertEqual(release["counts"][0]["reference"], {"owner": "o", "number": 4})
        host.stop()


class HostileHost(WithHost):
    module = "references"

    def test_unknown_references(self):
        for ref in (Ref("sample#1", 9999), Ref("", 0), Ref("other#1", 1), Ref("sample#1", 0)):
            self.assertEqual(self.host.call("add", 1, on=ref)["code"], "DENIED")
        self.assertEqual(self.host.call("echo", Ref("sample#1", 9999))["code"], "LOST")

    def test_a_result_that_never_comes_home_is_no_target(self):
        call = self.host.next_call
        self.host.next_call += 2
        self.host.send({"call": call, "invoke": {"object": {"result_of": 1}, "method": "x"}})
        self.assertEqual(self.host.end(call)["code"], "UNSUPPORTED")

    def test_indexes_beyond_the_table(self):
        call = self.host.next_call
        self.host.next_call += 2
        self.host.send({"call": call, "invoke": {"method": "echo", "argument": bytes.fromhex("0a025005")}})
        self.assertEqual(self.host.end(call)["code"], "BAD_ARGUMENT")
        call = self.host.invoke("use", OTHER)
        nested = self.host.next("invoke")["call"]
        self.host.send({"call": nested, "returned": {"payload": bytes.fromhex("5000")}})
        frames = [self.host.next("failed", "release") for _ in "12"]
        [failed] = [f["failed"] for f in frames if "failed" in f]
        self.assertIn("no reference 0", failed["message"])

    def test_release_of_too_many_and_of_unknown_ones(self):
        ref = self.host.call("function")
        self.host.release((ref, 1000), (ref, 5), (Ref("sample#1", 777), 1), (Ref("nobody", ref.number), 1), (Ref("", 0), 0))
        self.assertEqual(self.host.call("call", 1, on=ref)["code"], "LOST")
        fresh = self.host.call("function")
        self.assertEqual(self.host.call("call", 1, on=fresh), [1, 1])
        self.host.send({"release": {"counts": [{}]}}, {"release": {}})
        self.assertEqual(self.host.call("call", 1, on=fresh), [1, 1])


if __name__ == "__main__":
    unittest.main()
