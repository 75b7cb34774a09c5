"""What the host does outside for a module: the web, ports, programs, files, and which variables it may see."""
import errno
import os

from stoa import _values
from tests.host import WithHost

VARIABLES = {"STOA_ENV": "GRANTED,SET_*,ABSENT", "GRANTED": "1", "SET_A": "2", "SECRET": "3", "STOA_DATA": "/data/sample"}
HEAD = {"status": 200, "url": "https://example.org/b", "headers": {"content-type": "text/plain; charset=latin1"}}
HELP = "To allow it: stoa grant sample net=secret.example.org:443"


class Outside(WithHost):
    module = "outside"

    def run(self, result=None):
        os.environ.update(VARIABLES)
        try:
            return super().run(result)
        finally:
            for name in VARIABLES:
                os.environ.pop(name, None)

    def asked(self):
        """The call that the module makes of the host: its number, its method and what it was given."""
        frame = self.host.next("invoke")
        self.assertEqual(frame["invoke"]["module"], "stoa")
        return frame["call"], frame["invoke"]["method"], _values.decode_arguments(frame["invoke"]["argument"])

    def test_fetches_a_page(self):
        for method in ("page", "apage"):
            call = self.host.invoke(method, "https://example.org/a")
            made, asked, (positional, named) = self.asked()
            self.assertEqual((asked, list(positional)), ("fetch", ["https://example.org/a"]))
            headers = {"x-a": "1", "content-type": "application/json"}
            self.assertEqual(named, {"method": "POST", "headers": headers, "body": '{"a": 1}', "timeout_ms": 5000})
            self.host.item(made, HEAD)
            self.host.item(made, b"[1,")
            self.host.item(made, b"2]")
            self.host.end_stream(made)
            self.host.answer(made)
            self.assertEqual(self.host.end(call), [200, True, HEAD["url"], HEAD["headers"]["content-type"], "[1,2]", [1, 2]])

    def test_reads_only_as_much_of_a_body_as_it_wants(self):
        for method in ("first", "afirst"):
            call = self.host.invoke(method, "https://example.org/a")
            made, _, _ = self.asked()
            self.host.item(made, HEAD)
            self.host.item(made, b"piece")
            self.host.next("cancel")
            self.assertEqual(self.host.end(call), b"piece")

    def test_does_not_block_a_loop(self):
        self.assertIn("use: await stoa.aio.fetch(url)", self.host.call("blocks", "https://example.org"))

    def test_is_told_which_grant_is_missing(self):
        call = self.host.invoke("refused", "https://secret.example.org")
        made, _, _ = self.asked()
        message = "`sample` may not reach `secret.example.org:443`."
        self.host.send({"call": made, "failed": {"code": "DENIED", "message": message, "help": HELP}})
        self.assertEqual(self.host.end(call), ["DENIED", f"{message} {HELP}", HELP])

    def test_is_refused_as_python_would_refuse(self):
        for method in ("denied", "page"):
            call = self.host.invoke(method, "https://secret.example.org")
            made, _, _ = self.asked()
            self.host.send({"call": made, "failed": {"code": "DENIED", "message": "No.", "help": HELP}})
            if method == "denied":
                self.assertEqual(self.host.end(call), [True, True, errno.EACCES, f"No. {HELP}"])
            else:
                thrown = self.host.next("failed")["failed"]["thrown"]
                self.assertEqual((thrown["type"], thrown["message"]), ("StoaError", f"DENIED: No. {HELP}"))

    def test_runs_programs_and_reads_files(self):
        call = self.host.invoke("run")
        made, asked, (positional, named) = self.asked()
        self.assertEqual((asked, list(positional), named), ("run", ["git", ["log", "5"]], {"input": "x", "timeout_ms": 10}))
        self.host.answer(made, {"code": 0, "out": b"out", "err": b""})
        self.assertEqual(self.host.end(call), [0, True, "out"])
        call = self.host.invoke("read", "a.txt")
        made, asked, (positional, _) = self.asked()
        self.assertEqual((asked, list(positional)), ("read", ["a.txt"]))
        self.host.answer(made, b"content")
        self.assertEqual(self.host.end(call), b"content")

    def test_talks_to_a_port_over_a_channel(self):
        call = self.host.invoke("talk")
        frame = self.host.next("invoke")
        invoke = frame["invoke"]
        self.assertEqual((invoke["object"], invoke["method"]), ({"channel": {"module": "stoa"}}, "tls:db.example.org:5432"))
        self.host.send({"call": frame["call"], "accepted": {}})
        self.assertEqual(self.host.value(self.host.next("item")["item"]), b"\1")
        self.host.item(frame["call"], b"\2")
        self.host.next("cancel", "end")
        self.assertEqual(self.host.end(call), ["tls:db.example.org:5432", b"\2"])

    def test_sees_the_variables_that_were_granted(self):
        self.assertEqual(self.host.call("env", "GRANTED"), ["found", "1"])
        self.assertEqual(self.host.call("env", "SET_A"), ["found", "2"])
        self.assertEqual(self.host.call("env", "ABSENT"), ["found", None])
        message = "`sample` may not see the environment variable `SECRET`. To allow it: stoa grant sample env=SECRET"
        self.assertEqual(self.host.call("env", "SECRET"), ["DENIED", message])
        self.assertEqual(self.host.call("envs"), {"GRANTED": "1", "SET_A": "2"})
        self.assertEqual(self.host.call("data"), "/data/sample")
