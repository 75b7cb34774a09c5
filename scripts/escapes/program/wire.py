"""The protocol without an SDK: as much of it as a liar needs. `spec/PROTOCOL.md` has all of it."""

import os
import socket
import time

HELLO, WELCOME, INVOKE, ITEM, PART, END, CREDIT, CANCEL, RETURNED, FAILED, RELEASE, LOG, PING, PONG, DRAIN, GOODBYE, ACCEPTED = range(2, 19)
PREFACE = b"STOA1\n"
FEATURES = ["log", "streams-in", "references", "pipelining", "large-payloads", "channels", "direct-channels"]


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def message(**fields):
    """`_1=5, _4="x"`: fields by number; a list is a repeated field."""
    out = b""
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            number = int(name[1:]) << 3
            if isinstance(one, int):
                out += varint(number) + varint(one)
            else:
                data = one.encode() if isinstance(one, str) else one
                out += varint(number | 2) + varint(len(data)) + data
    return out


def take_varint(data, at):
    n = shift = 0
    while True:
        n |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return n, at


def fields(data):
    """Number to values, numbers or bytes."""
    found, at = {}, 0
    while at < len(data):
        tag, at = take_varint(data, at)
        if tag & 7 == 0:
            value, at = take_varint(data, at)
        elif tag & 7 == 1:
            value, at = data[at : at + 8], at + 8
        else:
            size, at = take_varint(data, at)
            value, at = data[at : at + size], at + size
        found.setdefault(tag >> 3, []).append(value)
    return found


def text_of(value):
    """What a value says, for people and for plain data."""
    for number, (one, *_) in fields(value).items():
        if number == 1:
            return bool(one)
        if number == 2:
            return one >> 1 ^ -(one & 1)
        if number == 4:
            return one.decode()
        if number == 6:
            return [text_of(item) for item in fields(one).get(1, [])]
        if number == 7:
            entries = [fields(entry) for entry in fields(one).get(1, [])]
            return {entry.get(1, [b""])[0].decode(): text_of(entry.get(2, [b""])[0]) for entry in entries}
        return one
    return None


def value_of(it):
    if it is None:
        return b""
    if isinstance(it, bool):
        return message(_1=int(it))
    if isinstance(it, int):
        return message(_2=it << 1 if it >= 0 else -it * 2 - 1)
    if isinstance(it, str):
        return message(_4=it)
    if isinstance(it, dict):
        return message(_7=message(_1=[message(_1=key, _2=value_of(one)) for key, one in it.items()]))
    return message(_6=message(_1=[value_of(one) for one in it]))


def arguments(*given):
    return message(_1=[value_of(one) for one in given])


class Line:
    """A connection."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)
        self.rest = b""
        self.heard = []
        self.last = 1

    def send(self, kind, body=b"", call=0):
        frame = (message(_1=call) if call else b"") + message(**{f"_{kind}": body})
        self.raw(varint(len(frame)) + frame)

    def raw(self, data):
        self.socket.settimeout(5)
        self.socket.sendall(data)

    def greet(self, token=b"", name=None, **more):
        info = {} if name is None else {"_5": message(_1=name, _4=[message(_1=method) for method in ("attempt", "sound", "again")], _6="program")}
        self.raw(PREFACE)
        self.send(HELLO, message(_1=1, _2=1, _3=FEATURES, **info, **({"_6": token} if token else {}), **more))

    def invoke(self, argument=b"", call=None, **fields):
        """Opens a call, and gives its number."""
        if call is None:
            self.last += 2
            call = self.last
        self.send(INVOKE, message(**fields, _11=32, _15=argument), call)
        return call

    def next(self, seconds=None):
        """The next frame: its call, its kind, its body. None at the end, or when time is up."""
        until = None if seconds is None else time.monotonic() + seconds
        while True:
            frame = self._whole()
            if frame is not None:
                return frame
            try:
                self.socket.settimeout(None if until is None else max(0.001, until - time.monotonic()))
                data = self.socket.recv(1 << 16)
            except OSError:
                return None
            if not data:
                return None
            self.rest += data

    def _whole(self):
        if self.rest[:6] == PREFACE:
            self.rest = self.rest[6:]
        try:
            size, at = take_varint(self.rest, 0)
        except IndexError:
            return None
        if len(self.rest) < at + size:
            return None
        frame, self.rest = fields(self.rest[at : at + size]), self.rest[at + size :]
        call = frame.pop(1, [0])[0]
        kind, (body, *_) = next(iter(frame.items()), (0, [b""]))
        return call, kind, body

    def hear(self, seconds=0.4):
        """All that comes for so long, as text. What is for us to do waits."""
        found, until = [], time.monotonic() + seconds
        while True:
            frame = self.next(max(0.001, until - time.monotonic()))
            if frame is None:
                return found
            call, kind, body = frame
            if kind == PING:
                self.send(PONG, body)
            elif kind == INVOKE:
                self.heard.append(frame)
            elif kind == RETURNED:
                found.append(f"{call} returned {text_of(fields(body).get(15, [b''])[0])} {body[:200]!r}")
            else:
                found.append(f"{call} {kind} {body[:300].decode(errors='replace')}")


def host():
    """The connection that this process was started for."""
    return os.environ["STOA_SOCKET"], bytes.fromhex(os.environ["STOA_TOKEN"])
