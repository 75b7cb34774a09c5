"""Payloads in parts, under a window of bytes for each direction of a call."""
import unittest

import stoa
from stoa import _frames, _values
from stoa._outgoing import Pieces

from .host import FEATURES, Door, Host, WithHost, python_module

MIB = 1 << 20
SIZES = [int(0.9 * MIB), int(1.1 * MIB), 5 * MIB, 30 * MIB]


def whole(host, frame):
    """The bytes of the payload that begins with this frame."""
    body = next(frame[kind] for kind in ("invoke", "item", "returned") if kind in frame)
    pieces, more = [body.get("payload", body.get("argument", b""))], body.get("more")
    while more:
        part = host.next("part")
        assert part["call"] == frame["call"]
        pieces.append(part["part"]["payload"])
        more = part["part"].get("more")
    return b"".join(pieces)


class LargePayloads(WithHost):
    module = "large"

    def test_they_go_there_and_back(self):
        for size in SIZES:
            call = self.host.invoke("echo", bytes(range(256)) * (size // 256))
            self.assertEqual(self.host.end(call), bytes(range(256)) * (size // 256))
            self.assertGreater(self.host.taken[call], size - 256)

    def test_they_are_arguments_and_results_of_others(self):
        for method in ("ask", "ask_in_thread", "ask_later"):
            for size in SIZES[1:3]:
                with self.subTest(method=method, size=size):
                    call = self.host.invoke(method, size)
                    asked = self.host.next("invoke")
                    [argument] = _values.decode_arguments(whole(self.host, asked), [])[0]
                    self.host.answer(asked["call"], argument)
                    self.assertEqual(self.host.end(call), size)

    def test_they_are_items(self):
        for method in ("several", "several_later"):
            for size in SIZES[:3]:
                with self.subTest(method=method, size=size):
                    call = self.host.invoke(method, 3, size)
                    for _ in range(3):
                        self.assertEqual(len(_values.decode(whole(self.host, self.host.next("item")))), size)
                    self.host.end(call)

    def test_they_are_items_of_the_caller(self):
        for method in ("lengths", "lengths_later"):
            call = self.host.invoke(method, streams=True)
            for size in SIZES:
                payload = _values.encode(bytes(size))
                self.host.write(_frames.payload_frames(call, "item", {}, "payload", payload))
            self.host.end_stream(call)
            self.assertEqual(self.host.end(call), SIZES)

    def test_streams_of_them_go_along_with_a_call(self):
        for method in ("feed", "feed_later"):
            with self.subTest(method=method):
                call = self.host.invoke(method, 2, 3 * MIB)
                taking = self.host.next("invoke")["call"]
                for _ in range(2):
                    self.assertEqual(len(_values.decode(whole(self.host, self.host.next("item")))), 3 * MIB)
                self.host.next("end")
                self.host.answer(taking, "took")
                self.assertEqual(self.host.end(call), "took")

    def test_a_call_that_nobody_waits_for_is_sent_whole(self):
        call = self.host.invoke("tell", 3 * MIB)
        noted = self.host.next("invoke")
        self.assertGreater(len(whole(self.host, noted)), 3 * MIB)
        self.host.answer(noted["call"])
        self.host.end(call)


class Stuck(WithHost):
    """The receiver never says that there is room."""

    module = "large"

    def setUp(self):
        self.host.stuck = True

    def window(self, kind):
        """What is sent nevertheless. The number of the call."""
        call = self.host.next(kind)["call"]
        for _ in range(3):
            self.assertTrue(self.host.next("part")["part"]["more"])
        self.host.nothing()
        return call

    def test_it_holds_up_neither_a_small_call_nor_another_large_one(self):
        call = self.host.invoke("make", 5 * MIB)
        self.window("returned")
        self.assertEqual(self.host.call("echo", "small"), "small")
        self.host.invoke("make", 5 * MIB)
        self.window("returned")
        self.host.send({"call": call, "credit": {"bytes": 1}})
        self.assertEqual(self.host.next("part")["call"], call)
        self.host.nothing()

    def test_a_result_is_cancelled_in_the_middle(self):
        call = self.host.invoke("make", 5 * MIB)
        self.window("returned")
        self.host.cancel(call)
        failed = self.host.next("failed")
        self.assertEqual((failed["call"], failed["failed"]["code"]), (call, "CANCELLED"))
        self.host.send({"call": call, "credit": {"bytes": MIB}})
        self.host.nothing()

    def test_a_generator_stops_after_one_item(self):
        for method in ("several", "several_later"):
            with self.subTest(method=method):
                call = self.host.invoke(method, 20, 2 * MIB)
                self.window("item")
                self.host.cancel(call)
                self.assertEqual(self.host.next("failed")["failed"]["code"], "CANCELLED")

    def test_a_cancelled_call_takes_the_rest_of_its_argument_back(self):
        for method in ("ask", "ask_later", "feed", "feed_later"):
            with self.subTest(method=method):
                size = (2, 2 * MIB) if method.startswith("feed") else (5 * MIB,)
                call = self.host.invoke(method, *size)
                if method.startswith("feed"):
                    self.host.next("invoke")
                asked = self.window("item" if method.startswith("feed") else "invoke")
                self.host.cancel(call)
                self.assertEqual({next(k for k in self.host.next() if k != "call") for _ in range(2)}, {"cancel", "failed"})
                self.host.send({"call": asked, "credit": {"bytes": MIB}})
                self.host.nothing()


class Ends(unittest.TestCase):
    def test_a_result_that_still_leaves_keeps_a_draining_process_alive(self):
        host = Host(python_module("large"), "socket")
        host.stuck = True
        call = host.invoke("make", 2 * MIB)
        host.next("returned")
        host.send({"drain": {}})
        for _ in range(3):
            host.next("part")
        host.nothing()
        host.send({"call": call, "credit": {"bytes": 8 * MIB}})
        while host.next("part")["part"].get("more"):
            pass
        self.assertEqual(host.next("goodbye")["goodbye"]["reason"], "drained")
        self.assertEqual(host.stop()[0], 0)

    def test_without_the_feature_more_than_1_mib_is_refused_before_it_leaves(self):
        host = Host(python_module("large"), "socket", features=[f for f in FEATURES if f != "large-payloads"])
        host.stuck = True  # a host without the feature says nothing of room
        self.assertEqual(len(host.call("make", int(0.9 * MIB))), int(0.9 * MIB))
        failed = host.call("make", MIB)
        self.assertEqual(failed["code"], "UNSUPPORTED")
        self.assertRegex(failed["message"], r"^A payload of 1048\d+ bytes cannot be sent here")
        call = host.invoke("several", 3, int(0.6 * MIB))
        whole(host, host.next("item"))
        self.assertEqual(host.end(call)["code"], "UNSUPPORTED")
        self.assertEqual(host.call("ask", MIB)["details"]["code"], "UNSUPPORTED")
        self.assertEqual(host.taken, {})
        self.assertEqual(host.stop()[0], 0)

    def test_a_client_calls_with_them_from_threads(self):
        def program(path):
            with stoa.connect(path) as client:
                return len(client.module("m").f(bytes(5 * MIB)))

        with Door() as door:
            client = door.program(program, door.path)
            peer = door.accept()
            asked = peer.next("invoke")
            [argument] = _values.decode_arguments(whole(peer, asked), [])[0]
            peer.answer(asked["call"], argument)
            self.assertEqual(client.end(), 5 * MIB)

    def test_what_is_put_together_has_a_bound(self):
        taken = []

        class Taker:
            def took(self, call, size):
                taken.append((call, size))

        pieces = Pieces(Taker(), 7, 10)
        pieces.begin("item", bytes(6), ())
        self.assertIsNone(pieces.part({"payload": bytes(4), "more": True}))
        with self.assertRaises(stoa.Error) as caught:
            pieces.part({"payload": b"x"})
        self.assertEqual(caught.exception.code, "RESOURCE_EXHAUSTED")
        self.assertEqual(taken, [(7, 6), (7, 4)])


if __name__ == "__main__":
    unittest.main()
