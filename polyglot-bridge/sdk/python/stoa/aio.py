"""Other modules, called from async code: `await stoa.aio.module("words").count(text)`, or `async for` over a stream.
Whichever is used first decides; awaiting a stream gives a list of its items."""
from __future__ import annotations

from . import _current, _values

MAX_COLLECTED = 100_000


def module(name: str) -> "Module":
    return Module(name)


class Module:
    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, method: str):
        if method.startswith("__"):
            raise AttributeError(method)
        return Streaming(self._name) if method == "stream" else Method(self._name, method)

    def __repr__(self) -> str:
        return f"<module {self._name}>"


class Method:
    def __init__(self, module: str, name: str):
        self._module = module
        self._name = name

    def __call__(self, /, *positional, **named) -> "Answer":
        return Answer(self._module, self._name, positional, named)


class Streaming(Method):
    """`words.stream.lines(path)` is for `async for` only. Called itself it is the method `stream`."""

    def __init__(self, module: str):
        super().__init__(module, "stream")

    def __getattr__(self, method: str):
        if method.startswith("__"):
            raise AttributeError(method)
        return lambda *positional, **named: Answer(self._module, method, positional, named).__aiter__()


class Answer:
    """A call under way: awaitable and async-iterable."""

    def __init__(self, module: str, method: str, positional: tuple, named: dict):
        import asyncio

        self._loop = asyncio.get_running_loop()
        self._name = f"{module}.{method}"
        self._future = None
        self._connection = _current.connection()
        with self._connection.ours():
            self._outgoing = self._connection.open(module, method, positional, named, False, self._woken)
            self._connection.watch(self._loop)
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        with self._connection.ours():
            self._connection.flush()

    def _woken(self) -> None:
        """A signal came; maybe inside a timer signal, or on the loop of another."""
        self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        if self._future is not None and not self._future.done():
            self._future.set_result(None)

    async def _signal(self):
        outgoing = self._outgoing
        while not outgoing.signals:
            self._future = self._loop.create_future()
            try:
                await self._future
            except BaseException:
                self._cancel("its caller was cancelled")
                raise
        return outgoing.signals.popleft()

    def _cancel(self, reason: str) -> None:
        with self._connection.ours():
            self._outgoing.cancel(reason)
            self._connection.flush_soon()

    def __await__(self):
        return self._result().__await__()

    async def _result(self):
        items = None
        while True:
            kind, content = await self._signal()
            if kind == "failed":
                raise content
            if kind == "returned":
                return _values.decode(content) if items is None else items
            if items is None:
                items = []
            if kind == "item":
                if len(items) == MAX_COLLECTED:
                    self._cancel("too many items")
                    raise OverflowError(f"{self._name} gave more than {MAX_COLLECTED} items; read it with async for")
                items.append(_values.decode(content))
                with self._connection.ours():
                    self._outgoing.consumed()
                    self._connection.flush_soon()

    async def __aiter__(self):
        streams = False
        try:
            while True:
                kind, content = await self._signal()
                if kind == "failed":
                    raise content
                if kind == "returned":
                    if not streams and content:
                        raise TypeError(f"{self._name} returned one value, not a stream; call it without .stream")
                    return
                streams = True
                if kind == "item":
                    yield _values.decode(content)
                    with self._connection.ours():
                        self._outgoing.consumed()
                        self._connection.flush_soon()
        finally:
            self._cancel("the stream is not wanted any more")
