"""Other modules, called from async code: `await stoa.aio.module("words").count(text)`, or `async for` over a stream.
Whichever is used first decides; awaiting a stream gives a list of its items."""
from __future__ import annotations

from . import _loops
from ._failures import Error
from ._handles import DATA
from ._outgoing import Request
from ._proxy import Proxy
from ._remote import Named

TYPE_CHECKING = False  # as typing has it, which takes its time to load
if TYPE_CHECKING:
    from typing import Any, AsyncIterator, Callable, Generator

    from ._channels import Opening
    from ._outside import AsyncResponse, Ran

MAX_COLLECTED = 100_000


class Aio:
    """`aio.module(name).method(...)` for modules, `aio(proxy).method(...)` for objects that live elsewhere."""

    def __init__(self, connection: Any = None):
        self._connection = connection

    @property
    def events(self) -> "Awaitables":
        """Publish and subscribe."""
        return self.module("events")

    def module(self, name: str) -> "Awaitables":
        """A module whose methods are awaited, or read with `async for`."""
        return Awaitables(Named(name, self._connection))

    def channel(self, name: str, topic: str = "", direct: bool = False) -> "Opening":
        """A channel to a module: `async with stoa.aio.channel("chat", topic="lobby") as channel`. See `stoa.channel`."""
        from ._channels import Opening

        return Opening(self._connection, name, topic, direct)

    async def fetch(
        self, url: Any, method: str = "GET", headers: Any = None, body: Any = None, timeout: float = 30
    ) -> "AsyncResponse":
        """Asks for a URL. See `stoa.fetch`."""
        from ._outside import afetch

        return await afetch(self, url, method, headers, body, timeout)

    def connect(self, name: str, port: int, tls: bool = False) -> "Opening":
        """A channel to a port. See `stoa.connect`."""
        from ._outside import aconnect

        return aconnect(self, name, port, tls)

    async def run(self, program: Any, *arguments: Any, input: Any = None, timeout: float = 60) -> "Ran":
        """Runs a program. See `stoa.run`."""
        from ._outside import arun

        return await arun(self, program, arguments, input, timeout)

    async def read(self, path: Any) -> bytes:
        """The bytes of a file. See `stoa.read`."""
        return await self.module("stoa").read(str(path))

    def __call__(self, proxy: Proxy) -> "Awaitables":
        """An object elsewhere whose methods are awaited, or read with `async for`. A function is called as it is."""
        if type(proxy) is not Proxy:
            raise TypeError(f"stoa.aio takes the proxy of an object elsewhere, not a {type(proxy).__name__}.")
        return Awaitables(proxy._held, proxy)


class Awaitables:
    """Awaitable methods. `keep` is the proxy that they belong to: it is not given back while it is in use."""

    def __init__(self, target: Any, keep: Any = None):
        self._target = target
        self._keep = keep

    def __getattr__(self, method: str) -> "Method":
        if method.startswith("_"):
            raise AttributeError(method)
        kind = Streaming if method == "stream" else Method
        return kind(self._target, method, self._keep)

    def __call__(self, /, *positional: Any, **named: Any) -> "Answer":
        return Answer(self._target, "call", positional, named, self._keep)

    def __repr__(self) -> str:
        return self._target.spelled(True)


class Method:
    def __init__(self, target: Any, name: str, keep: Any = None):
        self._target = target
        self._name = name
        self._keep = keep

    def __call__(self, /, *positional: Any, **named: Any) -> "Answer":
        return Answer(self._target, self._name, positional, named, self._keep)


class Streaming(Method):
    """`words.stream.lines(path)` is for `async for` only. Called itself it is the method `stream`."""

    def __getattr__(self, method: str) -> "Callable[..., AsyncIterator[Any]]":
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda *positional, **named: Answer(self._target, method, positional, named, self._keep).__aiter__()


class Alarm:
    """Wakes who awaits a call. The call has hold of this, not of the answer, which may be dropped before its time."""

    __slots__ = ("_loop", "_future")

    def __init__(self, loop):
        self._loop = loop
        self._future = None

    def ring(self) -> None:
        """A signal came; maybe inside a timer signal, or on the loop of another."""
        if self._future is not None:
            _loops.tell(self._loop, self._wake)

    def _wake(self) -> None:
        if self._future is not None and not self._future.done():
            self._future.set_result(None)

    async def rings(self, signals) -> None:
        future = self._future = self._loop.create_future()
        if not signals:  # else one came meanwhile
            await future


class Answer:
    """A call under way: awaitable and async-iterable. Its attributes are methods of the object that it will return: they can
    be called before it has, which saves the way there and back."""

    def __init__(self, target: Any, method: str, positional: tuple, named: dict, keep: Any = None):
        self._loop = _loops.running()
        if self._loop is None:
            raise RuntimeError(f"{target.spelled(True)}.{method}(...) needs a running asyncio loop.")
        self._alarm = Alarm(self._loop)
        self._outcome: tuple[str, Any] | None = None  # (kind, value), once the call is over and that was taken
        self._piped = False
        self._keep = keep  # what the call is made on: the answer that will be it, or the proxy
        self._connection, header, label = target.resolve()
        self._label = f"{label}.{method}"
        self._feeder = None
        with self._connection.ours():
            self._request = request = Request(header, label, method, positional, named)
            request.take_stream(("__anext__", "__next__"))
            self._outgoing = self._connection.open(request, self._alarm.ring)
            stream = request.let_go()
            if stream is not None:
                from ._feeder import Feeder

                self._feeder = Feeder(self._outgoing, stream, self._loop)
            self._connection.watch(self._loop)
            self._loop.call_soon(self._connection.flush_now)

    async def _signal(self) -> tuple[str, Any]:
        outgoing = self._outgoing
        while not outgoing.signals:
            try:
                await self._alarm.rings(outgoing.signals)
            except BaseException:
                self._cancel("its caller was cancelled")
                self._keep = None
                await self._finish()
                raise
        kind, content = outgoing.signals.popleft()
        if kind in ("returned", "failed"):
            await self._finish()
            self._outcome = self._final(kind, content)
            self._keep = None
        if kind == "failed" and outgoing.parent is not None and (outgoing.parent.expire() or outgoing.parent.cancelled):
            await _loops.turn()  # the task is cancelled first: later that would break off its cleaning up
        return kind, content

    def _final(self, kind: str, content) -> tuple:
        try:
            return kind, self._outgoing.value(content) if kind == "returned" else self._failure(content)
        except Error as e:
            return "failed", e

    async def _finish(self) -> None:
        """The call is over: its stream has come to its end before user code goes on."""
        if self._feeder is not None:
            feeder, self._feeder = self._feeder, None
            await feeder.finish()

    def _cancel(self, reason: str) -> None:
        with self._connection.ours():
            self._outgoing.cancel(reason)
            self._connection.flush_soon()

    def _consumed(self) -> None:
        with self._connection.ours():
            self._outgoing.consumed()
            self._connection.flush_soon()

    def _failure(self, error: BaseException) -> BaseException:
        """A call on the result of a call that failed has failed for the reason of that one."""
        first = self._keep
        if not isinstance(first, Answer):
            return error
        heard = first._outgoing.signals
        kind, content = first._outcome or (heard[-1] if heard else ("", error))
        return first._failure(content) if kind == "failed" else error

    def __await__(self) -> Generator[Any, None, Any]:
        return self._result().__await__()

    async def _result(self) -> Any:
        items: list | None = None
        while self._outcome is None:
            kind, content = await self._signal()
            if kind in ("item", "end"):
                items = items or []
            if kind == "item" and items is not None:
                if len(items) == MAX_COLLECTED:
                    self._cancel("too many items")
                    message = f"{self._request} sent more than {MAX_COLLECTED} items."
                    raise Error("RESOURCE_EXHAUSTED", message, "Use `async for`.")
                items.append(self._outgoing.value(content))
                self._consumed()
        kind, value = self._outcome
        if kind == "failed":
            raise value
        if items is not None:
            self._outcome = kind, items
        return self._outcome[1]

    async def __aiter__(self) -> AsyncIterator[Any]:
        streams = False
        try:
            while self._outcome is None:
                kind, content = await self._signal()
                if kind == "item":
                    streams = True
                    yield self._outgoing.value(content)
                    self._consumed()
                elif kind == "end":
                    streams = True
            kind, value = self._outcome
            if kind == "failed":
                raise value
            if not streams and value is not None:
                raise TypeError(f"{self._label} returned one value, not a stream; call it without .stream")
        finally:
            self._cancel("the stream is not wanted any more")
            await self._finish()

    # --- calls on the result ---

    def __getattr__(self, method: str) -> Callable[..., "Answer | Later"]:
        if method.startswith("_"):
            raise AttributeError(method)
        if self._outcome is None and not self._connection.has("pipelining"):
            return lambda *positional, **named: Later(self, method, positional, named)
        return Method(Result(self), method, self)

    def __del__(self) -> None:
        outgoing = getattr(self, "_outgoing", None)
        if self._piped and outgoing is not None and not outgoing.ended:
            self._connection.litter.put(outgoing)


class Result:
    """The target of calls that are made on what another call will return."""

    def __init__(self, answer: Answer):
        self._answer = answer

    def resolve(self) -> tuple[Any, dict, str]:
        answer = self._answer
        if answer._outcome is not None:
            kind, value = answer._outcome
            if kind == "failed":
                raise value
            return _object(answer._connection, value, answer._request).resolve()
        answer._piped = True
        return answer._connection, {"object": {"result_of": answer._outgoing.id}}, f"{answer._label}()"

    def spelled(self, aio: bool) -> str:
        return f"{self._answer._label}(...)"


class Later:
    """A call on the result of another where the host knows nothing of such: it begins when there is that result."""

    def __init__(self, first: Any, method: str, positional: tuple, named: dict):
        self._connection = first._connection
        self._first = first
        self._method = method
        self._positional = positional
        self._named = named

    async def _begin(self) -> Answer:
        proxy = await self._first
        return Answer(_object(self._connection, proxy, "The call before"), self._method, self._positional, self._named, proxy)

    async def _result(self) -> Any:
        return await (await self._begin())

    def __await__(self) -> Generator[Any, None, Any]:
        return self._result().__await__()

    async def __aiter__(self) -> AsyncIterator[Any]:
        async for item in await self._begin():
            yield item

    def __getattr__(self, method: str) -> Callable[..., "Later"]:
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda *positional, **named: Later(self, method, positional, named)


class Home:
    """The target of calls on an object of our own that a call returned: they can be made while others hold it."""

    def __init__(self, connection: Any, thing: Any, request: Any):
        self._connection = connection
        self._thing = thing
        self._request = request

    def resolve(self) -> tuple[Any, dict, str]:
        reference = self._connection.references.own(self._thing)
        if reference is None:
            message = f"{self._request} returned an object of this side that nobody else holds any more."
            raise Error("LOST", message, "Call the object itself, which is at hand.")
        return self._connection, {"object": {"reference": reference}}, f"{self._request}()"

    def spelled(self, aio: bool) -> str:
        return f"{self._request}()"


def _object(connection: Any, value: Any, request: Any) -> Any:
    if type(value) is Proxy:
        return value._held
    if isinstance(value, DATA):
        raise Error("BAD_ARGUMENT", f"{request} returned no object, so that nothing can be called on it.")
    return Home(connection, value, request)
