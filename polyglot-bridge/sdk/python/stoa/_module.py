"""The connection of a module that `stoa.run` serves. The process is for it alone.

Everything happens on the main thread, which reads the connection itself: while it is idle, while user code waits for a
nested call, and, every few milliseconds, from a timer signal while user code runs, so that a Cancel interrupts it and a
Ping is answered. Other threads of the user may make calls too: they wait for the main thread to read their answers.
"""
from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time

from . import _loops
from ._connection import Connection
from ._server import MUCH, PROMPT, TURN
from ._watches import Watches

TICK = 0.02
_LEFT_OVER = 0.005


class ModuleConnection(Connection):
    def __init__(self, transport, server):
        super().__init__(transport, server)
        self.loop = None  # the asyncio loop, once an async method was called
        self.watches = Watches(self)
        self.plain = True  # there was no async method and no watch yet
        self._main = threading.get_ident()
        self._poll = select.poll()
        self._poll.register(transport.fileno, select.POLLIN)
        self._flushed = 0.0
        # The timer. _in_user: the main thread is in user code, where a signal may do our work.
        self._in_user = False
        self._ticking = False
        self._used = False
        signal.signal(signal.SIGALRM, self._tick)

    def on_main(self) -> bool:
        return threading.get_ident() == self._main

    # --- reading ---

    def serve(self) -> None:
        """Handles frames until the host goes. Never returns."""
        server = self.server
        while True:
            if server.pending:
                server.run_pending()
            if self.plain:
                self.flush()
                self.take(self.receive())
            else:
                self._serve_with_more()

    def _serve_with_more(self) -> None:
        """There are async methods, or watches."""
        inner = self.here.inner
        if inner is not None and inner.busy and self.loop is None:
            self.loop, self.here.inner = inner.loop, None  # async calls that outlived the wait that they began in
        if self.loop is not None:
            self._serve_in_loop()
        elif self.watches:
            self.flush()
            self.watches.wait()
        else:
            self.advance(self.reads)

    def receive(self) -> bytes:
        data = self.transport.receive()
        if not data:
            self.ended("", 0)  # the host is gone: nobody wants what we do
        return data

    def readable(self, timeout: float = 0.0) -> bool:
        return bool(self._poll.poll(max(0, timeout) * 1000))

    def read_what_is_there(self) -> None:
        while self.readable():
            self.take(self.receive())

    def advance(self, seen: int, timeout: float | None = None) -> None:
        """Reads once, or waits until the main thread has read. `seen` is what `reads` was when there was nothing to do."""
        self.flush()
        inner = self.here.inner
        if inner is not None and inner.busy:
            if self.on_main():
                inner.turn(self.transport.fileno, timeout)
                self.read_what_is_there()
            else:
                inner.turn(None, _LEFT_OVER)
        elif not self.on_main():
            self.sleep(seen, timeout)
        elif timeout is None or self.readable(timeout):
            self.take(self.receive())

    def glance(self) -> None:
        """The main thread reads, whatever it does."""

    # --- asyncio ---

    def idle_loop(self):
        self.plain = False
        if self.here.waits or not self.on_main():
            return None
        if self.loop is None:
            import asyncio

            self.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self.loop)
        return self.loop

    def _serve_in_loop(self) -> None:
        self.here.loop = self.loop
        self.loop.add_reader(self.transport.fileno, self._readable)
        self.watches.move_to(self.loop)
        self._turn_inner()
        self.flush()
        self.loop.run_forever()

    def _readable(self) -> None:
        self.read_what_is_there()
        self.run_between_tasks()

    def run_between_tasks(self) -> None:
        """What came in meanwhile."""
        with _loops.outside(self.loop):
            self.server.run_pending(TURN)
        self.flush()
        self._turn_inner()
        if self.server.pending:
            self.loop.call_soon(self.run_between_tasks)

    def _turn_inner(self) -> None:
        """Async calls that began while the thread was blocked, and have outlived that."""
        inner = self.here.inner
        if inner is not None and inner.busy:
            with _loops.outside(self.loop):
                inner.turn(None, 0)
            self.loop.call_later(_LEFT_OVER, self._turn_inner)

    def watch(self, loop) -> None:
        """User code runs a loop of its own inside a method (`asyncio.run`): let it read the connection meanwhile."""
        inner = self.here.inner
        if loop is None or loop is self.loop:
            return
        if self.on_main() and (inner is None or loop is not inner.loop):
            loop.add_reader(self.transport.fileno, self._readable_for_guest, loop)

    def _readable_for_guest(self, loop) -> None:
        with self.ours():
            self.read_what_is_there()
            here = self.here
            if self.server.pending and here.running and here.running[-1] is not None:
                outer, here.loop = here.loop, loop
                try:
                    with _loops.outside(loop):
                        self.server.run_descendants(here.running[-1])
                finally:
                    here.loop = outer
            self.flush()

    # --- leaving ---

    def ended(self, reason: str, status: int) -> None:
        """The host goes, or we do."""
        if self.transport.parted:
            reason, status = "a process that a module has forked has no connection to the host: use `stoa` in the module itself", 70
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

    def enter(self) -> None:
        """User code begins."""
        if threading.get_ident() != self._main:
            return
        self._used = True
        if not self._ticking:
            self._ticking = True
            signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
        self._in_user = True

    def leave(self) -> None:
        """User code has ended."""
        if threading.get_ident() == self._main:
            self._in_user = False

    def ours(self) -> "Ours":
        """Around our code that user code calls: the timer must not find it half done."""
        return Ours(self)

    def breathe(self) -> None:
        """Between two items of a stream."""
        now = time.monotonic()
        if now - self._flushed > PROMPT or len(self.out) > MUCH:
            self._flushed = now
            self.flush()
            if self.on_main():
                self.read_what_is_there()

    def _tick(self, signum, frame) -> None:
        if self._in_user:
            self._in_user = False
            try:
                self.read_what_is_there()
                self.flush()
            finally:
                self._in_user = True
            self.server.interrupt()
        elif self._used:
            self._used = False
        else:
            self._ticking = False
            signal.setitimer(signal.ITIMER_REAL, 0)


class Ours:
    __slots__ = ("_connection", "_inside")

    def __init__(self, connection: ModuleConnection):
        self._connection = connection

    def __enter__(self) -> None:
        connection = self._connection
        self._inside = connection._in_user and connection.on_main()
        if self._inside:
            connection._in_user = False

    def __exit__(self, *_) -> None:
        if self._inside:
            self._connection.enter()
