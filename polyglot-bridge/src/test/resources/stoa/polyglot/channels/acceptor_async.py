import stoa
async def echo(channel):
    async for x in channel: await channel.send(x)
async def gathers(channel): await channel.send([x async for x in channel])
async def says(channel):
    await channel.send(1)
    await channel.send(2)
    channel.end()
    print(f"sum {sum([x async for x in channel])}")
async def throws(channel):
    await channel.send(1)
    raise ValueError("not today")
async def closes(channel):
    await channel.send(1)
    await channel.close()
    try: await channel.send(2)
    except stoa.Error as e: print(f"sent nothing: {e.code}")
async def who(channel): await channel.send([channel.peer, channel.topic, stoa.call.caller, channel.direct])
async def waits(channel):
    print("waiting")
    try:
        async for x in channel: pass
    except BaseException as e:
        print(f"stopped: {type(e).__name__}")
        raise
async def floods(channel):
    for i in range(40):
        await channel.send(i)
        print(f"sent {i}")
async def wrong(channel):
    try: await channel.send({1})
    except TypeError as e: await channel.send(str(e))
async def calls(channel):
    async for f in channel: await channel.send(await stoa.aio(f)(20))
@stoa.accept
async def talk(channel): await globals()[channel.topic](channel)
def ping(): return 1
