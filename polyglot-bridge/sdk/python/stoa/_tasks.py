"""Async methods: each call is a task of an asyncio loop, which is loaded when the first of them is called."""
from __future__ import annotations

from . import _loops


class Tasks:
    def __init__(self, server):
        self._server = server

    def begin(self, call, coroutine) -> None:
        call.loop, call.task = self._server.connection.task(coroutine)
        call.task.add_done_callback(lambda task: self._over(call, task))

    def _over(self, call, task) -> None:
        """A task that is cancelled before its first step runs no code that could end the call."""
        if call.open and task.cancelled():
            self._say(self._server.broke, call, RuntimeError("the asyncio loop of this call was closed"))

    def _say(self, function, *arguments) -> None:
        connection = self._server.connection
        with connection.ours():
            function(*arguments)
            connection.flush_soon()

    def wake(self, call) -> None:
        """There is credit again."""
        wake, call.wake = call.wake, None
        if wake is not None:
            _loops.tell(call.loop, _done, wake)

    def cancel(self, call) -> None:
        _loops.tell(call.loop, call.task.cancel)

    async def awaited(self, call, awaitable) -> None:
        server = self._server
        try:
            result = await awaitable
        except BaseException as e:
            return self._say(server.broke, call, e)
        kind = type(result)
        if hasattr(kind, "__anext__"):
            await self.streamed(call, result)
        elif hasattr(kind, "__next__"):
            await self.streamed(call, _one_by_one(result))
        else:
            self._say(server.answer, call, result)

    async def streamed(self, call, iterator) -> None:
        server = self._server
        try:
            while call.open:
                while call.credit <= 0 and not call.one_way:
                    call.wake = wake = call.loop.create_future()
                    if call.credit <= 0:  # else it came meanwhile
                        await wake
                try:
                    item = await iterator.__anext__()
                except StopAsyncIteration:
                    self._say(server.end_stream, call, None)
                    break
                self._say(server.item, call, item)
        except BaseException as e:
            self._say(server.broke, call, e)
        if hasattr(type(iterator), "aclose"):
            try:
                await iterator.aclose()
            except BaseException as e:
                server.connection.log("WARNING", f"closing the stream of {server.name}.{call.method}: {e!r}")


async def _one_by_one(iterator):
    for item in iterator:
        yield item


def _done(future) -> None:
    if not future.done():
        future.set_result(None)
