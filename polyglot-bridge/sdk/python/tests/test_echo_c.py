"""The module in C (scripts/modules/echo-c), over both transports: any executable can be a module."""
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from stoa import _frames, _values
from tests.host import Host

SOURCE = Path(__file__).resolve().parents[4] / "scripts/modules/echo-c"
COMPILER = shutil.which("cc")


@unittest.skipUnless(COMPILER, "no C compiler")
class Contract:
    transport = ""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        program = cls.folder.name + "/main"
        flags = ["-O1", "-g", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined", "-fno-sanitize-recover"]
        subprocess.run([COMPILER, *flags, "-o", program, SOURCE / "main.c"], check=True)
        cls.host = Host([program], cls.transport, name="echo-c")

    @classmethod
    def tearDownClass(cls):
        status, _, err = cls.host.stop()
        cls.folder.cleanup()
        assert status == 0, err

    def test_it_describes_itself(self):
        info = self.host.info
        self.assertEqual((info["name"], info["language"]), ("echo-c", "c"))
        self.assertEqual([m["name"] for m in info["methods"]], ["echo", "add", "upper", "count", "fail", "sleep"])
        if self.transport == "socket":
            self.assertEqual(self.host.hello["token"], bytes.fromhex("00ff10"))

    def test_echo_of_anything(self):
        for value in (None, 1, -(2**70), 2.5, "é", b"\0", [1, {"a": []}], "x" * 3_000_000):
            self.assertEqual(self.host.call("echo", value), value)

    def test_values_are_read_and_written(self):
        self.assertEqual(self.host.call("add", 40, 2), 42)
        self.assertEqual(self.host.call("add", -(2**62), -(2**62)), -(2**63))
        self.assertEqual(self.host.call("upper", "grüße"), "GRüßE")

    def test_failures(self):
        self.assertEqual(self.host.call("cuont")["code"], "NO_SUCH_METHOD")
        self.assertEqual(self.host.call("add", 1)["code"], "BAD_ARGUMENT")
        self.assertEqual(self.host.call("add", 1, "x")["code"], "BAD_ARGUMENT")
        self.assertEqual(self.host.call("echo", named={"y": 1})["code"], "BAD_ARGUMENT")
        self.assertEqual(self.host.call("echo", 1, streams=True)["code"], "UNSUPPORTED")
        self.assertEqual(self.host.call("add", 2**63 - 1, 1)["code"], "THREW")
        failed = self.host.call("fail", "é" * 3000)
        self.assertEqual((failed["code"], failed["thrown"]["type"]), ("THREW", "Error"))
        self.assertEqual(failed["message"], "é" * 500)  # 1000 bytes, and no character cut in two

    def test_streams_wait_for_credit_and_stop_on_cancel(self):
        number = self.host.invoke("count", 5, credit=2)
        items = [self.host.next("item"), self.host.next("item")]
        self.assertEqual([_values.decode(f["item"]["payload"]) for f in items], [0, 1])
        self.host.nothing()
        self.host.send({"call": number, "credit": {"items": 9}})
        for _ in range(3):
            self.host.next("item")
        self.assertIsNone(self.host.end(number))
        number = self.host.invoke("count", 10**12, credit=1)
        self.host.next("item")
        self.host.send({"call": number, "cancel": {}})
        self.assertEqual(self.host.end(number)["code"], "CANCELLED")
        number = self.host.invoke("count", 0)
        self.host.next("end")
        self.host.end(number)

    def test_calls_go_on_beside_a_sleep(self):
        long, short = self.host.invoke("sleep", 60_000), self.host.invoke("sleep", 30)
        self.assertEqual(self.host.call("add", 1, 2), 3)
        self.assertIsNone(self.host.end(short))
        self.host.send({"call": long, "cancel": {}})
        self.assertEqual(self.host.end(long)["code"], "CANCELLED")

    def test_it_survives_fragments_pings_and_unknown_frames(self):
        call = self.host.next_call
        self.host.next_call += 2
        argument = _values.encode_arguments((1, 2), {})
        data = _frames.encode({"ping": {"nonce": 7}}) + bytes.fromhex("04e2060178")
        data += _frames.encode({"call": call, "invoke": {"module": "x", "method": "add", "argument": argument}})
        for byte in data:
            self.host.write(bytes([byte]))
        self.assertEqual(self.host.next("pong"), {"pong": {"nonce": 7}})
        self.assertEqual(self.host.end(call), 3)
        self.host.send({"call": 900})
        self.assertEqual(self.host.next("failed")["failed"]["code"], "UNSUPPORTED")

    def test_more_calls_than_it_takes(self):
        calls = [self.host.invoke("sleep", 60_000) for _ in range(65)]
        self.assertEqual(self.host.end(calls[-1])["code"], "RESOURCE_EXHAUSTED")
        self.host.send(*({"call": call, "cancel": {}} for call in calls[:-1]))
        for call in calls[:-1]:
            self.assertEqual(self.host.end(call)["code"], "CANCELLED")


class OverStdio(Contract, unittest.TestCase):
    transport = "stdio"

    def test_a_malformed_frame_ends_it(self):
        for text in ("80808080808001", "0408013a05", "818040", "0308013e"):
            host = Host([self.folder.name + "/main"], "stdio")
            host.write(bytes.fromhex(text))
            host.next("goodbye")
            self.assertEqual(host.stop()[0], 1)


class OverSocket(Contract, unittest.TestCase):
    transport = "socket"


if __name__ == "__main__":
    unittest.main()
