"""Other modules, called synchronously."""
from __future__ import annotations

import sys

from . import _current, _values


class Module:
    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, method: str) -> "Method":
        if method.startswith("__"):
            raise AttributeError(method)
        return Method(self._name, method)

    def __repr__(self) -> str:
        return f"stoa.module({self._name!r})"


class Method:
    def __init__(self, module: str, name: str):
        self._module = module
        self._name = name

    def __call__(self, /, *positional, **named):
        connection = _current.connection()
        with connection.ours():
            _refuse_in_loop(self._module, self._name)
            outgoing = connection.open(self._module, self._name, positional, named, blocking=True)
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
            return Stream(connection, outgoing)


class Stream:
    """What a streaming method answers: an iterator. Closing or dropping it cancels the call."""

    def __init__(self, connection, outgoing):
        self._connection = connection
        self._outgoing = outgoing
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
                    self._outgoing.consumed()
                    return _values.decode(content)
                if kind == "end":
                    continue
                self._done = True
                if kind == "failed":
                    raise content
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

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_) -> None:
        self.close()

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
