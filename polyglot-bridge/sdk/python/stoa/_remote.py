"""Other modules and objects elsewhere, called synchronously."""
from __future__ import annotations

import sys

from . import _current, _loops
from ._outgoing import Request

TYPE_CHECKING = False  # as typing has it, which takes its time to load
if TYPE_CHECKING:
    from typing import Any, Callable

SYNC = ("__next__",)


class Named:
    """The target of calls that are made on a module. `connection` None: that of the running code."""

    def __init__(self, name: str, connection: Any = None):
        if not isinstance(name, str):
            raise TypeError(f"A module is named by text, not by a {type(name).__name__}.")
        self.name = name
        self._connection = connection

    def resolve(self) -> tuple[Any, dict, str]:
        """The connection, the field of Invoke, and what errors call it."""
        return self._connection or _current.connection(), {"module": self.name}, self.name

    def spelled(self, aio: bool) -> str:
        return f"stoa.aio.module({self.name!r})" if aio else f"stoa.module({self.name!r})"


class Module:
    """A module; its methods are attributes: `stoa.module("words").count(text)`."""

    def __init__(self, target: Named):
        self._target = target

    def __getattr__(self, method: str):
        if method.startswith("__"):
            raise AttributeError(method)
        return Streaming(self._target) if method == "stream" else Method(self._target, method)

    def __repr__(self) -> str:
        return self._target.spelled(False)


class Method:
    """A method that is called elsewhere. `keep` is the proxy that it belongs to: while there is a call it is not given back."""

    def __init__(self, target: Any, name: str, keep: Any = None):
        self._target = target
        self._name = name
        self._keep = keep

    def __call__(self, /, *positional: Any, **named: Any) -> Any:
        connection, header, label = self._target.resolve()
        with connection.ours():
            _refuse_in_loop(self._target, self._name)
            request = Request(header, label, self._name, positional, named)
            request.take_stream(SYNC)
            request.blocking = True
            outgoing = connection.call(request)
            kind, content = outgoing.signals[0]
            if kind == "returned":
                return outgoing.value(content)
            if kind == "failed":
                outgoing.signals.clear()
                try:
                    raise content
                finally:
                    del content  # this frame and the error hold each other: arguments shall not wait for the collector
            return Stream(outgoing)

    def __repr__(self) -> str:
        return f"<method {self._target.spelled(False)}.{self._name}>"


class Streaming(Method):
    """`words.stream.lines(path)` waits for nothing before the first item. Called itself it is the method `stream`."""

    def __init__(self, target: Any, keep: Any = None):
        super().__init__(target, "stream", keep)

    def __getattr__(self, method: str) -> Callable[..., Stream]:
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda *positional, **named: self._streamed(method, positional, named)

    def _streamed(self, method: str, positional: tuple, named: dict) -> Stream:
        connection, header, label = self._target.resolve()
        with connection.ours():
            _refuse_in_loop(self._target, method)
            request = Request(header, label, method, positional, named)
            request.take_stream(SYNC)
            request.blocking = True
            outgoing = connection.begin(request)
            connection.flush()
            return Stream(outgoing, f"{label}.{method}")


class Stream:
    """What a streaming method answers: an iterator. Closing or dropping it cancels the call."""

    def __init__(self, outgoing: Any, name: str = ""):
        self._outgoing = outgoing
        self._name = name
        self._streams = name == ""  # else it is to be seen whether the method streams at all
        self._done = False
        outgoing.connection.litter.expected()

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> Any:
        if self._done:
            raise StopIteration
        outgoing = self._outgoing
        with outgoing.connection.ours():
            while True:
                kind, content = self._signal()
                if kind == "item":
                    self._streams = True
                    outgoing.consumed()
                    return outgoing.value(content)
                if kind == "end":
                    self._streams = True
                    continue
                self._done = True
                if kind == "failed":
                    try:
                        raise content
                    finally:
                        del content
                result = outgoing.value(content)
                if result is not None and not self._streams:
                    raise TypeError(f"{self._name} returned one value, not a stream; call it without .stream")
                raise StopIteration(result)

    def _signal(self) -> tuple[str, Any]:
        outgoing = self._outgoing
        if not outgoing.signals:
            try:
                outgoing.connection.wait_for(outgoing)
            except BaseException:
                self._done = True
                raise
        return outgoing.signals.popleft()

    def close(self) -> None:
        """The stream is not wanted any more: its producer stops."""
        if not self._done:
            self._done = True
            outgoing = self._outgoing
            with outgoing.connection.ours():
                outgoing.cancel("the stream is not wanted any more")
                if outgoing.producer is not None:
                    outgoing.producer.finish()
                outgoing.connection.flush_soon()

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if not self._done and not sys.is_finalizing():
            self._done = True
            self._outgoing.connection.litter.put(self._outgoing)
            self._outgoing.producer = None  # Python closes its iterator, unless somebody else has it


class OneWay:
    """A module or an object whose methods are called without waiting for an answer; a failure goes to the log."""

    def __init__(self, target: Any, keep: Any = None):
        self._target = target
        self._keep = keep

    def __getattr__(self, method: str) -> Callable[..., None]:
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda *positional, **named: self._send(method, positional, named)

    def __call__(self, /, *positional: Any, **named: Any) -> None:
        self._send("call", positional, named)

    def _send(self, method: str, positional: tuple, named: dict) -> None:
        connection, header, label = self._target.resolve()
        with connection.ours():
            request = Request(header, label, method, positional, named)
            request.take_stream(("__next__", "__anext__"))
            if request.stream is not None:
                raise TypeError(f"{request} is called one way, so nothing here would go on with its stream. Send a list.")
            request.one_way = True
            outgoing = connection.open(request)
            request.let_go()
            connection.watch(_loops.running())
            connection.flush_soon()
            if connection.is_behind(outgoing.id) and _loops.running() is None:
                connection.wait(_Sent(outgoing), outgoing)  # nobody else might read that there is room for more

    def __repr__(self) -> str:
        return f"stoa.one_way({self._target.spelled(False)})"


class _Sent:
    """True when all of a call's argument has left."""

    def __init__(self, outgoing: Any):
        self._outgoing = outgoing

    def __bool__(self) -> bool:
        return self._outgoing.ended or not self._outgoing.connection.is_behind(self._outgoing.id)


def _refuse_in_loop(target: Any, method: str) -> None:
    """A synchronous call would stop the whole loop."""
    if _loops.running() is not None:
        raise RuntimeError(
            f"{target.spelled(False)}.{method}(...) would block the running asyncio loop. "
            f"Use: await {target.spelled(True)}.{method}(...)"
        )
