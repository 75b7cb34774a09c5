"""A call that we answer, and the stream that its caller gives it."""
from __future__ import annotations

import time
from collections import deque

from . import _loops, _values
from ._failures import Cancelled, Error
from ._intake import Intake
from ._outgoing import Pieces
from ._protobuf import Malformed


#: Seconds in which code of a cancelled call may call others.
CLEANING_UP = 0.3


class Incoming:
    cleans_up = False  # as calls that we make
    __slots__ = (
        "server", "id", "object", "method", "argument", "references", "pieces", "deadline", "parent", "caller", "lane", "metadata",
        "one_way", "grace",
        "open", "queued", "running", "cancelled", "interrupted", "children", "iterator", "task", "loop", "wake", "stream",
        "allowed", "items", "begun", "beside", "channel",
    )  # fmt: skip

    def __init__(self, server, number: int, invoke: dict):
        get = invoke.get
        self.server = server
        self.id = number
        self.object = get("object")  # what it is made on; None: the module; the server looks it up
        self.method = get("method", "")
        self.argument = get("argument", b"")
        self.references = get("references", ())
        self.pieces = None
        timeout = get("timeout_us")
        self.deadline = time.monotonic() + timeout / 1e6 if timeout else None
        self.parent = get("parent", 0)
        self.caller = get("caller") or None
        self.lane = get("lane")
        self.metadata = get("metadata")
        self.one_way = get("one_way", False)
        self.open = True
        self.beside = False  # while it runs: other code waits beneath it
        self.begun = False  # its argument was taken
        self.queued = False  # it is in `pending`, or a thread has taken it from there and begins
        self.running = self.cancelled = self.interrupted = False  # running: a thread is in its code
        self.grace = 0.0  # until when the code of a cancelled call may call others
        self.children: set = set()
        self.iterator = self.task = self.loop = self.wake = None
        self.channel = None  # the end of the channel that it is
        self.stream = CallerStream(self) if get("streams") else None
        if self.stream is not None and self.object is not None and "channel" in self.object:
            from ._ends import Taken

            self.stream = self.channel = Taken(self)
        self.allowed = get("credit", 0)
        self.items = 0  # that were sent, of those that are allowed
        if get("more"):
            self.pieces = Pieces(server.connection, number)
            self.pieces.begin("invoke", self.argument, self.references)

    @property
    def credit(self) -> int:
        """How many items may be sent now. One thread counts what is allowed, another what was sent."""
        if self.server.connection.is_behind(self.id):
            return 0
        return self.allowed - self.items

    def starves(self) -> bool:
        """Whether its code would wait for its caller's stream."""
        return self.stream is not None and self.stream.starves()

    def may_be_beside(self) -> bool:
        """Whether it may run while other code waits beneath: it makes items one by one, and would not wait for its stream."""
        if self.iterator is not None:
            return not self.starves()
        method = self.server.methods.get(self.method) if self.object is None and not self.begun else None
        return method is not None and method.streams

    def seconds_left(self) -> float | None:
        return None if self.deadline is None else self.deadline - time.monotonic()

    def stop(self) -> None:
        """Nobody waits for it any more. Its code has a while to clean up, in which it may call others."""
        self.cancelled = True
        self.grace = time.monotonic() + CLEANING_UP

    def expire(self, told: bool = False) -> bool:
        """A deadline that has passed, by our clock or as we were `told`, is as good as a Cancel, which is on its way: true if
        it has, and was not heard of."""
        late = self.open and not self.cancelled and self.deadline is not None and (told or self.seconds_left() <= 0)
        if late:
            self.server.cancel(self, "its deadline has passed")
        return late

    def raise_if_cancelled(self) -> None:
        if self.cancelled and self.task is None:
            raise self.cancellation()

    def cancellation(self) -> BaseException:
        """What its code gets when it is cancelled."""
        if self.task is not None:
            from asyncio import CancelledError

            return CancelledError()
        if not self.interrupted:
            self.interrupted = True
            self.grace = time.monotonic() + CLEANING_UP  # from when it hears of it
        return Cancelled("nobody waits for this call any more")

    def time_to_call(self) -> float | None:
        """Seconds that its code may give to a call of others; None: as many as it likes. Raises if it may make none."""
        self.expire()
        if not self.cancelled:
            return self.seconds_left() if self.open else None
        left = self.grace - time.monotonic()
        if left <= 0 or (self.task is None and not self.interrupted):
            raise self.cancellation()
        return left

    def heard(self, kind: str, body: dict) -> bool:
        """A payload of the caller, or a part of one. True once the argument is whole. Raises Error if it is too large."""
        payload, references = body.get("payload", b""), body.get("references", ())
        if kind == "part":
            whole = self.pieces.part(body) if self.pieces is not None else None
            if whole is None:
                return False
            kind, payload, references = whole
        elif body.get("more"):
            self.pieces = self.pieces or Pieces(self.server.connection, self.id)
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
        self._intake = Intake()
        self._future = None

    def heard(self, kind: str, content) -> None:
        """May run inside a timer signal or in another thread."""
        if self._ended:
            return
        if kind == "item":
            if not self._intake.comes():
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

    def starves(self) -> bool:
        return not self._arrived and not self._over

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
        credit = self._intake.consumed()
        if credit and not self._ended and self._call.open:
            with connection.ours():
                connection.send({"call": self._call.id, "credit": credit})
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
                connection.wait(self._arrived, self._call, streamed=True)
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
