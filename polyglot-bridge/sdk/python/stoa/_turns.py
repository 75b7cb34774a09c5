"""Calls that wait for a thread, in the order in which they get one. Any thread, but no signal handler in the middle of it."""
from __future__ import annotations

import threading
from collections import OrderedDict, deque

SHARE = 8  # one turn of these is for batch
AHEAD = 32  # calls in a row that go on, while others wait to begin


class Turns:
    """Calls that go on, or that our own calls led to, come first, but not for ever; then calls begin: interactive ones before
    batch, and within a lane each caller has a turn, however many calls it has queued. Streams that have had their turn
    take every other one of those, unless they would only wait for what their caller streams: that may be what begins behind them."""

    def __init__(self):
        self._lock = threading.Lock()
        self._ahead: deque = deque()
        self._again: deque = deque()
        self._interactive = _Ring()
        self._batch = _Ring()
        self._ahead_in_a_row = 0
        self._interactive_in_a_row = 0
        self._began = False  # the latest turn behind those ahead
        self._size = 0

    def __bool__(self) -> bool:
        return self._size > 0

    def add(self, call, again: bool = False) -> None:
        """`again`: it had its turn."""
        with self._lock:
            self._size += 1
            if again:
                self._again.append(call)
            elif call.iterator is not None or call.cancelled or call.parent:
                self._ahead.append(call)
            elif call.lane == "LANE_BATCH":
                self._batch.add(call)
            else:
                self._interactive.add(call)

    def take(self):
        """The call whose turn it is, or None."""
        with self._lock:
            if self._size == 0:
                return None
            self._size -= 1
            if self._ahead and (self._ahead_in_a_row < AHEAD or len(self._ahead) > self._size):
                self._ahead_in_a_row += 1
                return self._ahead.popleft()
            self._ahead_in_a_row = 0
            waiting = self._interactive.size + self._batch.size
            if self._again and (not waiting or (self._began and not self._again[0].starves())):
                self._began = False
                return self._again.popleft()
            self._began = True
            return self._next()

    def _next(self):
        interactive, batch = self._interactive, self._batch
        if not batch.size or (interactive.size and self._interactive_in_a_row < SHARE - 1):
            self._interactive_in_a_row = self._interactive_in_a_row + 1 if batch.size else 0
            return interactive.take()
        self._interactive_in_a_row = 0
        return batch.take()

    def take_those(self, wanted) -> list:
        """Calls that `wanted` lets go first: some that go on, or that ours led to."""
        with self._lock:
            return self._take(wanted, [self._ahead, self._again], None)

    def take_one(self, wanted) -> list:
        """One call that `wanted` lets go first, if there is one, be it one that has not begun."""
        rings = self._interactive, self._batch
        with self._lock:
            found = self._take(wanted, [self._ahead, self._again, *rings[0].lines(), *rings[1].lines()], 1)
            for ring in rings if found else ():
                ring.tidy()
            return found

    def _take(self, wanted, lines: list, most: int | None) -> list:
        found = [(line, call) for line in lines for call in line if wanted(call)][:most]
        for line, call in found:
            line.remove(call)
        self._size -= len(found)
        return [call for _, call in found]


class _Ring:
    """The callers of one lane take turns. Who was served last goes to the end only when the next is looked for."""

    def __init__(self):
        self.size = 0
        self._lines: OrderedDict = OrderedDict()  # caller -> its calls; the first one is next
        self._served = None

    def add(self, call) -> None:
        line = self._lines.get(call.caller)
        if line is None:
            line = self._lines[call.caller] = deque()
        line.append(call)
        self.size += 1

    def lines(self) -> list:
        return list(self._lines.values())

    def tidy(self) -> None:
        """Calls were taken out of its lines."""
        served = self._served[0] if self._served is not None else None
        for caller in [caller for caller, line in self._lines.items() if not line and caller != served]:
            del self._lines[caller]
        self.size = sum(map(len, self._lines.values()))

    def take(self):
        served, self._served = self._served, None
        if served is not None:
            if self._lines[served[0]]:
                self._lines.move_to_end(served[0])
            else:
                del self._lines[served[0]]
        self._served = caller, line = next(iter(self._lines.items()))
        self.size -= 1
        return line.popleft()


def descends(connection, call, ancestor) -> bool:
    """Whether `ancestor`, a call of ours or one that we serve, led to `call`."""
    while call is not None:
        outgoing = connection.calls.get(call.parent)
        if outgoing is None:
            return False
        if outgoing is ancestor or outgoing.parent is ancestor:
            return True
        call = outgoing.parent
    return False
