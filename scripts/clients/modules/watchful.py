"""A module that looks after a timer and a socket of its own while it serves.

Both callbacks run on the main thread, between calls: they need no lock.
"""
import socket

import stoa

heard = []
ticks = 0

mailbox = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
mailbox.bind(("127.0.0.1", 0))


def _tick():
    global ticks
    ticks += 1


def _receive():
    heard.append(mailbox.recv(1000).decode("utf-8", "replace"))


timer = stoa.every(0.1, _tick)
watch = stoa.watch(mailbox, _receive)


def port() -> int:
    """Where the module listens for datagrams on this machine."""
    return mailbox.getsockname()[1]


def news() -> dict:
    """How often the timer ran, and what the socket has heard."""
    return {"ticks": ticks, "heard": heard}


def rest() -> None:
    """Watches nothing any more."""
    timer.cancel()
    watch.cancel()
