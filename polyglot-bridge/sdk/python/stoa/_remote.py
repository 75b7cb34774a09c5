"""Other modules, called synchronously."""
from __future__ import annotations

import sys

from . import _current, _values


class Module:
    """A module as an object that has every method; `stream` has every method too, and calls those whose answer is a stream."""

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

    def __call__(self, /, *positional, **named):
        connection = _current.connection()
        with connection.ours():
            outgoing = _open(connection, self._module, self._name, positional, named)
            try:
                connection.wait(outgoing)
            except BaseException:
                outgoing.cancel("its caller was interrupted")
                raise
            kind, content = outgoing.signals[0]
            if kind == "returned":
                return _values.decode(content)
            if kind == "failed":
                raise content
            return Stream(connection, outgoing, f"{self._module}.{self._name}")


class Streaming(Method):
    """`words.stream.lines(path)` waits for nothing before the first item. Called itself it is the method `stream`."""

    def __init__(self, module: str):
        super().__init__(module, "stream")

    def __getattr__(self, method: str):
        if method.startswith("__"):
            raise AttributeError(method)
        return lambda *positional, **named: self._streamed(method, positional, named)

    def _streamed(self, method: str, positional: tuple, named: dict) -> "Stream":
        connection = _current.connection()
        with connection.ours():
            outgoing = _open(connection, self._module, method, positional, named)
            connection.flush()
        return Stream(connection, outgoing, f"{self._module}.{method}")


def _open(connection, module: str, method: str, positional: tuple, named: dict):
    _refuse_in_loop(module, method)
    return connection.open(module, method, positional, named, blocking=True)


class Stream:
    """What a streaming method answers: an iterator. Closing or dropping it cancels the call."""

    def __init__(self, connection, outgoing, name: str):
        self._connection = connection
        self._outgoing = outgoing
        self._name = name
        self._streams = False
        self._done = False

    def __iter__(self) -> "Stream":
        return self

    def __next__(self):
        if self._done:
            raise StopIteration
        with self._connection.ours():
            while True:
                kind, content = self._signal()
                if kind == "item":
                    self._streams = True
                    self._outgoing.consumed()
                    return _values.decode(content)
                if kind == "end":
                    self._streams = True
                    continue
                self._done = True
                if kind == "failed":
                    raise content
                if content and not self._streams:
                    raise TypeError(f"{self._name} returned one value, not a stream; call it without .stream")
                raise StopIteration(_values.decode(content))

    def _signal(self):
        outgoing = self._outgoing
        if not outgoing.signals:
            try:
                self._connection.wait(outgoing)
            except BaseException:
                self.close()
                raise
        return outgoing.signals.popleft()

    def close(self) -> None:
        if not self._done:
            self._done = True
            with self._connection.ours():
                self._outgoing.cancel("the stream is not wanted any more")
                self._connection.flush_soon()

    def __del__(self) -> None:
        if not sys.is_finalizing():
            self.close()


def _refuse_in_loop(module: str, method: str) -> None:
    """A synchronous call would stop the whole loop."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or asyncio._get_running_loop() is None:
        return
    raise RuntimeError(
        f"stoa.module({module!r}).{method}(...) would block the running asyncio loop. "
        f"Use: await stoa.aio.module({module!r}).{method}(...)"
    )
