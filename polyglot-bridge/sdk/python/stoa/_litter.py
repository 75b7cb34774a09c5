"""What finalizers leave behind: proxies that died, streams that were dropped.

A finalizer runs in any thread, and in the middle of anything, our own code included. So it takes no lock and writes no
frame: it puts its thing onto a heap. The heap is cleared with the next flush; a thread sees to it that there is one soon.
"""
from __future__ import annotations

import signal
import threading
import time
import weakref
from collections import deque
from queue import Empty, SimpleQueue

DELAY = 0.05  # seconds that things may lie about; those of that time go in one frame


class Litter:
    def __init__(self, connection):
        self.heap: deque = deque()
        self._bell: SimpleQueue = SimpleQueue()  # its put() is made for finalizers: it may interrupt itself
        self._connection = weakref.ref(connection, lambda _, bell=self._bell: bell.put(False))
        self._watched = False

    def put(self, thing) -> None:
        self.heap.append(thing)
        self._bell.put(True)

    def take(self) -> list:
        things = []
        while self.heap:
            try:
                things.append(self.heap.popleft())
            except IndexError:
                break
        return things

    def expected(self) -> None:
        """From now on there may be litter at times when nobody flushes."""
        if not self._watched:
            self._watched = True
            arguments = (self._bell, self._connection)
            threading.Thread(target=_clean, args=arguments, name="stoa-litter", daemon=True).start()

    def close(self) -> None:
        self._bell.put(False)


def _clean(bell: SimpleQueue, reference) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while bell.get():
        time.sleep(DELAY)
        try:
            while bell.get_nowait():
                pass
            return
        except Empty:
            pass
        connection = reference()
        if connection is not None and connection.litter.heap:
            connection.flush()
        del connection
