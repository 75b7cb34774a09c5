"""A call that we answer, and the stream that its caller gives it."""
from __future__ import annotations

import time
from collections import deque

from . import _loops, _values
from ._failures import Cancelled, Error
from ._frames import INITIAL_CREDIT
from ._outgoing import Pieces
from ._protobuf import Malformed


_TAKEN = frozenset(("object", "method", "argument", "references", "parent", "caller", "one_way"))


class Incoming:
    object: dict | None = None  # what it is made on; None: the module
    references: list | tuple = ()
    pieces: Pieces | None = None
    deadline: float | None = None
    caller: str | None = None
    one_way = False
    open = True
    running = False  # a thread is in its code
    cancelled = False
    interrupted = False
    iterator = None
    task = None
    loop = None
    wake = None
    items = 0  # that were sent, of those that are `allowed`
    stream: "CallerStream | None" = None

    def __init__(self, server, number: int, invoke: dict):
        self.server = server
        self.id = number
        self.children: set = set()
        self.method, self.argument = "", b""
        self.parent = 0
        known = self.__dict__
        for name, value in invoke.items():
            if name in _TAKEN:
                known[name] = value
        self.allowed = invoke.get("credit", 0)
        if "timeout_us" in invoke:
            self.deadline = time.monotonic() + invoke["timeout_us"] / 1e6 if invoke["timeout_us"] else None
        if invoke.get("streams"):
            self.stream = CallerStream(self)
        if invoke.get("more"):
            self.pieces = Pieces()
            self.pieces.begin("invoke", self.argument, self.references)

    @property
    def credit(self) -> int:
        """How many items may be sent now. One thread counts what is allowed, another what was sent."""
        return self.allowed - self.items

    def seconds_left(self) -> float | None:
        return None if self.deadline is None else self.deadline - time.monotonic()

    def raise_if_cancelled(self) -> None:
        if self.cancelled and self.task is None:
            self.interrupted = True
            raise Cancelled("nobody waits for this call any more")

    def heard(self, kind: str, body: dict) -> bool:
        """A payload of the caller, or a part of one. True once the argument is whole."""
        payload, references = body.get("payload", b""), body.get("references", ())
        if kind == "part":
            whole = self.pieces.part(body) if self.pieces is not None else None
            if whole is None:
                return False
            kind, payload, references = whole
        elif body.get("more"):
            self.pieces = self.pieces or Pieces()
            self.pieces.begin(kind, payload, references)
            return False
        if kind == "invoke":
            self.argument, self.references = payload, references
            return True
        if self.stream is not None:
            self.stream.heard(kind, (payload, references))
        return False


class CallerStream:
    """What the caller streams: an iterator in synchronous methods, an async iterator in async ones."""

    def __init__(self, call: Incoming):
        self._call = call
        self._arrived: deque = deque()
        self._ended = False  # End was heard: nothing comes any more
        self._over = False  # the end was taken
        self._granted = INITIAL_CREDIT  # items that may come; counted by who takes them
        self._came = 0  # counted by who reads
        self._consumed = 0
        self._future = None

    def heard(self, kind: str, content) -> None:
        """May run inside a timer signal or in another thread."""
        if self._ended:
            return
        if kind == "item":
            self._came += 1
            if self._came > self._granted:
                self._ended = True
                message = "The caller sent more items than it was asked for."
                content = Error("RESOURCE_EXHAUSTED", message, "It breaks the protocol: it has to wait for credit.")
                kind = "broken"
        else:
            self._ended = True
        self._arrived.append((kind, content))
        if self._future is not None:
            future, self._future = self._future, None
            _loops.tell(future.get_loop(), _done, future)

    def _take(self, stop: type):
        """The next item, or raises what ends the stream."""
        kind, content = self._arrived.popleft()
        if kind == "end":
            self._over = True
            raise stop
        if kind == "broken":
            self._over = True
            raise content
        connection = self._call.server.connection
        self._consumed += 1
        if self._consumed == INITIAL_CREDIT // 2:
            self._granted += self._consumed
            self._consumed = 0
            if not self._ended and self._call.open:
                with connection.ours():
                    connection.send({"call": self._call.id, "credit": {"items": INITIAL_CREDIT // 2}})
                    connection.flush_soon()
        try:
            return _values.decode(*content)
        except Malformed as e:
            raise Error("BAD_ARGUMENT", f"An item of the caller's stream cannot be read: {e}.") from None

    def _check(self) -> None:
        if not self._call.open:
            raise Error("CANCELLED", "The call that this stream came with is over.", "Read it before the method returns.")

    def __iter__(self) -> "CallerStream":
        return self

    def __next__(self):
        connection = self._call.server.connection
        with connection.ours():
            if self._over:
                raise StopIteration
            if not self._arrived:
                self._check()
                if _loops.running() is not None:
                    raise RuntimeError("Reading this stream would block the running asyncio loop. Use: async for")
                connection.wait(self._arrived, self._call)
            return self._take(StopIteration)

    def __aiter__(self) -> "CallerStream":
        return self

    async def __anext__(self):
        if self._over:
            raise StopAsyncIteration
        while not self._arrived:
            self._check()
            loop = _loops.running()
            self._call.server.connection.watch(loop)
            self._future = loop.create_future()
            if self._arrived:  # it came meanwhile, from another thread
                self._future = None
                break
            await self._future
        return self._take(StopAsyncIteration)


def _done(future) -> None:
    if not future.done():
        future.set_result(None)
