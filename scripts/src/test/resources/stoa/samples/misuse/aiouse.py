import asyncio

import stoa


async def _outcome(of):
    """What came of it, as text."""
    try:
        value = of()
        if hasattr(value, "__await__"):
            value = await value
        return "nothing" if value is None else str(value)
    except Exception as e:
        return f"{getattr(e, 'code', type(e).__name__)}: {e}"


async def _read(channel):
    try:
        return await anext(channel)
    except StopAsyncIteration:
        return "the end"


async def _both(first, second):
    return [await _outcome(first), await _outcome(second)]


# What is done to a channel whose other end sends back what it gets.


async def _send_after_end(channel):
    channel.end()
    return await _both(lambda: channel.send(1), channel.end)


async def _send_after_both_ended(channel):
    channel.end()
    await _outcome(lambda: _read(channel))
    return [await _outcome(lambda: channel.send(1))]


async def _send_after_close(channel):
    await channel.close()
    return await _both(lambda: channel.send(1), channel.end)


async def _close_again(channel):
    await channel.close()
    return await _both(channel.close, lambda: _read(channel))


async def _close_while_read(channel):
    reading = asyncio.create_task(_read(channel))
    await asyncio.sleep(0)
    return await _both(channel.close, lambda: reading)


async def _read_after_end(channel):
    channel.end()
    return await _both(lambda: _read(channel), lambda: _read(channel))


async def _read_in_two_places(channel):
    reading = asyncio.create_task(_read(channel))
    await asyncio.sleep(0)
    second = await _outcome(lambda: _read(channel))
    await channel.send("a")
    return [second, await reading]


async def _send_no_value(channel):
    refused = await _outcome(lambda: channel.send([1, set()]))
    await channel.send("a")
    return [refused, await _read(channel)]


async def _read_after_failure(channel):
    return await _both(lambda: _read(channel), lambda: _read(channel))


async def _send_after_failure(channel):
    await _outcome(lambda: _read(channel))
    return await _both(lambda: channel.send(1), channel.close)


_seen = {}  # what those heard who took a channel
_released = None


async def _talk(channel):
    global _released
    if "_" + channel.topic in globals():
        _seen[channel.topic] = await globals()["_" + channel.topic](channel)
        return
    if channel.topic == "failing":
        raise IndexError("enough")
    if channel.topic == "lasting":
        _released = asyncio.Event()
    async for value in channel:
        await channel.send(value)
    if channel.topic == "lasting":
        channel.end()
        await _released.wait()
        _seen["lasting"] = [f"cancelled: {str(stoa.call.cancelled).lower()}"]


def _at_once(of):
    try:
        of()
        return "nothing"
    except Exception as e:
        return f"{type(e).__name__}: {e}"


_accepting = [_at_once(lambda: stoa.accept("talk"))]
talk = stoa.accept(_talk)
_accepting.append(_at_once(lambda: stoa.accept(_talk)))


async def opens(misuse, other, topic, direct):
    """What opens and misuses a channel hears."""
    return await globals()["_" + misuse](await stoa.aio.channel(other, topic, direct))


async def lets(misuse, other, direct):
    """Opens a channel whose acceptor misuses it, and sends back what comes."""
    async with stoa.aio.channel(other, misuse, direct) as channel:
        try:
            async for value in channel:
                await channel.send(value)
        except stoa.Error:
            pass  # it is over


async def closes_at_the_end(other, direct):
    """Closes a channel when both ends have said that no more comes."""
    channel = await stoa.aio.channel(other, "lasting", direct)
    channel.end()
    await _read(channel)
    await channel.close()


async def release():
    _released.set()


async def has_seen(misuse):
    """What came of the latest misuse of that kind, once."""
    return _seen.pop(misuse, None)


async def accepts():
    return [*_accepting, _at_once(lambda: stoa.accept(_talk))]


async def opens_nothing():
    return await _outcome(lambda: stoa.aio.channel(7))
