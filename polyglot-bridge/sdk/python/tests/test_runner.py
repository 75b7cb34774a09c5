"""`python3 -m stoa.run` against a small host, over both transports."""
import time
import unittest

from stoa import _values
from tests.host import Host, python_module


class Contract:
    """What every module answers, over whatever transport."""

    transport = ""
    shared = None

    def setUp(self):
        if self.shared is None or self.shared.stopped:
            type(self).shared = Host(python_module("sample"), self.transport)
        self.host = self.shared

    @classmethod
    def tearDownClass(cls):
        if not cls.shared.stopped:
            status, _, err = cls.shared.stop()
            assert status == 0, err

    def test_it_describes_itself(self):
        info = self.host.info
        self.assertEqual((info["name"], info["version"], info["language"]), ("sample", "1.2.0", "python"))
        self.assertEqual(info["doc"], "A module for the tests.")
        self.assertEqual(info["needs"], {"text": "^1.0"})
        methods = {m["name"]: m for m in info["methods"]}
        self.assertNotIn("_private", methods)
        self.assertNotIn("NotAMethod", methods)
        self.assertTrue(methods["echo"]["idempotent"])
        self.assertTrue(methods["numbers"]["streams"] and methods["anumbers"]["streams"])
        self.assertEqual(methods["count"]["doc"], "Counts words.\n\nLonger text.")
        self.assertEqual(methods["count"]["returns"], "dict[str, int]")
        self.assertEqual(
            methods["count"]["parameters"],
            [
                {"name": "text", "type": "str"},
                {"name": "least", "type": "int", "optional": True, "default": "1"},
                {"name": "more", "type": "str", "variadic": True},
                {"name": "upper", "optional": True, "default": "False", "keyword_only": True},
                {"name": "rest", "variadic": True, "by_name": True},
            ],
        )

    def test_values_go_through_unchanged(self):
        for value in (None, 1, 2.0, "é", b"x", [1, [2]], {"b": 1, "a": None}, 2**70):
            self.assertEqual(self.host.call("echo", value), value)

    def test_large_values_go_in_parts(self):
        value = "x" * 3_000_000
        self.assertEqual(self.host.call("echo", value), value)

    def test_arguments_by_position_and_name(self):
        got = self.host.call("count", "a", 2, "b", named={"upper": True, "z": 1})
        self.assertEqual(got, {"text": "a", "least": 2, "more": ["b"], "upper": True, "rest": {"z": 1}})
        self.assertEqual(self.host.call("count", named={"text": "a"})["text"], "a")

    def test_wrong_arguments_are_refused_with_the_signature(self):
        for positional, named, words in [
            ((), {}, "needs the argument `x`"),
            ((1, 2), {}, "takes at most 1 argument by position, got 2"),
            ((1,), {"x": 1}, "got `x` twice"),
            ((), {"X": 1}, "has no parameter `X`"),
        ]:
            failed = self.host.call("echo", *positional, named=named)
            self.assertEqual(failed["code"], "BAD_ARGUMENT")
            self.assertIn(words, failed["message"])
            self.assertIn("`echo(x)`", failed["help"])

    def test_unknown_methods_and_near_misses(self):
        failed = self.host.call("cuont")
        self.assertEqual((failed["code"], failed["help"]), ("NO_SUCH_METHOD", "Did you mean `count`?"))
        self.assertEqual(self.host.call("_private")["code"], "NO_SUCH_METHOD")

    def test_errors_carry_type_trace_and_cause(self):
        failed = self.host.call("fail", "bad")
        self.assertEqual((failed["code"], failed["message"]), ("THREW", "ValueError: bad"))
        thrown = failed["thrown"]
        self.assertEqual((thrown["type"], thrown["message"], thrown["module"]), ("ValueError", "bad", "sample"))
        [frame] = thrown["frames"]
        self.assertEqual((frame["language"], frame["function"], frame["file"]), ("python", "fail", "sample.py"))
        self.assertEqual(thrown["cause"]["type"], "KeyError")

    def test_a_result_that_is_no_value(self):
        failed = self.host.call("bad_result")
        self.assertEqual((failed["code"], failed["thrown"]["type"]), ("THREW", "TypeError"))
        self.assertIn("`result.a[1]` is a set", failed["message"])

    def test_an_item_that_is_no_value(self):
        number = self.host.invoke("bad_item")
        self.host.next("item")
        self.assertIn("`item` is a set", self.host.end(number)["message"])

    def test_exit_is_an_error_of_the_call_not_the_end_of_the_module(self):
        self.assertEqual(self.host.call("quit")["thrown"]["type"], "SystemExit")
        self.assertEqual(self.host.call("echo", 1), 1)

    def test_streams_wait_for_credit(self):
        for method in ("numbers", "anumbers"):
            number = self.host.invoke(method, 5, credit=2)
            self.assertEqual([self.host.next("item")["item"]["payload"] for _ in "12"], [b"\x10\x00", b"\x10\x02"])
            self.host.nothing()
            self.host.send({"call": number, "credit": {"items": 1}})
            self.host.next("item")
            self.host.nothing()
            self.host.send({"call": number, "credit": {"items": 10}})
            self.host.next("item"), self.host.next("item")
            self.assertEqual(self.host.end(number), "done" if method == "numbers" else None)

    def test_an_empty_stream_says_end(self):
        for method in ("numbers", "anumbers"):
            number = self.host.invoke(method, 0)
            self.host.next("end")
            self.host.end(number)

    def test_cancel_closes_a_waiting_stream(self):
        for method in ("numbers", "anumbers"):
            number = self.host.invoke(method, 5, credit=1)
            self.host.next("item")
            self.host.send({"call": number, "cancel": {}})
            self.assertEqual(self.host.end(number)["code"], "CANCELLED")
            self.assertEqual(self.host.call("what_was_closed")[-1], method)

    def test_cancel_interrupts_running_and_sleeping_code(self):
        for method in ("spin", "nap", "slow"):
            number = self.host.invoke(method)
            time.sleep(0.05)
            begun = time.monotonic()
            self.host.send({"call": number, "cancel": {"reason": "test"}})
            self.assertEqual(self.host.end(number)["code"], "CANCELLED")
            self.assertLess(time.monotonic() - begun, 0.5)
        self.assertEqual(self.host.call("echo", 1), 1)

    def test_cancel_of_a_call_that_waits_for_its_turn(self):
        busy, waiting = self.host.invoke("nap"), self.host.invoke("echo", 1)
        self.host.send({"call": waiting, "cancel": {}}, {"call": busy, "cancel": {}})
        codes = {f["call"]: f["failed"]["code"] for f in (self.host.next("failed"), self.host.next("failed"))}
        self.assertEqual(codes, {busy: "CANCELLED", waiting: "CANCELLED"})

    def test_a_ping_is_answered_while_code_runs(self):
        number = self.host.invoke("spin")
        self.host.send({"ping": {"nonce": 7}})
        self.assertEqual(self.host.next("pong"), {"pong": {"nonce": 7}})
        self.host.send({"call": number, "cancel": {}})
        self.host.end(number)

    def test_async_calls_overlap(self):
        slow, quick = self.host.invoke("slow"), self.host.invoke("later", 1)
        self.assertEqual(self.host.end(quick), 1)
        self.host.send({"call": slow, "cancel": {}})
        self.host.end(slow)

    def test_nested_calls(self):
        for method in ("ask", "ask_async", "ask_in_loop"):
            number = self.host.invoke(method, "other", "f", timeout_us=5_000_000)
            frame = self.host.next("invoke")
            invoke = frame["invoke"]
            self.assertEqual((invoke["module"], invoke["method"], invoke["parent"]), ("other", "f", number))
            self.assertEqual(invoke.get("blocking", False), method == "ask")
            self.assertTrue(4_000_000 < invoke["timeout_us"] <= 5_000_000)
            self.assertNotEqual(frame["call"] % 2, number % 2)
            self.host.answer(frame["call"], [method])
            self.assertEqual(self.host.end(number), [method])

    def test_nested_call_from_a_thread_of_the_user(self):
        number = self.host.invoke("ask_in_thread", "other", "f")
        frame = self.host.next("invoke")
        self.host.answer(frame["call"], 5)
        self.assertEqual(self.host.end(number), [5])

    def test_a_forked_child_has_no_connection(self):
        self.assertEqual(self.host.call("forks"), 70)
        self.assertEqual(self.host.call("echo", 7), 7)

    def test_a_waiting_call_runs_its_descendants_only(self):
        outer = self.host.invoke("ask", "other", "f")
        nested = self.host.next("invoke")["call"]
        stranger = self.host.invoke("echo", "stranger")
        inner = self.host.invoke("echo", "inner", parent=nested)
        self.assertEqual(self.host.end(inner), "inner")
        self.host.nothing()
        self.host.answer(nested, "outer")
        self.assertEqual(self.host.end(outer), "outer")
        self.assertEqual(self.host.end(stranger), "stranger")

    def test_failures_of_nested_calls_are_errors(self):
        number = self.host.invoke("ask_codes", "other", "f")
        nested = self.host.next("invoke")["call"]
        thrown = {"type": "TypeError", "message": "m"}
        self.host.send({"call": nested, "failed": {"code": "THREW", "message": "m", "help": "h", "thrown": thrown}})
        self.assertEqual(self.host.end(number), ["THREW", "m", "h", False, "TypeError"])

    def test_unknown_failure_codes_are_internal(self):
        number = self.host.invoke("ask_codes", "other", "f")
        nested = self.host.next("invoke")["call"]
        self.host.send({"call": nested, "failed": {"code": 999, "message": "new", "retryable": True}})
        self.assertEqual(self.host.end(number), ["INTERNAL", "new", "", True, None])

    def test_an_uncaught_failure_keeps_its_cause_across_hops(self):
        number = self.host.invoke("ask", "other", "f")
        nested = self.host.next("invoke")["call"]
        thrown = {"type": "TypeError", "message": "m", "module": "other", "frames": [{"file": "other.js", "line": 3}]}
        self.host.send({"call": nested, "failed": {"code": "THREW", "message": "TypeError: m", "thrown": thrown}})
        failed = self.host.end(number)
        self.assertEqual((failed["code"], failed["thrown"]["type"]), ("THREW", "StoaError"))
        self.assertEqual(failed["details"], {"code": "THREW"})
        self.assertEqual(failed["thrown"]["cause"]["module"], "other")
        self.assertEqual(failed["thrown"]["cause"]["frames"], [{"file": "other.js", "line": 3}])

    def test_cancel_reaches_nested_calls(self):
        for method in ("ask", "ask_async"):
            number = self.host.invoke(method, "other", "f")
            nested = self.host.next("invoke")["call"]
            self.host.send({"call": number, "cancel": {}})
            frames = [self.host.next("cancel", "failed"), self.host.next("cancel", "failed")]
            self.assertEqual(sorted(f["call"] for f in frames), sorted([number, nested]))
            self.assertEqual([f["failed"]["code"] for f in frames if "failed" in f], ["CANCELLED"])

    def test_streams_of_others_give_credit_as_they_are_taken(self):
        for method in ("total", "ask_async", "ask_each"):
            number = self.host.invoke(method, "other", "f")
            frame = self.host.next("invoke")
            self.assertEqual(frame["invoke"]["credit"], 32)
            for i in range(32):
                self.host.item(frame["call"], i)
            self.assertEqual(self.host.next("credit")["credit"], {"items": 16})
            self.assertEqual(self.host.next("credit")["credit"], {"items": 16})
            self.host.answer(frame["call"])
            wanted = {"total": 496, "ask_async": [*range(32)], "ask_each": [*range(0, 64, 2)]}
            self.assertEqual(self.host.end(number), wanted[method])

    def test_an_empty_stream_of_another_is_an_empty_stream(self):
        for method, wanted in (("total", 0), ("ask_async", []), ("ask_each", [])):
            number = self.host.invoke(method, "other", "f")
            nested = self.host.next("invoke")["call"]
            self.host.send({"call": nested, "end": {}}, {"call": nested, "returned": {}})
            self.assertEqual(self.host.end(number), wanted)

    def test_leaving_a_stream_early_cancels_it(self):
        number = self.host.invoke("first_two", "other", "f")
        nested = self.host.next("invoke")["call"]
        for i in range(3):
            self.host.item(nested, i)
        self.assertEqual(self.host.next("cancel")["call"], nested)
        self.assertEqual(self.host.end(number), [0, 1])

    def test_a_synchronous_call_in_a_running_loop_names_aio(self):
        failed = self.host.call("ask_wrongly")
        self.assertEqual(failed["thrown"]["type"], "RuntimeError")
        self.assertIn("await stoa.aio.module('other').method(...)", failed["message"])

    def test_a_method_can_be_asked_for_its_stream_only(self):
        for method in ("streamed", "streamed_async"):
            number = self.host.invoke(method, "other", "f")
            nested = self.host.next("invoke")["call"]
            self.host.item(nested, 1)
            self.host.answer(nested)
            self.assertEqual(self.host.end(number), [1])
            number = self.host.invoke(method, "other", "f")
            self.host.answer(self.host.next("invoke")["call"], 5)
            thrown = self.host.end(number)["thrown"]
            wanted = ("TypeError", "other.f returned one value, not a stream; call it without .stream")
            self.assertEqual((thrown["type"], thrown["message"]), wanted)
        number = self.host.invoke("called_stream", "other")
        frame = self.host.next("invoke")
        self.assertEqual(frame["invoke"]["method"], "stream")
        self.host.answer(frame["call"], 7)
        self.assertEqual(self.host.end(number), 7)

    def test_files_are_written_in_the_same_steps_as_from_a_context(self):
        number = 2**70
        for kind, *wanted in (
            ("text", ("a", True)),
            ("bytes", (b"\1\2", False)),
            ("map", ('{\n  "n": %d,\n  "list": [\n    1\n  ]\n}\n' % number, False)),
            ("lines", ('plain\n{"a": 1}\n' + "x" * 70_000, False), (f"[{number}]\n", True)),
            ("nothing", ("", False)),
        ):
            writing = self.host.invoke("writes", kind)
            for content, append in wanted:
                frame = self.host.next("invoke")
                invoke = frame["invoke"]
                self.assertEqual((invoke["module"], invoke["method"]), ("stoa", "write"))
                positional, named = _values.decode_arguments(invoke["argument"])
                self.assertEqual((positional, named), (["out.txt", content], {"append": append}))
                self.host.answer(frame["call"])
            self.assertIsNone(self.host.end(writing))

    def test_the_api_has_the_names_of_a_context_and_those_of_processes(self):
        both = "Cancelled Denied Error accept aio call channel connect csv data env events fetch json lines log module one_way read ref release run script write"
        processes = "Answer AsyncChannel AsyncResponse Channel Handle Host Module OneWay Proxy Response Stream Watch every watch"
        self.assertEqual(self.host.call("names"), sorted(f"{both} {processes}".split()))

    def test_an_uncaught_failure_tells_its_code_and_its_help(self):
        number = self.host.invoke("ask", "other", "f")
        nested = self.host.next("invoke")["call"]
        self.host.send({"call": nested, "failed": {"code": "NO_SUCH_METHOD", "message": "No f.", "help": "Call g."}})
        self.assertEqual(self.host.end(number)["message"], "StoaError: NO_SUCH_METHOD: No f. Call g.")

    def test_the_current_call(self):
        self.assertIsNone(self.host.call("time_left"))
        self.assertTrue(1.5 < self.host.call("time_left", timeout_us=2_000_000) <= 2)

    def test_what_a_call_prints_are_lines_of_that_call_and_what_goes_round_it_disturbs_no_frames(self):
        number = self.host.invoke("says")
        for level, text in (("OUT", "out 1"), ("ERR", "err"), ("WARNING", "careful 1")):
            self.assertEqual(self.host.next("log"), {"call": number, "log": {"level": level, "text": text}})
        self.assertEqual(self.host.end(number), "")
        status, out, err = self.host.stop()
        text = err if self.transport == "stdio" else out
        self.assertIn("raw\n", text)
        self.assertIn("a piece", text)
        self.assertEqual(status, 0)

    def test_frames_of_later_versions_are_unsupported(self):
        self.host.send({"call": 900})
        frame = self.host.next("failed")
        self.assertEqual((frame["call"], frame["failed"]["code"]), (900, "UNSUPPORTED"))

    def test_a_one_way_call_gets_an_empty_answer(self):
        self.assertIsNone(self.host.call("echo", 5, one_way=True))
        self.assertIsNone(self.host.call("numbers", 100, one_way=True, credit=0))

    def test_malformed_arguments_are_refused(self):
        call = self.host.next_call
        self.host.next_call += 2
        self.host.send({"call": call, "invoke": {"module": "sample", "method": "echo", "argument": b"\x0a\x05"}})
        self.assertEqual(self.host.end(call)["code"], "BAD_ARGUMENT")

    def test_a_malformed_frame_is_answered_with_goodbye(self):
        self.host.write(bytes.fromhex("80808080808001"))
        self.assertIn("five bytes", self.host.next("goodbye")["goodbye"]["reason"])
        self.assertEqual(self.host.stop()[0], 1)

    def test_drain_finishes_calls_then_says_goodbye(self):
        number = self.host.invoke("ask", "other", "f")
        nested = self.host.next("invoke")["call"]
        self.host.send({"drain": {"limit_ms": 1000}})
        self.host.answer(nested, 1)
        self.assertEqual(self.host.end(number), 1)
        self.host.next("goodbye")
        self.assertEqual(self.host.stop()[0], 0)

    def test_it_exits_when_the_host_goes_in_the_middle_of_code(self):
        self.host.invoke("spin")
        time.sleep(0.05)
        self.assertEqual(self.host.stop()[0], 0)


class OverStdio(Contract, unittest.TestCase):
    transport = "stdio"


class OverSocket(Contract, unittest.TestCase):
    transport = "socket"

    def test_hello_carries_the_token(self):
        self.assertEqual(self.host.hello["token"], bytes.fromhex("00ff10"))
        self.assertEqual((self.host.hello["protocol_min"], self.host.hello["protocol_max"]), (1, 1))


class Loading(unittest.TestCase):
    def test_a_module_that_does_not_load_says_why(self):
        for transport in ("stdio", "socket"):
            host = Host(python_module("broken"), transport, greet=False)
            self.assertEqual(host._exactly(6), b"STOA1\n")
            if transport == "socket":
                hello = host.next("hello")["hello"]
                self.assertNotIn("module", hello)
                self.assertEqual(hello["token"], bytes.fromhex("00ff10"))
            reason = host.next("goodbye")["goodbye"]["reason"]
            self.assertEqual(reason, "broken.py, line 3: ModuleNotFoundError: No module named 'no_such_thing'")
            status, _, err = host.stop()
            self.assertEqual(status, 1)
            self.assertIn("Traceback", err)

    def test_a_host_that_speaks_another_version_is_left(self):
        host = Host(python_module("sample"), "stdio", greet=False)
        host._exactly(6)
        host.write(b"STOA1\n")
        host.send({"hello": {"protocol_min": 2, "protocol_max": 3}})
        self.assertIn("protocol 1", host.next("goodbye")["goodbye"]["reason"])
        host.stop()

    def test_without_the_log_feature_lines_go_to_stderr(self):
        host = Host(python_module("sample"), "stdio", features=())
        self.assertEqual(host.call("says"), "")
        self.assertIn("warning: careful 1", host.stop()[2])


if __name__ == "__main__":
    unittest.main()
