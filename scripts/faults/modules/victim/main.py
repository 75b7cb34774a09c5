"""A process that is killed, stopped and started again."""
import os
import time

import stoa


def pid():
    """As the host sees it, whatever namespace this process is in."""
    return int(os.readlink("/proc/self"))


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
