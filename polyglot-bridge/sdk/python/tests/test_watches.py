"""Timers and descriptors of a module's own: `stoa.every`, `stoa.watch`."""
import time
import unittest

import stoa
from tests.host import Host, Ref, python_module


class Contract:
    """Before and after an async method has brought an asyncio loop."""

    with_loop = False

    def setUp(self):
        self.host = Host(python_module("watching"), "stdio" if self.with_loop else "socket")
        if self.with_loop:
            self.assertEqual(self.host.call("later"), "later")

    def tearDown(self):
        if not self.host.stopped:
            status, _, err = self.host.stop()
            self.assertEqual((status, err), (0, ""))

    def until(self, condition):
        for _ in range(100):
            seen = self.host.call("seen")
            if condition(seen):
                return seen
            time.sleep(0.01)
        self.fail(seen)

    def test_callbacks_run_on_the_main_thread_between_calls(self):
        self.host.call("write", "hello")
        seen = self.until(lambda seen: seen["ticks"] >= 3 and seen["heard"])
        self.assertEqual((seen["heard"], seen["main"]), (["hello"], [True]))

    def test_they_run_while_nobody_calls(self):
        begun = self.host.call("seen")["ticks"]
        time.sleep(0.3)
        self.assertTrue(8 <= self.host.call("seen")["ticks"] - begun <= 16)

    def test_cancel_ends_them(self):
        self.assertTrue(all("cancelled" in text for text in self.host.call("stop")))
        before = self.host.call("seen")
        self.host.call("write", "x")
        time.sleep(0.06)
        self.assertEqual(self.host.call("seen"), before)

    def test_no_callback_runs_in_the_middle_of_a_call(self):
        call = self.host.invoke("busy")
        nested = self.host.next("invoke")["call"]
        time.sleep(0.1)
        self.host.answer(nested, "a")
        self.assertEqual(self.host.end(call), ["a", 0])
        self.until(lambda seen: seen["heard"] == ["x"])

    def test_a_callback_that_fails_is_logged(self):
        self.host.call("break_down")
        texts = []
        while not (any("watch" in t for t in texts) and sum("timer" in t for t in texts) >= 2):
            log = self.host.next("log")["log"]
            self.assertEqual(log["level"], "ERROR")
            texts.append(log["text"])
        self.assertEqual(sum("watch" in text for text in texts), 1)
        self.assertTrue(all("ValueError: bad" in text for text in texts))
        while True:  # the broken timer is cancelled soon
            try:
                self.host.nothing(0.1)
                break
            except AssertionError:
                self.host.next("log")

    def test_a_callback_may_call_others(self):
        self.host.call("call_others")
        frame = self.host.next("invoke")
        self.assertNotIn("parent", frame["invoke"])
        self.host.answer(frame["call"], "other")
        self.until(lambda seen: seen["heard"] == ["other"])

    def test_a_callback_may_be_async(self):
        self.host.call("async_callback")
        self.until(lambda seen: seen["heard"] == ["async"])

    def test_a_descriptor_that_was_closed_is_no_longer_watched(self):
        self.host.call("closed")
        if not self.with_loop:
            self.assertIn("closed", self.host.next("log")["log"]["text"])
        self.assertEqual(self.host.call("later"), "later")
        self.host.call("write", "on")
        self.until(lambda seen: seen["heard"] == ["on"])

    def test_wrong_use_is_named(self):
        for what, words in (("twice", "watched already"), ("no callback", "NoneType"), ("no time", "no time"), ("thread", "main thread")):
            self.assertIn(words, self.host.call("wrong", what)["message"])

    def test_what_a_callback_drops_is_given_back(self):
        call = self.host.invoke("refer")
        self.host.answer(self.host.next("invoke")["call"], Ref("other#1", 1))
        self.host.end(call)
        self.assertEqual(self.host.released(), {Ref("other#1", 1): 1})


class WithoutLoop(Contract, unittest.TestCase):
    pass


class WithLoop(Contract, unittest.TestCase):
    with_loop = True


class Elsewhere(unittest.TestCase):
    def test_a_program_that_is_no_module_has_no_watches(self):
        with self.assertRaises(stoa.Error) as caught:
            stoa.every(1, print)
        self.assertEqual(caught.exception.code, "UNAVAILABLE")


if __name__ == "__main__":
    unittest.main()
