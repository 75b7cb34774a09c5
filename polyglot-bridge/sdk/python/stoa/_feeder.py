"""The stream that async code gives to a call: its iterator runs in a task beside the one that waits."""
from __future__ import annotations

import asyncio


class Feeder:
    def __init__(self, outgoing, iterator, loop):
        self._outgoing = outgoing
        self._iterator = iterator
        self._loop = loop
        self._room: asyncio.Future | None = None  # resolved when there is credit
        self._stopped = False
        outgoing.fed = self._fed
        self._task = loop.create_task(self._run())

    def _fed(self) -> None:
        """There is credit, or the call is over; maybe inside a timer signal, or in another thread."""
        try:
            self._loop.call_soon_threadsafe(self._wake)
        except RuntimeError:
            pass  # the loop is closed, and the task with it

    def _wake(self) -> None:
        if self._outgoing.ended:
            self._stop()
        elif self._room is not None and not self._room.done():
            self._room.set_result(None)

    def _stop(self) -> None:
        """Once: a second time would break into the iterator's `finally`."""
        if not self._stopped:
            self._stopped = True
            self._task.cancel()

    async def finish(self) -> None:
        """The call is over. Waits until the iterator has run its `finally`."""
        self._stop()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        outgoing = self._outgoing
        try:
            while not outgoing.ended:
                try:
                    item = await self._next()
                except StopAsyncIteration:
                    self._say(outgoing.send_end)
                    break
                await self._credit()
                self._say(outgoing.send_item, item)
        except BaseException as e:
            self._say(outgoing.abort, str(e) or type(e).__name__, e)
        await self._close()

    def _say(self, function, *arguments) -> None:
        connection = self._outgoing.connection
        with connection.ours():
            function(*arguments)
            connection.flush_soon()

    async def _next(self):
        if hasattr(type(self._iterator), "__anext__"):
            return await self._iterator.__anext__()
        await asyncio.sleep(0)  # a synchronous iterator lets the loop have its turn
        try:
            return next(self._iterator)
        except StopIteration:
            raise StopAsyncIteration from None

    async def _credit(self) -> None:
        outgoing = self._outgoing
        while outgoing.credit <= 0 and not outgoing.ended:
            self._room = self._loop.create_future()
            if outgoing.credit <= 0:  # else it came meanwhile, from another thread
                await self._room

    async def _close(self) -> None:
        iterator, connection = self._iterator, self._outgoing.connection
        try:
            if hasattr(type(iterator), "aclose"):
                await iterator.aclose()
            elif hasattr(type(iterator), "close"):
                iterator.close()
        except BaseException as e:
            connection.log("WARNING", f"closing the stream for {self._outgoing.request}: {e!r}")


async def _items(iterator):
    """Items of an iterator of either kind. A synchronous one lets the loop have its turn after each item."""
    if hasattr(type(iterator), "__anext__"):
        while True:
            try:
                item = await iterator.__anext__()
            except StopAsyncIteration:
                return
            yield item
    while True:
        try:
            item = next(iterator)
        except StopIteration:
            return
        yield item
        await asyncio.sleep(0)
