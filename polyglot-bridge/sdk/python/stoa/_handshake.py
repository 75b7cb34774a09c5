"""Preface, Hello and Welcome."""
from __future__ import annotations

from _operator import _compare_digest as compare_digest  # as hmac has it, which takes its time to load

from . import _frames
from ._connection import Connection
from ._failures import Error, cut
from ._frames import PROTOCOL
from ._protobuf import Malformed

_ONLY = f"this module speaks protocol {PROTOCOL} only"


def greet(connection: Connection, info: dict | None, token: bytes = b"", expected: bytes = b"", admits=None) -> None:
    """Agrees with the host. Raises Error if that cannot be; Goodbye was said then. `token` is shown; `expected` must the other
    side show, and `admits(connection)` say that it may come in."""
    if connection.transport.dials:
        hello = {"protocol_min": PROTOCOL, "protocol_max": PROTOCOL, "features": connection.known, "token": token}
        if info is not None:
            hello["module"] = info
        connection.send({"hello": hello})
        said, early = _first(connection, "welcome")
        if said.get("protocol") != PROTOCOL:
            raise _leave(connection, _ONLY)
    else:
        said, early = _first(connection, "hello")
        if not said.get("protocol_min", 0) <= PROTOCOL <= said.get("protocol_max", 0):
            raise _leave(connection, _ONLY)
    if expected and not compare_digest(said.get("token", b""), expected) or admits is not None and not admits(connection):
        raise _leave(connection, "it is not who was expected here")
    connection.features = [feature for feature in connection.known if feature in said.get("features", ())]
    connection.references.instance = said.get("instance", "")
    connection.references.max = said.get("limits", {}).get("max_references") or connection.references.max
    if not connection.transport.dials:
        welcome = {"protocol": PROTOCOL, "features": connection.features, "token": token}
        if info is not None:
            welcome["module"] = info
        connection.send({"welcome": welcome})
    connection.ready = True
    for frame in early:
        connection.handle(frame)


def refuse(connection: Connection, reason: str, token: bytes) -> None:
    """Tells the host that the module could not be loaded."""
    if connection.transport.dials:
        connection.send({"hello": {"protocol_min": PROTOCOL, "protocol_max": PROTOCOL, "token": token}})
    connection.goodbye(reason)


def _first(connection: Connection, kind: str) -> tuple[dict, list[dict]]:
    """The body of the host's first frame, and the frames that came with it."""
    connection.flush()
    wanted = _frames.PREFACE
    data = b""
    while len(data) < len(wanted):
        data += _receive(connection)
    if not data.startswith(wanted):
        raise _leave(connection, "no preface")
    try:
        frames = connection.reader.feed(data[len(wanted) :])
        while not frames:
            frames = connection.reader.feed(_receive(connection))
    except Malformed as e:
        raise _leave(connection, f"malformed frame: {e}") from None
    if kind not in frames[0]:
        reason = frames[0].get("goodbye", {}).get("reason", f"the host's first frame is not {kind}")
        code = reason.partition(":")[0]  # the reason may begin with the code of a failure
        raise Error(code if code in _frames.CODE.numbers else "UNAVAILABLE", reason)
    return frames[0][kind], frames[1:]


def _receive(connection: Connection) -> bytes:
    data = connection.receive()
    if not data:
        raise Error("UNAVAILABLE", "The host has closed the connection.")
    return data


def _leave(connection: Connection, reason: str) -> Error:
    connection.goodbye(cut(reason))
    return Error("UNAVAILABLE", reason)
