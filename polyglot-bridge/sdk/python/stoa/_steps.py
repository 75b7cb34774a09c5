"""One step of a generator, as a value: StopIteration does not pass through what runs user code."""
from __future__ import annotations


class Stop:
    """The end of a generator, with what it returned."""

    def __init__(self, value):
        self.value = value


def step(iterator):
    try:
        return next(iterator)
    except StopIteration as e:
        return Stop(e.value)
