"""A process that is killed, stopped and started again."""
import os
import time
from pathlib import Path

import stoa

HOLD = Path(stoa.data) / "hold"

while HOLD.exists():  # it is to be killed while it starts
    time.sleep(0.01)


def pid():
    """As this process sees itself."""
    return os.getpid()


def sleep(seconds):
    time.sleep(seconds)
    return seconds


def time_of_day():
    return time.time()


def count():
    n = 0
    while True:
        yield n
        n += 1


@stoa.accept
def echo(channel):
    for value in channel:
        channel.send(value)
