#!/usr/bin/env python3
"""Writes the golden vectors with the real protobuf library, and with cbor2, so that no codec of Stoa checks itself.

    python3 -m venv venv && venv/bin/pip install grpcio-tools cbor2
    venv/bin/python spec/vectors/generate.py          # writes the six files beside this one
    venv/bin/python spec/vectors/generate.py --check  # fails if they would change

The vectors themselves are listed in examples.py. PROTOCOL.md, "Vectors", explains the files.
"""
import base64
import json
import math
import pathlib
import re
import struct
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import cbor2
from google.protobuf import json_format
from grpc_tools import protoc

import examples

HERE = pathlib.Path(__file__).resolve().parent
PROTOS = HERE.parent / "src/main/protobuf"


def generated_classes():
    folder = tempfile.mkdtemp()
    files = [str(p.relative_to(PROTOS)) for p in sorted(PROTOS.rglob("*.proto"))]
    if protoc.main(["protoc", f"-I{PROTOS}", f"--python_out={folder}", *files]) != 0:
        sys.exit("protoc failed")
    sys.path.insert(0, folder)
    from stoa.v1 import frame_pb2, value_pb2

    return frame_pb2, value_pb2


frame_pb2, value_pb2 = generated_classes()
Value = value_pb2.Value


class BadJson(ValueError):
    pass


# --- the JSON mapping, read -------------------------------------------------------------------------------------------

class Pairs(list):
    """A JSON object as it stands in the text."""


class Literal(str):
    """A number literal with a point or an exponent."""


def read_json(text):
    def refuse(constant):
        raise BadJson(f"{constant} is no JSON")

    try:
        tree = json.loads(text, object_pairs_hook=Pairs, parse_float=Literal, parse_constant=refuse)
    except (json.JSONDecodeError, RecursionError) as e:
        raise BadJson(str(e)) from None
    return to_value(tree, 0)


def to_value(tree, depth):
    if depth > 100:
        raise BadJson("inside more than 100 lists and maps")
    value = Value()
    if tree is None:
        return value
    if isinstance(tree, bool):
        value.bool = tree
    elif isinstance(tree, int):
        set_integer(value, tree)
    elif isinstance(tree, Literal):
        value.double = float(tree)
        if math.isinf(value.double):
            raise BadJson(f"{tree} does not fit a double")
    elif isinstance(tree, str):
        value.text = paired(tree)
    elif isinstance(tree, Pairs):
        set_object(value, tree, depth)
    else:
        value.list.SetInParent()
        value.list.items.extend(to_value(item, depth + 1) for item in tree)
    return value


def paired(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadJson("a lone surrogate") from None
    return text


def set_integer(value, number):
    if -(2**63) <= number < 2**63:
        value.int = number
    else:
        size = (number if number >= 0 else ~number).bit_length() // 8 + 1
        value.big_integer = number.to_bytes(size, "big", signed=True)


def set_object(value, pairs, depth):
    if len(pairs) == 1 and pairs[0][0].startswith("$"):
        key, inside = pairs[0]
        if key == "$map" and isinstance(inside, Pairs):
            set_map(value, inside, depth)
        elif key == "$double" and inside in ("NaN", "Infinity", "-Infinity"):
            value.double = float(inside)
        elif key == "$bytes" and type(inside) is str:
            value.bytes = strict_base64(inside)
        elif key == "$timestamp" and type(inside) is str:
            set_timestamp(value, inside)
        else:
            raise BadJson(f"`{key}` with {inside!r} has no meaning")
    else:
        set_map(value, pairs, depth)


def strict_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as e:
        raise BadJson(str(e)) from None
    if base64.b64encode(data).decode() != text:
        raise BadJson("no canonical base64")
    return data


def set_map(value, pairs, depth):
    value.map.SetInParent()
    if len({key for key, _ in pairs}) < len(pairs):
        raise BadJson("a key comes twice")
    for key, inside in pairs:
        entry = value.map.entries.add(key=paired(key))
        entry.value.CopyFrom(to_value(inside, depth + 1))
        entry.value.SetInParent()


TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def set_timestamp(value, text):
    match = TIMESTAMP.fullmatch(text)
    if not match:
        raise BadJson(f"{text} is no timestamp")
    try:
        when = datetime.fromisoformat(match[1]).replace(tzinfo=timezone.utc)
    except ValueError as e:
        raise BadJson(str(e)) from None
    value.timestamp.seconds = (when - EPOCH) // timedelta(seconds=1)
    value.timestamp.nanos = int((match[2] or "0").ljust(9, "0"))
    value.timestamp.SetInParent()


# --- the JSON mapping, written ----------------------------------------------------------------------------------------

def write_json(value, references=()):
    kind = value.WhichOneof("kind")
    if kind is None:
        return "null"
    inside = getattr(value, kind)
    if kind == "double":
        return write_double(inside)
    if kind == "text":
        return write_text(inside)
    if kind in ("bool", "int"):
        return json.dumps(inside)
    if kind == "bytes":
        return '{"$bytes":"%s"}' % base64.b64encode(inside).decode()
    if kind == "big_integer":
        return str(int.from_bytes(inside, "big", signed=True))
    if kind == "timestamp":
        return '{"$timestamp":"%s"}' % write_timestamp(inside)
    if kind == "list":
        return "[" + ",".join(write_json(v, references) for v in inside.items) + "]"
    if kind == "reference":
        r = references[inside]
        return '{"$reference":{"owner":%s,"number":%d}}' % (write_text(r["owner"]), r["number"])
    text = ",".join(
        write_text(e.key) + ":" + write_json(e.value, references) for e in inside.entries
    )
    escape = len(inside.entries) == 1 and inside.entries[0].key.startswith("$")
    return '{"$map":{%s}}' % text if escape else "{%s}" % text


def write_double(number):
    if math.isnan(number):
        return '{"$double":"NaN"}'
    if math.isinf(number):
        return '{"$double":"%sInfinity"}' % ("-" if number < 0 else "")
    plain = number == 0 or 1e-3 <= abs(number) < 1e7
    if plain:
        return repr(number)
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    text = "".join(map(str, digits))
    power = len(text) - 1 + exponent
    return f"{'-' * sign}{text[0]}.{text[1:] or '0'}e{power}"


def write_text(text):
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(
        "\\\\[bf]|[\x7f\u2028\u2029]",
        lambda m: {"\\b": "\\u0008", "\\f": "\\u000c"}.get(m[0]) or f"\\u{ord(m[0]):04x}",
        quoted,
    )


def write_timestamp(stamp):
    when = EPOCH + timedelta(seconds=stamp.seconds)
    text = f"{when.year:04}-" + when.strftime("%m-%dT%H:%M:%S")
    nanos = f"{stamp.nanos:09}"
    while nanos.endswith("000"):
        nanos = nanos[:-3]
    return text + ("." + nanos if nanos else "") + "Z"


# --- the CBOR mapping -------------------------------------------------------------------------------------------------

class Double:
    """NaN and the infinities, which cbor2 would write in two bytes."""

    def __init__(self, number):
        self.number = number


class Big:
    """An integer beyond 64 bits, which cbor2 would write as an integer of CBOR if it fits 65."""

    def __init__(self, number):
        self.tag = 2 if number >= 0 else 3
        self.magnitude = number if number >= 0 else ~number


def write_special(encoder, special):
    if isinstance(special, Double):
        encoder.write(b"\xfb" + struct.pack(">d", special.number))
    else:
        size = (special.magnitude.bit_length() + 7) // 8
        encoder.encode(cbor2.CBORTag(special.tag, special.magnitude.to_bytes(size, "big")))


def write_cbor(tree):
    return cbor2.dumps(tree, default=write_special)


def to_cbor(value):
    """The value as what cbor2 takes."""
    kind = value.WhichOneof("kind")
    if kind is None:
        return None
    inside = getattr(value, kind)
    if kind == "double":
        return inside if math.isfinite(inside) else Double(inside)
    if kind == "big_integer":
        return Big(int.from_bytes(inside, "big", signed=True))
    if kind == "timestamp":
        return cbor2.CBORTag(0, write_timestamp(inside))
    if kind == "list":
        return [to_cbor(item) for item in inside.items]
    if kind == "map":
        return {entry.key: to_cbor(entry.value) for entry in inside.entries}
    return inside


def same(one, other):
    """Whether cbor2 reads the same from both. NaN is not equal to itself."""
    a, b = cbor2.loads(one), cbor2.loads(other)
    if isinstance(a, datetime):
        return abs(a - b) < timedelta(microseconds=2)  # in seconds, a double
    return repr(a) == repr(b)


# --- the files --------------------------------------------------------------------------------------------------------

def value_vectors():
    for example in examples.VALUES:
        vector = dict(example)
        if "hex" in example:  # too deep for the protobuf library
            vector["cbor"] = write_cbor(json.loads(example["json"])).hex()
            yield vector
            continue
        value = Value(reference=0) if "references" in example else read_json(example["json"])
        for other in example.get("also_json", ()):
            assert deterministic(read_json(other)) == deterministic(value), example["name"]
        vector["hex"] = deterministic(value).hex()
        written = write_json(value, example.get("references", ()))
        assert written == example["json"], (example["name"], written)
        for language in ("javascript", "python"):
            if language + "_json" in vector:
                vector[language + "_hex"] = deterministic(read_json(vector.pop(language + "_json"))).hex()
        if "references" not in example:
            vector["cbor"] = write_cbor(to_cbor(value)).hex()
            others = [text.replace(" ", "") for text in vector.pop("also_cbor", ())]
            for other in others:
                assert same(bytes.fromhex(other), bytes.fromhex(vector["cbor"])), (example["name"], other)
            if others:
                vector["also_cbor"] = others
        yield vector


def deterministic(message):
    return message.SerializeToString(deterministic=True)


def malformed_value_vectors():
    for name, text, why in examples.MALFORMED_VALUES:
        yield {"name": name, "hex": text.replace(" ", ""), "why": why}


def malformed_cbor_vectors():
    for name, text, why in examples.MALFORMED_CBOR:
        yield {"name": name, "cbor": text.replace(" ", ""), "why": why}


def bad_json_vectors():
    for name, text, why in examples.BAD_JSON:
        try:
            read_json(text)
        except BadJson:
            yield {"name": name, "json": text, "why": why}
        else:
            raise AssertionError(f"{name} was read")


def frame_vectors():
    for name, description in examples.FRAMES:
        frame = json_format.ParseDict(description, frame_pb2.Frame())
        data = deterministic(frame)
        assert frame_pb2.Frame.FromString(data) == frame
        yield {"name": name, "hex": (examples.varint(len(data)) + data).hex(), "frame": description}


def odd_frame_vectors():
    for name, text, meaning, description in examples.ODD_FRAMES:
        vector = {"name": name, "hex": text.replace(" ", ""), "why": meaning}
        data = bytes.fromhex(vector["hex"])
        if description is not None:
            frame = frame_pb2.Frame.FromString(data[2:] if data[0] > 127 else data[1:])
            frame.DiscardUnknownFields()
            assert frame == json_format.ParseDict(description, frame_pb2.Frame()), name
            vector["frame"] = description
        yield vector


def lines(vectors):
    return "[\n" + ",\n".join(json.dumps(v, ensure_ascii=False) for v in vectors) + "\n]\n"


def main():
    files = {
        "values.json": lines(value_vectors()),
        "malformed-values.json": lines(malformed_value_vectors()),
        "malformed-cbor.json": lines(malformed_cbor_vectors()),
        "bad-json.json": lines(bad_json_vectors()),
        "frames.json": lines(frame_vectors()),
        "odd-frames.json": lines(odd_frame_vectors()),
    }
    for name, text in files.items():
        path = HERE / name
        if "--check" in sys.argv:
            assert path.read_text(encoding="utf-8") == text, f"{name} is out of date"
        else:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
