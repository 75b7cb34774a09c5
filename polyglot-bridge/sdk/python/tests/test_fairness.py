"""Priorities and fairness: a queue by caller and lane, in which no flood of one caller stands before another."""
import unittest
from types import SimpleNamespace

from stoa._turns import Turns
from tests.host import Host, python_module


def call(name, caller="a", lane=None, parent=0, iterator=None, cancelled=False):
    return SimpleNamespace(name=name, caller=caller, lane=lane, parent=parent, iterator=iterator, cancelled=cancelled)


def order(calls):
    turns = Turns()
    for each in calls:
        turns.add(each)
    taken = [turns.take().name for _ in calls]
    assert not turns and turns.take() is None
    return taken


class CallsThatWaitToBegin(unittest.TestCase):
    def test_take_turns_by_caller_and_keep_the_order_of_each(self):
        calls = [call(name, name[0]) for name in ("a1", "a2", "a3", "b1", "b2")]
        self.assertEqual(order(calls), ["a1", "b1", "a2", "b2", "a3"])

    def test_go_before_batch_which_has_one_turn_of_eight(self):
        calls = [call("batch", lane="LANE_BATCH")] * 8 + [call("now")] * 8
        self.assertEqual(order(calls), ["now"] * 7 + ["batch", "now"] + ["batch"] * 7)

    def test_wait_for_those_that_go_on_but_not_for_ever(self):
        taken = order([call("new")] + [call("stream", iterator=iter(()))] * 40)
        self.assertEqual(taken.index("new"), 32)

    def test_take_turns_with_streams_that_had_theirs_unless_those_would_wait(self):
        for starves, expected in ((False, ["a1", "stream", "a2"]), (True, ["a1", "a2", "stream"])):
            turns = Turns()
            stream = call("stream", iterator=iter(()))
            stream.starves = lambda starves=starves: starves
            turns.add(stream, again=True)
            turns.add(call("a1"))
            turns.add(call("a2"))
            self.assertEqual([turns.take().name for _ in range(3)], expected)

    def test_let_those_pass_that_own_calls_led_to(self):
        turns = Turns()
        for each in (call("new"), call("back", parent=3), call("other", parent=5)):
            turns.add(each)
        self.assertEqual([c.name for c in turns.take_those(lambda c: c.parent == 3)], ["back"])
        self.assertEqual([turns.take().name, turns.take().name], ["other", "new"])

    def test_a_caller_that_was_served_is_behind_one_that_comes_meanwhile(self):
        turns = Turns()
        turns.add(call("a1"))
        turns.add(call("a2"))
        self.assertEqual(turns.take().name, "a1")
        turns.add(call("b1", "b"))
        self.assertEqual([turns.take().name, turns.take().name], ["b1", "a2"])


class Served(unittest.TestCase):
    def test_a_flood_of_one_client_delays_another_by_few_calls(self):
        for transport in ("stdio", "socket"):
            with self.subTest(transport):
                host = Host(python_module("sample"), transport)
                flood = [host.invoke("busy", 0.003, caller="flood") for _ in range(200)]
                host.next("returned")  # the flood is being served
                polite = host.invoke("busy", 0.001, caller="polite")
                served = 0
                while host.next("returned")["call"] != polite:
                    served += 1
                self.assertLess(served, len(flood) / 2)
                for _ in flood[served + 1 :]:
                    host.next("returned")
                self.assertEqual(host.stop()[0], 0)

    def test_a_nested_call_goes_in_the_lane_of_its_parent_with_its_metadata(self):
        host = Host(python_module("sample"), "stdio")
        metadata = {"traceparent": "00-ab-cd-01"}
        outer = host.invoke("ask", "m", "f", lane="LANE_BATCH", metadata=metadata)
        frame = host.next("invoke")
        self.assertEqual((frame["invoke"]["lane"], frame["invoke"]["metadata"]), ("LANE_BATCH", metadata))
        host.send({"call": frame["call"], "returned": {}})
        self.assertIsNone(host.end(outer))
        self.assertEqual(host.stop()[0], 0)
