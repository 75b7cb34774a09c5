"""Streams from the caller: PROTOCOL.md, "Calls"."""
import tempfile
import time
import unittest

from stoa import _values
from tests.host import Host, WithHost, python_module


class BeingCalled(WithHost):
    module = "streams"

    def test_a_method_gets_the_stream_as_one_more_argument(self):
        for method in ("total", "atotal", "in_a_loop_of_its_own"):
            call = self.host.invoke(method, streams=True)
            for i in range(5):
                self.host.item(call, i)
            self.host.end_stream(call)
            self.assertEqual(self.host.end(call), 10, method)

    def test_an_empty_stream_is_empty(self):
        for method in ("total", "atotal"):
            call = self.host.invoke(method, streams=True)
            self.host.end_stream(call)
            self.assertEqual(self.host.end(call), 0)

    def test_credit_is_given_back_in_halves_as_items_are_taken(self):
        for method in ("total", "atotal"):
            call = self.host.invoke(method, streams=True)
            for i in range(32):
                self.host.item(call, 1)
            for _ in range(2):
                frame = self.host.next("credit")
                self.assertEqual((frame["call"], frame["credit"]), (call, {"items": 16}))
            for i in range(8):
                self.host.item(call, 1)
            self.host.nothing()
            self.host.end_stream(call)
            self.assertEqual(self.host.end(call), 40)

    def test_no_credit_is_given_to_code_that_takes_nothing(self):
        call = self.host.invoke("doubled", 0, streams=True, credit=2)
        for i in range(32):
            self.host.item(call, i)
        self.host.next("item"), self.host.next("item")
        self.host.nothing()
        self.host.cancel(call)
        self.assertEqual(self.host.end(call)["code"], "CANCELLED")

    def test_leaving_the_stream_early_is_fine(self):
        for method in ("first", "afirst"):
            call = self.host.invoke(method, streams=True)
            self.host.item(call, 7)
            self.assertEqual(self.host.end(call), 7)
            self.host.item(call, 8)
            self.host.end_stream(call)
        self.assertEqual(self.host.call("echo", 1), 1)

    def test_both_directions_at_once(self):
        for method in ("doubled", "adoubled"):
            call = self.host.invoke(method, 1, streams=True)
            for i in range(100):
                self.host.item(call, i)
                if i:
                    frame = self.host.next("item", "credit")
                    if "credit" in frame:
                        frame = self.host.next("item")
                    self.assertEqual(self.host.value(frame["item"]), 2 * i)
                    self.host.credit(call, 1)
            self.host.end_stream(call)
            self.assertIsNone(self.host.end(call))
            self.assertEqual(self.host.call("what_was_closed")[-1], method)

    def test_a_stream_may_be_given_back_as_it_is(self):
        call = self.host.invoke("itself", streams=True)
        self.host.item(call, [1])
        self.assertEqual(self.host.value(self.host.next("item")["item"]), [1])
        self.host.end_stream(call)
        self.assertIsNone(self.host.end(call))

    def test_items_come_in_parts(self):
        call = self.host.invoke("first", streams=True)
        payload = _values.encode("x" * 50)
        self.host.send(
            {"call": call, "item": {"more": True, "payload": payload[:20]}},
            {"call": call, "part": {"more": True, "payload": payload[20:30]}},
            {"call": call, "part": {"payload": payload[30:]}},
        )
        self.assertEqual(self.host.end(call), "x" * 50)

    def test_an_argument_in_parts_is_followed_by_items(self):
        payload = _values.encode_arguments((5,), {})
        call = self.host.next_call
        self.host.next_call += 2
        invoke = {"module": "sample", "method": "doubled", "credit": 32, "streams": True, "more": True, "argument": payload[:1]}
        self.host.send({"call": call, "invoke": invoke}, {"call": call, "part": {"payload": payload[1:]}})
        self.host.item(call, 21)
        self.assertEqual(self.host.value(self.host.next("item")["item"]), 42)
        self.host.end_stream(call)
        self.host.end(call)

    def test_arity_counts_the_stream(self):
        failed = self.host.call("echo", 1, streams=True)
        self.assertEqual(failed["code"], "BAD_ARGUMENT")
        self.assertIn("at most 1 argument by position, got 2", failed["message"])
        failed = self.host.call("total")
        self.assertIn("needs the argument `stream`", failed["message"])

    def test_a_cancel_interrupts_code_that_waits_for_an_item(self):
        for method in ("total", "atotal", "in_a_loop_of_its_own"):
            call = self.host.invoke(method, streams=True)
            time.sleep(0.05)
            begun = time.monotonic()
            self.host.cancel(call, "its producer broke")
            self.assertEqual(self.host.end(call)["code"], "CANCELLED")
            self.assertLess(time.monotonic() - begun, 0.4)

    def test_a_deadline_interrupts_code_that_waits_for_an_item(self):
        call = self.host.invoke("total", streams=True, timeout_us=100_000)
        self.assertEqual(self.host.end(call)["code"], "CANCELLED")

    def test_descendants_run_while_a_method_waits_for_an_item(self):
        outer = self.host.invoke("plus", "other", streams=True)
        nested = self.host.next("invoke")
        self.assertEqual((nested["invoke"]["module"], nested["invoke"]["parent"]), ("other", outer))
        self.host.item(nested["call"], 10)
        stranger = self.host.invoke("echo", "stranger")
        inner = self.host.invoke("echo", "inner", parent=nested["call"])
        self.assertEqual(self.host.end(inner), "inner")
        self.host.nothing()
        self.host.item(outer, 1)
        self.host.end_stream(outer)
        frames = [self.host.next("cancel", "returned") for _ in range(3)]
        ended = {f["call"]: self.host.value(f["returned"]) for f in frames if "returned" in f}
        self.assertEqual(ended, {outer: [11], stranger: "stranger"})

    def test_a_synchronous_read_in_a_loop_names_async_for(self):
        call = self.host.invoke("wrongly", streams=True)
        failed = self.host.end(call)
        self.assertEqual(failed["thrown"]["type"], "RuntimeError")
        self.assertIn("async for", failed["message"])

    def test_a_stream_is_over_with_its_call(self):
        call = self.host.invoke("keeps", streams=True)
        self.host.end(call)
        self.assertIn("is over", self.host.call("reads_too_late")["message"])

    def test_without_the_feature_it_is_unsupported(self):
        host = Host(python_module("streams"), "stdio", features=("log",))
        self.assertEqual(host.call("total", streams=True)["code"], "UNSUPPORTED")
        self.assertEqual(host.call("give", 1)["details"], {"code": "UNSUPPORTED"})
        host.stop()


class Calling(WithHost):
    module = "streams"

    def begin(self, method, *arguments):
        self.call = self.host.invoke(method, *arguments)
        frame = self.host.next("invoke")
        self.nested = frame["call"]
        return frame

    def items(self, n):
        return [self.host.value(self.host.next("item")["item"]) for _ in range(n)]

    def test_an_iterator_as_last_argument_is_the_stream(self):
        for method in ("give", "agive", "agive_plain"):
            frame = self.begin(method, 3)
            self.assertTrue(frame["invoke"]["streams"])
            self.assertEqual(self.host.argument(frame), ["first"])
            self.assertEqual(self.items(3), [0, 1, 2])
            self.assertEqual(self.host.next("end")["call"], self.nested)
            self.host.answer(self.nested, method)
            self.assertEqual(self.host.end(self.call), method)

    def test_items_wait_for_credit(self):
        for method in ("give", "agive", "agive_plain"):
            self.begin(method, 40)
            self.assertEqual(self.items(32), [*range(32)])
            self.host.nothing()
            self.host.credit(self.nested, 3)
            self.assertEqual(self.items(3), [32, 33, 34])
            self.host.nothing()
            self.host.credit(self.nested, 10)
            self.assertEqual(self.items(5), [*range(35, 40)])
            self.host.next("end")
            self.host.answer(self.nested, 1)
            self.assertEqual(self.host.end(self.call), 1)

    def test_a_call_that_ends_early_closes_the_producer(self):
        for method, name in (("give", "numbers"), ("agive", "anumbers"), ("agive_plain", "numbers")):
            self.begin(method, 10**9)
            self.items(32)
            self.host.answer(self.nested, "enough")
            self.assertEqual(self.host.end(self.call), "enough")
            self.assertEqual(self.host.call("what_was_closed")[-1], name)

    def test_a_call_that_fails_closes_the_producer(self):
        for method, name in (("give", "numbers"), ("agive", "anumbers")):
            self.begin(method, 10**9)
            self.items(32)
            self.host.fail(self.nested, "LOST", "gone")
            self.assertEqual(self.host.end(self.call)["details"], {"code": "LOST"})
            self.assertEqual(self.host.call("what_was_closed")[-1], name)

    def test_a_producer_that_raises_cancels_the_call_with_its_message(self):
        for method in ("give", "agive", "agive_plain"):
            self.begin(method, 2, "no more")
            self.items(2)
            frame = self.host.next("cancel")
            self.assertEqual((frame["call"], frame["cancel"]["reason"]), (self.nested, "'no more'"))
            self.host.fail(self.nested, "CANCELLED")
            failed = self.host.end(self.call)
            self.assertEqual((failed["code"], failed["thrown"]["type"]), ("THREW", "KeyError"))

    def test_the_caller_gets_that_very_exception(self):
        for method in ("give_and_catch", "agive_and_catch"):
            self.begin(method, 1)
            self.items(1)
            self.host.next("cancel")
            self.assertIs(self.host.end(self.call), True)

    def test_an_item_that_is_no_value_cancels_the_call(self):
        self.begin("give_bad_item")
        self.items(1)
        self.host.next("cancel")
        self.assertIn("`item` is a set", self.host.end(self.call)["message"])

    def test_a_cancel_closes_the_producer(self):
        for method, name in (("give", "numbers"), ("agive", "anumbers")):
            self.begin(method, 10**9)
            self.items(32)
            self.host.cancel(self.call)
            frames = [self.host.next("cancel", "failed"), self.host.next("cancel", "failed")]
            self.assertEqual({f["call"] for f in frames}, {self.call, self.nested})
            self.assertEqual(self.host.call("what_was_closed")[-1], name)

    def test_files_are_streams_of_lines(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("a\nb\n")
            file.flush()
            self.begin("give_a_file", file.name)
            self.assertEqual(self.items(2), ["a\n", "b\n"])
            self.host.next("end")
            self.host.answer(self.nested, 2)
            self.assertEqual(self.host.end(self.call), 2)

    def test_data_is_no_stream(self):
        frame = self.begin("give_no_stream")
        self.assertNotIn("streams", frame["invoke"])
        self.assertEqual(self.host.argument(frame), [[1], [2], {"a": 3}, b"4", "5"])
        self.host.answer(self.nested)
        self.host.end(self.call)

    def test_an_async_iterator_needs_an_async_call(self):
        failed = self.host.call("give_async_from_sync")
        self.assertEqual(failed["thrown"]["type"], "TypeError")
        self.assertIn("stoa.aio", failed["message"])

    def test_both_directions_at_once(self):
        """The other side answers each item, as far as it has credit."""
        for method in ("give_both_ways", "agive_both_ways"):
            self.begin(method, 100)
            credit, waiting, given = 32, [], 0
            while True:
                frame = self.host.next("item", "credit", "end")
                if "end" in frame:
                    break
                if "credit" in frame:
                    credit += frame["credit"]["items"]
                else:
                    waiting.append(-self.host.value(frame["item"]))
                    self.host.credit(self.nested, 1)
                while waiting and credit:
                    self.host.item(self.nested, waiting.pop(0))
                    credit, given = credit - 1, given + 1
            while given < 100:
                if not credit:
                    credit += self.host.next("credit")["credit"]["items"]
                self.host.item(self.nested, waiting.pop(0))
                credit, given = credit - 1, given + 1
            self.host.answer(self.nested)
            while "credit" in (frame := self.host.next("returned", "credit")):
                pass
            self.assertEqual(self.host.result(frame), [-i for i in range(100)])

    def test_leaving_the_answers_early_closes_the_producer(self):
        self.begin("leave_both_ways_early", 10**9)
        self.items(32)
        self.host.item(self.nested, "first")
        self.assertEqual(self.host.next("cancel")["call"], self.nested)
        self.assertEqual(self.host.end(self.call), "first")
        self.assertEqual(self.host.call("what_was_closed")[-1], "numbers")

    def test_dropping_the_answers_closes_the_producer(self):
        self.begin("drop_both_ways_early", 10**9)
        self.items(32)
        self.host.item(self.nested, "first")
        self.assertEqual(self.host.next("cancel")["call"], self.nested)
        self.assertEqual(self.host.end(self.call), ["first", ["numbers"]])

    def test_a_cancel_cannot_be_taken_for_a_failure(self):
        for method, calls in (("stubborn", 1), ("stubborn_producer", 2)):
            call = self.host.invoke(method)
            nested = {self.host.next("invoke")["call"] for _ in range(calls)}
            self.host.cancel(call)
            frames = [self.host.next("cancel", "failed") for _ in range(calls + 1)]
            self.assertEqual({f["call"] for f in frames}, {call, *nested})
            self.assertNotIn("swallowed", self.host.call("what_was_closed"))

    def test_the_stream_of_one_module_goes_to_another(self):
        call = self.host.invoke("pass_on")
        source = self.host.next("invoke")
        self.host.item(source["call"], "a")
        sink = self.host.next("invoke")
        self.assertEqual(sink["invoke"]["module"], "sink")
        self.assertEqual(self.items(1), ["a"])
        self.host.answer(source["call"])
        self.host.next("end")
        self.host.answer(sink["call"], 1)
        self.assertEqual(self.host.end(call), 1)

    def test_a_producer_that_waits_for_another_call_is_interrupted_when_nobody_wants_its_items(self):
        call = self.host.invoke("pass_on")
        source = self.host.next("invoke")["call"]
        self.host.item(source, "a")
        sink = self.host.next("invoke")["call"]
        self.items(1)
        self.host.answer(sink, "enough")
        self.assertEqual(self.host.next("cancel")["call"], source)
        self.assertEqual(self.host.end(call), "enough")

    def test_a_producer_makes_nested_calls(self):
        call = self.host.invoke("give_from_nested_calls")
        sink = self.host.next("invoke")["call"]
        for i in range(2):
            frame = self.host.next("invoke")
            self.assertEqual((self.host.argument(frame), frame["invoke"]["parent"]), ([i], call))
            self.host.answer(frame["call"], i * 10)
            self.assertEqual(self.items(1), [i * 10])
        self.host.next("end")
        self.host.answer(sink, "done")
        self.assertEqual(self.host.end(call), "done")

    def test_a_one_way_call_takes_no_stream(self):
        self.assertIn("one way", self.host.call("give_one_way")["message"])


class InACircle(WithHost):
    module = "streams"

    def test_a_stream_that_comes_back_to_its_own_module_goes_on(self):
        """The module calls itself through the host: one thread makes the items and takes them."""
        outer = self.host.invoke("give_both_ways", 100)
        nested = self.host.next("invoke")["call"]
        inner = self.host.invoke("doubled", 0, parent=nested, streams=True)
        across = {nested: inner, inner: nested}
        while True:
            frame = self.host.next("item", "credit", "end", "returned")
            call = frame["call"]
            if call == outer:
                break
            self.host.send({**frame, "call": across[call]})
        self.assertEqual(self.host.result(frame), [2 * i for i in range(100)])


if __name__ == "__main__":
    unittest.main()
