"""The calls that the host makes: runs methods, streams what they yield, ends each call exactly once.

Synchronous methods run one at a time, on the thread that reads the connection, one after the other; `_tasks` has the async
ones.
"""
from __future__ import annotations

import time

from . import _frames, _values
from ._current import current
from ._failures import Cancelled, Error, cut, threw, to_wire
from ._incoming import Incoming
from ._protobuf import Malformed
from ._references import Exported
from ._references import Exported
from ._schema import Method, method_of, no_such_method
from ._steps import Stop, step
from ._tasks import Tasks
from ._turns import Turns, descends

MAX_OPEN_CALLS = 10_000
MUCH = 1 << 16  # bytes that are sent before the last of the calls at hand has run
PROMPT = 0.002  # seconds that an answer may wait for others to share a write with, and what has arrived to be read
TURN = 0.005  # seconds that a loop gives to calls before it looks at its tasks
ITEMS = 16  # of a stream, before others that wait have their turn


class Server:
    def __init__(self, name: str):
        self.name = name
        self.methods: dict[str, Method] = {}
        self.loaded = False  # the file of the module
        self.acceptor = None  # takes channels
        self.connection = None
        self.calls: dict[int, Incoming] = {}
        self.pending = Turns()  # to be started, or to be resumed
        self.tasks = Tasks(self)

    # --- what the host says; may run inside a timer signal, so it starts nothing ---

    def heard(self, number: int, kind: str, body: dict) -> None:
        call = self.calls.get(number)
        if kind == "unknown":
            self._unknown(number)
        elif call is None:
            pass  # the call has ended: late words are dropped
        elif kind == "credit":
            call.allowed += body.get("items", 0)
            self._has_room(call)
        elif kind == "cancel":
            self.cancel(call, body.get("reason", ""))
        elif kind in ("item", "part", "end"):
            self._heard_payload(call, kind, body)

    def _heard_payload(self, call: Incoming, kind: str, body: dict) -> None:
        try:
            if call.heard(kind, body):
                self._queue(call)
        except Error as e:
            if call.begun:
                call.stream.heard("broken", e)
            else:
                self._refuse(call.id, e)

    def caught_up(self, number: int) -> None:
        """All that was said in that call has left, after some of it had to wait."""
        call = self.calls.get(number)
        if call is None:
            return
        if not call.open:
            self._forget(call)
            self.rest()
        else:
            self._has_room(call)

    def _has_room(self, call: Incoming) -> None:
        if call.wake is not None:
            self.tasks.wake(call)
        elif call.iterator is not None:
            self._queue(call)
        elif call.channel is not None:
            call.channel.news()

    def invoked(self, number: int, invoke: dict) -> None:
        connection = self.connection
        if not number or number in self.calls or number in connection.calls:
            return  # nonsense
        channel = "channel" in invoke.get("object", ())
        if channel and not connection.has("channels"):
            return self._refuse(number, Error("UNSUPPORTED", "This connection knows no channels."))
        if ("object" in invoke and not channel or invoke.get("references")) and not connection.has("references"):
            return self._refuse(number, Error("UNSUPPORTED", "This connection knows no references."))
        if invoke.get("streams") and not connection.has("streams-in"):
            help = "Send a list."
            return self._refuse(number, Error("UNSUPPORTED", "This connection takes no stream from a caller.", help))
        if len(self.calls) >= MAX_OPEN_CALLS:
            details = {"quota": "open calls", "used": str(len(self.calls)), "max": str(MAX_OPEN_CALLS)}
            message = f"`{self.name}` serves {MAX_OPEN_CALLS} calls already."
            return self._refuse(number, Error("RESOURCE_EXHAUSTED", message, details=details))
        call = self.calls[number] = Incoming(self, number, invoke)
        if call.object is not None and not channel:
            call.object = self._object(call.object)
        if call.pieces is None:
            call.queued = True
            self.pending.add(call)

    def _object(self, target: dict) -> Exported | Error:
        """What a call is made on, looked up when it comes: nobody may hold it any more when its turn has come."""
        reference = target.get("reference")
        if reference is None:
            return Error("UNSUPPORTED", "Only the host knows the results of calls.")
        try:
            return self.connection.references.exported(reference)
        except Error as e:
            return e

    def cancel(self, call: Incoming, reason: str) -> None:
        if not call.open:
            return self._take_back(call)
        if call.cancelled:
            return  # what its code calls since then is to clean up
        call.stop()
        for child in list(call.children):
            child.cancel(reason or "its caller was cancelled")
        if call.channel is not None:
            call.channel.left(reason)
        if call.task is not None:
            self.tasks.cancel(call)
        elif call.channel is not None and call.begun:
            self.cancelled(call)  # its thread hears of it when it uses the channel
        else:  # if it does not run, it waits for its turn, for the rest of its argument, or for credit
            self._queue(call)

    def _take_back(self, call: Incoming) -> None:
        """Its answer is still leaving: the rest of that is not wanted."""
        self._forget(call)
        self.connection.send({"call": call.id, "failed": self._cancellation(call)})
        self.rest()

    def _queue(self, call: Incoming, again: bool = False) -> None:
        with self.connection.lock:
            if not call.running and not call.queued:
                call.queued = True
                self.pending.add(call, again)

    def _unknown(self, number: int) -> None:
        self._refuse(number, Error("UNSUPPORTED", "This kind of frame is not known here.", "Its sender may be newer."))

    def _refuse(self, number: int, error: Error) -> None:
        call = self.calls.pop(number, None)
        if call is not None:
            call.open = False
            self.connection.drop(number)
        self.connection.send({"call": number, "failed": to_wire(error)})

    def interrupt(self) -> None:
        """Called by the timer in the middle of user code on the main thread."""
        running = self.connection.here.running
        if running and running[-1] is not None:
            call = running[-1]
            if call.cancelled and not call.interrupted:
                call.raise_if_cancelled()

    def rest(self) -> None:
        """Says Goodbye if the host drains and no call is left."""
        if self.connection.draining and not self.calls and not self.connection.calls:
            self.connection.goodbye("drained")
            self.connection.ended("drained", 0)

    def abandon(self) -> None:
        """The host is gone. Code that waits or streams is told so; what it answers is of no interest."""
        for call in list(self.calls.values()):
            self.cancel(call, "the host is gone")

    # --- running ---

    def run_descendants(self, ancestor) -> bool:
        """While user code waits, only calls may run that its `ancestor` led to. Whether there were any."""
        found = self.pending.take_those(lambda call: descends(self.connection, call, ancestor))
        for call in found:
            self.run(call)
        return bool(found)

    def run_beside(self, waiting: Incoming) -> bool:
        """While user code waits for its caller's stream, what that caller reads may make an item: the stream may come from there."""
        found = self.pending.take_one(lambda call: call.caller == waiting.caller and call.may_be_beside())
        for call in found:
            self.run(call, beside=True)
        return bool(found)

    def run_pending(self, limit: float | None = None) -> None:
        """Those that arrive meanwhile have their turn too. After `limit` seconds no other begins."""
        pending, connection = self.pending, self.connection
        breathed = begun = time.monotonic()
        while pending:
            call = pending.take()
            if call is None:
                return  # another thread took it
            self.run(call)
            now = time.monotonic()
            if now - breathed > PROMPT or len(connection.out) > MUCH:
                breathed = now
                connection.breathe()
            if limit is not None and now - begun > limit:
                return

    def run(self, call: Incoming, beside: bool = False) -> None:
        """Only the thread that took it from `pending` does so, and it is there once. `beside`: other code waits."""
        call.running = True
        call.queued = False
        call.beside = beside
        if not call.open:
            return
        token = current.set(call)
        running = self.connection.here.running
        running.append(call)
        try:
            if call.cancelled:
                if call.iterator is not None:
                    self._close(call, call.iterator)
                raise Cancelled
            if call.iterator is not None:
                self._pump(call)
            else:
                self._start(call)
        except Cancelled:
            self.cancelled(call)
        except Error as e:
            self.fail(call, to_wire(e))
        finally:
            running.pop()
            current.reset(token)
            call.running = False
        if call.iterator is not None and call.open and (call.credit > 0 or call.one_way or call.cancelled):
            self._queue(call, again=True)  # it had its turn, or another thread heard so after we had looked

    def _start(self, call: Incoming) -> None:
        if call.channel is not None:
            from ._channels import take

            return take(self, call)
        if call.object is None:
            method, whose = self.methods.get(call.method), self.name
            if method is None:
                raise no_such_method(f"Module `{whose}`", call.method, self.methods)
        else:
            method, whose = method_of(call.object, call.method, self.connection.references)
        try:
            positional, named = _values.decode_arguments(call.argument, call.references)
        except Malformed as e:
            raise Error("BAD_ARGUMENT", f"The argument cannot be read: {e}.") from None
        call.argument, call.references, call.begun = b"", (), True
        if call.stream is not None:
            positional.append(call.stream)
        method.check(whose, positional, named)
        result = self._user(call, method.function, positional, named)
        if type(result) in _values.PLAIN:
            self.answer(call, result)
        elif call.open:
            self._answered(call, result)

    def _user(self, call: Incoming, function, positional, named):
        """Runs user code. What it raises ends the call."""
        connection = self.connection
        connection.enter()
        try:
            return function(*positional, **named)
        except BaseException as e:
            connection.leave()
            if call.cancelled and isinstance(e, Cancelled):
                raise
            self.broke(call, e)
        finally:
            connection.leave()

    def _answered(self, call: Incoming, result) -> None:
        kind = type(result)
        if hasattr(kind, "__await__"):
            self.tasks.begin(call, self.tasks.awaited(call, result))
        elif hasattr(kind, "__next__"):
            call.iterator = result
            self._pump(call)
        elif hasattr(kind, "__anext__"):
            self.tasks.begin(call, self.tasks.streamed(call, result))
        else:
            self.answer(call, result)

    def _pump(self, call: Incoming) -> None:
        """Takes items from a generator while there is credit and it is its turn. Then the call waits in `calls`."""
        iterator, connection = call.iterator, self.connection
        left = 0 if call.beside and call.starves() else 1 if call.beside else ITEMS
        while call.open and (call.credit > 0 or call.one_way) and not call.cancelled:
            if left == 0 and (call.beside or self.pending):
                return
            left = (left or ITEMS) - 1
            item = self._user(call, step, (iterator,), {})
            if not call.open:
                return
            if type(item) is Stop:
                return self.end_stream(call, item.value)
            if not self.item(call, item):
                self._close(call, iterator)
                return
            connection.breathe()
        if call.cancelled:
            self._close(call, iterator)
            raise Cancelled

    def _close(self, call: Incoming, iterator) -> None:
        """Runs the finally blocks of a generator. What they raise is of no interest to anybody but the log."""
        if hasattr(type(iterator), "close"):
            call.interrupted = True
            self.connection.enter()
            try:
                iterator.close()
            except BaseException as e:
                self.connection.leave()
                self.connection.log("WARNING", f"closing the stream of {self.name}.{call.method}: {e!r}")
            finally:
                self.connection.leave()

    def broke(self, call: Incoming, error: BaseException) -> None:
        """User code raised. Only a Cancel of the caller makes its CancelledError the call's end."""
        if call.cancelled:
            self.cancelled(call)
        else:
            self.fail(call, threw(error, self.name))

    # --- ends ---

    def item(self, call: Incoming, item) -> bool:
        refs: dict = {}
        try:
            payload = _values.encode(item, "item", refs)
            self.connection.check_size(call.id, payload)
            call.items += 1
            if not call.one_way:
                header = {"references": self.connection.references.table(refs)} if refs else {}
                self.connection.say_payload(call.id, "item", header, "payload", payload)
        except (_values.NotAValue, Error) as e:
            self._unsent(call, e)
            return False
        return True

    def end_stream(self, call: Incoming, value) -> None:
        if call.open and call.items == 0 and not call.one_way:
            self.connection.say({"call": call.id, "end": {}})  # so that the caller knows it for a stream
        self.answer(call, value)

    def answer(self, call: Incoming, result) -> None:
        if call.cancelled:
            return self.cancelled(call)  # its caller may not know yet that it is late
        refs: dict = {}
        try:
            payload = b"" if call.one_way else _values.encode(result, "result", refs)
            self.connection.check_size(call.id, payload)
            table = self.connection.references.table(refs) if refs and call.open else None
        except (_values.NotAValue, Error) as e:
            return self._unsent(call, e)
        if call.open:
            call.open = False
            if self._return(call, payload, table):
                self._forget(call)
            if self.connection.draining:
                self.rest()

    def _return(self, call: Incoming, payload: bytes, table: list | None) -> bool:
        """Whether all of it has left. Else the call stays in `calls` until it has."""
        if not table and len(payload) <= _frames.MAX_PAYLOAD and call.id not in self.connection.talks:
            self.connection.write(_frames.returned_frame(call.id, payload))
            return True
        header = {"references": table} if table else {}
        return self.connection.say_payload(call.id, "returned", header, "payload", payload)

    def _unsent(self, call: Incoming, error: Exception) -> None:
        """What user code answered cannot be sent."""
        if isinstance(error, Error):
            ours = error.code in ("UNSUPPORTED", "RESOURCE_EXHAUSTED")
            return self.fail(call, to_wire(error) if ours else threw(error, self.name))
        thrown = {"type": "TypeError", "message": cut(str(error)), "module": self.name}
        self.fail(call, {"code": "THREW", "message": "TypeError: " + thrown["message"], "thrown": thrown})

    def cancelled(self, call: Incoming) -> None:
        self.fail(call, self._cancellation(call))

    def _cancellation(self, call: Incoming) -> dict:
        return {"code": "CANCELLED", "message": f"`{self.name}.{call.method}` was cancelled."}

    def fail(self, call: Incoming, failed: dict) -> None:
        if call.open:
            call.open = False
            self._forget(call)
            self.connection.send({"call": call.id, "failed": failed})
            self.rest()

    def _forget(self, call: Incoming) -> None:
        self.calls.pop(call.id, None)
        self.connection.drop(call.id)
