import asyncio
import os
import signal

import stoa


@stoa.accept
async def talk(channel):
    await channel.send([channel.peer, channel.topic, channel.direct, stoa.call.caller])
    async for value in channel:
        if value == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if value == "throw":
            raise RuntimeError("enough")
        await channel.send(value)
    await channel.send("bye")


async def ask(module, direct, values):
    async with stoa.aio.channel(module, topic="lobby", direct=direct) as channel:
        answers = [channel.peer, channel.direct, await anext(channel)]
        for value in values:
            await channel.send(value)
            answers.append(await anext(channel))
        channel.end()
        return answers + [value async for value in channel]


async def flood(module, direct, count, size):
    async def send():
        for _ in range(count):
            await channel.send(bytes(size))
        channel.end()

    async with stoa.aio.channel(module, direct=direct) as channel:
        sending = asyncio.create_task(send())
        found = sum([len(value) async for value in channel if isinstance(value, bytes)])
        await sending
        return found


async def hold(module, direct):
    async with stoa.aio.channel(module, direct=direct) as channel:
        stoa.log.info("it is open")
        async for _ in channel:
            pass
