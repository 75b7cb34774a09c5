"""Large values, in every direction."""
import threading

import stoa


def echo(value):
    return value


def make(size):
    return bytes(size)


def several(count, size):
    for _ in range(count):
        yield bytes(size)


async def several_later(count, size):
    for _ in range(count):
        yield bytes(size)


def lengths(stream):
    return [len(item) for item in stream]


async def lengths_later(stream):
    return [len(item) async for item in stream]


def ask(size):
    return len(stoa.module("m").f(bytes(size)))


def ask_in_thread(size):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(ask(size)))
    thread.start()
    thread.join()
    return answers[0]


async def ask_later(size):
    return len(await stoa.aio.module("m").f(bytes(size)))


def feed(count, size):
    return stoa.module("m").take(bytes(size) for _ in range(count))


async def feed_later(count, size):
    return await stoa.aio.module("m").take(bytes(size) for _ in range(count))


def tell(size):
    stoa.one_way("m").note(bytes(size))
