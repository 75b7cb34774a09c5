"""The programs of scripts/clients, and what README.md shows."""
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from tests.host import LIMIT, SDK, Door, Host, Ref

CLIENTS = Path(__file__).resolve().parents[4] / "scripts/clients"
LISTENER = Ref("other#1", 1)


class Programs(unittest.TestCase):
    def start(self, command, cwd=None):
        self.door = self.enterContext(Door())
        environment = {**os.environ, "PYTHONPATH": str(SDK), "STOA_HOST": self.door.path}
        self.process = subprocess.Popen(
            [sys.executable, *command], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=cwd
        )
        self.addCleanup(self.process.kill)
        return self.door.accept()

    def end(self):
        out, _ = self.process.communicate(timeout=LIMIT)
        self.assertEqual(self.process.returncode, 0)
        return out


@unittest.skipUnless(CLIENTS.exists(), "only the package is here")
class Samples(Programs):
    def test_the_greeter_calls_and_is_called(self):
        peer = self.start([str(CLIENTS / "greeter.py"), "a b a"])
        self.assertEqual((peer.info["name"], peer.info["version"]), ("greeter", "1.0.0"))
        frame = peer.next("invoke")
        self.assertEqual(peer.argument(frame), ["a b a"])
        peer.answer(frame["call"], {"a": 2, "b": 1})
        self.assertEqual(peer.call("greet", "Ada", caller="user"), "Hello, Ada, from user")
        call = peer.invoke("stop")
        finish = peer.next("invoke")
        self.assertTrue(finish["invoke"]["one_way"])
        peer.end(call)
        peer.invoke("finish")
        peer.next("goodbye")
        self.assertEqual(self.end(), "{'a': 2, 'b': 1}\n")

    def test_the_board_is_served_from_its_own_loop(self):
        peer = self.start([str(CLIENTS / "board.py")])
        self.assertEqual([m["name"] for m in peer.info["methods"]], ["lines", "listen"])
        self.assertIsNone(peer.call("listen", LISTENER))
        self.process.stdin.write("first\nsecond\n")
        self.process.stdin.flush()
        for line in ("first", "second"):
            frame = peer.next("invoke")
            self.assertEqual((peer.argument(frame), frame["invoke"]["one_way"]), ([line], True))
        call = peer.invoke("lines", 1)
        self.assertEqual(peer.value(peer.next("item")["item"]), "second")
        peer.end(call)
        self.process.stdin.close()
        self.process.stdin = None
        peer.next("goodbye")
        self.end()

    def test_the_watchful_module_hears_its_socket_and_its_timer(self):
        command = [sys.executable, "-m", "stoa.run", str(CLIENTS / "modules/watchful.py")]
        host = Host(command, "socket", name="watchful")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as letter:
            letter.sendto("hello".encode(), ("127.0.0.1", host.call("port")))
        for _ in range(100):
            news = host.call("news")
            if news["heard"] and news["ticks"] > 1:
                break
            time.sleep(0.02)
        self.assertEqual(news["heard"], ["hello"])
        host.call("rest")
        self.assertEqual(host.call("news"), host.call("news"))
        self.assertEqual(host.stop()[::2], (0, ""))


class Readme(Programs):
    """Each block of Python in README.md does what it says."""

    blocks = re.findall(r"```python\n(.*?)```", (SDK / "README.md").read_text(encoding="utf-8"), re.DOTALL)

    def test_the_module(self):
        path = Path(self.enterContext(tempfile.TemporaryDirectory()), "shout.py")
        path.write_text(self.blocks[0])
        host = Host([sys.executable, "-m", "stoa.run", str(path)], "socket", name="shout")
        call = host.invoke("shout", "a b")
        frame = host.next("invoke")
        self.assertEqual(frame["invoke"]["module"], "words")
        host.answer(frame["call"], {"a": 1})
        self.assertEqual(host.end(call), "A B! {'a': 1}")
        call = host.invoke("longest", streams=True)
        for line in ("a", "long", "b"):
            host.item(call, line)
        host.end_stream(call)
        self.assertEqual(host.end(call), "long")
        counter = host.call("counter")
        self.assertEqual(host.call("add", 2, on=counter), 2)
        host.stop()

    def test_the_channel(self):
        path = Path(self.enterContext(tempfile.TemporaryDirectory()), "chat.py")
        path.write_text("import stoa\n" + self.blocks[2])
        host = Host([sys.executable, "-m", "stoa.run", str(path)], "socket", name="chat")
        self.assertEqual([method["name"] for method in host.info["methods"]], ["ask"])
        invoke = {"object": {"channel": {"module": "chat"}}, "streams": True, "credit": 32, "caller": "ann"}
        host.send({"call": 2, "invoke": invoke})
        host.next("accepted")
        host.item(2, "hello")
        self.assertEqual(host.value(host.next("item")["item"]), "ann: hello")
        host.end_stream(2)
        host.next("returned")
        host.next_call = 4
        asking = host.invoke("ask", "hello")
        opened = host.next("invoke")
        self.assertEqual(opened["invoke"]["object"]["channel"], {"module": "chat", "direct": {}})
        host.send({"call": opened["call"], "accepted": {"peer": "chat#1"}})
        self.assertEqual(host.value(host.next("item")["item"]), "hello")
        host.next("end")
        host.item(opened["call"], "ann: hello")
        host.answer(opened["call"])
        self.assertEqual(host.end(asking), ["ann: hello"])
        host.stop()

    def test_the_client(self):
        peer = self.start(["-c", self.blocks[1]])
        peer.answer(peer.next("invoke")["call"], {"a": 2})
        frame = peer.next("invoke")
        self.assertEqual(frame["invoke"]["method"], "each_line")
        peer.next("item"), peer.next("item"), peer.next("end")
        [callback] = peer.argument(frame)
        peer.end(peer.invoke("call", "x", on=callback, parent=frame["call"]))
        peer.answer(frame["call"])
        counter = peer.next("invoke")
        peer.answer(counter["call"], Ref("shout#1", 1))
        add = peer.next("invoke")
        self.assertEqual(add["invoke"]["object"], {"reference": {"owner": "shout#1", "number": 1}})
        peer.answer(add["call"], 1)
        peer.next("release")
        first, second = peer.next("invoke"), peer.next("invoke")
        self.assertEqual(second["invoke"]["object"], {"result_of": first["call"]})
        peer.answer(first["call"], Ref("shout#1", 1))
        peer.answer(second["call"], 5)
        while "invoke" not in (frame := peer.next("invoke", "release")):
            pass
        peer.item(frame["call"], 2)
        peer.answer(frame["call"])
        while "goodbye" not in peer.next("goodbye", "release"):
            pass
        self.assertEqual(self.end(), "{'a': 2}\nx\n1\n5\n2\n")


if __name__ == "__main__":
    unittest.main()
