"""The frames of frame.proto and module.proto as tables, and their way to and from bytes."""
from __future__ import annotations

from ._protobuf import SMALL, Enum, Malformed, Message, read_varint, varint

PREFACE = b"STOA1\n"
PROTOCOL = 1
MAX_FRAME = 1 << 20
MAX_PAYLOAD = 256 << 10
INITIAL_CREDIT = 32

LANE = Enum({"LANE_INTERACTIVE": 0, "LANE_BATCH": 1})
LEVEL = Enum({"INFO": 0, "DEBUG": 1, "WARNING": 2, "ERROR": 3, "OUT": 4, "ERR": 5})
CODE = Enum(
    {
        "FAILURE_CODE_UNSPECIFIED": 0,
        "NO_SUCH_MODULE": 1,
        "NO_SUCH_METHOD": 2,
        "NAME_TAKEN": 3,
        "BAD_ARGUMENT": 4,
        "DENIED": 5,
        "RESOURCE_EXHAUSTED": 6,
        "UNSUPPORTED": 7,
        "THREW": 20,
        "LOAD_FAILED": 30,
        "LOST": 31,
        "UNAVAILABLE": 32,
        "DEADLINE_EXCEEDED": 40,
        "CANCELLED": 41,
        "DEADLOCK": 42,
        "INTERNAL": 50,
    }
)

PARAMETER = Message(
    {
        "name": (1, "text"),
        "type": (2, "text"),
        "doc": (3, "text"),
        "optional": (4, "bool"),
        "default": (5, "text"),
        "variadic": (6, "bool"),
        "by_name": (7, "bool"),
        "keyword_only": (8, "bool"),
        "positional_only": (9, "bool"),
    }
)
METHOD_INFO = Message(
    {
        "name": (1, "text"),
        "doc": (2, "text"),
        "parameters": (3, [PARAMETER]),
        "returns": (4, "text"),
        "streams": (5, "bool"),
        "idempotent": (6, "bool"),
        "cached": (7, "text"),
    }
)
MODULE_INFO = Message(
    {
        "name": (1, "text"),
        "version": (2, "text"),
        "doc": (3, "text"),
        "methods": (4, [METHOD_INFO]),
        "needs": (5, "map"),
        "language": (6, "text"),
    }
)
LIMITS = Message({"max_frame_bytes": (1, "uint"), "max_open_calls": (2, "uint"), "max_references": (3, "uint")})
HELLO = Message(
    {
        "protocol_min": (1, "uint"),
        "protocol_max": (2, "uint"),
        "features": (3, ["text"]),
        "limits": (4, LIMITS),
        "module": (5, MODULE_INFO),
        "token": (6, "bytes"),
        "instance": (7, "text"),
    }
)
WELCOME = Message(
    {
        "protocol": (1, "uint"),
        "features": (2, ["text"]),
        "limits": (3, LIMITS),
        "module": (4, MODULE_INFO),
        "instance": (5, "text"),
        "token": (6, "bytes"),
    }
)
REFERENCE = Message({"owner": (1, "text"), "number": (2, "uint")})
DIRECT = Message({"path": (1, "text"), "token": (2, "bytes"), "proof": (3, "bytes")})
CHANNEL = Message({"module": (1, "text"), "direct": (2, DIRECT)})
OBJECT = Message(
    {"reference": (1, REFERENCE), "result_of": (2, "uint"), "channel": (3, CHANNEL)}, body=frozenset(("result_of",))
)
INVOKE = Message(
    {
        "module": (1, "text"),
        "object": (2, OBJECT),
        "method": (3, "text"),
        "timeout_us": (4, "uint"),
        "lane": (5, LANE),
        "parent": (6, "uint"),
        "blocking": (7, "bool"),
        "one_way": (8, "bool"),
        "caller": (9, "text"),
        "metadata": (10, "map"),
        "credit": (11, "uint"),
        "streams": (12, "bool"),
        "more": (13, "bool"),
        "references": (14, [REFERENCE]),
        "argument": (15, "bytes"),
    },
    body=frozenset(("module", "object")),
)
PAYLOAD = Message({"more": (1, "bool"), "references": (14, [REFERENCE]), "payload": (15, "bytes")})
PART = Message({"more": (1, "bool"), "payload": (15, "bytes")})
STACK_FRAME = Message({"language": (1, "text"), "function": (2, "text"), "file": (3, "text"), "line": (4, "uint")})
_thrown = {"type": (1, "text"), "message": (2, "text"), "frames": (3, [STACK_FRAME])}
THROWN = Message(_thrown)
THROWN.__init__({**_thrown, "cause": (4, THROWN), "module": (5, "text")})  # it holds itself
FAILED = Message(
    {
        "code": (1, CODE),
        "message": (2, "text"),
        "help": (3, "text"),
        "retryable": (4, "bool"),
        "thrown": (5, THROWN),
        "details": (6, "map"),
    }
)
RELEASE = Message({"counts": (1, [Message({"reference": (1, REFERENCE), "count": (2, "uint")})])})

BODIES = {
    "hello": (2, HELLO),
    "welcome": (3, WELCOME),
    "invoke": (4, INVOKE),
    "item": (5, PAYLOAD),
    "part": (6, PART),
    "end": (7, Message({})),
    "credit": (8, Message({"items": (1, "uint"), "bytes": (2, "uint")})),
    "cancel": (9, Message({"reason": (1, "text")})),
    "returned": (10, PAYLOAD),
    "failed": (11, FAILED),
    "release": (12, RELEASE),
    "log": (13, Message({"level": (1, LEVEL), "text": (2, "text")})),
    "ping": (14, Message({"nonce": (1, "uint")})),
    "pong": (15, Message({"nonce": (1, "uint")})),
    "drain": (16, Message({"limit_ms": (1, "uint"), "reason": (2, "text")})),
    "goodbye": (17, Message({"reason": (1, "text")})),
    "accepted": (18, Message({"peer": (1, "text"), "direct": (2, DIRECT)})),
}
FRAME = Message({"call": (1, "uint"), **BODIES})


def encode(frame: dict) -> bytes:
    """A frame with its length in front."""
    data = FRAME.encode(frame)
    return varint(len(data)) + data


def payload_frames(call: int, kind: str, header: dict, name: str, payload: bytes) -> bytes:
    """The opening frame of a payload, and Parts for what does not fit into it."""
    if len(payload) <= MAX_PAYLOAD:
        return encode({"call": call, kind: {**header, name: payload}})
    return b"".join(encode(frame) for frame, _ in parts(call, kind, header, name, payload))


def parts(call: int, kind: str, header: dict, name: str, payload: bytes):
    """The frames of a large payload, and how much of it each has."""
    pieces = memoryview(payload)
    for at in range(0, len(payload), MAX_PAYLOAD):
        piece = pieces[at : at + MAX_PAYLOAD]
        more = at + MAX_PAYLOAD < len(payload)
        body = {"more": more, "payload": piece} if at else {**header, "more": more, name: piece}
        yield {"call": call, "part" if at else kind: body}, len(piece)


def returned_frame(call: int, payload: bytes) -> bytes:
    """What ends most calls, put together by hand."""
    size = len(payload)
    if size > 100:
        return payload_frames(call, "returned", {}, "payload", payload)
    number = varint(call)
    if not size:
        return SMALL[len(number) + 3] + b"\x08" + number + b"\x52\0"
    return SMALL[len(number) + size + 5] + b"\x08" + number + b"\x52" + SMALL[size + 2] + b"\x7a" + SMALL[size] + payload


class Reader:
    """Cuts what arrives, in pieces of any size, into frames."""

    def __init__(self, limit: int = MAX_FRAME):
        self._limit = limit
        self._rest = b""

    def feed(self, data: bytes) -> list[dict]:
        """The frames that are complete now. Raises Malformed; the connection is of no use then."""
        if self._rest:
            data = self._rest + data
        frames = []
        pos, end = 0, len(data)
        while pos < end:
            size = data[pos]
            start = pos + 1
            if size > 127:
                size, start = self._length(data, pos, end)
                if size < 0:
                    break
            stop = start + size
            if stop > end:
                break
            frames.append(FRAME.decode(data, start, stop))
            pos = stop
        self._rest = data[pos:] if pos < end else b""
        return frames

    def _length(self, data: bytes, pos: int, end: int) -> tuple[int, int]:
        stop = min(end, pos + 5)
        if all(byte > 127 for byte in data[pos:stop]):
            if stop == pos + 5:
                raise Malformed("the length of a frame has more than five bytes")
            return -1, pos
        size, start = read_varint(data, pos, stop)
        if size > self._limit:
            raise Malformed(f"a frame of {size} bytes is longer than the limit of {self._limit}")
        return size, start
