"""The connection to the host: frames in and out, and the calls that this module makes.

Everything happens on the main thread, which reads the connection itself: while it is idle, while user code waits for a
nested call, and, every few milliseconds, from a timer signal while user code runs, so that a Cancel interrupts it and a
Ping is answered. There is no hand-off between threads on the way of a call. Other threads of the user may make calls too:
they wait for the main thread to read their answers.
"""
from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections import deque
from contextlib import contextmanager
from contextvars import ContextVar

from . import _frames, _values
from ._failures import Error, cut, from_wire
from ._frames import INITIAL_CREDIT, PROTOCOL
from ._protobuf import Malformed

FEATURES = ["log"]
TICK = 0.02
FLUSH_BYTES = 1 << 16

#: The call that the running code serves, or None.
current: ContextVar = ContextVar("stoa.call", default=None)


class Connection:
    def __init__(self, transport, server):
        self.server = server
        self.loop = None  # the asyncio loop, once an async method was called
        self.ready = False
        self.draining = False
        self.features: list[str] = []
        self.calls: dict[int, Outgoing] = {}
        self._transport = transport
        self._reader = _frames.Reader()
        self._next_call = 1 if transport.dials else 2
        self._out = bytearray(_frames.PREFACE)
        self._lock = threading.RLock()
        self._main = threading.get_ident()
        # The timer. in_user: the main thread is in user code, where a signal may do our work.
        self.in_user = False
        self._ticking = False
        self._used = False
        signal.signal(signal.SIGALRM, self._tick)

    # --- handshake ---

    def greet(self, info: dict, token: bytes) -> None:
        """Exchanges Hello and Welcome. The host's frames that follow are handled by serve()."""
        if self._transport.dials:
            hello = {"protocol_min": PROTOCOL, "protocol_max": PROTOCOL, "features": FEATURES}
            self.send({"hello": {**hello, "module": info, "token": token}})
            welcome = self._first("welcome")
            if welcome.get("protocol") != PROTOCOL:
                self.leave(f"this module speaks protocol {PROTOCOL} only", 1)
            self.features = [f for f in welcome.get("features", ()) if f in FEATURES]
        else:
            hello = self._first("hello")
            if not hello.get("protocol_min", 0) <= PROTOCOL <= hello.get("protocol_max", 0):
                self.leave(f"this module speaks protocol {PROTOCOL} only", 1)
            self.features = [f for f in hello.get("features", ()) if f in FEATURES]
            self.send({"welcome": {"protocol": PROTOCOL, "features": self.features, "module": info}})
        self.ready = True
        for frame in self._early:
            self._handle(frame)

    def flush_preface(self) -> None:
        """A child on stdio says first of all that it speaks the protocol."""
        if not self._transport.dials:
            self.flush()

    def refuse(self, reason: str, token: bytes) -> None:
        """Tells the host that the module could not be loaded."""
        if self._transport.dials:
            self.send({"hello": {"protocol_min": PROTOCOL, "protocol_max": PROTOCOL, "token": token}})
        self.send({"goodbye": {"reason": cut(reason)}})
        self.flush()

    def _first(self, kind: str) -> dict:
        self.flush()
        wanted = _frames.PREFACE
        data = b""
        while len(data) < len(wanted):
            data += self._receive()
        if not data.startswith(wanted):
            self.leave("no preface", 1)
        try:
            frames = self._reader.feed(data[len(wanted) :])
            while not frames:
                frames = self._reader.feed(self._receive())
        except Malformed as e:
            self.leave(f"malformed frame: {e}", 1)
        self._early = frames[1:]
        if kind not in frames[0]:
            reason = frames[0].get("goodbye", {}).get("reason", f"the host's first frame is not {kind}")
            print(f"stoa: {reason}", file=sys.stderr)
            self.exit(1)
        return frames[0][kind]

    # --- reading ---

    def serve(self) -> None:
        """Handles frames until the host goes. Never returns."""
        run = self.server.run
        pending = self.server.pending
        while True:
            while pending:
                run(pending.popleft())
                if len(self._out) > FLUSH_BYTES:
                    self.flush()
            if self.loop is not None:
                self._serve_loop()
            self.flush()
            self._take(self._receive())

    def _serve_loop(self) -> None:
        self.loop.add_reader(self._transport.fileno, self._readable)
        self.flush()
        self.loop.run_forever()

    def _readable(self) -> None:
        from asyncio import _set_running_loop

        self._take(self._receive())
        pending = self.server.pending
        _set_running_loop(None)  # synchronous methods run between tasks, not inside the loop: they may use asyncio.run
        try:
            while pending:
                self.server.run(pending.popleft())
        finally:
            _set_running_loop(self.loop)
        self.flush()

    def _receive(self) -> bytes:
        data = self._transport.receive()
        if not data:
            self.exit(0)  # the host is gone: nobody wants what we do
        return data

    def _take(self, data: bytes) -> None:
        try:
            for frame in self._reader.feed(data):
                self._handle(frame)
        except Malformed as e:
            self.leave(f"malformed frame: {e}", 1)

    def _handle(self, frame: dict) -> None:
        call = frame.pop("call", 0)
        for kind, body in frame.items():
            if kind == "ping":
                self.send({"pong": body})
            elif kind == "goodbye":
                self.exit(0)
            elif kind == "drain":
                self.draining = True
                self.server.rest()
            elif call in self.calls:
                self.calls[call].heard(kind, body)
            elif call:
                self.server.heard(call, kind, body)
        if not frame and call and call not in self.calls:
            self.server.heard(call, "unknown", {})

    # --- writing ---

    def send(self, frame: dict) -> None:
        self.write(_frames.encode(frame))

    def write(self, data: bytes) -> None:
        """Queues bytes. They leave with the next flush, many frames in one write."""
        with self._lock:
            self._out += data

    def flush(self) -> None:
        if self._out:
            with self._lock:
                data = bytes(self._out)
                self._out.clear()
                try:
                    self._transport.send(data)
                except (BrokenPipeError, ConnectionError):
                    self.exit(0)

    def flush_soon(self) -> None:
        """After a frame was queued outside of serve()."""
        if self.loop is not None and self.on_main() and not self.in_user:
            self.loop.call_soon(self.flush)
        else:
            self.flush()

    # --- leaving ---

    def leave(self, reason: str, status: int) -> None:
        self.send({"goodbye": {"reason": cut(reason)}})
        self.flush()
        if status:
            print(f"stoa: {reason}", file=sys.stderr)
        self.exit(status)

    @staticmethod
    def exit(status: int) -> None:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                pass
        os._exit(status)

    # --- user code and its interruption ---

    def on_main(self) -> bool:
        return threading.get_ident() == self._main

    def enter(self) -> None:
        """User code begins on the main thread."""
        self._used = True
        if not self._ticking:
            self._ticking = True
            signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
        self.in_user = True

    def _tick(self, signum, frame) -> None:
        if self.in_user:
            self.in_user = False
            try:
                while select.select([self._transport.fileno], [], [], 0)[0]:
                    self._take(self._receive())
                self.flush()
            finally:
                self.in_user = True
            self.server.interrupt()
        elif self._used:
            self._used = False
        else:
            self._ticking = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    @contextmanager
    def ours(self):
        """Around our code that user code calls: the timer must not find it half done."""
        if not self.on_main() or not self.in_user:
            yield
            return
        self.in_user = False
        try:
            yield
        finally:
            self.enter()

    # --- calls to other modules ---

    def open(self, module: str, method: str, positional: tuple, named: dict, blocking: bool, woken=None) -> "Outgoing":
        if not self.ready:
            raise Error("UNAVAILABLE", "Calls cannot be made while the module is being loaded.", "Make them in a method.")
        argument = _values.encode_arguments(positional, named)
        header = {"module": module, "method": method, "credit": INITIAL_CREDIT, "blocking": blocking}
        parent = current.get()
        if parent is not None:
            parent.raise_if_cancelled()
            if parent.open:
                header["parent"] = parent.id
            left = parent.seconds_left()
            if left is not None:
                if left <= 0:
                    raise Error("DEADLINE_EXCEEDED", f"No time is left to call `{module}.{method}`.")
                header["timeout_us"] = max(1, int(left * 1e6))
        if self.draining and "parent" not in header:
            raise Error("UNAVAILABLE", "The host is about to stop.", retryable=True)
        with self._lock:
            number = self._next_call
            self._next_call += 2
            outgoing = Outgoing(self, number, parent, woken)
            self.calls[number] = outgoing
            self._out += _frames.payload_frames(number, "invoke", header, "argument", argument)
        return outgoing

    def watch(self, loop) -> None:
        """User code runs a loop of its own inside a method (`asyncio.run`): let it read the connection meanwhile."""
        if loop is not self.loop and self.on_main():
            loop.add_reader(self._transport.fileno, self._readable_for_guest)

    def _readable_for_guest(self) -> None:
        with self.ours():
            self._take(self._receive())
            self.flush()

    def wait(self, outgoing: "Outgoing") -> None:
        """Blocks until the call said something. On the main thread it runs the calls that this one led to."""
        if not self.on_main():
            self.flush()
            outgoing.semaphore.acquire()
            return
        server = self.server
        caller = current.get()
        while not outgoing.signals:
            self.flush()
            self._take(self._receive())
            server.run_descendants(outgoing.id)
            if caller is not None:
                caller.raise_if_cancelled()

    def log(self, level: str, text: str) -> None:
        with self.ours():
            if not self.ready or "log" not in self.features:
                print(f"{level.lower()}: {text}", file=sys.stderr)
                return
            call = current.get()
            self.send({"call": call.id if call is not None and call.open else 0, "log": {"level": level, "text": cut(text)}})
            self.flush_soon()


class Outgoing:
    """A call that this module makes."""

    def __init__(self, connection: Connection, number: int, parent, woken):
        self.connection = connection
        self.id = number
        self.signals: deque = deque()
        self.woken = woken
        self.semaphore = None if connection.on_main() else threading.Semaphore(0)
        self.ended = False
        self._parts: list[bytes] | None = None
        self._kind = ""
        self._consumed = 0
        self._parent = parent
        if parent is not None:
            parent.children.add(self)

    def heard(self, kind: str, body: dict) -> None:
        if kind == "item" or kind == "returned":
            if body.get("more"):
                self._kind, self._parts = kind, [body.get("payload", b"")]
                return
            self._signal(kind, body.get("payload", b""))
        elif kind == "part" and self._parts is not None:
            self._parts.append(body.get("payload", b""))
            if not body.get("more"):
                payload, self._parts = b"".join(self._parts), None
                self._signal(self._kind, payload)
        elif kind == "failed":
            self._signal(kind, from_wire(body))
        elif kind == "end":
            self._signal(kind, None)

    def _signal(self, kind: str, content) -> None:
        if kind in ("returned", "failed"):
            self.forget()
        self.signals.append((kind, content))
        if self.semaphore is not None:
            self.semaphore.release()
        elif self.woken is not None:
            self.woken()

    def forget(self) -> None:
        self.ended = True
        self.connection.calls.pop(self.id, None)
        if self._parent is not None:
            self._parent.children.discard(self)

    def cancel(self, reason: str) -> None:
        """The answer is wanted no more. Whoever waits for it gets CANCELLED."""
        if not self.ended:
            self.connection.send({"call": self.id, "cancel": {"reason": reason}})
            self._signal("failed", Error("CANCELLED", f"The call was cancelled: {reason}."))

    def consumed(self) -> None:
        """An item was taken: the callee may send another. Credit is given in halves of the window."""
        self._consumed += 1
        if self._consumed == INITIAL_CREDIT // 2 and not self.ended:
            self.connection.send({"call": self.id, "credit": {"items": self._consumed}})
            self._consumed = 0
