"""Objects that stay where they are."""
import asyncio
import functools
import gc
import sys
import threading

import stoa

kept = []
said = []


class Counter:
    """An object of ours."""

    kind = "class attribute"

    def __init__(self):
        self.value = 0
        self.secret = "s"

    def add(self, n: int = 1) -> int:
        self.value += n
        return self.value

    async def later(self, n):
        await asyncio.sleep(0)
        return self.add(n)

    def up_to(self, n):
        yield from range(n)

    def total(self, stream):
        return sum(stream)

    def fails(self):
        raise ValueError("of an object")

    def me(self):
        return stoa.ref(self)

    def call(self, x):
        return ["call", x]

    @property
    def doubled(self):
        said.append("a property ran")
        return self.value * 2

    @staticmethod
    def still(x):
        return x

    @classmethod
    def named(cls):
        return cls.__name__

    def _private(self):
        pass


the_counter = Counter()


def echo(x):
    return x


# --- owning ---

def counter():
    return stoa.ref(the_counter)


def several():
    return {"a": [stoa.ref(the_counter)], "b": stoa.ref(the_counter), "f": the_function}


def counters():
    for _ in range(3):
        yield stoa.ref(the_counter)


async def acounters():
    for _ in range(3):
        yield stoa.ref(the_counter)


def the_function(x, y=1):
    return [x, y]


def function():
    return the_function


def functions():
    return [lambda: 1, the_counter.add, the_counter.add, said.append, functools.partial(the_function, 7)]


async def afunction(x):
    return x


def give_async():
    return afunction


def give(module, method):
    return getattr(stoa.module(module), method)(stoa.ref(the_counter), f=the_function)


def is_mine(x, function=None):
    return [x is the_counter, function is the_function]


def give_many(n):
    return [stoa.ref(Counter()) for _ in range(n)]


def give_items_to(module):
    stoa.module(module).take(stoa.ref(the_counter) for _ in range(2))


def revoke():
    handle = stoa.ref(the_counter)
    handle.release()
    try:
        stoa.module("other").take(handle)
    except stoa.Error as e:
        return [e.code, e.message]


def lend(module):
    with stoa.ref(the_counter) as handle:
        return stoa.module(module).take(handle)


def refuse(what):
    things = {
        "text": "a", "none": None, "list": [], "class": Counter, "module": sys, "frame": sys._getframe(),
        "code": refuse.__code__, "generator": counters(), "stoa": stoa.aio,
    }  # fmt: skip
    stoa.ref(things[what])


def bad_builtin():
    return [1, len]


# --- holding ---

def keep(*things):
    kept.extend(things)


def use(x=None):
    return (kept[0] if x is None else x).add(5)


def call_it(f, *arguments):
    return f(*arguments)


async def acall_it(f, *arguments):
    return await stoa.aio(f)(*arguments)


async def ause(proxy):
    return [await stoa.aio(proxy).add(1), [x async for x in stoa.aio(proxy).up_to(2)]]


def items_of(proxy):
    return list(proxy.up_to(3))


def give_stream(proxy):
    return proxy.total(iter([1, 2]))


def one_way(proxy):
    return [stoa.one_way(proxy).add(1), stoa.one_way(proxy)(2), stoa.one_way("other").note(3)]


def same(a, b):
    return [a is b, a == b, a is kept[0] if kept else None]


def drop():
    kept.clear()


def drop_in_thread():
    thread = threading.Thread(target=kept.clear)
    thread.start()
    thread.join()


def drop_in_a_cycle():
    cycle = [kept.pop()]
    cycle.append(cycle)
    del cycle
    gc.collect()


def drop_later(seconds):
    threading.Timer(seconds, kept.clear).start()


def release(proxy):
    stoa.release(proxy)
    try:
        proxy.add(1)
    except stoa.Error as e:
        return [e.code, e.message]


def with_it(proxy):
    with proxy:
        proxy.add(1)
    return repr(proxy)


def pass_on(module, thing):
    return stoa.module(module).take([thing, thing])


def send_released(module, thing):
    stoa.release(thing)
    return stoa.module(module).take(thing)


def chained(module):
    """Its proxy is of use for one expression."""
    return stoa.module(module).open().query("q")


def ask_in_thread(f):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(stoa.module("other").each(f)))
    thread.start()
    thread.join()
    return answers


def each(n, f):
    return [f(i) for i in range(n)]


def call_back(module):
    found = []
    stoa.module(module).each(found.append)
    return found


def call_back_async(module):
    """A synchronous method gives an async function: it has to run while we wait."""
    found = []

    async def add(x):
        await asyncio.sleep(0.001)
        found.append(x)
        return len(found)

    return [stoa.module(module).each(add), found]


def call_back_in_loop(module):
    found = []

    async def main():
        return await stoa.aio.module(module).each(found.append)

    return [asyncio.run(main()), found]


def call_back_async_in_loop(module):
    found = []

    async def add(x):
        await asyncio.sleep(0.001)
        found.append(x)

    async def main():
        return await stoa.aio.module(module).each(add)

    return [asyncio.run(main()), found]


def what_was_said():
    return said


def fails_with(proxy):
    """The failure of a call does not keep its arguments."""
    gc.disable()
    try:
        stoa.module("other").take(proxy)
    except stoa.Error as e:
        return e.code
