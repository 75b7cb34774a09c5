"""asyncio loops: which one runs, how to step out of it, and one that is run bit by bit by a thread that waits."""
from __future__ import annotations

import sys
from contextlib import contextmanager


def running():
    """The loop that this code runs in, or None. Does not load asyncio."""
    asyncio = sys.modules.get("asyncio")
    return None if asyncio is None else asyncio._get_running_loop()


@contextmanager
def outside(loop):
    """Synchronous methods run between the tasks of a loop, not inside of it: they may block, and use asyncio.run."""
    from asyncio import _set_running_loop

    _set_running_loop(None)
    try:
        yield
    finally:
        _set_running_loop(loop)


def tell(loop, function, *arguments) -> None:
    """Calls a function in a loop, from any thread and from a signal handler. A loop that is closed wants to know nothing."""
    try:
        loop.call_soon_threadsafe(function, *arguments)
    except RuntimeError:
        pass


async def turn() -> None:
    """What was told to the loop comes first."""
    from asyncio import sleep

    await sleep(0)


class InnerLoop:
    """Runs the async methods that a blocked thread must run, or those of a program that has no loop itself."""

    def __init__(self):
        import asyncio

        self.loop = asyncio.new_event_loop()
        self._tasks: set = set()

    def task(self, coroutine):
        task = self.loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task) -> None:
        self._tasks.discard(task)
        self.loop.stop()

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    def turn(self, descriptor: int | None, timeout: float | None) -> None:
        """Runs until a task is done, the descriptor is readable, or the time has passed."""
        loop = self.loop
        if timeout is not None:
            timer = loop.call_later(timeout, loop.stop)
        if descriptor is not None:
            loop.add_reader(descriptor, loop.stop)
        try:
            loop.run_forever()
        finally:
            if descriptor is not None:
                loop.remove_reader(descriptor)
            if timeout is not None:
                timer.cancel()

    def __del__(self) -> None:
        if not self.loop.is_running():
            self.loop.close()
