"""The connection of a program that the host did not start. The process is not ours: no signals, no exit.

Whichever thread waits for an answer reads for all. One reads at a time; the others sleep until it has read something, look
whether it was for them, and else one of them reads on.
"""
from __future__ import annotations

import contextlib
import select
import threading
import time

from . import _current, _loops
from ._connection import Connection

_TURN = 0.01
_PATIENCE = 1.0  # seconds for the last words of a connection
LAST_WORDS = 1.0  # seconds that async methods may take to end when the host is gone


class ClientConnection(Connection):
    def __init__(self, transport, server):
        super().__init__(transport, server)
        self._reader = 0  # the thread that reads, or 0; guarded by _turn
        self._closing = False
        self._loops: list = []  # asyncio loops of the program that watch the connection

    # --- reading ---

    def serve(self) -> None:
        """Answers calls until the host goes or the connection is closed."""
        while not self.lost:
            seen = self.reads
            self.server.run_pending()
            self.advance(seen)
        self.server.run_pending()
        inner, begun = self.here.inner, time.monotonic()
        while inner is not None and inner.busy and time.monotonic() - begun < LAST_WORDS:
            inner.turn(None, LAST_WORDS)

    def pump(self) -> bool:
        """Handles what has arrived. Whether the connection is open."""
        if self._begin_to_read(None):
            try:
                while not self.lost and self._readable(0):
                    self._read()
            finally:
                self._end_to_read()
        self.run_here()
        self.flush()
        return not self.lost

    def advance(self, seen: int, timeout: float | None = None) -> None:
        """Reads once, or waits until another thread has. `seen` is what `reads` was when there was nothing to do."""
        self.flush()
        inner = self.here.inner
        busy = inner is not None and inner.busy
        if self.lost:
            return
        if not self._begin_to_read(seen):
            if busy:
                inner.turn(None, _TURN)
            else:
                self.sleep(seen, timeout)
            return
        try:
            if busy:
                inner.turn(self.transport.fileno, timeout)
                timeout = 0.0
            if self._readable(timeout) and not self.lost:
                self._read()
        finally:
            self._end_to_read()

    def _begin_to_read(self, seen: int | None) -> bool:
        with self._turn:
            if seen is not None and seen != self.reads:
                return False
            if self._reader:
                if seen is not None and self._reader == threading.get_ident():
                    raise RuntimeError("A signal handler or finalizer calls in the middle of another call: use a thread.")
                return False
            self._reader = threading.get_ident()
            return True

    def _end_to_read(self) -> None:
        with self._turn:
            self._reader = 0
        self.wake()

    def _readable(self, timeout: float | None) -> bool:
        """Where the program is itself a module of a host, that one may interrupt this wait."""
        module = _current.process
        if module is not None and module.on_main():
            module.enter()
            try:
                return _poll(self.transport.fileno, timeout)
            finally:
                module.leave()
        return timeout is None or _poll(self.transport.fileno, timeout)

    def _read(self) -> None:
        data = self.receive()
        if data:
            self.take(data)
            self._tell_loops()
        else:
            self.ended("", 0)

    def glance(self) -> None:
        if not self.lost and self._begin_to_read(None):
            try:
                if _poll(self.transport.fileno, 0):
                    self._read()
            finally:
                self._end_to_read()

    def receive(self) -> bytes:
        return self.transport.receive()

    def _tell_loops(self) -> None:
        """Calls that came may be run where a loop of the program runs."""
        if self.server.pending:
            for loop in self._loops:
                if loop is not _loops.running():
                    _loops.tell(loop, self.run_here)

    # --- running ---

    def run_here(self) -> None:
        """Runs the calls that wait for their turn, unless this thread is in the middle of one."""
        here = self.here
        if here.running:
            return
        loop = _loops.running()
        if loop is None:
            self.server.run_pending()
            return self.turn_inner()
        outer, here.loop = here.loop, loop
        try:
            with _loops.outside(loop):
                self.server.run_pending()
        finally:
            here.loop = outer
        self.flush()

    def turn_inner(self) -> None:
        inner = self.here.inner
        if inner is not None and inner.busy:
            inner.turn(None, 0)

    def idle_loop(self):
        return None

    def watch(self, loop) -> None:
        """A call was made in that asyncio loop: it reads the connection from now on."""
        inner = self.here.inner
        if loop is None or self.lost or (inner is not None and loop is inner.loop):
            return
        self._loops = [known for known in self._loops if not known.is_closed()]
        if loop not in self._loops:
            self._loops.append(loop)
            loop.add_reader(self.transport.fileno, self.pump)

    def enter(self) -> None:
        """User code begins. There is no timer that would look after the connection meanwhile."""

    def leave(self) -> None:
        """User code has ended."""

    def ours(self):
        """Where the program is itself a module of a host, that one must not interrupt our code."""
        module = _current.process
        return contextlib.nullcontext() if module is None else module.ours()

    def breathe(self) -> None:
        """Between two items of a stream: without a timer nobody would send the first while the second is made."""
        self.flush()
        if not self.lost and self._begin_to_read(None):
            try:
                if self._readable(0):
                    self._read()
            finally:
                self._end_to_read()

    # --- the end ---

    def ended(self, reason: str, status: int) -> None:
        with self.lock:  # no call begins that would not be told
            if self.lost:
                return
            why = "it was closed here" if self._closing else reason or "the host is gone"
            self.lost = f"The connection to the host is closed: {why}."
        for loop in self._loops:
            if loop is _loops.running():
                loop.remove_reader(self.transport.fileno)
            else:
                _loops.tell(loop, loop.remove_reader, self.transport.fileno)
        for outgoing in list(self.calls.values()):
            outgoing.lost(self.loss())
        self.server.abandon()
        self.references.clear()
        self.litter.close()
        self.wake()

    def close(self) -> None:
        self._closing = True
        if not self.lost:
            for outgoing in list(self.calls.values()):
                if outgoing.request.one_way:  # how these end was of no interest, and is not now
                    self.calls.pop(outgoing.id, None)
            if self.lock.acquire(timeout=_PATIENCE):  # else a thread has long been sending, and the host does not read
                try:
                    self.transport.hurry(_PATIENCE)
                    self.goodbye("")
                finally:
                    self.lock.release()
        self.transport.shutdown()
        self.ended("", 0)
        self.transport.close()


def _poll(descriptor: int, timeout: float | None) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(None if timeout is None else max(0.0, timeout) * 1000))
