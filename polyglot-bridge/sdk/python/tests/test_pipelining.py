"""Calls on results that are still to come: PROTOCOL.md, the section of that name."""
import time
import unittest

from tests.host import Host, Ref, WithHost, python_module

DB = Ref("db#1", 1)


class Pipelining(WithHost):
    module = "pipelines"

    def both(self, method, *arguments):
        """Both calls arrive before any answer."""
        self.call = self.host.invoke(method, *arguments)
        first, second = self.host.next("invoke"), self.host.next("invoke")
        self.assertEqual(second["invoke"]["object"], {"result_of": first["call"]})
        return first, second

    def end(self):
        released = {}
        while True:
            frame = self.host.next("returned", "failed", "release")
            if "release" in frame:
                self.host.inbox.insert(0, frame)
                released |= self.host.released()
            else:
                return self.host.result(frame), released

    def end_and_release(self):
        result, released = self.end()
        return result, released or self.host.released()

    def test_both_calls_leave_at_once(self):
        first, second = self.both("query", "path", "text")
        self.assertEqual((first["invoke"]["module"], first["invoke"]["method"]), ("db", "open"))
        self.assertEqual((second["invoke"]["method"], self.host.argument(second)), ("query", ["text"]))
        self.assertEqual((first["invoke"]["parent"], second["invoke"]["parent"]), (self.call, self.call))
        self.host.answer(first["call"], DB)
        self.host.nothing()  # the result is needed until the second call is over
        self.host.answer(second["call"], [1, 2])
        self.assertEqual(self.end_and_release(), ([1, 2], {DB: 1}))

    def test_chains_of_any_length(self):
        first, second = self.both("chain")
        third = self.host.next("invoke")
        self.assertEqual(third["invoke"]["object"], {"result_of": second["call"]})
        self.host.answer(first["call"], DB)
        self.host.answer(second["call"], Ref("db#1", 2))
        self.host.answer(third["call"], "row")
        result, released = self.end_and_release()
        if len(released) < 2:
            released |= self.host.released()
        self.assertEqual((result, released), ("row", {DB: 1, Ref("db#1", 2): 1}))

    def test_the_second_call_streams_in_either_direction(self):
        first, second = self.both("rows")
        self.host.answer(first["call"], DB)
        self.host.item(second["call"], 1)
        self.host.answer(second["call"])
        self.assertEqual(self.end_and_release()[0], [1])
        first, second = self.both("feed")
        self.assertTrue(second["invoke"]["streams"])
        self.host.next("item"), self.host.next("item"), self.host.next("end")
        self.host.answer(first["call"], DB)
        self.host.answer(second["call"], 2)
        self.assertEqual(self.end_and_release()[0], 2)

    def test_several_calls_on_one_result(self):
        first, second = self.both("two_queries")
        third = self.host.next("invoke")
        self.assertEqual(third["invoke"]["object"], {"result_of": first["call"]})
        self.host.answer(first["call"], DB)
        self.host.answer(third["call"], "b")
        self.host.answer(second["call"], "a")
        self.assertEqual(self.end_and_release(), (["a", "b"], {DB: 1}))

    def test_the_result_may_be_awaited_too(self):
        first, second = self.both("target_too")
        self.host.answer(first["call"], DB)
        self.host.answer(second["call"], 1)
        third = self.host.next("invoke")
        self.assertEqual(third["invoke"]["object"], {"reference": DB._asdict()})
        self.host.answer(third["call"], 2)
        self.assertEqual(self.end_and_release(), ([1, 2, "<reference db#1/1>"], {DB: 1}))

    def test_an_answer_may_be_awaited_twice(self):
        call = self.host.invoke("twice")
        self.host.answer(self.host.next("invoke")["call"], 5)
        self.assertEqual(self.host.end(call), [5, 5])

    def test_the_failure_is_that_of_the_first_call(self):
        first, second = self.both("catch")
        third = self.host.next("invoke")
        self.host.fail(first["call"], "THREW", "no such file")
        self.host.fail(second["call"], "BAD_ARGUMENT", "the call before failed")
        self.host.fail(third["call"], "BAD_ARGUMENT", "the call before failed")
        self.assertEqual(self.host.end(self.call), ["THREW", "no such file"])

    def test_a_failure_of_its_own_is_kept(self):
        first, second = self.both("catch")
        third = self.host.next("invoke")
        self.host.answer(first["call"], DB)
        self.host.fail(second["call"], "NO_SUCH_METHOD", "no table")
        self.host.fail(third["call"], "BAD_ARGUMENT", "the call before failed")
        self.assertEqual(self.end_and_release()[0], ["NO_SUCH_METHOD", "no table"])

    def test_a_first_call_that_returns_no_object(self):
        first, second = self.both("query", "a", "b")
        self.host.answer(first["call"], 5)
        self.host.fail(second["call"], "BAD_ARGUMENT", "it returned no reference")
        self.assertEqual(self.host.end(self.call)["details"], {"code": "BAD_ARGUMENT"})

    def test_on_the_results_of_objects(self):
        first, second = self.both("on_a_proxy", Ref("o", 1))
        self.assertEqual(first["invoke"]["object"], {"reference": {"owner": "o", "number": 1}})
        self.host.answer(first["call"], 1)
        self.host.answer(second["call"], 2)
        self.assertEqual(self.end_and_release()[0], 2)

    def test_cancelling_the_second_cancels_the_first(self):
        first, second = self.both("cancelled_by_time")
        cancelled = {self.host.next("cancel")["call"]}
        frame = self.host.next("cancel", "returned")
        if "cancel" in frame:
            cancelled.add(frame["call"])
            frame = self.host.next("returned")
        else:
            cancelled.add(self.host.next("cancel")["call"])
        self.assertEqual(self.host.result(frame), "too late")
        self.assertEqual(cancelled, {first["call"], second["call"]})

    def test_private_names_are_no_methods(self):
        call = self.host.invoke("private")
        self.host.answer(self.host.next("invoke")["call"], 1)
        self.assertEqual(self.host.end(call), 1)

    def but_release(self, host, kind):
        while "release" in (frame := host.next(kind, "release")):
            pass
        return frame

    def test_without_the_feature_the_second_waits_for_the_first(self):
        host = Host(python_module("pipelines"), "socket", features=("log", "streams-in", "references"))
        call = host.invoke("chain")
        first = host.next("invoke")
        time.sleep(0.02)
        host.nothing()
        host.answer(first["call"], DB)
        second = host.next("invoke")
        self.assertEqual(second["invoke"]["object"], {"reference": DB._asdict()})
        host.answer(second["call"], Ref("db#1", 2))
        third = self.but_release(host, "invoke")
        host.answer(third["call"], "row")
        self.assertEqual(host.result(self.but_release(host, "returned")), "row")
        call = host.invoke("rows")
        first = self.but_release(host, "invoke")
        host.answer(first["call"], DB)
        second = self.but_release(host, "invoke")
        host.item(second["call"], 3)
        host.answer(second["call"])
        self.assertEqual(host.result(self.but_release(host, "returned")), [3])
        call = host.invoke("catch")
        host.fail(self.but_release(host, "invoke")["call"], "THREW", "no file")
        self.assertEqual(host.end(call), ["THREW", "no file"])
        host.stop()


if __name__ == "__main__":
    unittest.main()
