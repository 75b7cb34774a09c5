"""Opening and taking channels."""
from __future__ import annotations

import threading

from . import _current, _loops
from ._channel import AsyncChannel, Channel, _News, refuse_in_loop
from ._current import current
from ._ends import Opened, Taken
from ._failures import Error, threw, to_wire

TYPE_CHECKING = False  # as typing has it, which takes its time to load
if TYPE_CHECKING:
    from typing import Any, Generator


def no_channels(name: str) -> Error:
    return Error("NO_SUCH_METHOD", f"`{name}` takes no channels.", "A module takes channels with `stoa.accept`.")


def accept(server, acceptor) -> None:
    """Has `acceptor` called with each channel that somebody opens to the module that `server` serves."""
    if not callable(acceptor):
        raise TypeError("`stoa.accept` takes a function, which is called with each channel.")
    if server.loaded:
        raise RuntimeError("`stoa.accept` is called at the top level of a module, while that is loaded.")
    if server.acceptor is not None:
        raise RuntimeError("`stoa.accept` was called before: a module has one acceptor.")
    server.acceptor = acceptor


# --- to open one ---


def check_name(module) -> None:
    if not isinstance(module, str):
        raise TypeError("A channel is opened to a module, by its name.")


def open_blocking(connection, module: str, topic: str, direct: bool) -> Channel:
    check_name(module)
    refuse_in_loop()
    with connection.ours():
        control = connection.open_channel(module, topic, direct)
        try:
            connection.wait(_News(control), control)
        except BaseException:
            control.cancel("its opener was interrupted")
            connection.flush_soon()
            raise
        said = control.accepted()
        where = said.get("direct")
        line = _dial(where, topic, control) if where else control
    return Channel(line, said.get("peer", ""), topic, where is not None)


def _dial(where: dict, topic: str, control: Opened) -> Opened:
    from ._meeting import dial

    line = dial(where, topic, control)
    line.connection.wait(_News(line), line)
    line.accepted()
    return line


class Opening:
    """A channel that is being opened: for `async with`, or to be awaited."""

    def __init__(self, connection: Any, module: str, topic: str, direct: bool):
        check_name(module)
        self._connection = connection
        self._asked = module, topic, direct
        self._channel: AsyncChannel | None = None

    def __await__(self) -> Generator[Any, None, AsyncChannel]:
        return self._open().__await__()

    async def _open(self) -> AsyncChannel:
        connection = self._connection or _current.connection()
        with connection.ours():
            control = connection.open_channel(*self._asked)
            connection.flush_soon()
        topic = self._asked[1]
        said = await self._accepted(control)
        where = said.get("direct")
        line = control
        if where:
            from ._meeting import dial

            line = await in_thread(lambda: dial(where, topic, control))
            await self._accepted(line)
        return AsyncChannel(line, said.get("peer", ""), topic, where is not None)

    async def _accepted(self, line: Opened) -> dict:
        try:
            while not line.signals:
                await AsyncChannel(line, "", "", False)._soon(_News(line))
        except BaseException:
            with line.connection.ours():
                line.cancel("its opener was cancelled")
                line.connection.flush_soon()
            raise
        return line.accepted()

    async def __aenter__(self) -> AsyncChannel:
        self._channel = await self._open()
        return self._channel

    async def __aexit__(self, *_: object) -> None:
        if self._channel is not None:
            await self._channel.close()


async def in_thread(function):
    """The result of what blocks, run in a thread of its own."""
    loop = _loops.running()
    future = loop.create_future()

    def run() -> None:
        try:
            done, value = future.set_result, function()
        except BaseException as e:
            done, value = future.set_exception, e
        _loops.tell(loop, lambda: future.done() or done(value))

    threading.Thread(target=run, name="stoa-channel", daemon=True).start()
    return await future


# --- to take one ---


def take(server, call) -> None:
    """Runs the module's acceptor: a synchronous one in a thread of its own, because it may stay for long."""
    acceptor, connection = server.acceptor, server.connection
    if acceptor is None or call.channel is None:
        raise no_channels(server.name)
    where, meeting = call.object["channel"].get("direct", {}), None
    if where.get("path") and connection.has("direct-channels"):
        from ._meeting import Meeting

        meeting = Meeting.at(where)
    call.begun = True
    connection.send({"call": call.id, "accepted": {"direct": {}} if meeting else {}})
    if meeting is not None:
        meeting.begin(call)
    talk = _Talk(server, call, acceptor, meeting)
    if is_async(acceptor):
        server.tasks.begin(call, talk.later())
    else:
        threading.Thread(target=talk.run, name="stoa-channel", daemon=True).start()


class _Talk:
    """One run of an acceptor."""

    def __init__(self, server, call, acceptor, meeting):
        self._server = server
        self._call = call
        self._acceptor = acceptor
        self._meeting = meeting

    def _channel(self, kind, line: Taken):
        return kind(line, self._call.caller or "", self._call.method, self._meeting is not None)

    def run(self) -> None:
        call, meeting = self._call, self._meeting
        current.set(call)  # the thread is for this alone
        line, failure = call.channel, None
        try:
            if meeting is not None:
                line = meeting.wait_for_opener()
            self._acceptor(self._channel(Channel, line))
        except BaseException as e:
            failure = e
        self._end(line, failure)
        if line is not call.channel:
            meeting.wait_for_end()
            self._end(call.channel, failure)

    async def later(self) -> None:
        call, meeting = self._call, self._meeting
        line, failure = call.channel, None
        try:
            if meeting is not None:
                line = await in_thread(meeting.wait_for_opener)
            await self._acceptor(self._channel(AsyncChannel, line))
        except BaseException as e:
            failure = e
        self._end(line, failure)
        if line is not call.channel:
            try:
                await in_thread(meeting.wait_for_end)
            finally:
                self._end(call.channel, failure)

    def _end(self, line: Taken, failure: BaseException | None) -> None:
        """On a direct channel: of the call there, and then of the one at the host."""
        call, server, connection = line.call, line.call.server, line.connection
        if self._meeting is not None:
            self._meeting.done = True
        if not call.open:
            return
        with connection.ours():
            if failure is None:
                server.answer(call, None)
            elif call.cancelled or (self._call.cancelled and not isinstance(failure, Exception)):
                server.cancelled(call)
            elif isinstance(failure, NotMet):
                server.fail(call, to_wire(failure))
            else:
                server.fail(call, threw(failure, self._server.name))
            connection.flush_soon()


class NotMet(Error):
    """The other end of a direct channel did not come."""


def is_async(function) -> bool:
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return bool(getattr(getattr(function, "__code__", None), "co_flags", 0) & 0x80)
