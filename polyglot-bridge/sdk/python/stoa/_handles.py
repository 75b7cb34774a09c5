"""`stoa.ref`: what the owner of an object has in hand when it lets the object pass by reference."""
from __future__ import annotations

import types
import weakref
from datetime import datetime

from . import _values
from ._exposed import key_of
from ._failures import Error
from ._proxy import Proxy

TYPE_CHECKING = False  # as typing has it, which takes its time to load
if TYPE_CHECKING:
    from typing import Any

DATA = (type(None), str, bytes, bytearray, memoryview, int, float, complex, list, tuple, dict, datetime)
_REFUSED = {
    type: "a class, whose instances anybody could make: hand over an instance or a function",
    types.ModuleType: "a module: hand over the functions that are meant",
    types.FrameType: "a frame of the interpreter",
    types.CodeType: "a code object",
    types.TracebackType: "a traceback: send its text",
    types.CoroutineType: "a coroutine: await it, or hand over the function",
    types.GeneratorType: "a stream: return it from a method, or give it as the last argument of a call",
    types.AsyncGeneratorType: "a stream: return it from a method, or give it as the last argument of a call",
}

#: The exports of every open connection: where `Handle.release` looks.
exports: weakref.WeakSet = weakref.WeakSet()


class Handle:
    """The owner's hold on an object that passes by reference. Use it as a value; `release()` or leaving its `with` block
    takes the object back from all who hold it."""

    __slots__ = ("_object", "_released")

    def __init__(self, thing: object):
        self._object = thing
        self._released = False

    def release(self) -> None:
        """Later calls on the object fail with LOST, for everybody."""
        thing, self._object, self._released = self._object, None, True
        if thing is not None:
            for table in list(exports):
                table.revoke(thing)

    def __enter__(self) -> "Handle":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def __repr__(self) -> str:
        return "<stoa.ref, released>" if self._released else f"<stoa.ref to a {type(self._object).__name__}>"

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("A stoa.ref cannot be pickled.")


def ref(thing: object) -> Handle:
    """Lets `thing` pass by reference: who gets it can call its public methods, and nothing else of it."""
    if isinstance(thing, (Handle, Proxy)):
        return thing  # type: ignore[return-value]
    kind = type(thing)
    if isinstance(thing, DATA):
        raise TypeError(f"stoa.ref: this {kind.__name__} is data, pass it as it is.")
    for refused, why in _REFUSED.items():
        if isinstance(thing, refused):
            raise TypeError(f"stoa.ref: {thing!r:.60} is {why}.")
    if kind.__module__.partition(".")[0] == "stoa":
        raise TypeError(f"stoa.ref: {thing!r:.60} is a part of Stoa itself.")
    return Handle(thing)


def _handle(handle: Handle):
    if handle._released:
        raise Error("LOST", "This `stoa.ref` cannot be sent: it was released here.", "Make a new one.")
    return key_of(handle._object), handle._object


_values.pass_by_reference(Handle, _handle)
