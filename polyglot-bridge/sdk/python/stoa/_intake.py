"""The items that the other side of a call may send us: it waits for credit, which goes back in halves of the window."""
from __future__ import annotations

from ._frames import INITIAL_CREDIT


class Intake:
    __slots__ = ("_granted", "_came", "_consumed")

    def __init__(self):
        self._granted = INITIAL_CREDIT  # counted by who takes them
        self._came = 0  # counted by who reads
        self._consumed = 0

    def comes(self) -> bool:
        """An item is here. Whether it was asked for."""
        self._came += 1
        return self._came <= self._granted

    def consumed(self) -> dict | None:
        """An item was taken. What is to be said to the other side, now and then: that it may send more."""
        self._consumed += 1
        if self._consumed < INITIAL_CREDIT // 2:
            return None
        items, self._consumed = self._consumed, 0
        self._granted += items
        return {"items": items}
