"""The calls behind the ends of channels: to open one, and to take one."""
from __future__ import annotations

from collections import deque

from . import _loops, _values
from ._failures import Error
from ._intake import Intake
from ._outgoing import Outgoing, Request
from ._protobuf import Malformed


class _Waiting:
    """Who awaits news of a line."""

    def __init__(self):
        self.waiting: list = []  # futures

    def news(self) -> None:
        """May run inside a timer signal, or in another thread."""
        waiting, self.waiting = self.waiting, []
        for future in waiting:
            _loops.tell(future.get_loop(), _done, future)


def _done(future) -> None:
    if not future.done():
        future.set_result(None)


class Opened(Outgoing, _Waiting):
    """The opener's end. `over` is called when the call is."""

    def __init__(self, connection, number: int, module: str, topic: str):
        _Waiting.__init__(self)
        Outgoing.__init__(self, connection, number, Request({}, module, topic, (), {}), None, self._heard_something)
        self.fed = self.news
        self.call = self
        self.reason: Error | None = None
        self.over = None
        self.closing = False  # it was this side that closed it

    def _heard_something(self) -> None:
        kind, content = self.signals[-1]
        if kind == "failed":
            self.reason = content
        self.news()
        if self.ended and self.over is not None:
            over, self.over = self.over, None
            over(self)

    def accepted(self) -> dict:
        """What was said to it. Raises what refused it."""
        kind, content = self.signals.popleft()
        if kind == "accepted":
            return content
        raise content if kind == "failed" else Error("INTERNAL", "The channel was over before it was taken.")

    def close(self, complete: bool) -> None:
        """`complete`: both sides have said that nothing more comes, so that it ends by itself."""
        self.closing = True
        if complete:
            return
        self.signals.clear()
        self.signals.append(("end", None))
        self.cancel("its opener closed it")
        self.reason = None  # that is no failure

    def abandon(self, error: Error | None) -> None:
        """It ended elsewhere."""
        if not self.ended:
            self.abort("the channel is over", error or Error("CANCELLED", "The channel is over."))


class Taken(_Waiting):
    """The end of who takes it: what its call, an Incoming, hears goes here."""

    def __init__(self, call):
        super().__init__()
        self.call = call
        self.connection = call.server.connection
        self.id = call.id
        self.signals: deque = deque()
        self.reason: Error | None = None
        self.gone = None  # called when the opener has left
        self._intake = Intake()

    @property
    def ended(self) -> bool:
        return not self.call.open

    @property
    def credit(self) -> int:
        return self.call.credit

    def heard(self, kind: str, content) -> None:
        """May run inside a timer signal or in another thread."""
        if kind == "item":
            if not self._intake.comes():
                message = "The opener of the channel sent more than it was asked for."
                kind, content = "broken", Error("RESOURCE_EXHAUSTED", message, "It breaks the protocol: it has to wait for credit.")
        self.signals.append(("failed" if kind == "broken" else kind, content))
        self.news()

    def left(self, reason: str) -> None:
        """The opener has gone, or the host says so."""
        self.reason = Error("CANCELLED", f"The channel is over{reason and ': ' + reason}.")
        if self.gone is not None:
            self.gone(reason)
        self.signals.append(("failed", self.reason))
        self.news()

    def send_item(self, item) -> None:
        refs: dict = {}
        connection, call = self.connection, self.call
        payload = _values.encode(item, "item", refs)
        connection.check_size(call.id, payload)
        with connection.lock:
            if call.open:
                header = {"references": connection.references.table(refs)} if refs else {}
                call.items += 1
                connection.say_payload(call.id, "item", header, "payload", payload)

    def send_end(self) -> None:
        if self.call.open:
            self.connection.say({"call": self.id, "end": {}})

    def consumed(self) -> None:
        credit = self._intake.consumed()
        if credit and self.call.open:
            self.connection.send({"call": self.id, "credit": credit})

    def value(self, content):
        try:
            return _values.decode(*content)
        except Malformed as e:
            raise Error("BAD_ARGUMENT", f"What the opener of the channel sent cannot be read: {e}.") from None

    def close(self, complete: bool) -> None:
        self.signals.clear()
        self.signals.append(("end", None))
        self.call.server.answer(self.call, None)
        self.news()
