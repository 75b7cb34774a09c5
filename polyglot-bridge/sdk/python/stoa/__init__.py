"""Authoring API for Stoa modules, and the way to a host from any Python program.

    import stoa

    def shout(text: str) -> str:
        \"\"\"Counts and shouts.\"\"\"
        stoa.log.info("shouting")
        return stoa.module("words").count(text)

Every call is synchronous here; `stoa.aio` has the same calls for `await` and `async for`. A program that is no module says
`stoa.connect()`.
"""
from __future__ import annotations

from . import _current
from ._aio import Aio, Answer
from ._failures import Cancelled, Denied, Error
from ._files import write
from ._handles import Handle, ref
from ._proxy import Proxy, one_way, release
from ._remote import Module, Named, OneWay, Stream

TYPE_CHECKING = False  # as typing has it, which takes its time to load
if TYPE_CHECKING:
    import os
    from typing import Any, Callable, Mapping

    from ._channel import AsyncChannel, Channel
    from ._environment import Environment
    from ._host import Host
    from ._outside import AsyncResponse, Response, fetch, read, run
    from ._watches import Watch

    #: The environment variables that were granted.
    env: Environment
    #: The module's private data folder; None if it has none.
    data: str | None

__all__ = [
    "Answer",
    "AsyncChannel",
    "AsyncResponse",
    "Cancelled",
    "Channel",
    "Denied",
    "Error",
    "Handle",
    "Host",
    "Module",
    "OneWay",
    "Proxy",
    "Response",
    "Stream",
    "Watch",
    "accept",
    "aio",
    "call",
    "channel",
    "connect",
    "csv",
    "data",
    "env",
    "events",
    "every",
    "fetch",
    "json",
    "lines",
    "log",
    "module",
    "one_way",
    "read",
    "ref",
    "release",
    "run",
    "script",
    "watch",
    "write",
]


def module(name: str) -> Module:
    """Another module: `stoa.module("words").count("a b", least=2)`. A method that streams returns an iterator; an iterator as
    the last argument streams to the method."""
    return Module(Named(name))


def channel(name: str, topic: str = "", direct: bool = False) -> Channel:
    """Opens a channel to a module, and waits until that has taken it: values go both ways for as long as both sides like.
    `direct`: without the host in between, if the other side can; references cannot pass then.

    `with stoa.channel("chat", topic="lobby") as channel:` closes it at the end; it outlives the call in which it is opened.
    """
    from ._channels import open_blocking

    return open_blocking(_current.connection(), name, topic, direct)


def accept(function: Callable[..., Any]) -> Callable[..., Any]:
    """Takes the channels that others open to this module: `@stoa.accept` on a function of one argument, the channel. It runs
    once for each; when it returns the channel is over, what it raises fails the channel. `async def` gets an async channel; a
    synchronous one runs in a thread of its own."""
    from ._channels import accept

    accept(_current.module("A program of its own says `stoa.connect(name=..., accept=...)`.").server, function)
    return function


def connect(
    path: str | os.PathLike[str] | None = None,
    name: str | int | None = None,
    version: str = "",
    methods: Any = None,
    accept: Callable[..., Any] | None = None,
    home: str | os.PathLike[str] | None = None,
    needs: Mapping[str, str] | None = None,
    tls: bool = False,
) -> Any:
    """Connects any program to the host whose socket is at `path`; None: the one that the environment variable STOA_HOST names, else
    the host of `home`, a folder with `modules/`, which is started if need be; None: the home of the working folder.

    Without `name` the program is a client. With one it is a module: others call `methods`, a dict of functions, a Python
    module or an object, while it waits in `host.serve()` or calls `host.pump()`. `accept` is called with the channels that others
    open to it, see `stoa.accept`. What it `needs`, names of modules with ranges of versions (`{"text": "^1.2"}`), the host loads
    first, or refuses it with LOAD_FAILED.

    `stoa.connect("example.org", 443, tls=True)`, with the number of a port, is something else: a channel of bytes to there, which
    needs the grant `net=HOST:PORT`.
    """
    if isinstance(name, int):
        from ._outside import connect as to_port

        return to_port(path, name, tls)
    from ._host import connect

    return connect(path, name, version, methods, accept, home, needs)


def watch(descriptor: Any, callback: Callable[[], object]) -> Watch:
    """Calls `callback` on the main thread, between calls, whenever the descriptor (or an object with `fileno()`) can be
    read. For modules that the host runs."""
    return _current.module().watches.watch(descriptor, callback)


def every(seconds: float, callback: Callable[[], object]) -> Watch:
    """Calls `callback` on the main thread, between calls, every so many seconds. For modules that the host runs."""
    return _current.module().watches.every(seconds, callback)


def lines(path: str) -> Stream:
    """The lines of a text file, as a stream. Relative paths start at the data folder, see `stoa.data`."""
    return module("stoa").stream.lines(path)


def csv(path: str) -> Stream:
    """The rows of a CSV file as maps, as a stream."""
    return module("stoa").stream.csv(path)


def json(path: str) -> Any:
    """The content of a JSON file."""
    return module("stoa").json(path)


#: The file that runs as a script: `path`, `folder`. None in a module.
script: Any = None


def __getattr__(name: str) -> Any:
    """What modules may do without, and need not wait for."""
    if name in ("fetch", "run", "read", "Response", "AsyncResponse"):
        from . import _outside

        found = getattr(_outside, name)
    elif name == "env":
        from ._environment import Environment

        found = globals()["env"] = Environment()
    elif name == "data":
        from os import environ

        found = environ.get("STOA_DATA")
    elif name == "Host":
        from ._host import Host as found
    elif name == "Watch":
        from ._watches import Watch as found
    elif name == "Channel":
        from ._channel import Channel as found
    elif name == "AsyncChannel":
        from ._channel import AsyncChannel as found
    else:
        raise AttributeError(f"module 'stoa' has no attribute {name!r}")
    return found


#: Publish and subscribe: `stoa.events.publish(topic, value)`, `for event in stoa.events.subscribe(pattern)`.
events: Module = Module(Named("events"))

#: The same calls for async code: `await stoa.aio.module("words").count(text)`, `await stoa.aio(proxy).method()`.
aio: Aio = Aio()

#: The call that the running code serves: `deadline` (seconds left or None), `cancelled`, `caller`.
call: _current.Call = _current.Call()

#: `debug`, `info`, `warning`, `error`: lines for the host's log, marked with module and call.
log: _current.Log = _current.Log()
