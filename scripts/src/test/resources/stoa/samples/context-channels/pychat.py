import stoa


async def echo(channel):
    await channel.send([channel.peer, channel.topic, stoa.call.caller])
    async for value in channel:
        await channel.send(value)


async def stays(channel):
    print("stays")
    async for _ in channel:
        pass


async def throws(channel):
    await channel.send(1)
    raise TypeError("not today")


topics = {"echo": echo, "stays": stays, "throws": throws}


@stoa.accept
async def talk(channel):
    await topics[channel.topic](channel)
