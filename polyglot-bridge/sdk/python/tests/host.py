"""A small host: starts a module over either transport and talks to it frame by frame."""
import os
import select
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from stoa import _frames, _values

SDK = Path(__file__).resolve().parents[1]
MODULES = Path(__file__).resolve().parent / "modules"
LIMIT = 8.0


def python_module(name):
    return [sys.executable, "-m", "stoa.run", str(MODULES / f"{name}.py")]


class Host:
    """`transport` is "stdio" or "socket". Frames are dicts as _frames has them."""

    def __init__(self, command, transport, features=("log",), name="sample", greet=True):
        self.reader = _frames.Reader(limit=1 << 21)
        self.inbox = []
        self.stopped = False
        environment = {**os.environ, "PYTHONPATH": str(SDK), "STOA_MODULE": name}
        if transport == "socket":
            self._start_on_socket(command, environment)
        else:
            self._start_on_stdio(command, environment)
        self.next_call = 2 if transport == "socket" else 1
        if greet:
            self.greet(transport, features)

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

    def greet(self, transport, features):
        preface = self._exactly(6)
        assert preface == _frames.PREFACE, preface
        if transport == "socket":
            self.hello = self.next("hello")["hello"]
            self.info = self.hello["module"]
            self.write(_frames.PREFACE)
            self.send({"welcome": {"protocol": 1, "features": list(features)}})
        else:
            self.write(_frames.PREFACE)
            self.send({"hello": {"protocol_min": 1, "protocol_max": 4, "features": [*features, "later"]}})
            self.welcome = self.next("welcome")["welcome"]
            self.info = self.welcome["module"]

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
            self.inbox += self.reader.feed(self._read(1 << 16))
        frame = self.inbox.pop(0)
        assert not kinds or any(kind in frame for kind in kinds), frame
        return frame

    def nothing(self, seconds=0.15):
        """Nothing comes for a while."""
        assert not self.inbox, self.inbox
        assert not select.select([self.fd], [], [], seconds)[0]

    def invoke(self, method, *positional, named=None, **header):
        call = self.next_call
        self.next_call += 2
        argument = _values.encode_arguments(positional, named or {})
        header.setdefault("credit", 32)
        self.write(_frames.payload_frames(call, "invoke", {"module": "sample", "method": method, **header}, "argument", argument))
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
        return _values.decode(payload)

    def answer(self, call, value=None):
        self.write(_frames.payload_frames(call, "returned", {}, "payload", _values.encode(value)))

    def item(self, call, value):
        self.send({"call": call, "item": {"payload": _values.encode(value)}})

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
