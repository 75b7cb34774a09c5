"""Takes channels, synchronously; and opens some."""
import stoa

ended = []


@stoa.accept
def talk(channel):
    """Does what the first value says."""
    what = next(channel)
    if what == "who":
        channel.send([channel.peer, channel.topic, channel.direct, stoa.call.caller])
    elif what == "echo":
        for value in channel:
            channel.send(value)
        channel.send("bye")
    elif what == "flood":
        try:
            for n in range(100):
                channel.send(n)
        except BaseException as e:
            ended.append(type(e).__name__)
            raise
    elif what == "throw":
        raise ValueError("no more")
    elif what == "half":
        channel.end()
        ended.append(list(channel))
    elif what == "reference":
        try:
            channel.send(lambda: 1)
        except stoa.Error as e:
            channel.send([e.code, e.help])


try:
    stoa.accept(talk)
except RuntimeError as e:
    twice = str(e)


def refused():
    return twice


def how():
    return ended


def ask(name, topic, values):
    with stoa.channel(name, topic=topic) as channel:
        for value in values:
            channel.send(value)
        channel.end()
        return [channel.peer, channel.direct, list(channel)]


async def ask_later(name, topic, values):
    async with stoa.aio.channel(name, topic=topic) as channel:
        for value in values:
            await channel.send(value)
        channel.end()
        return [channel.peer, channel.direct, [value async for value in channel]]


def drop(name):
    with stoa.channel(name):
        pass
