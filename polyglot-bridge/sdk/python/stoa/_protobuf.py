"""The little of protobuf that Stoa needs: varints, and messages as dicts described by tables."""
from __future__ import annotations

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
MASK64 = (1 << 64) - 1


class Malformed(ValueError):
    """Bytes that are not what they should be."""


def varint(number: int) -> bytes:
    if number < 128:
        return SMALL[number]
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


SMALL = [bytes([n]) for n in range(128)]


def read_varint(data: bytes, pos: int, end: int) -> tuple[int, int]:
    """The number at `pos` and the position behind it."""
    number = shift = 0
    while pos < end:
        byte = data[pos]
        pos += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number & MASK64, pos
        shift += 7
        if shift == 70:
            raise Malformed("a varint has more than ten bytes")
    raise Malformed("a varint is cut short")


def skip(data: bytes, tag: int, pos: int, end: int) -> int:
    """The position behind an unknown field, whose tag was just read."""
    wire = tag & 7
    if tag < 8:
        raise Malformed("a field has the number 0")
    if wire == VARINT:
        return read_varint(data, pos, end)[1]
    if wire == LENGTH:
        size, pos = read_varint(data, pos, end)
        pos += size
    elif wire == FIXED64:
        pos += 8
    elif wire == FIXED32:
        pos += 4
    else:
        raise Malformed(f"wire type {wire} is not in use")
    if pos > end:
        raise Malformed("a field is longer than what holds it")
    return pos


def text(data: bytes) -> str:
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError as e:
        raise not_utf8(e) from None


def not_utf8(error: UnicodeDecodeError) -> Malformed:
    return Malformed(f"text is not UTF-8: {error.reason}")


# The shapes of fields, as numbers: they are compared for each field that is read. The first three are varints.
_UINT, _BOOL, _ENUM, _TEXT, _BYTES, _MAP, _MESSAGE = range(7)
_SHAPES = {"uint": _UINT, "bool": _BOOL, "text": _TEXT, "bytes": _BYTES, "map": _MAP}


class Message:
    """A message type. Its fields: name -> (number, type); a type is "uint", "bool", "text", "bytes", a Message, an Enum,
    "map" (of text to text), or one of these in a list for a repeated field. `body` names the fields of a oneof: they are
    written even when they have their default."""

    def __init__(self, fields: dict, body: frozenset[str] = frozenset()):
        self.readers = {}
        self.writers = {}
        for name, (number, kind) in fields.items():
            repeated = isinstance(kind, list)
            if repeated:
                kind = kind[0]
            is_number = kind in ("uint", "bool") or isinstance(kind, Enum)
            tag = number << 3 | (VARINT if is_number else LENGTH)
            shape = _SHAPES[kind] if isinstance(kind, str) else _ENUM if is_number else _MESSAGE
            self.readers[tag] = (name, shape, kind, repeated)
            self.writers[name] = (varint(tag), kind, repeated, name in body)

    def decode(self, data: bytes, pos: int, end: int) -> dict:
        message: dict = {}
        readers = self.readers
        while pos < end:
            tag = data[pos]
            pos += 1
            if tag > 127:
                tag, pos = read_varint(data, pos - 1, end)
            reader = readers.get(tag)
            if reader is None:
                pos = skip(data, tag, pos, end)
                continue
            name, shape, kind, repeated = reader
            if pos >= end:
                raise Malformed("a field is cut short")
            number = data[pos]
            pos += 1
            if number > 127:
                number, pos = read_varint(data, pos - 1, end)
            if shape <= _ENUM:
                message[name] = number if shape == _UINT else number != 0 if shape == _BOOL else kind.name(number)
                continue
            start, pos = pos, pos + number
            if pos > end:
                raise Malformed("a field is longer than what holds it")
            if shape == _TEXT:
                try:
                    value = str(data[start:pos], "utf-8")
                except UnicodeDecodeError as e:
                    raise not_utf8(e) from None
            elif shape == _BYTES:
                value = data[start:pos]
            elif shape == _MAP:
                entry = ENTRY.decode(data, start, pos)
                message.setdefault(name, {})[entry.get("key", "")] = entry.get("value", "")
                continue
            else:
                value = kind.decode(data, start, pos)
            if repeated:
                message.setdefault(name, []).append(value)
            else:
                message[name] = value
        return message

    def encode(self, message: dict) -> bytes:
        """Fields are written in the order of the table, defaults are left out."""
        out = bytearray()
        for name, (tag, kind, repeated, in_body) in self.writers.items():
            value = message.get(name)
            if value is None:
                continue
            if repeated:
                for item in value:
                    _put(out, tag, kind, item)
            elif kind == "map":
                for key, item in value.items():
                    _put(out, tag, ENTRY, {"key": key, "value": item})
            elif value or in_body or isinstance(kind, Message):
                _put(out, tag, kind, value)
        return bytes(out)


class Enum:
    """Numbers with names. A number of a newer version stays a number."""

    def __init__(self, names: dict[str, int]):
        self.numbers = names
        self.names = {number: name for name, number in names.items()}

    def name(self, number: int) -> str | int:
        return self.names.get(number, number)

    def number(self, name: str | int) -> int:
        return name if isinstance(name, int) else self.numbers[name]


def _put(out: bytearray, tag: bytes, kind, value) -> None:
    if kind == "uint":
        out += tag + varint(value)
    elif kind == "bool":
        out += tag + (b"\1" if value else b"\0")
    elif isinstance(kind, Enum):
        number = kind.number(value)
        if number:
            out += tag + varint(number)
    else:
        data = value if kind == "bytes" else value.encode() if kind == "text" else kind.encode(value)
        out += tag + varint(len(data)) + data


ENTRY = Message({"key": (1, "text"), "value": (2, "text")}, body=frozenset(("key", "value")))
