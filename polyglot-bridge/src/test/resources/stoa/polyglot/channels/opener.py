import stoa
kept = None
def open(topic): return stoa.channel("chat", topic=topic, direct=True)
def echo(values):
    got = []
    with open("echo") as channel:
        for v in values:
            channel.send(v)
            got.append(next(iter(channel)))
        channel.end()
        return [got, list(channel), None]
def gathers(n):
    with open("gathers") as channel:
        for i in range(n): channel.send(i)
        channel.end()
        try: channel.send(0)
        except RuntimeError as e: return [list(channel), "TypeError"]
def says():
    with open("says") as channel:
        got = list(channel)
        channel.send(3)
        channel.send(4)
        channel.end()
        return got
def throws():
    got = []
    with open("throws") as channel:
        try:
            for x in channel: got.append(x)
        except stoa.Error as e:
            try: channel.send(1)
            except stoa.Error as f: return [got, e.code, e.remote.type, "not today" in e.message, f.code]
def closes():
    with open("closes") as channel: return [list(channel), None]
def who():
    with open("who") as channel: return [channel.peer, channel.topic, channel.direct, list(channel)[0]]
def leaves():
    with open("waits") as channel: channel.close()
    return [list(channel), None]
def fills():
    with open("lobby") as channel:
        for i in range(40):
            channel.send(i)
            print(f"sent {i}")
def keeps(topic):
    global kept
    kept = open(topic)
def uses(x):
    kept.send(x)
    return next(iter(kept))
def refused():
    try: open("echo")
    except stoa.Error as e: return [e.code, e.message, e.help]
def calls():
    with open("calls") as channel:
        channel.send(lambda x: x + 1)
        return next(iter(channel))
