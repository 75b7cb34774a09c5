import time

import stoa


def endless_loop(world):
    while True:
        pass


def stubborn_loop(world):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
        finally:
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass


def endless_generator(world):
    while True:
        pass
    yield 1


def endless_cleanup(world):
    class Sticky:
        def __del__(self):
            while True:
                pass

    sticky = Sticky()
    try:
        while True:
            pass
    finally:
        del sticky
        while True:
            pass


def sleeping(world):
    while True:
        try:
            time.sleep(10_000)
        except BaseException:
            pass


async def endless_coroutine(world):
    import asyncio

    while True:
        try:
            await asyncio.sleep(1000)
        except BaseException:
            pass


async def blocked_coroutine(world):
    time.sleep(1000)


def pattern(world):
    import re

    return re.match(r"^(\w+\s?)*\1$", "a " * 40 + "!")


def sort(world):
    class Key:
        def __lt__(self, other):
            while True:
                pass

    return sorted([Key(), Key()])


def big_number(world):
    return 3 ** (3 * 10**7)


def built_in(world):
    """No interrupt ends it."""
    return sum(range(10**12))


def built_in_search(world):
    return 1.5 in range(10**12)


def lively_result(world):
    class Slow(dict):
        def __iter__(self):
            while True:
                pass

        def items(self):
            while True:
                pass

        keys = values = items

    return Slow(a=1)


def lively_error(world):
    class Slow(Exception):
        def __str__(self):
            while True:
                pass

    raise Slow()


def through_others(world):
    """Calls that come back to themselves by another module."""
    return stoa.module("vault").relay(world.name, "attempt", "time", "through_others", vars(world))


def call_flood(world):
    calls = []
    for _ in range(30_000):
        calls.append(stoa.aio.module("vault").slow(5_000))
    return len(calls)


def event_flood(world):
    for i in range(1_000):
        stoa.one_way("events").publish("flood.x", i)
