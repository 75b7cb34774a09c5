"""Channels: through the host, and direct."""
import os
import socket
import stat
import tempfile
import threading
import unittest

import stoa
from stoa import _frames, _values

from .host import FEATURES, Door, Host, Peer, WithHost, python_module

MIB = 1 << 20
MODULES = ("channels", "channels_later")


def open_at(host, direct=None, topic="lobby"):
    """Opens a channel to the module, which must take it. The number of the call."""
    call = host.next_call
    host.next_call += 2
    channel = {"module": "sample", **({"direct": direct} if direct else {})}
    invoke = {"object": {"channel": channel}, "method": topic, "streams": True, "credit": 32, "caller": "client#7"}
    host.send({"call": call, "invoke": invoke})
    return call


class Acceptors(unittest.TestCase):
    """The tests run with a synchronous module and with an asynchronous one."""

    def each(self):
        for module in MODULES:
            with self.subTest(module=module):
                host = Host(python_module(module), "socket")
                try:
                    yield host
                    self.assertEqual(host.stop()[0], 0)
                finally:
                    if not host.stopped:
                        host.process.kill()
                        host.stop()

    def begin(self, host, what):
        call = open_at(host)
        self.assertEqual(host.next("accepted")["accepted"], {})
        host.item(call, what)
        return call

    def test_an_acceptor_is_no_method_and_there_is_one(self):
        host = Host(python_module("channels"), "socket")
        self.assertNotIn("talk", [method["name"] for method in host.info["methods"]])
        self.assertIn("one acceptor", host.call("refused"))
        host.stop()

    def test_both_ends_know_the_other(self):
        for host in self.each():
            self.begin(host, "who")
            self.assertEqual(host.value(host.next("item")["item"]), ["client#7", "lobby", False, "client#7"])
            host.next("returned")

    def test_values_of_every_kind_pass_and_other_calls_are_answered_meanwhile(self):
        for host in self.each():
            call = self.begin(host, "echo")
            for value in (1, "a", b"\0\1", [None, {"k": 2.5}], 1 << 80):
                host.item(call, value)
                self.assertEqual(host.value(host.next("item")["item"]), value)
            self.assertEqual(host.call("how"), [])
            host.end_stream(call)
            self.assertEqual(host.value(host.next("item")["item"]), "bye")
            self.assertEqual(host.next("returned")["call"], call)

    def test_large_values_pass(self):
        for host in self.each():
            call = self.begin(host, "echo")
            host.write(_frames.payload_frames(call, "item", {}, "payload", _values.encode(bytes(3 * MIB))))
            frame = host.next("item")
            payload, more = frame["item"]["payload"], True
            while more:
                part = host.next("part")["part"]
                payload, more = payload + part["payload"], part.get("more")
            self.assertEqual(len(_values.decode(payload)), 3 * MIB)
            host.end_stream(call)
            host.next("item")
            host.next("returned")

    def test_a_reader_that_does_not_read_stops_the_sender(self):
        for host in self.each():
            call = self.begin(host, "flood")
            for n in range(32):
                self.assertEqual(host.value(host.next("item")["item"]), n)
            host.nothing()
            host.credit(call, 68)
            for n in range(32, 100):
                self.assertEqual(host.value(host.next("item")["item"]), n)
            host.next("returned")

    def test_the_opener_leaves(self):
        for host in self.each():
            call = self.begin(host, "flood")
            for _ in range(32):
                host.next("item")
            host.cancel(call)
            self.assertEqual(host.next("failed")["failed"]["code"], "CANCELLED")
            ended = host.call("how")
            while not ended:  # the thread of a synchronous acceptor takes its time
                ended = host.call("how")
            self.assertIn(ended, (["Cancelled"], ["CancelledError"]))

    def test_an_acceptor_that_throws_fails_the_channel(self):
        for host in self.each():
            self.begin(host, "throw")
            failed = host.next("failed")["failed"]
            self.assertEqual((failed["code"], failed["message"]), ("THREW", "ValueError: no more"))

    def test_one_side_ends_and_the_other_goes_on(self):
        for host in self.each():
            call = self.begin(host, "half")
            host.next("end")
            host.item(call, 5)
            host.end_stream(call)
            host.next("returned")
            self.assertEqual(host.call("how"), [[5]])

    def test_a_module_without_acceptor_says_so(self):
        host = Host(python_module("large"), "socket")
        open_at(host)
        failed = host.next("failed")["failed"]
        self.assertEqual((failed["code"], failed["message"]), ("NO_SUCH_METHOD", "`sample` takes no channels."))
        self.assertIn("`stoa.accept`", failed["help"])
        host.stop()


class Openers(WithHost):
    module = "channels"

    def test_it_sends_hears_and_learns_who_has_taken_it(self):
        for method in ("ask", "ask_later"):
            with self.subTest(method=method):
                asking = self.host.invoke(method, "chat", "lobby", [1, 2])
                opened = self.host.next("invoke")
                invoke, call = opened["invoke"], opened["call"]
                self.assertEqual((invoke["object"], invoke["method"]), ({"channel": {"module": "chat"}}, "lobby"))
                self.assertTrue(invoke["streams"])
                self.assertNotIn("parent", invoke)
                self.host.send({"call": call, "accepted": {"peer": "chat#1"}})
                self.assertEqual([self.host.value(self.host.next("item")["item"]) for _ in range(2)], [1, 2])
                self.host.next("end")
                self.host.item(call, "a")
                self.host.answer(call)
                self.assertEqual(self.host.end(asking), ["chat#1", False, ["a"]])

    def test_it_waits_for_credit(self):
        for method in ("ask", "ask_later"):
            with self.subTest(method=method):
                asking = self.host.invoke(method, "chat", "", list(range(40)))
                call = self.host.next("invoke")["call"]
                self.host.send({"call": call, "accepted": {}})
                for _ in range(32):
                    self.host.next("item")
                self.host.nothing()
                self.host.credit(call, 8)
                for _ in range(8):
                    self.host.next("item")
                self.host.next("end")
                self.host.fail(call, "LOST", "chat#1 died.")
                self.assertEqual(self.host.end(asking)["details"]["code"], "LOST")

    def test_it_is_refused(self):
        for method in ("ask", "ask_later"):
            asking = self.host.invoke(method, "chat", "", [])
            self.host.fail(self.host.next("invoke")["call"], "NO_SUCH_METHOD", "`chat` takes no channels.")
            self.assertEqual(self.host.end(asking)["details"]["code"], "NO_SUCH_METHOD")

    def test_leaving_it_cancels(self):
        asking = self.host.invoke("drop", "chat")
        call = self.host.next("invoke")["call"]
        self.host.send({"call": call, "accepted": {}})
        self.assertEqual(self.host.next("cancel")["call"], call)
        self.host.end(asking)

    def test_a_host_without_channels_is_told_apart(self):
        host = Host(python_module("channels"), "socket", features=[f for f in FEATURES if f != "channels"])
        self.assertEqual(host.call("ask", "chat", "", [])["details"]["code"], "UNSUPPORTED")
        host.stop()


class Direct(unittest.TestCase):
    """A client opens, a module takes, and this test brokers."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "d")
        self.where = {"path": self.path, "token": bytes([1] * 16), "proof": bytes([2] * 16)}

    def tearDown(self):
        self.folder.cleanup()

    def meet(self, module, program, between=lambda: None):
        """Runs `program(client)` with a module that takes its channel: (door's peer, host, program, calls)."""
        host = Host(python_module(module), "socket")
        self.addCleanup(lambda: host.stopped or host.stop())
        door = self.enterContext(Door())

        def run():
            with stoa.connect(door.path) as client:
                return program(client)

        running = door.program(run)
        peer = door.accept()
        opened = peer.next("invoke")
        self.assertEqual(opened["invoke"]["object"]["channel"]["direct"], {})
        taken = open_at(host, self.where)
        self.assertEqual(host.next("accepted")["accepted"], {"direct": {}})
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        between()
        peer.send({"call": opened["call"], "accepted": {"peer": "sample#1", "direct": self.where}})
        return peer, host, running, opened["call"], taken

    def end(self, peer, host, running, opened, taken):
        """What the module answers at its host ends the call there."""
        self.assertEqual(host.next("returned", "failed")["call"], taken)
        self.assertFalse(os.path.exists(self.path))
        return running.end()

    def test_values_go_from_process_to_process(self):
        def program(client):
            with client.channel("sample", topic="lobby", direct=True) as channel:
                channel.send("echo")
                for n in range(100):
                    channel.send(n)
                    assert next(channel) == n
                channel.send(bytes(5 * MIB))
                assert len(next(channel)) == 5 * MIB
                channel.end()
                return [channel.peer, channel.direct, list(channel)]

        for module in MODULES:
            with self.subTest(module=module):
                self.assertEqual(self.end(*self.meet(module, program)), ["sample#1", True, ["bye"]])

    def test_async_code_opens_it_too(self):
        import asyncio

        async def talk(client):
            async with client.aio.channel("sample", topic="lobby", direct=True) as channel:
                await channel.send("who")
                return [value async for value in channel]

        for module in MODULES:
            with self.subTest(module=module):
                found = self.end(*self.meet(module, lambda client: asyncio.run(talk(client))))
                self.assertEqual(found, [["client#7", "lobby", True, "client#7"]])

    def test_both_sides_may_send_at_once_as_much_as_they_like(self):
        def program(client):
            with client.channel("sample", direct=True) as channel:
                channel.send("echo")
                count = 200
                sender = threading.Thread(target=lambda: [channel.send(bytes(200_000)) for _ in range(count)])
                sender.start()
                sizes = [len(next(channel)) for _ in range(count)]
                sender.join()
                return sizes == [200_000] * count

        for module in MODULES:
            with self.subTest(module=module):
                peer, host, running, opened, taken = self.meet(module, program)
                self.assertEqual(peer.next("cancel")["call"], opened)
                host.next("returned", "failed")
                self.assertTrue(running.end())

    def test_references_do_not_pass(self):
        def program(client):
            with client.channel("sample", direct=True) as channel:
                try:
                    channel.send(lambda: 1)
                except stoa.Error as e:
                    ours = e.code
                channel.send("reference")
                return *next(channel), ours

        for module in MODULES:
            with self.subTest(module=module):
                peer, host, running, opened, taken = self.meet(module, program)
                host.next("returned", "failed")
                code, help, ours = running.end()
                self.assertEqual((code, ours), ("UNSUPPORTED", "UNSUPPORTED"))
                self.assertIn("without `direct`", help)

    def test_strangers_are_sent_away(self):
        def stranger():
            guest = Peer()
            guest.socket = socket.socket(socket.AF_UNIX)
            guest.socket.connect(self.path)
            guest.fd, guest.write = guest.socket.fileno(), guest.socket.sendall
            guest.write(_frames.PREFACE)
            guest.send({"hello": {"protocol_min": 1, "protocol_max": 1, "token": bytes([3] * 16)}})
            self.assertEqual(guest._exactly(6), _frames.PREFACE)
            self.assertEqual(guest.next("goodbye")["goodbye"]["reason"], "it is not who was expected here")
            with self.assertRaises(EOFError):
                guest.next()
            guest.socket.close()

        def program(client):
            with client.channel("sample", direct=True) as channel:
                channel.send("who")
                return len(list(channel))

        self.assertEqual(self.end(*self.meet("channels", program, stranger)), 1)

    def test_it_fails_as_its_acceptor_does(self):
        def program(client):
            with client.channel("sample", direct=True) as channel:
                channel.send("throw")
                return list(channel)

        for module in MODULES:
            with self.subTest(module=module):
                peer, host, running, opened, taken = self.meet(module, program)
                self.assertEqual(host.next("failed")["failed"]["code"], "THREW")
                with self.assertRaises(stoa.Error) as caught:
                    running.end()
                self.assertEqual((caught.exception.code, str(caught.exception)), ("THREW", "ValueError: no more"))

    def test_the_end_of_the_call_at_the_host_ends_it(self):
        def program(client):
            with client.channel("sample", direct=True) as channel:
                channel.send("echo")
                return list(channel)

        for module in MODULES:
            with self.subTest(module=module):
                peer, host, running, opened, taken = self.meet(module, program)
                peer.fail(opened, "LOST", "sample#1 died.")
                with self.assertRaisesRegex(stoa.Error, "sample#1 died."):
                    running.end()
                self.assertEqual(host.next("failed")["failed"]["code"], "CANCELLED")

    def test_a_callee_that_dies_is_lost_at_once(self):
        talking = threading.Event()

        def program(client):
            with client.channel("sample", direct=True) as channel:
                channel.send("echo")
                channel.send(1)
                next(channel)
                talking.set()
                return list(channel)

        peer, host, running, opened, taken = self.meet("channels", program)
        self.assertTrue(talking.wait(10))
        host.process.kill()
        with self.assertRaises(stoa.Error) as caught:
            running.end()
        self.assertEqual(caught.exception.code, "LOST")
        peer.next("cancel")
        host.stop()

    def test_who_cannot_listen_takes_it_through_the_host(self):
        host = Host(python_module("channels"), "socket")
        call = open_at(host, {**self.where, "path": "/nowhere/at/all"})
        self.assertEqual(host.next("accepted")["accepted"], {})
        host.item(call, "who")
        self.assertEqual(host.value(host.next("item")["item"])[2], False)
        host.next("returned")
        host.stop()


if __name__ == "__main__":
    unittest.main()
