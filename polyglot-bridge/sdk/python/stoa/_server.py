"""The calls that the host makes: runs methods, streams what they yield, ends each call exactly once.

Synchronous methods run one at a time on the main thread, one after the other; async methods run as tasks on the main
thread's asyncio loop, which is started by the first of them.
"""
from __future__ import annotations

import time
from collections import deque

from . import _frames, _values
from ._connection import Connection, current
from ._failures import Cancelled, Error, cut, threw
from ._protobuf import Malformed
from ._schema import Method, no_such_method

PROMPT = 0.002  # seconds that an item may wait for others to share a write with


class Incoming:
    """A call that this module answers."""

    __slots__ = (
        "id", "method", "argument", "parts", "deadline", "parent", "credit", "one_way",
        "open", "cancelled", "interrupted", "children", "iterator", "task", "wake", "items",
    )  # fmt: skip

    def __init__(self, number: int, invoke: dict):
        self.id = number
        self.method = invoke.get("method", "")
        self.argument = invoke.get("argument", b"")
        self.parts = [self.argument] if invoke.get("more") else None
        timeout = invoke.get("timeout_us", 0)
        self.deadline = time.monotonic() + timeout / 1e6 if timeout else None
        self.parent = invoke.get("parent", 0)
        self.credit = invoke.get("credit", 0)
        self.one_way = invoke.get("one_way", False)
        self.open = True
        self.cancelled = False
        self.interrupted = False
        self.children: set = set()
        self.iterator = None
        self.task = None
        self.wake = None
        self.items = 0

    def seconds_left(self) -> float | None:
        return None if self.deadline is None else self.deadline - time.monotonic()

    def raise_if_cancelled(self) -> None:
        if self.cancelled and self.task is None:
            self.interrupted = True
            raise Cancelled("nobody waits for this call any more")


class Server:
    def __init__(self, name: str):
        self.name = name
        self.methods: dict[str, Method] = {}
        self.connection: Connection | None = None
        self.calls: dict[int, Incoming] = {}
        self.pending: deque[Incoming] = deque()  # to be started, or to be resumed with new credit
        self._running: list[Incoming] = []  # on the main thread, innermost last

    # --- what the host says; may run inside a timer signal, so it starts nothing ---

    def heard(self, number: int, kind: str, body: dict) -> None:
        call = self.calls.get(number)
        if kind == "invoke" and call is None:
            self._invoked(number, body)
        elif kind == "unknown":
            self._refuse(number, Error("UNSUPPORTED", "This kind of frame is not known here.", "Its sender may be newer."))
        elif call is None:
            pass  # the call has ended: late words are dropped
        elif kind == "credit":
            call.credit += body.get("items", 0)
            if call.iterator is not None and call not in self._running and call not in self.pending:
                self.pending.append(call)
            elif call.wake is not None and not call.wake.done():
                call.wake.set_result(None)
        elif kind == "cancel":
            self._cancel(call, body.get("reason", ""))
        elif kind == "part" and call.parts is not None:
            call.parts.append(body.get("payload", b""))
            if not body.get("more"):
                call.argument, call.parts = b"".join(call.parts), None
                self.pending.append(call)

    def _invoked(self, number: int, invoke: dict) -> None:
        if "reference" in invoke or invoke.get("references"):
            return self._refuse(number, Error("UNSUPPORTED", "This module knows no references.", ""))
        if invoke.get("streams"):
            return self._refuse(number, Error("UNSUPPORTED", "This module takes no stream from its caller.", "Send a list."))
        call = self.calls[number] = Incoming(number, invoke)
        if call.parts is None:
            self.pending.append(call)

    def _cancel(self, call: Incoming, reason: str) -> None:
        call.cancelled = True
        for child in list(call.children):
            child.cancel(reason or "its caller was cancelled")
        if call.task is not None:
            call.task.cancel()
        elif call not in self._running:  # it waits for its turn or for credit
            self.pending.append(call)

    def _refuse(self, number: int, error: Error) -> None:
        self.calls.pop(number, None)
        failed = {"code": error.code, "message": error.message, "help": error.help}
        self.connection.send({"call": number, "failed": failed})

    def interrupt(self) -> None:
        """Called by the timer in the middle of user code."""
        if self._running:
            call = self._running[-1]
            if call.cancelled and not call.interrupted:
                call.raise_if_cancelled()

    def rest(self) -> None:
        """Says Goodbye if the host drains and no call is left."""
        if self.connection.draining and not self.calls:
            self.connection.leave("drained", 0)

    # --- running ---

    def run_descendants(self, number: int) -> None:
        """While user code waits for the outgoing call `number`, only calls that it led to may run."""
        for call in [c for c in self.pending if c.parent == number]:
            self.pending.remove(call)
            self.run(call)

    def run(self, call: Incoming) -> None:
        if not call.open:
            return
        token = current.set(call)
        self._running.append(call)
        try:
            if call.iterator is not None:
                self._pump(call)
            elif call.cancelled:
                raise Cancelled
            else:
                self._start(call)
        except Cancelled:
            self._fail(call, {"code": "CANCELLED", "message": f"`{self.name}.{call.method}` was cancelled."})
        except Error as e:
            self._fail(call, {"code": e.code, "message": e.message, "help": e.help})
        finally:
            self.connection.in_user = False
            self._running.pop()
            current.reset(token)

    def _start(self, call: Incoming) -> None:
        method = self.methods.get(call.method)
        if method is None:
            raise no_such_method(self.name, call.method, self.methods)
        try:
            positional, named = _values.decode_arguments(call.argument)
        except Malformed as e:
            raise Error("BAD_ARGUMENT", f"The argument cannot be read: {e}.") from None
        method.check(self.name, positional, named)
        result = self._user(call, method.function, positional, named)
        if call.open:
            self._answer(call, result)

    def _user(self, call: Incoming, function, positional, named):
        """Runs user code. What it raises ends the call."""
        connection = self.connection
        connection.enter()
        try:
            return function(*positional, **named)
        except Cancelled:
            raise
        except BaseException as e:
            connection.in_user = False
            self._broke(call, e)
        finally:
            connection.in_user = False

    def _answer(self, call: Incoming, result) -> None:
        kind = type(result)
        if kind in _values.PLAIN:
            self._return(call, result)
        elif hasattr(kind, "__await__"):
            self._task(call, self._awaited(call, result))
        elif hasattr(kind, "__anext__"):
            self._task(call, self._stream(call, result))
        elif hasattr(kind, "__next__"):
            call.iterator = result
            self._pump(call)
        else:
            self._return(call, result)

    def _pump(self, call: Incoming) -> None:
        """Takes items from a generator while there is credit. Then the call waits in `calls`."""
        iterator, connection = call.iterator, self.connection
        flushed = time.monotonic()
        while call.open and (call.credit > 0 or call.one_way) and not call.cancelled:
            item = self._user(call, _next, (iterator,), {})
            if not call.open:
                return
            if type(item) is _Stop:
                return self._end_stream(call, item.value)
            if not self._item(call, item):
                self._close(call, iterator)
                return
            now = time.monotonic()
            if now - flushed > PROMPT or len(connection._out) > 1 << 16:
                connection.flush()
                flushed = now
        if call.cancelled:
            self._close(call, iterator)
            raise Cancelled

    def _close(self, call: Incoming, iterator) -> None:
        """Runs the finally blocks of a generator. What they raise is of no interest to anybody but the log."""
        close = getattr(iterator, "close", None)
        if close is not None:
            call.interrupted = True
            self.connection.enter()
            try:
                close()
            except BaseException as e:
                self.connection.in_user = False
                self.connection.log("WARNING", f"closing the stream of {self.name}.{call.method}: {e!r}")
            finally:
                self.connection.in_user = False

    # --- async methods ---

    def _task(self, call: Incoming, coroutine) -> None:
        connection = self.connection
        if connection.loop is None:
            import asyncio

            connection.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(connection.loop)
        call.task = connection.loop.create_task(coroutine)

    async def _awaited(self, call: Incoming, awaitable) -> None:
        try:
            result = await awaitable
        except BaseException as e:
            self._broke(call, e)
        else:
            self._return(call, result)
        self.connection.flush_soon()

    async def _stream(self, call: Incoming, iterator) -> None:
        connection = self.connection
        try:
            while call.open:
                while call.credit <= 0 and not call.one_way:
                    call.wake = connection.loop.create_future()
                    await call.wake
                try:
                    item = await iterator.__anext__()
                except StopAsyncIteration:
                    self._end_stream(call, None)
                    break
                self._item(call, item)
                connection.flush_soon()
        except BaseException as e:
            self._broke(call, e)
        close = getattr(iterator, "aclose", None)
        if close is not None:
            try:
                await close()
            except BaseException as e:
                connection.log("WARNING", f"closing the stream of {self.name}.{call.method}: {e!r}")
        connection.flush_soon()

    def _broke(self, call: Incoming, error: BaseException) -> None:
        """User code raised. Only a Cancel of the caller makes its CancelledError the call's end."""
        if call.cancelled:
            self._fail(call, {"code": "CANCELLED", "message": f"`{self.name}.{call.method}` was cancelled."})
        else:
            self._fail(call, threw(error, self.name))

    # --- ends ---

    def _item(self, call: Incoming, item) -> bool:
        try:
            payload = _values.encode(item, "item")
        except _values.NotAValue as e:
            self._no_value(call, e)
            return False
        call.items += 1
        if not call.one_way:
            call.credit -= 1
            self.connection.write(_frames.payload_frames(call.id, "item", {}, "payload", payload))
        return True

    def _end_stream(self, call: Incoming, value) -> None:
        if call.open and call.items == 0 and not call.one_way:
            self.connection.send({"call": call.id, "end": {}})  # so that the caller knows it for a stream
        self._return(call, value)

    def _return(self, call: Incoming, result) -> None:
        try:
            payload = b"" if call.one_way else _values.encode(result, "result")
        except _values.NotAValue as e:
            return self._no_value(call, e)
        if call.open:
            self._ended(call)
            self.connection.write(_frames.returned_frame(call.id, payload))
            self.rest()

    def _no_value(self, call: Incoming, error: Exception) -> None:
        thrown = {"type": "TypeError", "message": cut(str(error)), "module": self.name}
        self._fail(call, {"code": "THREW", "message": "TypeError: " + thrown["message"], "thrown": thrown})

    def _fail(self, call: Incoming, failed: dict) -> None:
        if call.open:
            self._ended(call)
            self.connection.send({"call": call.id, "failed": failed})
            self.rest()

    def _ended(self, call: Incoming) -> None:
        call.open = False
        self.calls.pop(call.id, None)


class _Stop:
    """The end of a generator, with what it returned."""

    def __init__(self, value):
        self.value = value


def _next(iterator):
    try:
        return next(iterator)
    except StopIteration as e:
        return _Stop(e.value)
