"""The calls that the host makes: runs methods, streams what they yield, ends each call exactly once.

Synchronous methods run one at a time, on the thread that reads the connection, one after the other; `_tasks` has the async
ones.
"""
from __future__ import annotations

from collections import deque

from . import _exposed, _frames, _values
from ._current import current
from ._failures import Cancelled, Error, cut, threw, to_wire
from ._incoming import Incoming
from ._protobuf import Malformed
from ._references import Exported
from ._schema import Method, no_such_method
from ._tasks import Tasks

MAX_OPEN_CALLS = 10_000
MUCH = 1 << 16  # bytes that are sent before the last of the calls at hand has run


class Server:
    def __init__(self, name: str):
        self.name = name
        self.methods: dict[str, Method] = {}
        self.connection = None
        self.calls: dict[int, Incoming] = {}
        self.pending: deque[Incoming] = deque()  # to be started, or to be resumed
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
            if call.wake is not None:
                self.tasks.wake(call)
            elif call.iterator is not None:
                self._queue(call)
        elif kind == "cancel":
            self.cancel(call, body.get("reason", ""))
        elif kind in ("item", "part", "end") and call.heard(kind, body):
            self._queue(call)

    def invoked(self, number: int, invoke: dict) -> None:
        connection = self.connection
        if not number or number in self.calls or number in connection.calls:
            return  # nonsense
        if ("object" in invoke or invoke.get("references")) and not connection.has("references"):
            return self._refuse(number, Error("UNSUPPORTED", "This connection knows no references."))
        if invoke.get("streams") and not connection.has("streams-in"):
            help = "Send a list."
            return self._refuse(number, Error("UNSUPPORTED", "This connection takes no stream from a caller.", help))
        if len(self.calls) >= MAX_OPEN_CALLS:
            details = {"quota": "open calls", "used": str(len(self.calls)), "max": str(MAX_OPEN_CALLS)}
            message = f"`{self.name}` serves {MAX_OPEN_CALLS} calls already."
            return self._refuse(number, Error("RESOURCE_EXHAUSTED", message, details=details))
        call = self.calls[number] = Incoming(self, number, invoke)
        if call.object is not None:
            call.object = self._object(call.object)
        if call.pieces is None:
            call.queued = True
            self.pending.append(call)

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
        call.cancelled = True
        for child in list(call.children):
            child.cancel(reason or "its caller was cancelled")
        if call.task is not None:
            self.tasks.cancel(call)
        else:  # if it does not run, it waits for its turn, for the rest of its argument, or for credit
            self._queue(call)

    def _queue(self, call: Incoming) -> None:
        with self.connection.lock:
            if not call.running and not call.queued:
                call.queued = True
                self.pending.append(call)

    def _unknown(self, number: int) -> None:
        self._refuse(number, Error("UNSUPPORTED", "This kind of frame is not known here.", "Its sender may be newer."))

    def _refuse(self, number: int, error: Error) -> None:
        call = self.calls.pop(number, None)
        if call is not None:
            call.open = False
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
        found = [call for call in tuple(self.pending) if self._descends(call, ancestor)]
        for call in found:
            try:
                self.pending.remove(call)
            except ValueError:
                continue  # another thread took it
            self.run(call)
        return bool(found)

    def _descends(self, call: Incoming, ancestor) -> bool:
        while call is not None:
            outgoing = self.connection.calls.get(call.parent)
            if outgoing is None:
                return False
            if outgoing is ancestor or outgoing.parent is ancestor:
                return True
            call = outgoing.parent
        return False

    def run_pending(self) -> None:
        pending, connection = self.pending, self.connection
        while pending:
            try:
                call = pending.popleft()
            except IndexError:
                return  # another thread took it
            self.run(call)
            if len(connection.out) > MUCH:
                connection.flush()

    def run(self, call: Incoming) -> None:
        """Only the thread that took it from `pending` does so, and it is there once."""
        call.running = True
        call.queued = False
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
            self._cancelled(call)
        except Error as e:
            self.fail(call, to_wire(e))
        finally:
            running.pop()
            current.reset(token)
            call.running = False
        if call.iterator is not None and call.open and (call.credit > 0 or call.cancelled):
            self._queue(call)  # another thread heard so after we had looked

    def _start(self, call: Incoming) -> None:
        if call.object is None:
            method, whose = self.methods.get(call.method), self.name
            if method is None:
                raise no_such_method(f"Module `{whose}`", call.method, self.methods)
        else:
            method, whose = self._method_of_object(call)
        try:
            positional, named = _values.decode_arguments(call.argument, call.references)
        except Malformed as e:
            raise Error("BAD_ARGUMENT", f"The argument cannot be read: {e}.") from None
        call.argument, call.references = b"", ()
        if call.stream is not None:
            positional.append(call.stream)
        method.check(whose, positional, named)
        result = self._user(call, method.function, positional, named)
        if type(result) in _values.PLAIN:
            self.answer(call, result)
        elif call.open:
            self._answered(call, result)

    def _method_of_object(self, call: Incoming) -> tuple[Method, str]:
        entry = call.object
        if isinstance(entry, Error):
            raise entry
        if entry.taken_back:
            raise self.connection.references.gone(entry.number)
        method = entry.methods.get(call.method)
        if method is None:
            function = _exposed.find(entry.thing, call.method)
            if function is None:
                whose = "A function" if _exposed.is_function(entry.thing) else f"This {type(entry.thing).__name__}"
                raise no_such_method(whose, call.method, _exposed.names(entry.thing))
            method = entry.methods[call.method] = Method(call.method, function)
        return method, type(entry.thing).__name__

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
        """Takes items from a generator while there is credit. Then the call waits in `calls`."""
        iterator, connection = call.iterator, self.connection
        while call.open and (call.credit > 0 or call.one_way) and not call.cancelled:
            item = self._user(call, _next, (iterator,), {})
            if not call.open:
                return
            if type(item) is _Stop:
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
            self._cancelled(call)
        else:
            self.fail(call, threw(error, self.name))

    # --- ends ---

    def item(self, call: Incoming, item) -> bool:
        refs: dict = {}
        try:
            payload = _values.encode(item, "item", refs)
            call.items += 1
            if not call.one_way:
                header = {"references": self.connection.references.table(refs)} if refs else {}
                self.connection.write(_frames.payload_frames(call.id, "item", header, "payload", payload))
        except (_values.NotAValue, Error) as e:
            self._unsent(call, e)
            return False
        return True

    def end_stream(self, call: Incoming, value) -> None:
        if call.open and call.items == 0 and not call.one_way:
            self.connection.send({"call": call.id, "end": {}})  # so that the caller knows it for a stream
        self.answer(call, value)

    def answer(self, call: Incoming, result) -> None:
        refs: dict = {}
        try:
            payload = b"" if call.one_way else _values.encode(result, "result", refs)
            table = self.connection.references.table(refs) if refs and call.open else None
        except (_values.NotAValue, Error) as e:
            return self._unsent(call, e)
        if call.open:
            self._ended(call)
            if table:
                frames = _frames.payload_frames(call.id, "returned", {"references": table}, "payload", payload)
            else:
                frames = _frames.returned_frame(call.id, payload)
            self.connection.write(frames)
            if self.connection.draining:
                self.rest()

    def _unsent(self, call: Incoming, error: Exception) -> None:
        """What user code answered cannot be sent."""
        if isinstance(error, Error):
            ours = error.code in ("UNSUPPORTED", "RESOURCE_EXHAUSTED")
            return self.fail(call, to_wire(error) if ours else threw(error, self.name))
        thrown = {"type": "TypeError", "message": cut(str(error)), "module": self.name}
        self.fail(call, {"code": "THREW", "message": "TypeError: " + thrown["message"], "thrown": thrown})

    def _cancelled(self, call: Incoming) -> None:
        self.fail(call, {"code": "CANCELLED", "message": f"`{self.name}.{call.method}` was cancelled."})

    def fail(self, call: Incoming, failed: dict) -> None:
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
