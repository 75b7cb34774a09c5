"""Calls on results that are still to come."""
import asyncio

import stoa


async def query(path, text):
    return await stoa.aio.module("db").open(path).query(text)


async def chain():
    return await stoa.aio.module("db").open().table("t").row(1)


async def rows():
    return [row async for row in stoa.aio.module("db").open().rows()]


async def feed():
    return await stoa.aio.module("db").open().load(iter([1, 2]))


async def two_queries():
    db = stoa.aio.module("db").open()
    return await asyncio.gather(db.query(1), db.query(2))


async def target_too():
    answer = stoa.aio.module("db").open()
    first = answer.query(1)
    db = await answer
    return [await first, await answer.query(2), repr(db)]


async def twice():
    answer = stoa.aio.module("db").value()
    return [await answer, await answer]


async def catch():
    try:
        await stoa.aio.module("db").open().table().row()
    except stoa.Error as e:
        return [e.code, e.message]


async def on_a_proxy(proxy):
    return await stoa.aio(proxy).table().row()


async def cancelled_by_time():
    try:
        await asyncio.wait_for(stoa.aio.module("db").open().query(), 0.05)
    except asyncio.TimeoutError:
        return "too late"


async def private():
    answer = stoa.aio.module("db").open()
    try:
        answer._private
    except AttributeError:
        return await answer
