"""Programs that register themselves as modules, and foreign event loops."""
import asyncio
import selectors
import threading
import types
import unittest

import stoa
from tests.door import OTHER, Offered, WithDoor


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


if __name__ == "__main__":
    unittest.main()
