"""Python as people write it."""

from __future__ import annotations

import asyncio
import collections
import enum
import functools
import json
import re
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, Optional

import stoa


class Colour(enum.Enum):
    RED = "red"


class Number(enum.IntEnum):
    ONE = 1


@dataclass
class Point:
    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)


class Mine(Exception):
    pass


def _timed(f):
    @functools.wraps(f)
    def inner(*given, **named):
        return f(*given, **named)

    return inner


def add(a: int, b: int = 1) -> int:
    """Adds.

    In two paragraphs.
    """
    return a + b


@_timed
def decorated(x: int, *, loud: bool = False) -> str:
    """Is decorated."""
    return str(x) + ("!" if loud else "")


@functools.lru_cache
def cached(n: int) -> int:
    return n * 2


def kinds(a, /, b, *args, c, d=4, **more):
    return [a, b, args, c, d, more]


def halved(x: int, /) -> float:
    return x / 2


def typed(a: Optional[int] = None, b: Literal["x", "y"] = "x", c: dict[str, list[int]] | None = None, d: Point = None) -> list:
    return [a, b, c, d]


def colour(name: str):
    return Colour(name).name


def point(x, y=2):
    return asdict(Point(x, y, ["t"]))


def cube(x):
    return x**3


def numbers():
    return [2**64, -(2**70), 9007199254740993, 1e21, -0.0, 0.1 + 0.2, 3.0, Number.ONE, float("nan")]


def collected():
    pair = collections.namedtuple("Pair", "x y")(1, 2)
    return (1, (2, 3), collections.OrderedDict(b=1, a=2), collections.Counter("aab"), pair)


def triple(text):
    return str(Decimal(text) * 3)


def reversed_bytes(data: bytes):
    return data[::-1]


def next_day(at):
    return {"at": at, "year": at.year, "next": at + timedelta(days=1)}


def matched(value):
    match value:
        case {"a": x}:
            return f"map {x}"
        case [x, *rest]:
            return f"list {x} {rest}"
        case _:
            return "other"


def months(text):
    return [m.groupdict() for m in re.finditer(r"(?P<y>\d{4})-(?P<m>\d\d)", text)]


def own_name():
    return __name__


async def later(x):
    await asyncio.sleep(0.001)
    return x


async def ticks(n):
    for i in range(n):
        yield await later({"i": i})


async def gathered():
    return await asyncio.gather(later(1), stoa.aio.module("features").getReady(), stoa.aio.module("pyfeatures").add(1, 2))


async def too_late():
    async with asyncio.timeout(0.01):
        await asyncio.sleep(60)


square = lambda x: x * x  # noqa: E731


def chain():
    try:
        json.loads("{bad")
    except ValueError as e:
        raise Mine("outer") from e


def exits():
    raise SystemExit(3)


def group():
    raise ExceptionGroup("several", [ValueError("a"), TypeError("b")])


def recurses():
    return recurses() + 1


def returns_set():
    return {"a": [1, {2}]}


def returns_enum():
    return Colour.RED


def returns_point():
    return Point(1)


def returns_decimal():
    return Decimal("1.1")


def returns_naive():
    return datetime(2024, 1, 1)


def returns_date():
    return date(2024, 1, 1)


def returns_keys():
    return {1: 2}


def returns_surrogate():
    return "a\ud800b"


def failures():
    try:
        stoa.module("features").chain()
    except stoa.Error as e:
        remote = e.remote
        return [e.code, e.message, str(e), remote.type, remote["cause"]["type"], remote.frames[0].function, remote.cause.cause]


def passes_on():
    return stoa.module("features").chain()


def absent():
    return stoa.module("feeatures").chain()
