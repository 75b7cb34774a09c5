"""`stoa.connect()`: a host, seen from any Python program."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, Mapping

from . import _channels, _handles, _loops, _proxy
from ._aio import Aio
from ._client import ClientConnection
from ._failures import Error
from ._handshake import greet
from ._remote import Module, Named, OneWay
from ._schema import info_of, methods_from
from ._server import Server
from ._transport import Socket

if TYPE_CHECKING:
    from ._channel import Channel

GREETING = 10.0  # seconds that a host has to answer
LOADING = 60.0  # the same, if it has to load first what this module needs


class Host:
    """A connection to a host. Calls may be made from any thread. `with host:` closes it at the end."""

    def __init__(self, connection: ClientConnection):
        self._connection = connection
        #: The same calls for async code: `await host.aio.module("words").count(text)`, `await host.aio(proxy).method()`.
        self.aio: Aio = Aio(connection)

    def module(self, name: str) -> Module:
        """A module: `host.module("words").count("a b", least=2)`. A method that streams returns an iterator; an iterator as the
        last argument streams to the method."""
        return Module(Named(name, self._connection))

    def channel(self, name: str, topic: str = "", direct: bool = False) -> Channel:
        """Opens a channel to a module, see `stoa.channel`."""
        from ._channels import open_blocking

        return open_blocking(self._connection, name, topic, direct)

    def one_way(self, target: str | _proxy.Proxy) -> OneWay:
        """A module or an object elsewhere whose methods are called without waiting; a failure is logged as a warning."""
        return _proxy.one_way(target, self._connection)

    def ref(self, thing: object) -> _handles.Handle:
        """Lets `thing` pass by reference, see `stoa.ref`."""
        return _handles.ref(thing)

    def release(self, proxy: _proxy.Proxy) -> None:
        """Gives a reference back at once, see `stoa.release`."""
        _proxy.release(proxy)

    def serve(self) -> None:
        """Answers the calls of others on this thread, until the host goes or `close()` is called elsewhere."""
        if _loops.running() is not None:
            raise RuntimeError("host.serve() would block the running asyncio loop, in which calls are answered anyway.")
        with self._connection.ours():
            self._connection.serve()

    def fileno(self) -> int:
        """For an event loop: when the descriptor can be read, `pump()` has something to do."""
        return self._connection.transport.fileno

    def pump(self) -> bool:
        """Handles what has arrived and runs the calls that came; never waits. Whether the connection is open. Async methods go
        on whenever it is called."""
        with self._connection.ours():
            return self._connection.pump()

    @property
    def closed(self) -> bool:
        return bool(self._connection.lost)

    def close(self) -> None:
        """Ends the connection. Open calls fail with LOST; what others held of this program is gone."""
        with self._connection.ours():
            self._connection.close()

    def __enter__(self) -> "Host":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<stoa.Host{', closed' if self.closed else ''}>"


def connect(
    path: str | os.PathLike[str] | None = None,
    name: str | None = None,
    version: str = "",
    methods: Any = None,
    accept: Callable[..., Any] | None = None,
    home: str | os.PathLike[str] | None = None,
    needs: Mapping[str, str] | None = None,
) -> Host:
    """See `stoa.connect`."""
    if (methods is not None or accept is not None) and name is None:
        raise TypeError("stoa.connect: methods need a name under which others find them.")
    where = os.fspath(path) if path is not None else "" if home is not None else os.environ.get("STOA_HOST", "")
    if not where and path is not None:
        raise Error("UNAVAILABLE", "No host is named.", "Give the path of its socket, or set STOA_HOST.")
    if not where:
        from ._home import host_of

        where = host_of(home)
    server = Server(name or "client")
    server.methods = methods_from(methods) if methods is not None else {}
    if accept is not None:
        _channels.accept(server, accept)
    info = None
    if name is not None:
        info = info_of(name, methods, server.methods)
        info["version"] = version or info["version"]
        info["needs"] = dict(needs) if needs is not None else info["needs"]
    try:
        transport = Socket(where, LOADING if info and info["needs"] else GREETING)
    except OSError as e:
        raise Error("UNAVAILABLE", f"There is no host at `{where}`: {e.strerror or e}.", "Start one: `stoa start`.") from None
    connection = ClientConnection(transport, server)
    try:
        greet(connection, info)
        transport.wait_forever()
    except TimeoutError:
        connection.close()
        raise Error("UNAVAILABLE", f"The host at `{where}` does not answer.") from None
    except BaseException:
        connection.close()
        raise
    return Host(connection)
