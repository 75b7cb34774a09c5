"""The connection of a direct channel. A thread of its own reads it, and sends what could not be sent at once: whoever uses
the channel never blocks in a send, so that two sides that both send do not wait for each other for ever."""
from __future__ import annotations

import contextlib
import os
import select
import socket
import threading

from . import _current
from ._connection import Connection
from ._failures import Error
from ._incoming import Incoming
from ._server import Server

FEATURES = ["streams-in", "large-payloads", "channels"]
_GLANCE = 0.1  # seconds that the main thread of a module sleeps without looking


class DirectServer(Server):
    """Takes one channel: `took` is called with its Taken. None: takes nothing."""

    def __init__(self, took):
        super().__init__("a direct channel")
        self._took = took

    def invoked(self, number: int, invoke: dict) -> None:
        took, self._took = self._took, None
        if took is None or "channel" not in invoke.get("object", {}) or not invoke.get("streams"):
            return self._refuse(number, Error("UNSUPPORTED", "This connection is for one channel."))
        call = self.calls[number] = Incoming(self, number, invoke)
        call.begun = True
        self.connection.send({"call": number, "accepted": {}})
        took(call.channel)


class _Socket:
    def __init__(self, peer: socket.socket, dials: bool):
        self.dials = dials
        self.fileno = peer.fileno()
        self.send = peer.send


class DirectConnection(Connection):
    known = FEATURES
    is_direct = True

    def __init__(self, peer: socket.socket, dials: bool, server: DirectServer):
        self._peer = peer
        self._bell = self._ring = -1  # a pipe that wakes the thread
        super().__init__(_Socket(peer, dials), server)
        self._thread = 0
        self._leaving = False
        self.over = None  # called at the end
        self.host = None  # the connection of the call at the host

    # --- its thread ---

    def begin(self) -> None:
        threading.Thread(target=self.serve, name="stoa-channel", daemon=True).start()

    def serve(self) -> None:
        """Reads and sends until either side leaves."""
        self._thread = threading.get_ident()
        self._peer.setblocking(False)
        self._bell, self._ring = os.pipe()
        poll = select.poll()
        poll.register(self._bell, select.POLLIN)
        while not self.lost:
            self.flush()
            if self._leaving and not self.out:
                break
            poll.register(self.transport.fileno, select.POLLIN | (select.POLLOUT if self.out else 0))
            ready = dict(poll.poll(self._patience()))
            if self._bell in ready:
                os.read(self._bell, 1 << 10)
            if self.host is not None:
                self.host.glance()
            if not ready and self._leaving:
                break  # the other side does not take our last words
            if ready.get(self.transport.fileno, 0) & ~select.POLLOUT:
                self._read()
        self.ended("", 0)
        with self.lock:
            self.transport.fileno = -1
            self._peer.close()
            os.close(self._bell)
            os.close(self._ring)
            self._ring = -1
        if self.over is not None:
            self.over()

    def _patience(self) -> int | None:
        """Milliseconds. The program may read nothing but this channel: then the host's words are looked for here."""
        return 1000 if self._leaving else 200 if self.host is not None else None

    def _read(self) -> None:
        try:
            data = self.receive()
        except BlockingIOError:
            return
        if data:
            self.take(data)
        else:
            self.ended("", 0)

    def receive(self) -> bytes:
        try:
            return self._peer.recv(1 << 16)
        except (ConnectionError, TimeoutError):
            return b""

    # --- everybody else's ---

    def flush(self) -> None:
        with self.lock:
            while self.out and not self.lost and self.transport.fileno >= 0:
                try:
                    sent = self.transport.send(self.out)
                except BlockingIOError:
                    return self._tell_thread()
                except OSError:
                    return  # its thread hears of that too
                del self.out[:sent]

    def _tell_thread(self) -> None:
        if self._thread != threading.get_ident() and self._ring >= 0:
            os.write(self._ring, b"!")

    def part(self, reason: str) -> None:
        """Says goodbye, and closes when that has left."""
        with self.lock:
            if self.lost or self._leaving:
                return
            self.goodbye(reason)
            self._leaving = True
            self._tell_thread()

    def advance(self, seen: int, timeout: float | None = None) -> None:
        self.flush()
        module = _current.process
        if module is None or not module.on_main():
            return self.sleep(seen, timeout)
        module.enter()  # its timer looks after its own connection meanwhile
        try:
            self.sleep(seen, _GLANCE if timeout is None else min(timeout, _GLANCE))
        finally:
            module.leave()

    def loss(self) -> Error:
        return Error("LOST", self.lost)

    def ended(self, reason: str, status: int) -> None:
        with self.lock:
            if self.lost:
                return
            self.lost = f"The other end of the channel has gone{reason and ': ' + reason}."
        for outgoing in list(self.calls.values()):
            outgoing.lost(self.loss())
        self.server.abandon()
        self.wake()
        with self.lock:
            self._tell_thread()

    def glance(self) -> None:
        """Its thread reads."""

    def enter(self) -> None:
        """Its thread runs no user code."""

    def leave(self) -> None:
        """Its thread runs no user code."""

    def ours(self):
        module = _current.process
        return contextlib.nullcontext() if module is None else module.ours()

    def breathe(self) -> None:
        """Its thread does."""

    def watch(self, loop) -> None:
        """Its thread reads, whatever loop waits."""

    def idle_loop(self):
        return None
