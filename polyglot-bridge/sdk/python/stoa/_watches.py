"""Descriptors and timers of a module's own, looked after while it serves."""
from __future__ import annotations

import select
import time

from . import _loops
from ._failures import Error

TYPE_CHECKING = False  # as typing has it, which takes its time to load
if TYPE_CHECKING:
    from typing import Any, Callable


class Watch:
    """A callback that is called again and again, until `cancel()`."""

    def __init__(self, watches: "Watches", what: str, callback: Callable[[], object]):
        self._watches = watches
        self._callback = callback
        self._what = what
        self._cancelled = False
        self.handle = None  # of the asyncio loop

    def cancel(self) -> None:
        if not self._cancelled:
            self._cancelled = True
            self._watches.forget(self)

    def __repr__(self) -> str:
        return f"<{self._what}{', cancelled' if self._cancelled else ''}>"


class Descriptor(Watch):
    def __init__(self, watches: "Watches", number: int, callback: Callable[[], object]):
        super().__init__(watches, f"watch of descriptor {number}", callback)
        self.number = number


class Timer(Watch):
    def __init__(self, watches: "Watches", seconds: float, callback: Callable[[], object]):
        super().__init__(watches, f"timer of {seconds} s", callback)
        self._seconds = seconds
        self.due = time.monotonic() + seconds

    def next(self) -> None:
        """Turns that were missed are left out."""
        missed = (time.monotonic() - self.due) // self._seconds
        self.due += self._seconds * (max(0, missed) + 1)


class Watches:
    """Lives on the main thread: while the module is idle there, or in its asyncio loop."""

    def __init__(self, connection):
        self._connection = connection
        self._descriptors: dict[int, Descriptor] = {}
        self._timers: set[Timer] = set()
        self._loop = None

    def __bool__(self) -> bool:
        return bool(self._descriptors or self._timers)

    def watch(self, descriptor: Any, callback: Callable[[], object]) -> Watch:
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        self._check(callback)
        if number in self._descriptors:
            raise ValueError(f"stoa.watch: descriptor {number} is watched already.")
        watch = self._descriptors[number] = Descriptor(self, number, callback)
        if self._loop is not None:
            self._add(watch)
        return watch

    def every(self, seconds: float, callback: Callable[[], object]) -> Watch:
        self._check(callback)
        if not seconds > 0:
            raise ValueError(f"stoa.every: {seconds!r} seconds is no time between two calls.")
        timer = Timer(self, seconds, callback)
        self._timers.add(timer)
        if self._loop is not None:
            self._schedule(timer)
        return timer

    def _check(self, callback) -> None:
        if not callable(callback):
            raise TypeError(f"The callback is a {type(callback).__name__}, which cannot be called.")
        if not self._connection.on_main():
            raise RuntimeError("stoa.watch and stoa.every belong to the main thread: call them in a method or at the top.")
        self._connection.plain = False

    def forget(self, watch: Watch) -> None:
        if isinstance(watch, Timer):
            self._timers.discard(watch)
            if watch.handle is not None:
                watch.handle.cancel()
        elif isinstance(watch, Descriptor) and self._descriptors.pop(watch.number, None) and self._loop is not None:
            self._loop.remove_reader(watch.number)

    # --- without a loop ---

    def wait(self) -> None:
        """Waits until the host says something, or something of the module's own is due. Handles it."""
        connection = self._connection
        poll = select.poll()
        poll.register(connection.transport.fileno, select.POLLIN)
        for number in self._descriptors:
            poll.register(number, select.POLLIN)
        left = min((timer.due for timer in self._timers), default=None)
        ready = poll.poll(None if left is None else max(0, (left - time.monotonic()) * 1000))
        for number, events in ready:
            if number == connection.transport.fileno:
                connection.take(connection.receive())
            elif number in self._descriptors:
                self._fire(self._descriptors[number], events & select.POLLNVAL)
        for timer in [timer for timer in self._timers if timer.due <= time.monotonic()]:
            timer.next()
            self._fire(timer)

    def _fire(self, watch: Watch, closed: int = 0) -> None:
        connection = self._connection
        if watch._cancelled:
            return
        try:
            if closed:
                raise OSError("the descriptor was closed")
            connection.enter()
            try:
                result = watch._callback()
            finally:
                connection.leave()
            if hasattr(type(result), "__await__"):
                connection.task(_logged(connection, watch, result))
        except BaseException as e:
            _broke(connection, watch, e)

    # --- with a loop ---

    def move_to(self, loop) -> None:
        if self._loop is None:
            self._loop = loop
            for watch in list(self._descriptors.values()):
                self._add(watch)
            for timer in self._timers:
                self._schedule(timer)

    def _add(self, watch: Descriptor) -> None:
        try:
            self._loop.add_reader(watch.number, self._fire_in_loop, watch)
        except OSError as e:  # closed, or a plain file
            _broke(self._connection, watch, e)

    def _schedule(self, timer: Timer) -> None:
        delay = max(0, timer.due - time.monotonic())
        timer.handle = self._loop.call_later(delay, self._fire_in_loop, timer)

    def _fire_in_loop(self, watch: Watch) -> None:
        with _loops.outside(self._loop):
            if isinstance(watch, Timer):
                watch.next()
            self._fire(watch)
        if isinstance(watch, Timer) and watch in self._timers:
            self._schedule(watch)
        self._connection.run_between_tasks()  # the callback may have waited for a call, and others have come


async def _logged(connection, watch: Watch, awaitable) -> None:
    try:
        await awaitable
    except Exception as e:
        _broke(connection, watch, e)


def _broke(connection, watch: Watch, error: BaseException) -> None:
    """A timer goes on. A descriptor would be ready again at once: its watch ends."""
    said = f"{type(error).__name__}: {error.message if isinstance(error, Error) else error}"
    if isinstance(watch, Descriptor):
        watch.cancel()
        said += " The watch has ended."
    connection.log("ERROR", f"the {watch._what} failed: {said}")
