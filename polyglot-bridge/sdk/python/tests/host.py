"""A small host: starts a module over either transport, or takes a client, and talks to it frame by frame. It does what a
test says, also what no host should do."""
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from typing import NamedTuple

from stoa import _frames, _values

SDK = Path(__file__).resolve().parents[1]
MODULES = Path(__file__).resolve().parent / "modules"
LIMIT = 8.0
FEATURES = ("log", "streams-in", "references", "pipelining", "large-payloads", "channels", "direct-channels")
INSTANCE = "sample#1"


class Ref(NamedTuple):
    """A reference, as the host sees it."""

    owner: str
    number: int


_values.pass_by_reference(Ref, lambda ref: (ref, ref))


def table(refs):
    return {"references": [ref._asdict() for _, ref in refs.values()]} if refs else {}


def python_module(name):
    return [sys.executable, "-m", "stoa.run", str(MODULES / f"{name}.py")]


class Peer:
    """One end of a connection. Frames are dicts as _frames has them."""

    def __init__(self):
        self.reader = _frames.Reader(limit=1 << 21)
        self.inbox = []
        self.stuck = False  # whether it takes no parts
        self.taken = {}  # call -> bytes of parts that the other side has taken

    def greet_dialler(self, features, instance, **welcome):
        assert self._exactly(6) == _frames.PREFACE
        self.hello = self.next("hello")["hello"]
        self.info = self.hello.get("module")
        self.write(_frames.PREFACE)
        self.send({"welcome": {"protocol": 1, "features": list(features), "instance": instance, **welcome}})

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            data += self._read(size - len(data))
        return data

    def _read(self, size):
        if not select.select([self.fd], [], [], LIMIT)[0]:
            raise TimeoutError("the module says nothing")
        data = os.read(self.fd, size)
        if not data:
            raise EOFError("the module has closed the connection")
        return data

    def send(self, *frames):
        self.write(b"".join(_frames.encode(f) for f in frames))

    def next(self, *kinds):
        """The next frame, which must be of one of these kinds."""
        while not self.inbox:
            self.inbox += [frame for frame in self.reader.feed(self._read(1 << 16)) if not self._about_room(frame)]
        frame = self.inbox.pop(0)
        assert not kinds or any(kind in frame for kind in kinds), frame
        return frame

    def _about_room(self, frame):
        """Takes parts as they come; what the other side says of its own room is counted."""
        call = frame.get("call", 0)
        body = next((frame[kind] for kind in ("part", "item", "returned", "invoke") if kind in frame), {})
        size = len(body.get("payload", body.get("argument", b"")))
        if ("part" in frame or body.get("more")) and not self.stuck:
            self.send({"call": call, "credit": {"bytes": size}})
        credit = frame.get("credit", {})
        if "bytes" not in credit:
            return False
        self.taken[call] = self.taken.get(call, 0) + credit["bytes"]
        return "items" not in credit

    def nothing(self, seconds=0.15):
        """Nothing comes for a while."""
        assert not self.inbox, self.inbox
        assert not select.select([self.fd], [], [], seconds)[0]

    def invoke(self, method, *positional, named=None, **header):
        """Opens a call. `on`: a Ref, else the call is made on the module. Further names are fields of Invoke."""
        call = self.next_call
        self.next_call += 2
        refs = {}
        argument = _values.encode_arguments(positional, named or {}, refs)
        header.setdefault("credit", 32)
        on = header.pop("on", None)
        target = {"module": "sample"} if on is None else {"object": {"reference": on._asdict()}}
        header = {**target, "method": method, **table(refs), **header}
        self.write(_frames.payload_frames(call, "invoke", header, "argument", argument))
        return call

    def call(self, method, *positional, **header):
        """Calls and returns the value, or the body of Failed."""
        number = self.invoke(method, *positional, **header)
        return self.end(number)

    def end(self, number):
        frame = self.next("returned", "failed")
        assert frame["call"] == number, frame
        return self.result(frame)

    def result(self, frame):
        if "failed" in frame:
            return frame["failed"]
        payload = frame["returned"].get("payload", b"")
        more = frame["returned"].get("more")
        while more:
            part = self.next("part")["part"]
            payload += part["payload"]
            more = part.get("more")
        return self.value(frame["returned"], payload)

    def value(self, body, payload=None):
        """What an Item or a Returned holds. References are `Ref`."""
        refs = [Ref(**reference) for reference in body.get("references", ())]
        return _values.decode(body.get("payload", b"") if payload is None else payload, refs)

    def argument(self, frame):
        """The arguments of an Invoke: positional ones, then the named ones if there are any."""
        invoke = frame["invoke"]
        refs = [Ref(**reference) for reference in invoke.get("references", ())]
        positional, named = _values.decode_arguments(invoke.get("argument", b""), refs)
        return [*positional, named] if named else positional

    def answer(self, call, value=None):
        refs = {}
        payload = _values.encode(value, refs=refs)
        self.write(_frames.payload_frames(call, "returned", table(refs), "payload", payload))

    def item(self, call, value):
        refs = {}
        self.send({"call": call, "item": {"payload": _values.encode(value, refs=refs), **table(refs)}})

    def end_stream(self, call):
        self.send({"call": call, "end": {}})

    def credit(self, call, items):
        self.send({"call": call, "credit": {"items": items}})

    def cancel(self, call, reason="test"):
        self.send({"call": call, "cancel": {"reason": reason}})

    def fail(self, call, code, message=""):
        self.send({"call": call, "failed": {"code": code, "message": message}})

    def release(self, *counts):
        """`counts`: pairs of a Ref and how often."""
        self.send({"release": {"counts": [{"reference": ref._asdict(), "count": n} for ref, n in counts]}})

    def released(self):
        """What the next frame, a Release, gives back: Ref -> count."""
        counts = self.next("release")["release"]["counts"]
        return {Ref(**each["reference"]): each.get("count", 0) for each in counts}


class Host(Peer):
    """A module in a process of its own. `transport` is "stdio" or "socket"."""

    def __init__(self, command, transport, features=FEATURES, name="sample", greet=True, instance=INSTANCE, **greeting):
        super().__init__()
        self.stopped = False
        environment = {**os.environ, "PYTHONPATH": str(SDK), "STOA_MODULE": name}
        if transport == "socket":
            self._start_on_socket(command, environment)
        else:
            self._start_on_stdio(command, environment)
        self.next_call = 2 if transport == "socket" else 1
        if greet:
            self.greet(transport, features, instance, **greeting)

    def _start_on_socket(self, command, environment):
        self.folder = tempfile.TemporaryDirectory()
        path = os.path.join(self.folder.name, "s")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path)
            server.listen()
            environment.update(STOA_SOCKET=path, STOA_TOKEN="00ff10")
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            server.settimeout(LIMIT)
            self.socket = server.accept()[0]
        self.fd = self.socket.fileno()
        self.write = self.socket.sendall

    def _start_on_stdio(self, command, environment):
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
        )
        self.fd = self.process.stdout.fileno()
        self.write = self.process.stdin.write

    def greet(self, transport, features, instance, **greeting):
        if transport == "socket":
            return self.greet_dialler(features, instance, **greeting)
        preface = self._exactly(6)
        assert preface == _frames.PREFACE, preface
        self.write(_frames.PREFACE)
        hello = {"protocol_min": 1, "protocol_max": 4, "features": [*features, "later"], "instance": instance, **greeting}
        self.send({"hello": hello})
        self.welcome = self.next("welcome")["welcome"]
        self.info = self.welcome["module"]

    def stop(self):
        """Closes the connection. Returns the exit code, stdout and stderr of the module."""
        self.stopped = True
        if hasattr(self, "socket"):
            self.socket.close()
            self.folder.cleanup()
        else:
            self.process.stdin.close()
            self.process.stdin = None
        try:
            out, err = self.process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode, out.decode(), err.decode()


class WithHost(unittest.TestCase):
    """Tests that share a module of that name. One that fails leaves it to nobody."""

    module = ""
    host = None

    def run(self, result=None):
        bad = len(result.failures) + len(result.errors)
        if self.host is None or self.host.stopped:
            type(self).host = Host(python_module(self.module), "socket")
        super().run(result)
        if len(result.failures) + len(result.errors) > bad and not self.host.stopped:
            self.host.process.kill()
            self.host.stop()

    @classmethod
    def tearDownClass(cls):
        if cls.host is not None and not cls.host.stopped:
            status, _, err = cls.host.stop()
            assert status == 0 and "Traceback" not in err, err


class Door:
    """Where clients come in. `with Door() as door`, then `door.path` and `door.client(function)`."""

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self._folder.name, "s")
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(self.path)
        self._server.listen()
        self._server.settimeout(LIMIT)
        self._peers, self._programs = [], []
        return self

    def accept(self, features=FEATURES, instance="client#1", **welcome):
        """The host's end of a connection that a client has begun."""
        peer = self.accept_only()
        peer.greet_dialler(features, instance, **welcome)
        return peer

    def accept_only(self):
        peer = Peer()
        peer.next_call = 2
        peer.socket = self._server.accept()[0]
        peer.fd, peer.write = peer.socket.fileno(), peer.socket.sendall
        self._peers.append(peer)
        return peer

    def program(self, function, *arguments):
        """Runs client code in a thread. Its result or failure comes from `end()`."""
        program = Program(function, arguments)
        self._programs.append(program)
        return program

    def __exit__(self, *_):
        for peer in self._peers:
            peer.socket.close()
        for program in self._programs:
            program.thread.join(LIMIT)
        self._server.close()
        self._folder.cleanup()


class Program:
    def __init__(self, function, arguments):
        self._outcome = None
        self.thread = threading.Thread(target=self._run, args=(function, *arguments), daemon=True)
        self.thread.start()

    def _run(self, function, *arguments):
        try:
            self._outcome = (function(*arguments), None)
        except BaseException as e:
            self._outcome = (None, e)

    def end(self):
        self.thread.join(LIMIT)
        if self._outcome is None:
            raise TimeoutError("the client's code does not end")
        result, error = self._outcome
        if error is not None:
            raise error
        return result
