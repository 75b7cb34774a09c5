"""Takes channels, asynchronously."""
import asyncio

import stoa

ended = []


@stoa.accept
async def talk(channel):
    what = await anext(channel)
    if what == "who":
        await channel.send([channel.peer, channel.topic, channel.direct, stoa.call.caller])
    elif what == "echo":
        async for value in channel:
            await channel.send(value)
        await channel.send("bye")
    elif what == "flood":
        try:
            for n in range(100):
                await channel.send(n)
        except asyncio.CancelledError as e:
            ended.append(type(e).__name__)
            raise
    elif what == "throw":
        raise ValueError("no more")
    elif what == "half":
        channel.end()
        ended.append([value async for value in channel])
    elif what == "reference":
        try:
            await channel.send(lambda: 1)
        except stoa.Error as e:
            await channel.send([e.code, e.help])


def how():
    return ended
