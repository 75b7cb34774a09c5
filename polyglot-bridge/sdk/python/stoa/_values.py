"""Values between Python and the wire: PROTOCOL.md, "Values".

`refs` is what a payload passes by reference: while one is written a dict of key -> (index, object) that grows, while one
is read the objects that its table stands for.
"""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from struct import pack, unpack_from

from ._failures import Gone
from ._protobuf import Malformed, read_varint, skip, text, varint

MAX_DEPTH = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SECOND = timedelta(seconds=1)
_MIN_SECONDS, _MAX_SECONDS = -62135596800, 253402300799


class NotAValue(TypeError):
    """A Python object that cannot cross a call. `path` grows while the error travels outwards."""

    def __init__(self, what: str, advice: str):
        self.what, self.advice, self.path = what, advice, ""

    def at(self, step: str) -> "NotAValue":
        self.path = step + self.path
        return self

    def __str__(self) -> str:
        path = self.path if len(self.path) <= 80 else self.path[:77] + "..."
        return f"`{path}` is {self.what}, which cannot cross a call. {self.advice}"


NotAValue.__name__ = NotAValue.__qualname__ = "TypeError"  # what others see of it


# --- writing ----------------------------------------------------------------------------------------------------------

def encode(value, name: str = "value", refs: dict | None = None) -> bytes:
    """The value as bytes. `name` is what an error calls it."""
    try:
        return _value(value, 0, refs)
    except NotAValue as e:
        raise e.at(name) from None


def encode_arguments(positional: tuple, named: dict, refs: dict | None = None) -> bytes:
    parts = []
    for i, value in enumerate(positional):
        data = encode(value, f"argument {i + 1}", refs)
        parts.append(b"\x0a" + varint(len(data)) + data)
    for name, value in named.items():
        data = _entry(name, encode(value, f"argument {name}", refs))
        parts.append(b"\x12" + varint(len(data)) + data)
    return b"".join(parts)


def _value(value, depth: int, refs) -> bytes:
    writer = _WRITERS.get(type(value))
    if writer is None:
        writer = _inherited(value)
    return writer(value, depth, refs)


def _inherited(value):
    for kind in _DATA:
        if isinstance(value, kind):
            return _WRITERS[kind]
    raise _strange(value)


def _int(value: int, depth: int, refs) -> bytes:
    if -64 <= value < 64:
        return _SMALL_INTS[value]
    if -(1 << 63) <= value < 1 << 63:
        return b"\x10" + varint(value << 1 if value >= 0 else ~value << 1 | 1)
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return b"\x42" + varint(size) + value.to_bytes(size, "big", signed=True)


_SMALL_INTS = {n: b"\x10" + bytes([n << 1 if n >= 0 else ~n << 1 | 1]) for n in range(-64, 64)}


def _text(value: str, depth: int, refs) -> bytes:
    data = _utf8(value)
    return b"\x22" + varint(len(data)) + data


def _utf8(value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError as e:
        what = f"text with a lone surrogate U+{ord(value[e.start]):04X} at index {e.start}"
        raise NotAValue(what, 'It is not Unicode: send bytes, or `text.encode("utf-8", "replace").decode()`.') from None


def _bytes(value, depth: int, refs) -> bytes:
    data = bytes(value)
    return b"\x2a" + varint(len(data)) + data


def _list(value, depth: int, refs) -> bytes:
    if depth == MAX_DEPTH and value:
        raise _too_deep()
    out = bytearray()
    i = 0
    try:
        for i, item in enumerate(value):
            data = _value(item, depth + 1, refs)
            out += b"\x0a" + varint(len(data)) + data
    except NotAValue as e:
        raise e.at(f"[{i}]")
    return b"\x32" + varint(len(out)) + out


def _map(value: dict, depth: int, refs) -> bytes:
    if depth == MAX_DEPTH and value:
        raise _too_deep()
    out = bytearray()
    for key, item in value.items():
        if not isinstance(key, str):
            raise NotAValue(f"a map with the {_type(key)} key {key!r:.40}", "Keys are text: use `str(key)`.")
        try:
            data = _entry(key, _value(item, depth + 1, refs))
        except NotAValue as e:
            raise e.at(f".{key}" if key.isidentifier() else f"[{key!r}]")
        out += b"\x0a" + varint(len(data)) + data
    return b"\x3a" + varint(len(out)) + out


def _entry(key: str, data: bytes) -> bytes:
    name = _utf8(key)
    head = b"\x0a" + varint(len(name)) + name if name else b""
    return head + b"\x12" + varint(len(data)) + data


def _timestamp(value: datetime, depth: int, refs) -> bytes:
    if value.tzinfo is None or value.utcoffset() is None:
        raise NotAValue("a datetime without a time zone", "Add one: `value.replace(tzinfo=timezone.utc)`.")
    seconds = (value - _EPOCH) // _SECOND
    if not _MIN_SECONDS <= seconds <= _MAX_SECONDS:
        raise NotAValue("a datetime outside the years 1 to 9999 of UTC", "Send text instead.")
    out = b""
    if seconds:
        out = b"\x08" + varint(seconds << 1 if seconds >= 0 else ~seconds << 1 | 1)
    if value.microsecond:
        out += b"\x10" + varint(value.microsecond * 1000)
    return b"\x4a" + varint(len(out)) + out


_WRITERS = {
    str: _text,
    bool: lambda value, depth, refs: b"\x08\x01" if value else b"\x08\x00",
    int: _int,
    type(None): lambda value, depth, refs: b"",
    float: lambda value, depth, refs: b"\x19" + pack("<d", value),
    dict: _map,
    list: _list,
    tuple: _list,
    bytes: _bytes,
    bytearray: _bytes,
    memoryview: _bytes,
    datetime: _timestamp,
}

#: Types that are values themselves, for short cuts.
PLAIN = frozenset(_WRITERS)
_DATA = tuple(_WRITERS)

_LOCATORS: dict = {}


def pass_by_reference(kind: type, locate) -> None:
    """Objects of this type cross as references. `locate(value)` gives a key that tells them apart, and the object."""
    _LOCATORS[kind] = locate
    _WRITERS[kind] = _reference


def _reference(value, depth: int, refs) -> bytes:
    if refs is None:
        raise _strange(value)
    key, thing = _LOCATORS[type(value)](value)
    return b"\x50" + varint(refs.setdefault(key, (len(refs), thing))[0])

_OTHERS = "Send None, bool, int, float, str, bytes, list, dict or an aware datetime, or `stoa.ref(value)`."
_ADVICE = {
    "set": "Send a list: `sorted(value)`.",
    "frozenset": "Send a list: `sorted(value)`.",
    "Decimal": "Send `str(value)` or `float(value)`.",
    "Fraction": "Send `str(value)` or `float(value)`.",
    "complex": "Send `[value.real, value.imag]`.",
    "date": "Send `value.isoformat()` or a datetime with a time zone.",
    "time": "Send `value.isoformat()`.",
    "timedelta": "Send `value.total_seconds()`.",
    "range": "Send `list(value)`.",
    "generator": "Return it from a method, or give it as the last argument, to stream; or send `list(value)`.",
    "async_generator": "Return it from a method, or give it as the last argument of a call of `stoa.aio`, to stream.",
    "coroutine": "Await it first.",
    "builtin_function_or_method": "Wrap it: `lambda *given: f(*given)`.",
    "Module": "Send its name.",
    "type": "Send its name.",
}


def _strange(value) -> NotAValue:
    kind = _type(value)
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        advice = "Send `dataclasses.asdict(value)`."
    elif hasattr(type(value), "__members__"):
        advice = "It is a member of an enum: send its `.value`."
    else:
        advice = _ADVICE.get(kind, _OTHERS)
    return NotAValue(f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}", advice)


def _type(value) -> str:
    return type(value).__name__


def _too_deep() -> NotAValue:
    return NotAValue(f"inside more than {MAX_DEPTH} lists and maps", "Flatten it; a value must not contain itself.")


# --- reading ----------------------------------------------------------------------------------------------------------

def decode(data: bytes, refs=()):
    return _read(data, 0, len(data), 0, refs)


def decode_arguments(data: bytes, refs=()) -> tuple[list, dict]:
    positional: list = []
    named: dict = {}
    pos, end = 0, len(data)
    while pos < end:
        tag = data[pos]
        if tag == 0x0A:
            start, pos = _span(data, pos + 1, end)
            positional.append(_read(data, start, pos, 0, refs))
        elif tag == 0x12:
            start, pos = _span(data, pos + 1, end)
            _read_entry(named, data, start, pos, 0, refs)
        else:
            pos = _skip_at(data, pos, end)
    return positional, named


def _read(data: bytes, pos: int, end: int, depth: int, refs):
    if pos == end:
        return None
    if depth > MAX_DEPTH:
        raise Malformed(f"a value is inside more than {MAX_DEPTH} lists and maps")
    found = False
    value = None
    while pos < end:
        tag = data[pos]
        pos += 1
        if tag == 0x22:
            start, pos = _span(data, pos, end)
            value = text(data[start:pos])
        elif tag == 0x10:
            number, pos = read_varint(data, pos, end)
            value = number >> 1 ^ -(number & 1)
        elif tag == 0x08:
            number, pos = read_varint(data, pos, end)
            value = number != 0
        elif tag == 0x19:
            if pos + 8 > end:
                raise Malformed("a double is cut short")
            value = unpack_from("<d", data, pos)[0]
            pos += 8
        elif tag == 0x3A:
            start, pos = _span(data, pos, end)
            value = _read_map(data, start, pos, depth + 1, refs)
        elif tag == 0x32:
            start, pos = _span(data, pos, end)
            value = _read_list(data, start, pos, depth + 1, refs)
        elif tag == 0x2A:
            start, pos = _span(data, pos, end)
            value = data[start:pos]
        elif tag == 0x50:
            number, pos = read_varint(data, pos, end)
            value = _read_reference(number, refs)
        elif tag == 0x42:
            start, pos = _span(data, pos, end)
            value = _read_big(data[start:pos])
        elif tag == 0x4A:
            start, pos = _span(data, pos, end)
            value = _read_timestamp(data, start, pos)
        else:
            pos = _skip_at(data, pos - 1, end)
            continue
        found = True
    if not found:
        raise Malformed("a value has a kind that is unknown here: its sender may be newer")
    return value


def _span(data: bytes, pos: int, end: int) -> tuple[int, int]:
    """Where the field with its length at `pos` begins and ends."""
    if pos < end and data[pos] < 128:
        size = data[pos]
        pos += 1
    else:
        size, pos = read_varint(data, pos, end)
    if pos + size > end:
        raise Malformed("a field is longer than what holds it")
    return pos, pos + size


def _skip_at(data: bytes, pos: int, end: int) -> int:
    tag, pos = read_varint(data, pos, end)
    return skip(data, tag, pos, end)


def _read_list(data: bytes, pos: int, end: int, depth: int, refs) -> list:
    items = []
    while pos < end:
        if data[pos] == 0x0A:
            start, pos = _span(data, pos + 1, end)
            items.append(_read(data, start, pos, depth, refs))
        else:
            pos = _skip_at(data, pos, end)
    return items


def _read_map(data: bytes, pos: int, end: int, depth: int, refs) -> dict:
    entries: dict = {}
    while pos < end:
        if data[pos] == 0x0A:
            start, pos = _span(data, pos + 1, end)
            _read_entry(entries, data, start, pos, depth, refs)
        else:
            pos = _skip_at(data, pos, end)
    return entries


def _read_entry(into: dict, data: bytes, pos: int, end: int, depth: int, refs) -> None:
    key, value = "", None
    while pos < end:
        tag = data[pos]
        if tag == 0x0A:
            start, pos = _span(data, pos + 1, end)
            key = text(data[start:pos])
        elif tag == 0x12:
            start, pos = _span(data, pos + 1, end)
            value = _read(data, start, pos, depth, refs)
        else:
            pos = _skip_at(data, pos, end)
    if key in into:
        raise Malformed(f"the key `{key}` comes twice")
    into[key] = value


def _read_reference(number: int, refs):
    if number >= len(refs):
        raise Malformed(f"the frame's header has no reference {number}")
    value = refs[number]
    if type(value) is Gone:
        raise value
    return value


def _read_big(data: bytes) -> int:
    if len(data) <= 8:
        raise Malformed("a big integer fits 64 bits")
    if (data[0] == 0 and data[1] < 128) or (data[0] == 255 and data[1] > 127):
        raise Malformed("a big integer is not in its shortest form")
    return int.from_bytes(data, "big", signed=True)


def _read_timestamp(data: bytes, pos: int, end: int) -> datetime:
    seconds = nanos = 0
    while pos < end:
        tag = data[pos]
        if tag == 0x08:
            number, pos = read_varint(data, pos + 1, end)
            seconds = number >> 1 ^ -(number & 1)
        elif tag == 0x10:
            nanos, pos = read_varint(data, pos + 1, end)
        else:
            pos = _skip_at(data, pos, end)
    if nanos > 999_999_999:
        raise Malformed(f"a timestamp has {nanos} nanoseconds")
    if not _MIN_SECONDS <= seconds <= _MAX_SECONDS:
        raise Malformed(f"a timestamp of {seconds} seconds is outside the years 1 to 9999")
    return _EPOCH + timedelta(seconds=seconds, microseconds=nanos // 1000)
