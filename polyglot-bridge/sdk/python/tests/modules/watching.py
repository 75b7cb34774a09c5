"""A module that looks after a timer and a descriptor of its own."""
import asyncio
import os
import threading

import stoa

ticks = []
heard = []
threads = set()
reader, writer = os.pipe()


def tick():
    ticks.append(len(ticks))
    threads.add(threading.current_thread() is threading.main_thread())


def listen():
    heard.append(os.read(reader, 100).decode())


timer = stoa.every(0.02, tick)
watch = stoa.watch(reader, listen)


def seen():
    return {"ticks": len(ticks), "heard": heard, "main": list(threads)}


def write(text):
    os.write(writer, text.encode())


def stop():
    timer.cancel()
    watch.cancel()
    watch.cancel()
    return [repr(timer), repr(watch)]


async def later():
    await asyncio.sleep(0.001)
    return "later"


def busy():
    """No callback runs in the middle of a call."""
    before = len(ticks)
    os.write(writer, b"x")
    answer = stoa.module("other").f()
    return [answer, len(ticks) - before]


def break_down():
    def bad():
        raise ValueError("bad")

    other, end = os.pipe()
    os.write(end, b"x")
    stoa.watch(other, bad)
    broken = stoa.every(0.01, bad)
    stoa.every(0.05, broken.cancel)


def call_others():
    timer = stoa.every(0.01, lambda: (timer.cancel(), heard.append(stoa.module("other").f())))


def async_callback():
    async def callback():
        timer.cancel()
        await asyncio.sleep(0.001)
        heard.append("async")

    timer = stoa.every(0.01, callback)


def closed():
    other, end = os.pipe()
    stoa.watch(other, listen)
    os.close(other)
    os.close(end)


def wrong(what):
    if what == "twice":
        stoa.watch(reader, listen)
    elif what == "no callback":
        stoa.every(1, None)
    elif what == "no time":
        stoa.every(0, tick)
    elif what == "thread":
        failures = []

        def run():
            try:
                stoa.every(1, tick)
            except RuntimeError as e:
                failures.append(e)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        raise failures[0]


def refer():
    """What a callback drops goes back as well."""

    def drop():
        timer.cancel()
        held.clear()

    held = [stoa.module("other").open()]
    timer = stoa.every(0.01, drop)
