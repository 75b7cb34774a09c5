"""A module for the tests."""
import asyncio
import os
import sys
import threading
import time

import stoa

__stoa__ = {"version": "1.2.0", "needs": {"text": "^1.0"}, "idempotent": ["echo"]}

closed = []


def echo(x):
    """Gives back what it gets."""
    return x


def count(text: str, least: int = 1, *more: str, upper=False, **rest) -> dict[str, int]:
    """Counts words.

    Longer text.
    """
    return {"text": text, "least": least, "more": list(more), "upper": upper, "rest": rest}


def floods(length: int):
    """More than a pipe takes at once."""
    print("x" * length)


def numbers(n: int):
    try:
        for i in range(n):
            yield i
        return "done"
    finally:
        closed.append("numbers")


async def anumbers(n):
    try:
        for i in range(n):
            await asyncio.sleep(0)
            yield i
    finally:
        closed.append("anumbers")


def what_was_closed():
    return closed


async def later(x):
    await asyncio.sleep(0.01)
    return x


async def slow():
    await asyncio.sleep(60)


def spin():
    while True:
        pass


def nap():
    time.sleep(60)


def fail(text):
    try:
        {}[text]
    except KeyError as e:
        raise ValueError(text) from e


def bad_result():
    return {"a": [1, {2}]}


def bad_item():
    yield 1
    yield {2}


def says():
    print("out", 1)
    print("err", file=sys.stderr)
    print("a piece", end="", flush=True)
    sys.__stdout__.write("raw\n")
    stoa.log.warning("careful", 1)
    return input() if False else sys.stdin.read()


def ask(module, method, *args, **named):
    return getattr(stoa.module(module), method)(*args, **named)


def ask_codes(module, method):
    try:
        return getattr(stoa.module(module), method)()
    except stoa.Error as e:
        return [e.code, e.message, e.help, e.retryable, e.remote and e.remote.type]


async def ask_async(module, method, *args):
    return await getattr(stoa.aio.module(module), method)(*args)


async def ask_each(module, method):
    return [x * 2 async for x in getattr(stoa.aio.module(module), method)()]


def ask_in_loop(module, method):
    async def main():
        return await getattr(stoa.aio.module(module), method)()

    return asyncio.run(main())


def forks():
    """How a child ends that calls somebody, as if it were the module."""
    pid = os.fork()
    if pid == 0:
        return stoa.module("other").method()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def ask_in_thread(module, method):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(getattr(stoa.module(module), method)()))
    thread.start()
    thread.join()
    return answers


async def ask_wrongly():
    return stoa.module("other").method()


def total(module, method):
    return sum(getattr(stoa.module(module), method)())


def first_two(module, method):
    stream = getattr(stoa.module(module), method)()
    taken = []
    for x in stream:
        taken.append(x)
        if len(taken) == 2:
            break
    del stream
    return taken


def writes(kind):
    data = {
        "text": "a",
        "bytes": b"\1\2",
        "map": {"n": 2**70, "list": [1]},
        "lines": iter(["plain\n", {"a": 1}, "x" * 70_000, [2**70]]),
        "nothing": iter([]),
    }[kind]
    stoa.write("out.txt", data, append=kind == "text")


def streamed(module, method):
    return list(getattr(stoa.module(module).stream, method)())


async def streamed_async(module, method):
    return [x async for x in getattr(stoa.aio.module(module).stream, method)()]


def called_stream(module):
    return stoa.module(module).stream(1)


def tidies():
    try:
        stoa.module("other").hang()
    finally:
        stoa.module("other").release()


async def tidies_later():
    try:
        await stoa.aio.module("other").hang()
    finally:
        await stoa.aio.module("other").release()


def tidies_stream():
    try:
        yield stoa.module("other").hang()
    finally:
        stoa.module("other").release()


def tidies_between_items():
    try:
        while True:
            yield 1
    finally:
        stoa.module("other").release()


def persists():
    try:
        stoa.module("other").hang()
    except stoa.Cancelled:
        pass
    while True:
        stoa.module("other").release()


async def persists_later():
    try:
        await stoa.aio.module("other").hang()
    except asyncio.CancelledError:
        pass
    while True:
        await stoa.aio.module("other").release()


async def opens_late():
    try:
        await stoa.aio.module("other").hang()
    finally:
        await stoa.aio.channel("other")


def names():
    return sorted(stoa.__all__)


def time_left():
    return stoa.call.deadline


def quit():
    sys.exit(3)


def _private():
    pass


class NotAMethod:
    pass


def busy(seconds):
    """Keeps the thread busy."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass
    return seconds
