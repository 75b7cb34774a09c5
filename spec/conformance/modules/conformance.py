"""The conformance module in Python: what spec/conformance/README.md asks for."""

import asyncio
import gc
import time

import stoa

_closed = {}  # how often the cleaning up of generators and calls ran, by the mark that they were given
_state = {"produced": 0, "passed": 0, "noted": None, "kept": None, "account": None, "handle": None}
_begun = {}  # how often `sleep` and `endless_later` began


def _begin(mark):
    _begun[mark] = _begun.get(mark, 0) + 1


def _close(mark):
    _closed[mark] = _closed.get(mark, 0) + 1


# Values and arguments


def echo(value):
    return value


def add(a: int, b: int) -> int:
    return a + b


def nothing():
    pass


def optional(first, second=2):
    return [first, second]


def rest(first, *more):
    return [first, more]


def size(value):
    return len(value)


def large(size):
    return "x" * size


async def added_later(a, b):
    await asyncio.sleep(0.001)
    return a + b


# Errors


def fail(message):
    raise ValueError(message)


async def fail_later(message):
    await asyncio.sleep(0.001)
    raise ValueError(message)


def fail_with_cause(message):
    raise RuntimeError("outer") from ValueError(message)


def unsendable():
    return {"a": [1, set()]}


def unsendable_item():
    yield 1
    yield set()


def unsendable_argument():
    try:
        stoa.module("stoa").describe([set()])
    except Exception as e:
        return [type(e).__name__, "argument 1[0]" in str(e)]


def code_of(module, method, given):
    try:
        getattr(stoa.module(module), method)(*given)
    except stoa.Error as e:
        return e.code


# Streams


def count(n):
    yield from range(n)


async def count_later(n):
    for i in range(n):
        await asyncio.sleep(0.001)
        yield i


def endless(mark=None):
    _state["produced"] = 0
    try:
        while True:
            _state["produced"] += 1
            yield _state["produced"] - 1
    finally:
        _close(mark)


async def endless_later(mark=None):
    _state["produced"] = 0
    _begin(mark)
    try:
        while True:
            await asyncio.sleep(0.001)
            _state["produced"] += 1
            yield _state["produced"] - 1
    finally:
        _close(mark)


def produced_items():
    return _state["produced"]


def closings(mark):
    return _closed.get(mark, 0)


def running(mark):
    return _begun.get(mark, 0) - closings(mark)


def fail_after(n):
    yield from range(n)
    raise ValueError(f"after {n}")


def returning(n):
    yield from range(n)
    return "done"


def sized(n, size):
    for _ in range(n):
        yield "x" * size


def total(items):
    return sum(items)


def total_from(start, items):
    return start + sum(items)


def first(items):
    return next(iter(items), None)


def doubled(items):
    for item in items:
        yield 2 * item


async def slow_total(ms, items):
    total = 0
    async for item in items:
        await asyncio.sleep(ms / 1000)
        total += item
    return total


# Calls


def note(text):
    _state["noted"] = text


def noted_text():
    return _state["noted"]


def say(text):
    stoa.log.info(text)


async def sleep(ms, mark=None):
    _begin(mark)
    try:
        await asyncio.sleep(ms / 1000)
        return ms
    finally:
        _close(mark)


def busy():
    while True:
        pass


def _left():
    left = stoa.call.deadline
    return None if left is None else round(left * 1000)


def remaining():
    return _left()


async def remaining_after(ms):
    await asyncio.sleep(ms / 1000)
    return _left()


def caller():
    return stoa.call.caller


async def caller_after(ms):
    await asyncio.sleep(ms / 1000)
    return stoa.call.caller


def relay(module, method, given):
    return getattr(stoa.module(module), method)(*given)


def relay_after(ms, module, method, given):
    time.sleep(ms / 1000)
    return relay(module, method, given)


def cleans(module, method, given):
    try:
        relay(module, "sleep", [60_000])
    finally:
        relay(module, method, given)


def cleaning_items(module, method, given):
    try:
        while True:
            yield 1
    finally:
        relay(module, method, given)


def insists(module, mark):
    try:
        relay(module, "sleep", [60_000])
    except BaseException:
        pass
    try:
        while True:
            relay(module, "nothing", [])
    finally:
        _close(mark)


def added_items(module, n):
    for i in range(n):
        yield relay(module, "add", [i, 1])


def through(module, n):
    to = stoa.module(module)
    return to.total(to.stream.doubled(to.stream.count(n)))


def passed_on(module, method, given):
    _state["passed"] = 0
    for item in getattr(stoa.module(module).stream, method)(*given):
        _state["passed"] += 1
        yield item


def passed_items():
    return _state["passed"]


def relay_items(module, method, given):
    return list(getattr(stoa.module(module).stream, method)(*given))


def relay_first(module, method, given):
    items = getattr(stoa.module(module).stream, method)(*given)
    item = next(items)
    items.close()
    return item


def feed(module, method, n):
    return getattr(stoa.module(module), method)(iter(range(n)))


def send(module, method, given):
    getattr(stoa.one_way(module), method)(*given)


# References


class _Account:
    def __init__(self, start):
        self.plain = 7
        self._total = start
        self._secret = lambda: 7

    def add(self, n):
        self._total += n
        return self._total

    async def add_later(self, n):
        await asyncio.sleep(0.001)
        return self.add(n)

    def value(self):
        return self._total

    def upto(self, n):
        yield from range(n)

    def total(self, items):
        return sum(items)

    def fail(self, message):
        raise ValueError(message)

    def me(self):
        return stoa.ref(self)

    def _private(self):
        return 7


def open(start):
    _state["account"] = _Account(start)
    _state["handle"] = stoa.ref(_state["account"])
    return _state["handle"]


def is_opened(thing):
    return thing is _state["account"]


def revoke():
    _state["handle"].release()


def adder():
    return lambda a, b: a + b


def opened_in_list(start):
    return [open(start), {"deep": _state["handle"]}]


def accounts(n):
    for i in range(n):
        yield stoa.ref(_Account(i))


def apply(call, given):
    return call(*given)


def apply_method(object, method, given):
    return getattr(object, method)(*given)


def apply_stream(object, method, given):
    return list(getattr(object, method)(*given))


def keep(thing):
    _state["kept"] = thing


def use_kept(method, given):
    return getattr(_state["kept"], method)(*given)


def drop_kept():
    stoa.release(_state["kept"])


def forget_kept():
    _state["kept"] = None


def collect():
    gc.collect()


async def pipelined(module, start, n):
    return await stoa.aio.module(module).open(start).add(n)


async def pipelined_fail(module):
    return await stoa.aio.module(module).fail("no").add(1)


async def pipelined_value(module):
    return await stoa.aio.module(module).add(1, 2).add(1)
