import stoa


def echo(chat, values):
    """Sends values, then all that came back, behind what the other end said of us."""
    with stoa.channel(chat, topic="echo", direct=True) as channel:
        for value in values:
            channel.send(value)
        channel.end()
        return {"peer": channel.peer, "got": list(channel)}


def size(chat, bytes):
    """How many bytes come back."""
    with stoa.channel(chat, topic="echo") as channel:
        channel.send(b"x" * bytes)
        channel.end()
        return len(list(channel)[1])


def ending(chat, topic):
    """How a channel ends that its acceptor does not end well."""
    try:
        list(stoa.channel(chat, topic))
    except stoa.Error as e:
        return [e.code, e.message]
