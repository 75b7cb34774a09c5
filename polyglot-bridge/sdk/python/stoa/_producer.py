"""The stream that synchronous code gives to a call: its iterator runs on the thread that waits for the call."""
from __future__ import annotations

from ._current import current
from ._failures import Cancelled


class Producer:
    def __init__(self, outgoing, iterator):
        self.outgoing = outgoing
        self.running = False
        self._iterator = iterator
        self._done = False
        self._depth = 0  # how many calls ran on this thread, the iterator included, when it was asked

    def ready(self) -> bool:
        """Whether an item is wanted now. Not while the iterator itself is what waits, further out on this thread."""
        return self.outgoing.credit > 0 and not self._done and not self.running and not self.outgoing.ended

    def abandoned(self, depth: int) -> bool:
        """Whether the iterator itself, and no call that it led to, waits in the middle of an item that nobody wants."""
        return self.running and self.outgoing.ended and self._depth == depth

    def step(self) -> None:
        """Makes one item and sends it. What goes wrong goes to the caller."""
        outgoing = self.outgoing
        try:
            item = self._user(next)
        except StopIteration:
            self._done = True
            outgoing.send_end()
            return
        except BaseException as e:
            self._done = True
            self._broke(e)
            if isinstance(e, Cancelled) and outgoing.parent is not None and outgoing.parent.cancelled:
                raise  # it was meant for the call that we serve
            return
        try:
            if not outgoing.ended:
                outgoing.send_item(item)
        except Exception as e:
            self._broke(e)
        if outgoing.ended:
            self.finish()

    def _broke(self, error: BaseException) -> None:
        if not (self.outgoing.ended and isinstance(error, Cancelled)):
            self.outgoing.abort(str(error) or type(error).__name__, error)

    def finish(self) -> None:
        """The call is over: an iterator that was not read to its end runs its `finally`."""
        if self._done or self.running:
            return
        self._done = True
        if hasattr(type(self._iterator), "close"):
            try:
                self._user(lambda iterator: iterator.close())
            except BaseException as e:
                self.outgoing.connection.log("WARNING", f"closing the stream for {self.outgoing.request}: {e!r}")

    def _user(self, function):
        """Runs code of the iterator as a part of the call that made it."""
        connection, parent = self.outgoing.connection, self.outgoing.parent
        running = connection.here.running
        token = current.set(parent)
        running.append(parent)
        self._depth = len(running)
        self.running = True
        connection.enter()
        try:
            return function(self._iterator)
        finally:
            connection.leave()
            self.running = False
            running.pop()
            current.reset(token)
