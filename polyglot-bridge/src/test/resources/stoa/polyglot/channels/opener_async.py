import stoa
kept = None
def open(topic): return stoa.aio.channel("chat", topic=topic, direct=True)
async def all(channel): return [x async for x in channel]
async def first(channel):
    async for x in channel: return x
async def echo(values):
    got = []
    async with open("echo") as channel:
        for v in values:
            await channel.send(v)
            got.append(await first(channel))
        channel.end()
        return [got, await all(channel), None]
async def gathers(n):
    async with open("gathers") as channel:
        for i in range(n): await channel.send(i)
        channel.end()
        try: await channel.send(0)
        except RuntimeError as e: return [await all(channel), "TypeError"]
async def says():
    async with open("says") as channel:
        got = await all(channel)
        await channel.send(3)
        await channel.send(4)
        channel.end()
        return got
async def throws():
    got = []
    async with open("throws") as channel:
        try:
            async for x in channel: got.append(x)
        except stoa.Error as e:
            try: await channel.send(1)
            except stoa.Error as f: return [got, e.code, e.remote.type, "not today" in e.message, f.code]
async def closes():
    async with open("closes") as channel: return [await all(channel), None]
async def who():
    async with open("who") as channel: return [channel.peer, channel.topic, channel.direct, await first(channel)]
async def leaves():
    async with open("waits") as channel: await channel.close()
    return [await all(channel), None]
async def fills():
    async with open("lobby") as channel:
        for i in range(40):
            await channel.send(i)
            print(f"sent {i}")
async def keeps(topic):
    global kept
    kept = await open(topic)
async def uses(x):
    await kept.send(x)
    return await first(kept)
async def refused():
    try: await open("echo")
    except stoa.Error as e: return [e.code, e.message, e.help]
async def calls():
    async with open("calls") as channel:
        await channel.send(lambda x: x + 1)
        return await first(channel)
