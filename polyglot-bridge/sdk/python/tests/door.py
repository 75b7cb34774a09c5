"""What the tests of clients share."""
import asyncio
import unittest

import stoa
from tests.host import Door, Ref

OTHER = Ref("other#1", 4)


class Offered:
    """Says things."""

    def __init__(self):
        self.seen = []

    def say(self, text: str) -> str:
        """Says it."""
        self.seen.append(stoa.call.caller)
        return text.upper()

    def ask(self, x):
        return stoa.module("other").f(x)

    async def later(self, x):
        await asyncio.sleep(0.01)
        return x

    def up_to(self, n):
        yield from range(n)

    def total(self, stream):
        return sum(stream)

    def fails(self):
        raise ValueError("bad")

    def _hidden(self):
        pass


class WithDoor(unittest.TestCase):
    def setUp(self):
        self.door = self.enterContext(Door())

    def connected(self, function, *arguments, name=None, methods=None, **greeting):
        """Client code `function(host, ...)` in a thread, and the host's end of its connection."""

        def run():
            with stoa.connect(self.door.path, name, methods=methods) as host:
                return function(host, *arguments)

        program = self.door.program(run)
        return program, self.door.accept(**greeting)
