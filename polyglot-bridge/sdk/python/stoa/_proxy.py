"""Objects that live elsewhere."""
from __future__ import annotations

import weakref

from . import _values
from ._failures import Error
from ._remote import Method, Named, OneWay

TYPE_CHECKING = False  # as typing has it, which takes its time to load
if TYPE_CHECKING:
    from typing import Any


class Held:
    """A reference that we hold: how often it was received, and its proxy while user code has it."""

    __slots__ = ("connection", "owner", "number", "count", "released", "_proxy")

    def __init__(self, connection: Any, owner: str, number: int):
        self.connection = connection
        self.owner = owner
        self.number = number
        self.count = 0
        self.released = False
        self._proxy: _Watch | None = None

    def make(self) -> "Proxy":
        proxy = Proxy(self)
        watch = self._proxy = _Watch(proxy, _died)
        watch.held = self
        self.connection.litter.expected()
        return proxy

    def proxy(self) -> "Proxy | None":
        return self._proxy() if self._proxy is not None else None

    @property
    def reference(self) -> dict:
        return {"owner": self.owner, "number": self.number}

    def check_for(self, connection: Any) -> None:
        """Raises Error if the reference cannot be used on that connection."""
        if self.released:
            raise Error("LOST", f"The reference `{self.name}` is gone: it was released here.")
        if self.connection.lost:
            raise self.connection.loss()
        if connection is not self.connection:
            help = "Wrap it in a function of your own, which passes by reference."
            raise Error("DENIED", f"The reference `{self.name}` belongs to another connection.", help)

    # as the target of a call

    def resolve(self) -> tuple[Any, dict, str]:
        self.check_for(self.connection)
        return self.connection, {"object": {"reference": self.reference}}, self.name

    @property
    def name(self) -> str:
        return f"{self.owner}/{self.number}"

    def spelled(self, aio: bool) -> str:
        return "stoa.aio(reference)" if aio else "reference"


class _Watch(weakref.ref):
    __slots__ = ("held",)

    held: Held | None


def _died(watch: _Watch) -> None:
    """May run anywhere, in any thread and in the middle of our own code: it only puts the reference onto a heap."""
    held, watch.held = watch.held, None
    assert held is not None
    held.connection.litter.put(held)


class Proxy:
    """An object of another module. Its methods are called there: `proxy.method(...)`; a function is called as it is.
    `with proxy:` gives it back at the end; else that happens when nobody here uses it any more."""

    __slots__ = ("_held", "__weakref__")

    _held: Held

    def __init__(self, held: Held):
        object.__setattr__(self, "_held", held)

    def __getattr__(self, name: str) -> Method:
        if name.startswith("_"):
            raise AttributeError(f"`{name}` of {self!r}: only public methods of an object elsewhere can be used.")
        return Method(self._held, name, self)

    def __call__(self, /, *positional: Any, **named: Any) -> Any:
        return Method(self._held, "call", self)(*positional, **named)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{self!r} is elsewhere: its attributes cannot be set.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{self!r} is elsewhere: its attributes cannot be deleted.")

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_: object) -> None:
        release(self)

    def __repr__(self) -> str:
        return f"<reference {self._held.name}{', released' if self._held.released else ''}>"

    def __copy__(self) -> "Proxy":
        return self

    def __deepcopy__(self, memo: Any) -> "Proxy":
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(f"{self!r} cannot be pickled: it is of use on its connection only.")


def one_way(target: str | Proxy, connection: Any = None) -> OneWay:
    """A module or an object elsewhere whose methods are called without waiting: `stoa.one_way("log").add(line)`. A failure is
    logged as a warning."""
    if isinstance(target, Proxy):
        return OneWay(target._held, target)
    return OneWay(Named(target, connection))


_values.pass_by_reference(Proxy, lambda proxy: (id(proxy), proxy))


def release(proxy: Proxy) -> None:
    """Gives a reference back at once. Later use of the proxy fails with LOST."""
    if type(proxy) is not Proxy:
        raise TypeError(f"stoa.release takes the proxy of an object elsewhere, not a {type(proxy).__name__}.")
    held = proxy._held
    if not held.released:
        held.released = True
        held.connection.release(held)
