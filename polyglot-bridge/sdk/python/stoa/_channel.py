"""Channels, as who uses one end sees it: PROTOCOL.md, "Channels". `_ends` has the calls behind them."""
from __future__ import annotations

import threading

from . import _loops
from ._current import current
from ._failures import Error

TYPE_CHECKING = False  # as typing has it, which takes its time to load
if TYPE_CHECKING:
    from typing import Any


class _OneReader:
    """Lets one place read at a time: else it were by chance which of them gets a value."""

    __slots__ = ("_lock",)

    def __init__(self):
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise RuntimeError("The channel is being read in another place at the moment.")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class _End:
    """What both kinds of channels have. `line` is the call behind it: an Outgoing or a Taken."""

    def __init__(self, line: Any, peer: str, topic: str, direct: bool):
        self._line = line
        self._ended = False
        self._reader = _OneReader()
        #: Who is at the other end, as the host knows it.
        self.peer = peer
        #: What the channel is for, in the opener's words.
        self.topic = topic
        #: Whether the two processes talk without the host in between.
        self.direct = direct

    @property
    def closed(self) -> bool:
        """Whether it is over. What came before that can still be read."""
        return self._line.ended

    def end(self) -> None:
        """Nothing more comes from this side; the other may go on."""
        line = self._line
        ended, self._ended = self._ended, True
        if not ended and not line.ended:
            with line.connection.ours():
                line.send_end()
                line.connection.flush_soon()

    def _close(self) -> None:
        line = self._line
        if line.ended:
            return
        with line.connection.ours():
            line.close(self._ended and any(kind == "end" for kind, _ in line.signals))
            line.connection.flush_soon()

    def _check(self) -> None:
        if self._ended:  # first: else it were by chance what is heard, as the other end may leave at any time
            raise RuntimeError("Nothing can be sent on a channel after `end()`.")
        if self._line.ended:
            raise self._line.reason or Error("CANCELLED", "The channel is over.")

    def _send(self, value: Any) -> None:
        self._line.send_item(value)
        self._line.connection.flush_soon()

    def _take(self, stop: type) -> Any:
        """The next value that came, or raises what ended them."""
        line = self._line
        kind, content = line.signals[0]
        if kind != "item":  # and stays there for who asks again
            raise content if kind == "failed" else stop
        line.signals.popleft()
        line.consumed()
        line.connection.flush_soon()
        return line.value(content)

    def __repr__(self) -> str:
        return f"<channel with {self.peer}>"


class Channel(_End):
    """A channel for synchronous code. Reading it with `for` ends when the other side has ended."""

    def __init__(self, line: Any, peer: str, topic: str, direct: bool):
        super().__init__(line, peer, topic, direct)
        self._turn = threading.Lock()  # one thread sends at a time: each value needs its credit

    def send(self, value: Any) -> None:
        """Sends a value, when the other side has room for it. Raises if the channel is over."""
        refuse_in_loop()
        line = self._line
        with line.connection.ours(), self._turn:
            if line.credit <= 0:
                line.connection.wait(_Room(line), line.call)
            self._check()
            self._send(value)
            if line.connection.is_behind(line.id):
                line.connection.wait(_Room(line), line.call)

    def __iter__(self) -> "Channel":
        return self

    def __next__(self) -> Any:
        line = self._line
        with self._reader, line.connection.ours():
            if not line.signals:
                refuse_in_loop()
                line.connection.wait(_News(line), line.call)
            caller = current.get()
            if caller is not None and caller.cancelled and line.ended:
                caller.raise_if_cancelled()
            return self._take(StopIteration)

    def close(self) -> None:
        """Ends both directions. What the other side has not read yet it may not get: to let it, `end()`, and read to the end."""
        self._close()

    def __enter__(self) -> "Channel":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()


class AsyncChannel(_End):
    """A channel for async code. Reading it with `async for` ends when the other side has ended."""

    async def send(self, value: Any) -> None:
        """Sends a value, when the other side has room for it. Raises if the channel is over."""
        line = self._line
        while line.credit <= 0 and not line.ended:
            await self._soon(_Room(line))
        with line.connection.ours():
            self._check()
            self._send(value)
        while line.connection.is_behind(line.id) and not line.ended:
            await self._soon(_Room(line))

    def __aiter__(self) -> "AsyncChannel":
        return self

    async def __anext__(self) -> Any:
        line = self._line
        with self._reader:
            while not _News(line):
                await self._soon(_News(line))
            with line.connection.ours():
                return self._take(StopAsyncIteration)

    async def _soon(self, ready: Any) -> None:
        loop = _loops.running()
        line = self._line
        line.connection.watch(loop)
        future = loop.create_future()
        line.waiting.append(future)
        if not ready:  # else it came meanwhile, from another thread
            await future

    async def close(self) -> None:
        """Ends both directions. What the other side has not read yet it may not get: to let it, `end()`, and read to the end."""
        self._close()

    async def __aenter__(self) -> "AsyncChannel":
        return self

    async def __aexit__(self, *_: object) -> None:
        self._close()


class _Room:
    """True when a value can be sent, or never."""

    def __init__(self, line: Any):
        self._line = line

    def __bool__(self) -> bool:
        return self._line.ended or self._line.credit > 0


class _News:
    """True when there is something to read."""

    def __init__(self, line: Any):
        self._line = line

    def __bool__(self) -> bool:
        return bool(self._line.signals)


def refuse_in_loop() -> None:
    if _loops.running() is not None:
        raise RuntimeError("This channel would block the event loop. Use: async with stoa.aio.channel(...)")
