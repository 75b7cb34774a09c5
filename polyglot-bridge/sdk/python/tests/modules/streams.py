"""Streams from the caller, both ways."""
import asyncio

import stoa

closed = []


# --- being called with a stream ---

def total(stream):
    return sum(stream)


async def atotal(stream):
    found = 0
    async for item in stream:
        found += item
    return found


def first(stream):
    return next(stream)


async def afirst(stream):
    return await stream.__anext__()


def doubled(least, stream):
    """Both ways at once."""
    try:
        for item in stream:
            if item >= least:
                yield item * 2
    finally:
        closed.append("doubled")


async def adoubled(least, stream):
    try:
        async for item in stream:
            if item >= least:
                yield item * 2
    finally:
        closed.append("adoubled")


def itself(stream):
    return stream


def wrongly(stream):
    async def main():
        return next(stream)

    return asyncio.run(main())


def in_a_loop_of_its_own(stream):
    return asyncio.run(atotal(stream))


def plus(other, stream):
    """Reads the caller's stream while a stream of another module is open."""
    numbers = stoa.module(other).numbers()
    return [a + b for a, b in zip(stream, numbers)]


def keeps(stream):
    closed.append(stream)


def reads_too_late():
    return next(closed.pop())


def what_was_closed():
    return [text for text in closed if isinstance(text, str)]


def echo(x):
    return x


# --- calling with a stream ---

def numbers(n, fails=None):
    try:
        for i in range(n):
            yield i
        if fails:
            raise KeyError(fails)
    finally:
        closed.append("numbers")


async def anumbers(n, fails=None):
    try:
        for i in range(n):
            await asyncio.sleep(0)
            yield i
        if fails:
            raise KeyError(fails)
    finally:
        await asyncio.sleep(0.01)
        closed.append("anumbers")


def give(n, fails=None):
    return stoa.module("other").take("first", numbers(n, fails))


async def agive(n, fails=None):
    return await stoa.aio.module("other").take("first", anumbers(n, fails))


async def agive_plain(n, fails=None):
    return await stoa.aio.module("other").take("first", numbers(n, fails))


def give_and_catch(n):
    mine = KeyError("mine")

    def broken():
        yield from range(n)
        raise mine

    try:
        stoa.module("other").take(broken())
    except KeyError as e:
        return e is mine


async def agive_and_catch(n):
    mine = KeyError("mine")

    async def broken():
        for i in range(n):
            yield i
        raise mine

    try:
        await stoa.aio.module("other").take(broken())
    except KeyError as e:
        return e is mine


def give_bad_item():
    return stoa.module("other").take(iter([1, {2}]))


def give_async_from_sync():
    return stoa.module("other").take(anumbers(1))


def give_a_file(path):
    with open(path) as lines:
        return stoa.module("other").take(lines)


def give_no_stream():
    return stoa.module("other").take([1], (2,), {"a": 3}, b"4", "5")


def give_both_ways(n):
    return list(stoa.module("other").take(numbers(n)))


async def agive_both_ways(n):
    return [x async for x in stoa.aio.module("other").take(anumbers(n))]


def leave_both_ways_early(n):
    with stoa.module("other").take(numbers(n)) as stream:
        return next(stream)


def drop_both_ways_early(n):
    stream = stoa.module("other").take(numbers(n))
    first = next(stream)
    del stream
    return [first, what_was_closed()[-1:]]


def stubborn():
    """A cancel is no failure that code could take for an answer."""
    try:
        stoa.module("other").f()
    except stoa.Error:
        closed.append("swallowed")
        return "swallowed"


def stubborn_producer():
    def asked():
        try:
            yield stoa.module("source").item()
        except stoa.Error:
            closed.append("swallowed")

    return stoa.module("sink").take(asked())


def pass_on():
    """The stream of one module is given to another."""
    return stoa.module("sink").take(stoa.module("source").items())


def give_from_nested_calls():
    def asked():
        for i in range(2):
            yield stoa.module("source").item(i)

    return stoa.module("sink").take(asked())


def give_one_way():
    stoa.one_way("other").take(numbers(1))
