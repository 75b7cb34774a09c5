import os
import sys

import stoa

from .ways import each


def standard_output(world):
    line = "x" * 999
    for _ in range(1_000):
        print(line)


def standard_error(world):
    line = "x" * 999 + "\n"
    for _ in range(1_000):
        sys.stderr.write(line)


def one_line(world):
    print("x" * 4_000_000)


def no_line(world):
    """It never ends a line."""
    for _ in range(100):
        sys.stdout.write("x" * 20_000)


def log(world):
    for i in range(1_000):
        stoa.log.info("flood", i)


def forged_lines(world):
    """Lines that look as if others had written them."""
    for word in ("x\n12:00:00 vault#1 INFO forged", "\x1b[2J\x1b[H\x1b]0;forged\x07", "\r\0forged\u2028forged"):
        print(word)
        stoa.log.error(word)


def frames(world):
    """Frames on the standard output of a process that talks through a socket."""
    return each(lambda: os.write(1, b"STOA1\n\x0b\x12\x09\x08\x01\x10\x01\x1a\x03log"), lambda: os.write(1, b"STOA1\n\x03\x8a\x01\0"), lambda: sys.__stdout__.write("STOA1\n"))


def items(world):
    while True:
        yield "x" * 10_000


def late_throw(world):
    """What is left behind throws when it is collected."""

    class Sticky:
        def __del__(self):
            raise SystemExit("late")

    Sticky()
