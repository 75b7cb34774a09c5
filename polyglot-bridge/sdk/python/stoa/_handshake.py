"""Preface, Hello and Welcome."""
from __future__ import annotations

from . import _frames
from ._connection import FEATURES, Connection
from ._failures import Error, cut
from ._frames import PROTOCOL
from ._protobuf import Malformed

_ONLY = f"this module speaks protocol {PROTOCOL} only"


def greet(connection: Connection, info: dict | None, token: bytes = b"") -> None:
    """Agrees with the host. Raises Error if that cannot be; Goodbye was said then."""
    if connection.transport.dials:
        hello = {"protocol_min": PROTOCOL, "protocol_max": PROTOCOL, "features": FEATURES, "token": token}
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
    connection.features = [feature for feature in FEATURES if feature in said.get("features", ())]
    connection.references.instance = said.get("instance", "")
    connection.references.max = said.get("limits", {}).get("max_references") or connection.references.max
    if not connection.transport.dials:
        connection.send({"welcome": {"protocol": PROTOCOL, "features": connection.features, "module": info}})
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
        raise Error("UNAVAILABLE", frames[0].get("goodbye", {}).get("reason", f"the host's first frame is not {kind}"))
    return frames[0][kind], frames[1:]


def _receive(connection: Connection) -> bytes:
    data = connection.receive()
    if not data:
        raise Error("UNAVAILABLE", "The host has closed the connection.")
    return data


def _leave(connection: Connection, reason: str) -> Error:
    connection.goodbye(cut(reason))
    return Error("UNAVAILABLE", reason)
