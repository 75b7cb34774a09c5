import stoa
def echo(channel):
    for x in channel: channel.send(x)
def gathers(channel): channel.send(list(channel))
def says(channel):
    channel.send(1)
    channel.send(2)
    channel.end()
    print(f"sum {sum(channel)}")
def throws(channel):
    channel.send(1)
    raise ValueError("not today")
def closes(channel):
    channel.send(1)
    channel.close()
    try: channel.send(2)
    except stoa.Error as e: print(f"sent nothing: {e.code}")
def who(channel): channel.send([channel.peer, channel.topic, stoa.call.caller, channel.direct])
def waits(channel):
    print("waiting")
    try: list(channel)
    except BaseException as e:
        print(f"stopped: {type(e).__name__}")
        raise
def floods(channel):
    for i in range(40):
        channel.send(i)
        print(f"sent {i}")
def wrong(channel):
    try: channel.send({1})
    except TypeError as e: channel.send(str(e))
def calls(channel):
    for f in channel: channel.send(f(20))
topics = dict(echo=echo, gathers=gathers, says=says, throws=throws, closes=closes, who=who, waits=waits, floods=floods, wrong=wrong, calls=calls)
@stoa.accept
def talk(channel): topics[channel.topic](channel)
