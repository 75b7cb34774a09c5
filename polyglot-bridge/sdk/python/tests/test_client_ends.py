"""How the connection of a program ends, and what it does not do to the program."""
import os
import subprocess
import sys
import threading
import time
import types
import unittest

import stoa
from tests.door import OTHER, WithDoor
from tests.host import LIMIT, SDK


class Ends(WithDoor):
    def test_when_the_host_goes_calls_are_lost_and_the_program_lives(self):
        def use(host):
            codes = []
            for _ in range(2):
                try:
                    host.module("m").f()
                except stoa.Error as e:
                    codes.append([e.code, e.message])
            return [codes, host.closed, host.pump()]

        program, peer = self.connected(use)
        peer.next("invoke")
        peer.socket.shutdown(2)
        codes, closed, pumped = program.end()
        self.assertEqual([code for code, _ in codes], ["LOST", "LOST"])
        self.assertIn("the host is gone", codes[0][1])
        self.assertEqual((closed, pumped), (True, False))

    def test_goodbye_says_why(self):
        program, peer = self.connected(lambda host: host.module("m").f())
        peer.next("invoke")
        peer.send({"goodbye": {"reason": "the user stopped it"}})
        with self.assertRaisesRegex(stoa.Error, "the user stopped it"):
            program.end()

    def test_close_in_another_thread_ends_what_waits(self):
        def use(host):
            threading.Timer(0.05, host.close).start()
            try:
                host.module("m").f()
            except stoa.Error as e:
                return [e.code, e.message]

        program, peer = self.connected(use)
        peer.next("invoke")
        peer.next("goodbye")
        code, message = program.end()
        self.assertEqual((code, "closed here" in message), ("LOST", True))

    def test_close_does_not_wait_for_a_host_that_does_not_read(self):
        def use(host):
            sender = threading.Thread(target=self.send_much, args=(host,))
            sender.start()
            time.sleep(0.1)
            begun = time.monotonic()
            host.close()
            sender.join(LIMIT)
            return [sender.is_alive(), time.monotonic() - begun < 3]

        program, _ = self.connected(use)
        self.assertEqual(program.end(), [False, True])

    def send_much(self, host):
        with self.assertRaises(stoa.Error):
            host.module("m").f("x" * 10_000_000)

    def test_a_proxy_of_a_closed_connection_says_so(self):
        def use(host):
            proxy = host.module("m").f()
            host.close()
            try:
                proxy.g()
            except stoa.Error as e:
                return e.code

        program, peer = self.connected(use)
        peer.next("invoke")
        peer.answer(1, OTHER)
        self.assertEqual(program.end(), "LOST")

    def test_closing_leaves_no_descriptor_and_no_thread(self):
        def use(host):
            proxy = host.module("m").f()
            del proxy

        for round in range(3):
            program, peer = self.connected(use)
            peer.next("invoke")
            peer.answer(1, OTHER)
            program.end()
            peer.socket.close()
            if round == 0:
                before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
        left = [thread for thread in threading.enumerate() if thread.name == "stoa-litter"]
        for thread in left:
            thread.join(LIMIT)
        self.assertFalse([thread for thread in left if thread.is_alive()])
        if before:
            self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_drain_finishes_what_is_under_way(self):
        def use(host):
            first = host.module("m").f()
            try:
                host.module("m").g()
            except stoa.Error as e:
                return [first, e.code]

        program, peer = self.connected(use)
        peer.next("invoke")
        peer.send({"drain": {}})
        peer.answer(1, 5)
        peer.next("goodbye")
        self.assertEqual(program.end(), [5, "LOST"])

    def test_a_malformed_frame_closes_the_connection(self):
        program, peer = self.connected(lambda host: host.module("m").f())
        peer.next("invoke")
        peer.write(bytes.fromhex("80808080808001"))
        self.assertIn("five bytes", peer.next("goodbye")["goodbye"]["reason"])
        with self.assertRaisesRegex(stoa.Error, "malformed"):
            program.end()

    def test_a_host_that_refuses_says_why(self):
        program = self.door.program(lambda: stoa.connect(self.door.path, "words"))
        peer = self.door.accept_only()
        peer._exactly(6)
        peer.next("hello")
        peer.write(b"STOA1\n")
        peer.send({"goodbye": {"reason": "NAME_TAKEN: `words` is taken by client#3"}})
        with self.assertRaisesRegex(stoa.Error, "taken by client#3") as caught:
            program.end()
        self.assertEqual(caught.exception.code, "NAME_TAKEN")

    def test_a_module_says_what_it_needs(self):
        said = types.ModuleType("words")
        said.__stoa__ = {"version": "1.0.0", "needs": {"text": "^1.2"}}
        for needs, expected in (None, {"text": "^1.2"}), ({"list": "*"}, {"list": "*"}):
            program = self.door.program(lambda: stoa.connect(self.door.path, "words", methods=said, needs=needs).close())
            peer = self.door.accept()
            self.assertEqual(peer.info["needs"], expected)
            peer.next("goodbye")
            program.end()

    def test_a_host_that_closes_at_once(self):
        program = self.door.program(lambda: stoa.connect(self.door.path))
        self.door.accept_only().socket.shutdown(2)
        with self.assertRaises(stoa.Error) as caught:
            program.end()
        self.assertEqual(caught.exception.code, "UNAVAILABLE")

    def test_a_signal_handler_in_the_middle_of_a_call_does_not_hang(self):
        code = (
            "import signal, stoa\n"
            "host = stoa.connect()\n"
            "signal.signal(signal.SIGUSR1, lambda *_: host.module('m').g())\n"
            "try:\n    host.module('m').f()\n"
            "except RuntimeError as e:\n    print('signal handler' in str(e))\n"
        )
        environment = {**os.environ, "PYTHONPATH": str(SDK), "STOA_HOST": self.door.path}
        process = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        peer = self.door.accept()
        peer.next("invoke")
        time.sleep(0.05)
        process.send_signal(10)
        self.assertEqual(process.communicate(timeout=LIMIT)[0], "True\n")

    def test_a_host_that_is_not_there(self):
        for path in ("/nonexistent/socket", None):
            with self.assertRaises(stoa.Error) as caught:
                stoa.connect(path)
            self.assertEqual(caught.exception.code, "UNAVAILABLE")

    def test_a_client_in_the_main_thread_has_no_signal_handlers_and_does_not_end_the_process(self):
        code = (
            "import signal, stoa, sys\n"
            "before = [signal.getsignal(s) for s in signal.valid_signals()]\n"
            "host = stoa.connect()\n"
            "try:\n    host.module('m').f()\n"
            "except stoa.Error as e:\n    print(e.code)\n"
            "print(before == [signal.getsignal(s) for s in signal.valid_signals()], 'asyncio' in sys.modules)\n"
        )
        environment = {**os.environ, "PYTHONPATH": str(SDK), "STOA_HOST": self.door.path}
        process = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        peer = self.door.accept()
        peer.next("invoke")
        peer.socket.shutdown(2)
        self.assertEqual(process.communicate(timeout=LIMIT)[0], "LOST\nTrue False\n")

    def test_ctrl_c_interrupts_a_call_and_cancels_it(self):
        code = (
            "import signal, stoa\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background inherits that it is ignored
            "host = stoa.connect()\n"
            "try:\n    host.module('m').f()\n"
            "except KeyboardInterrupt:\n    print(host.module('m').g())\n"
        )
        environment = {**os.environ, "PYTHONPATH": str(SDK), "STOA_HOST": self.door.path}
        process = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        peer = self.door.accept()
        peer.next("invoke")
        time.sleep(0.05)
        process.send_signal(2)
        self.assertEqual(peer.next("cancel")["call"], 1)
        peer.fail(1, "CANCELLED")
        peer.answer(peer.next("invoke")["call"], "on")
        self.assertEqual(process.communicate(timeout=LIMIT)[0], "on\n")


class HostileHost(WithDoor):
    def test_items_beyond_credit_end_the_call(self):
        sent = threading.Event()

        def use(host):
            stream = host.module("m").f()
            sent.wait(LIMIT)
            try:
                return len(list(stream))
            except stoa.Error as e:
                return [e.code, e.message]

        program, peer = self.connected(use)
        peer.next("invoke")
        for i in range(80):
            peer.item(1, i)
        sent.set()
        while "cancel" not in peer.next("cancel", "credit"):
            pass
        code, message = program.end()
        self.assertEqual((code, "more items" in message), ("INTERNAL", True))

    def test_items_of_a_caller_beyond_credit_end_the_call(self):
        go = threading.Event()

        def slowly(stream):
            go.wait(LIMIT)
            return len(list(stream))

        program, peer = self.connected(lambda host: host.serve(), name="talker", methods={"slowly": slowly})
        call = peer.invoke("slowly", streams=True)
        for i in range(60):
            peer.item(call, i)
        go.set()
        frame = peer.next("failed", "credit")
        while "credit" in frame:
            frame = peer.next("failed", "credit")
        self.assertEqual(frame["failed"]["details"], {"code": "RESOURCE_EXHAUSTED"})
        peer.send({"goodbye": {}})
        program.end()

    def test_end_twice_and_words_after_the_end(self):
        methods = {"total": lambda stream: [x for x in stream]}
        program, peer = self.connected(lambda host: host.serve(), name="talker", methods=methods)
        call = peer.invoke("total", streams=True)
        peer.item(call, 1)
        peer.end_stream(call)
        peer.end_stream(call)
        peer.item(call, 2)
        self.assertEqual(peer.end(call), [1])
        peer.end_stream(call)
        peer.credit(call, 5)
        peer.cancel(call)
        self.assertEqual(peer.call("none")["code"], "NO_SUCH_METHOD")
        peer.send({"goodbye": {}})
        program.end()

    def test_two_ends_of_a_call_and_frames_without_sense(self):
        program, peer = self.connected(lambda host: [host.module("m").f(), host.module("m").g()])
        peer.next("invoke")
        peer.send({"call": 1, "part": {"payload": b"x"}}, {"call": 1, "invoke": {"module": "x"}}, {"call": 77, "returned": {}})
        peer.answer(1, "first")
        peer.answer(1, "again")
        peer.fail(1, "LOST")
        peer.answer(peer.next("invoke")["call"], "second")
        self.assertEqual(program.end(), ["first", "second"])


if __name__ == "__main__":
    unittest.main()
