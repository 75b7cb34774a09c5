"""`stoa.connect()`: any program as a client, and as a module that registers itself."""
import asyncio
import os
import selectors
import subprocess
import sys
import threading
import time
import types
import unittest

import stoa
from tests.host import LIMIT, SDK, Door, Host, Ref, python_module

OTHER = Ref("other#1", 4)


class Offered:
    """Says things."""

    def __init__(self):
        self.seen = []

    def say(self, text: str) -> str:
        """Says it."""
        self.seen.append(stoa.call.caller)
        return text.upper()

    def ask(self, x):
        return stoa.module("other").f(x)

    async def later(self, x):
        await asyncio.sleep(0.01)
        return x

    def up_to(self, n):
        yield from range(n)

    def total(self, stream):
        return sum(stream)

    def fails(self):
        raise ValueError("bad")

    def _hidden(self):
        pass


class WithDoor(unittest.TestCase):
    def setUp(self):
        self.door = self.enterContext(Door())

    def connected(self, function, *arguments, name=None, methods=None, **greeting):
        """Client code `function(host, ...)` in a thread, and the host's end of its connection."""

        def run():
            with stoa.connect(self.door.path, name, methods=methods) as host:
                return function(host, *arguments)

        program = self.door.program(run)
        return program, self.door.accept(**greeting)


class Clients(WithDoor):
    def test_it_says_hello_without_a_name(self):
        program, peer = self.connected(lambda host: repr(host))
        self.assertNotIn("module", peer.hello)
        self.assertNotIn("token", peer.hello)
        self.assertEqual(peer.hello["features"], ["log", "streams-in", "references", "pipelining"])
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
        peer.send({"goodbye": {"reason": "`words` is taken by client#3"}})
        with self.assertRaisesRegex(stoa.Error, "taken by client#3"):
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
            "import stoa\n"
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


class Registered(WithDoor):
    def served(self, methods, name="talker"):
        return self.connected(lambda host: host.serve(), name=name, methods=methods)

    def test_it_says_what_it_is(self):
        program, peer = self.served(Offered())
        self.assertEqual((peer.info["name"], peer.info["language"], peer.info["doc"]), ("talker", "python", "Says things."))
        methods = {m["name"]: m for m in peer.info["methods"]}
        self.assertEqual([*methods], ["say", "ask", "later", "up_to", "total", "fails"])
        self.assertEqual(methods["say"]["parameters"], [{"name": "text", "type": "str"}])
        peer.send({"goodbye": {}})
        program.end()

    def test_methods_come_from_dicts_and_modules_too(self):
        module = types.ModuleType("offered", "A module.")
        exec("def f(x):\n    return x\ndef _g(): pass\n__stoa__ = {'version': '1.2'}", module.__dict__)
        for methods in ({"f": lambda x: x}, module):
            program, peer = self.served(methods)
            self.assertEqual([m["name"] for m in peer.info["methods"]], ["f"])
            self.assertEqual(peer.call("f", 5), 5)
            self.assertEqual(peer.call("_g")["code"], "NO_SUCH_METHOD")
            peer.send({"goodbye": {}})
            program.end()

    def test_methods_need_a_name_and_are_functions(self):
        self.assertRaises(TypeError, stoa.connect, self.door.path, methods={})
        self.assertRaises(TypeError, stoa.connect, self.door.path, "n", methods={"f": 1})
        self.assertRaises(TypeError, stoa.connect, self.door.path, "n", methods={"f": int})

    def test_calls_in_all_shapes(self):
        offered = Offered()
        program, peer = self.served(offered)
        self.assertEqual(peer.call("say", "a", caller="user"), "A")
        self.assertEqual(peer.call("later", 5), 5)
        call = peer.invoke("up_to", 40)
        for i in range(32):
            peer.next("item")
        peer.credit(call, 16)
        for i in range(8):
            peer.next("item")
        self.assertIsNone(peer.end(call))
        call = peer.invoke("total", streams=True)
        peer.item(call, 4)
        peer.end_stream(call)
        self.assertEqual(peer.end(call), 4)
        call = peer.invoke("ask", 5)
        nested = peer.next("invoke")
        self.assertEqual(nested["invoke"]["parent"], call)
        inner = peer.invoke("say", "inner", parent=nested["call"])
        self.assertEqual(peer.end(inner), "INNER")
        peer.answer(nested["call"], 6)
        self.assertEqual(peer.end(call), 6)
        self.assertEqual(peer.call("fails")["code"], "THREW")
        self.assertEqual(offered.seen, ["user", None])
        peer.send({"goodbye": {}})
        self.assertIsNone(program.end())

    def test_cancel_ends_a_call_that_waits(self):
        program, peer = self.served(Offered())
        for method, arguments, more in (("ask", (1,), {}), ("total", (), {"streams": True}), ("later", (1,), {})):
            call = peer.invoke(method, *arguments, **more)
            if method == "ask":
                peer.next("invoke")
            peer.cancel(call)
            frame = peer.next("failed", "cancel")
            frame = peer.next("failed") if "cancel" in frame else frame
            self.assertEqual((frame["call"], frame["failed"]["code"]), (call, "CANCELLED"))
        peer.send({"goodbye": {}})
        program.end()

    def test_serve_ends_when_another_thread_closes(self):
        def use(host):
            threading.Timer(0.05, host.close).start()
            host.serve()
            return "ended"

        program, peer = self.connected(use, name="talker", methods={})
        peer.next("goodbye")
        self.assertEqual(program.end(), "ended")

    def test_calls_are_served_beside_calls_of_other_threads(self):
        def use(host):
            threading.Thread(target=host.serve, daemon=True).start()
            return [host.module("m").f(i) for i in range(20)]

        program, peer = self.connected(use, name="talker", methods={"say": lambda x: x})
        for i in range(20):
            frame = peer.next("invoke")
            call = peer.invoke("say", i)
            self.assertEqual(peer.end(call), i)
            peer.answer(frame["call"], i)
        self.assertEqual(program.end(), [*range(20)])


class ForeignLoops(WithDoor):
    def test_a_descriptor_and_a_pump_are_enough(self):
        """A loop of selectors serves methods of both kinds."""

        def loop(host):
            with selectors.DefaultSelector() as selector:
                selector.register(host.fileno(), selectors.EVENT_READ)
                turns = 0
                while host.pump():
                    selector.select(0.005)
                    turns += 1
            return turns

        program, peer = self.connected(loop, name="talker", methods=Offered())
        self.assertEqual(peer.call("say", "a"), "A")
        self.assertEqual(peer.call("later", "b"), "b")
        call = peer.invoke("up_to", 2)
        peer.next("item"), peer.next("item")
        peer.end(call)
        peer.send({"goodbye": {}})
        self.assertGreater(program.end(), 1)

    def test_pump_never_waits(self):
        program, peer = self.connected(lambda host: [host.pump() for _ in range(100)])
        self.assertEqual(program.end(), [True] * 100)

    def test_pump_inside_of_a_method_runs_no_other(self):
        hosts = []

        def outer():
            hosts[0].pump()
            return "outer"

        def serve(host):
            hosts.append(host)
            host.serve()

        program, peer = self.connected(serve, name="talker", methods={"outer": outer, "other": lambda: "other"})
        first = peer.invoke("outer")
        second = peer.invoke("other")
        self.assertEqual(peer.end(first), "outer")
        self.assertEqual(peer.end(second), "other")
        peer.send({"goodbye": {}})
        program.end()

    def test_asyncio_reads_by_itself(self):
        async def main(host):
            async def feed():
                yield 1

            answers = await asyncio.gather(host.aio.module("m").f(1), host.aio.module("m").f(2))
            proxy = await host.aio.module("m").get()
            return [answers, await host.aio(proxy).g(), await host.aio.module("m").get().h(), [
                x async for x in host.aio.module("m").take(feed())
            ]]  # fmt: skip

        program, peer = self.connected(lambda host: asyncio.run(main(host)))
        frames = [peer.next("invoke"), peer.next("invoke")]
        for frame in frames[::-1]:
            peer.answer(frame["call"], peer.argument(frame)[0] * 10)
        peer.answer(peer.next("invoke")["call"], OTHER)
        peer.answer(peer.next("invoke")["call"], "g")
        first, second = peer.next("invoke"), peer.next("invoke")
        self.assertEqual(second["invoke"]["object"], {"result_of": first["call"]})
        peer.answer(first["call"], OTHER)
        peer.answer(second["call"], "h")
        while "invoke" not in (frame := peer.next("invoke", "release")):
            pass
        peer.next("item"), peer.next("end")
        peer.item(frame["call"], 9)
        peer.answer(frame["call"])
        self.assertEqual(program.end(), [[10, 20], "g", "h", [9]])

    def test_asyncio_again_and_again(self):
        async def main(host):
            return await host.aio.module("m").f()

        program, peer = self.connected(lambda host: [asyncio.run(main(host)) for _ in range(3)])
        for i in range(3):
            peer.answer(peer.next("invoke")["call"], i)
        self.assertEqual(program.end(), [0, 1, 2])

    def test_asyncio_serves_calls_as_well(self):
        async def main(host):
            return await host.aio.module("m").f()

        program, peer = self.connected(lambda host: asyncio.run(main(host)), name="talker", methods=Offered())
        frame = peer.next("invoke")
        self.assertEqual(peer.call("say", "a"), "A")
        self.assertEqual(peer.call("later", "b"), "b")
        call = peer.invoke("ask", 1)
        nested = peer.next("invoke")["call"]
        peer.answer(nested, 2)
        self.assertEqual(peer.end(call), 2)
        peer.answer(frame["call"], "end")
        self.assertEqual(program.end(), "end")

    def test_asyncio_hears_that_the_host_is_gone(self):
        async def main(host):
            try:
                await host.aio.module("m").f()
            except stoa.Error as e:
                return e.code

        program, peer = self.connected(lambda host: asyncio.run(main(host)))
        peer.next("invoke")
        peer.socket.shutdown(2)
        self.assertEqual(program.end(), "LOST")

    def test_loops_in_two_threads(self):
        async def main(host, x):
            return [await host.aio.module("m").f(x) for _ in range(10)]

        def use(host):
            results = {}
            threads = [
                threading.Thread(target=lambda x=x: results.update({x: asyncio.run(main(host, x))})) for x in range(3)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return results

        program, peer = self.connected(use)
        for _ in range(30):
            frame = peer.next("invoke")
            peer.answer(frame["call"], peer.argument(frame)[0])
        self.assertEqual(program.end(), {x: [x] * 10 for x in range(3)})

    def test_serve_in_a_loop_is_refused(self):
        async def main(host):
            try:
                host.serve()
            except RuntimeError as e:
                return str(e)

        program, peer = self.connected(lambda host: asyncio.run(main(host)))
        self.assertIn("would block", program.end())


class HostileHost(WithDoor):
    def test_items_beyond_credit_end_the_call(self):
        def use(host):
            stream = host.module("m").f()
            try:
                time.sleep(0.1)
                return len(list(stream))
            except stoa.Error as e:
                return [e.code, e.message]

        program, peer = self.connected(use)
        peer.next("invoke")
        for i in range(40):
            peer.item(1, i)
        kinds = [next(iter([k for k in peer.next() if k != "call"])) for _ in range(2)]
        self.assertIn("cancel", kinds)
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
