import os
import signal
import threading

import stoa


@stoa.accept
def talk(channel):
    channel.send([channel.peer, channel.topic, channel.direct, stoa.call.caller])
    for value in channel:
        if value == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if value == "throw":
            raise RuntimeError("enough")
        channel.send(value)
    channel.send("bye")


def ask(module, direct, values):
    with stoa.channel(module, topic="lobby", direct=direct) as channel:
        answers = [channel.peer, channel.direct, next(channel)]
        for value in values:
            channel.send(value)
            answers.append(next(channel))
        channel.end()
        return answers + list(channel)


def flood(module, direct, count, size):
    def send():
        for _ in range(count):
            channel.send(bytes(size))
        channel.end()

    with stoa.channel(module, direct=direct) as channel:
        sender = threading.Thread(target=send)
        sender.start()
        found = sum(len(value) for value in channel if isinstance(value, bytes))
        sender.join()
        return found


def hold(module, direct):
    with stoa.channel(module, direct=direct) as channel:
        stoa.log.info("it is open")
        for _ in channel:
            pass
