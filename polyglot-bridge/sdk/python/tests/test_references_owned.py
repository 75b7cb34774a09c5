"""References to objects of our own: PROTOCOL.md, "References"."""
import unittest

from tests.host import Host, Ref, WithHost, python_module

OTHER = Ref("other#1", 4)


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
    "__class__", "__dict__", "__init__", "__globals__", "__getattribute__", "__subclasses__", "__reduce_ex__",
    "__call__", "_private", "mro", "format", "value", "secret", "kind", "doubled", "__code__", "func_globals",
    "__self__", "__func__", "gi_frame", "", "add.__globals__", "add ", "__setattr__", "__del__", "__doc__",
    "__wrapped__", "__module__", "still.__func__", "__reduce__",
]  # fmt: skip


if __name__ == "__main__":
    unittest.main()
