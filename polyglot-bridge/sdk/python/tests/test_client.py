"""`stoa.connect()`: any program as a client."""
import os
import threading
import time
import unittest

import stoa
from tests.door import OTHER, WithDoor
from tests.host import LIMIT, Host, Ref, python_module


class Clients(WithDoor):
    def test_it_says_hello_without_a_name(self):
        program, peer = self.connected(lambda host: repr(host))
        self.assertNotIn("module", peer.hello)
        self.assertNotIn("token", peer.hello)
        features = ["log", "streams-in", "references", "pipelining", "large-payloads", "channels", "direct-channels"]
        self.assertEqual(peer.hello["features"], features)
        self.assertEqual(program.end(), "<stoa.Host>")
        peer.next("goodbye")

    def test_it_calls_modules(self):
        program, peer = self.connected(lambda host: host.module("words").count("a b", least=2))
        frame = peer.next("invoke")
        self.assertEqual((frame["call"], frame["invoke"]["module"], frame["invoke"]["blocking"]), (1, "words", True))
        self.assertEqual(peer.argument(frame), ["a b", {"least": 2}])
        peer.send({"ping": {"nonce": 3}})
        self.assertEqual(peer.next("pong"), {"pong": {"nonce": 3}})
        peer.answer(1, {"a": 1})
        self.assertEqual(program.end(), {"a": 1})

    def test_failures_are_errors(self):
        program, peer = self.connected(lambda host: host.module("words").count())
        peer.next("invoke")
        peer.fail(1, "NO_SUCH_MODULE", "none")
        with self.assertRaises(stoa.Error) as caught:
            program.end()
        self.assertEqual(caught.exception.code, "NO_SUCH_MODULE")

    def test_streams_both_ways(self):
        program, peer = self.connected(lambda host: list(host.module("m").f(iter([1, 2]))))
        frame = peer.next("invoke")
        self.assertTrue(frame["invoke"]["streams"])
        self.assertEqual([peer.value(peer.next("item")["item"]) for _ in "12"], [1, 2])
        peer.next("end")
        peer.item(1, "a")
        peer.answer(1)
        self.assertEqual(program.end(), ["a"])

    def test_items_leave_as_they_are_made(self):
        go = threading.Event()

        def slowly():
            yield 1
            yield 2
            go.wait(LIMIT)
            yield 3

        program, peer = self.connected(lambda host: host.module("m").f(slowly()))
        peer.next("invoke")
        self.assertEqual([peer.value(peer.next("item")["item"]) for _ in "12"], [1, 2])
        go.set()
        peer.next("item")
        peer.answer(1, "done")
        self.assertEqual(program.end(), "done")

    def test_references_both_ways(self):
        def use(host):
            found = []
            with host.module("db").open(found.append) as db:
                return [db.size(), found]

        program, peer = self.connected(use)
        [append] = peer.argument(peer.next("invoke"))
        self.assertEqual(append, Ref("client#1", 1))
        call = peer.invoke("call", 7, on=append, parent=1)
        self.assertIsNone(peer.end(call))
        peer.answer(1, OTHER)
        size = peer.next("invoke")
        self.assertEqual(size["invoke"]["object"], {"reference": OTHER._asdict()})
        peer.answer(size["call"], 3)
        self.assertEqual(peer.released(), {OTHER: 1})
        self.assertEqual(program.end(), [3, [7]])

    def test_a_proxy_that_dies_while_the_program_does_other_things_is_given_back_soon(self):
        done = threading.Event()

        def use(host):
            host.module("db").open()
            done.wait(LIMIT)

        program, peer = self.connected(use)
        peer.next("invoke")
        peer.answer(1, OTHER)
        begun = time.monotonic()
        self.assertEqual(peer.released(), {OTHER: 1})
        self.assertLess(time.monotonic() - begun, 0.3)
        done.set()
        program.end()

    def test_a_stream_that_is_dropped_is_cancelled_soon(self):
        done = threading.Event()

        def use(host):
            next(host.module("db").rows())
            done.wait(LIMIT)

        program, peer = self.connected(use)
        peer.next("invoke")
        peer.item(1, 5)
        self.assertEqual(peer.next("cancel")["call"], 1)
        done.set()
        program.end()

    def test_one_way(self):
        program, peer = self.connected(lambda host: [host.one_way("log").add(1), host.module("m").f()])
        frames = [peer.next("invoke"), peer.next("invoke")]
        self.assertTrue(frames[0]["invoke"]["one_way"])
        peer.answer(frames[1]["call"], 2)
        self.assertEqual(program.end(), [None, 2])

    def test_calls_from_many_threads_find_their_answers(self):
        def use(host):
            answers = {}

            def ask(i):
                answers[i] = [host.module("m").f(i, j) for j in range(20)]

            threads = [threading.Thread(target=ask, args=(i,)) for i in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return answers

        program, peer = self.connected(use)
        waiting = []
        for n in range(160):
            waiting.append(peer.next("invoke"))
            if len(waiting) == 8 or n > 150:
                for frame in waiting[::-1]:
                    peer.answer(frame["call"], peer.argument(frame))
                waiting = []
        self.assertEqual(program.end(), {i: [[i, j] for j in range(20)] for i in range(8)})

    def test_several_connections_in_one_program(self):
        def run():
            with stoa.connect(self.door.path) as a, stoa.connect(self.door.path) as b:
                proxy = a.module("m").get()
                try:
                    b.module("m").take(proxy)
                except stoa.Error as e:
                    return [b.module("m").name(), a.module("m").name(), e.code]

        program = self.door.program(run)
        first, second = self.door.accept(), self.door.accept(instance="client#2")
        first.next("invoke")
        first.answer(1, OTHER)
        second.next("invoke")
        second.answer(1, "b")
        call = first.next("invoke")["call"]
        first.answer(call, "a")
        self.assertEqual(program.end(), ["b", "a", "DENIED"])

    def test_the_environment_names_the_host(self):
        os.environ["STOA_HOST"] = self.door.path
        self.addCleanup(os.environ.pop, "STOA_HOST")
        program = self.door.program(lambda: stoa.connect().close())
        self.door.accept()
        program.end()


class InAModule(WithDoor):
    """A module of one host that is a client of another."""

    def setUp(self):
        super().setUp()
        self.host = Host(python_module("bridge"), "socket", name="bridge")
        self.addCleanup(lambda: self.host.stopped or self.host.stop())

    def begin(self, method):
        call = self.host.invoke(method, self.door.path)
        return call, self.door.accept()

    def test_it_asks_the_other_host_without_a_parent(self):
        call, peer = self.begin("ask")
        frame = peer.next("invoke")
        self.assertNotIn("parent", frame["invoke"])
        peer.answer(1, 5)
        self.assertEqual(self.host.end(call), 5)

    def test_its_own_host_may_cancel_what_waits_for_the_other(self):
        for method in ("ask", "serve"):
            call, peer = self.begin(method)
            if method == "ask":
                peer.next("invoke")
            time.sleep(0.05)
            self.host.send({"ping": {"nonce": 1}})
            self.host.next("pong")
            self.host.cancel(call)
            self.assertEqual(self.host.end(call)["code"], "CANCELLED")
            if method == "ask":
                self.assertEqual(peer.next("cancel")["call"], 1)
            peer.next("goodbye")

    def test_what_it_serves_there_calls_there(self):
        call, peer = self.begin("serve")
        inner = peer.invoke("ask_there")
        nested = peer.next("invoke")
        self.assertEqual((nested["invoke"]["module"], nested["invoke"]["parent"]), ("other", inner))
        peer.answer(nested["call"], 7)
        self.assertEqual(peer.end(inner), 7)
        peer.send({"goodbye": {}})
        self.assertEqual(self.host.end(call), "served")


if __name__ == "__main__":
    unittest.main()
