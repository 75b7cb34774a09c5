"""Calls that we make: what is asked, and what was heard of it."""
from __future__ import annotations

from collections import deque

from . import _values
from ._failures import Error, cut, from_wire
from ._frames import INITIAL_CREDIT
from ._intake import Intake
from ._protobuf import Malformed


class Request:
    """What a call asks for. `target` is the field of Invoke that says on what, `label` what errors call it."""

    __slots__ = ("target", "label", "method", "positional", "named", "stream", "blocking", "one_way")

    def __init__(self, target: dict, label: str, method: str, positional: tuple, named: dict):
        self.target = target
        self.label = label
        self.method = method
        self.positional = positional
        self.named = named
        self.stream = None
        self.blocking = False
        self.one_way = False

    def take_stream(self, marks: tuple[str, ...]) -> None:
        """An iterator as the last argument is the call's stream, not a value."""
        if self.positional:
            kind = type(self.positional[-1])
            if kind not in _values.PLAIN and any(hasattr(kind, mark) for mark in marks):
                self.stream = self.positional[-1]
                self.positional = self.positional[:-1]

    def let_go(self):
        """It was sent: nothing that it was made of shall live as long as the call. Its stream, or None."""
        stream, self.stream, self.positional, self.named = self.stream, None, (), {}
        return stream

    def __str__(self) -> str:
        return f"`{self.label}.{self.method}`"


#: Bytes that a payload in parts may have, here.
MOST = 256 << 20


class Pieces:
    """Puts a payload together again that came in several frames. Each is given back to who sent it, as it is taken."""

    __slots__ = ("_connection", "_call", "_kind", "_payload", "_references", "_size", "_most")

    def __init__(self, connection, call: int, most: int = MOST):
        self._connection = connection
        self._call = call
        self._most = most
        self._payload: list[bytes] | None = None

    def begin(self, kind: str, payload: bytes, references: list) -> None:
        self._kind, self._payload, self._references = kind, [], references
        self._size = 0
        self._take(payload)

    def _take(self, payload: bytes) -> None:
        """Raises Error if there is too much of it."""
        self._size += len(payload)
        if self._size > self._most:
            self._payload = None
            details = {"quota": "payload bytes", "used": str(self._size), "max": str(self._most)}
            raise Error(
                "RESOURCE_EXHAUSTED", f"A payload of more than {self._most} bytes was sent.", "Send a stream of smaller pieces.", details=details
            )
        self._payload.append(payload)
        self._connection.took(self._call, len(payload))

    def part(self, body: dict):
        """The whole as (kind, payload, references) once its last part is here."""
        if self._payload is None:
            return None
        self._take(body.get("payload", b""))
        if body.get("more"):
            return None
        payload, self._payload = b"".join(self._payload), None
        return self._kind, payload, self._references


class Outgoing:
    """A call under way. `signals` is what was heard and not taken yet: (kind, content)."""

    def __init__(self, connection, number: int, request: Request, parent, woken):
        self.connection = connection
        self.id = number
        self.request = request
        self.parent = parent  # the call that we serve and that made this one
        self.cleans_up = parent is not None and parent.cancelled  # it is made because that was stopped
        self.signals: deque = deque()
        self.ended = False
        self._allowed = INITIAL_CREDIT  # items that we may send; counted by who reads
        self._sent = 0  # counted by who sends
        self.fed = None  # called when there is credit, or an end: for the producer
        self.producer = None
        self._woken = woken
        self._pieces: Pieces | None = None
        self._intake = Intake()
        if parent is not None and not request.one_way:
            parent.children.add(self)

    @property
    def credit(self) -> int:
        """How many items we may send now."""
        if self.connection.is_behind(self.id):
            return 0
        return self._allowed - self._sent

    # --- what the callee says ---

    def heard(self, kind: str, body: dict) -> None:
        try:
            self._heard(kind, body)
        except Error as e:
            self.abort("it was too large", e)

    def _heard(self, kind: str, body: dict) -> None:
        if kind == "returned" or kind == "item":
            payload, references = body.get("payload", b""), body.get("references", ())
            if body.get("more"):
                self._pieces = self._pieces or Pieces(self.connection, self.id)
                self._pieces.begin(kind, payload, references)
            else:
                self._arrived(kind, payload, references)
        elif kind == "part" and self._pieces is not None:
            whole = self._pieces.part(body)
            if whole is not None:
                self._arrived(*whole)
        elif kind == "failed":
            error = from_wire(body)
            if error.code == "DEADLINE_EXCEEDED" and self.parent is not None:
                self.parent.children.discard(self)
                self.parent.expire(told=True)  # it had the same one
            self._signal(kind, error)
        elif kind == "end":
            self._signal(kind, None)
        elif kind == "accepted":
            self._signal(kind, body)
        elif kind == "credit":
            self._allowed += body.get("items", 0)
            if self.fed is not None:
                self.fed()

    def lost(self, error: Error) -> None:
        """Nothing will be heard any more."""
        self._signal("failed", error)

    def _arrived(self, kind: str, payload: bytes, references) -> None:
        if kind == "item":
            if not self._intake.comes():
                self._break(f"{self.request} sent more items than it was asked for.")
                return
        self._signal(kind, (payload, references))

    def _break(self, message: str) -> None:
        self.abort("it broke the protocol", Error("INTERNAL", message, "Its module breaks the protocol."))

    def _signal(self, kind: str, content) -> None:
        woken, fed = self._woken, self.fed
        if kind in ("returned", "failed"):
            self._over()
        if self.request.one_way:
            if kind == "failed":
                self.connection.log("WARNING", f"{self.request}, called one way, failed: {content}", self.parent)
            return
        self.signals.append((kind, content))
        if woken is not None:
            woken()
        if self.ended and fed is not None:
            fed()

    def _over(self) -> None:
        self.ended = True
        self._woken = self.fed = None  # they hold those who hold this: nothing shall need the collector to go away
        self.connection.calls.pop(self.id, None)
        self.connection.drop(self.id)
        if self.parent is not None:
            self.parent.children.discard(self)
        if self.connection.draining:
            self.connection.server.rest()

    # --- what we say ---

    def cancel(self, reason: str) -> None:
        """The answer is wanted no more. Whoever waits for it gets CANCELLED."""
        self.abort(reason, Error("CANCELLED", f"The call was cancelled: {reason}."))

    def abort(self, reason: str, error: BaseException) -> None:
        """Cancels the call; whoever waits for it gets `error`."""
        if not self.ended:
            self.connection.drop(self.id)
            self.connection.send({"call": self.id, "cancel": {"reason": cut(reason)}})
            self._signal("failed", error)

    def consumed(self) -> None:
        """An item was taken: the callee may send another."""
        credit = self._intake.consumed()
        if credit and not self.ended:
            self.connection.send({"call": self.id, "credit": credit})

    def value(self, content):
        """The value of an item or a result."""
        try:
            return _values.decode(*content)
        except Malformed as e:
            raise Error("INTERNAL", f"What {self.request} sent cannot be read: {e}.") from None

    def send_item(self, item) -> None:
        """One element of our stream, for which there is credit."""
        refs: dict = {}
        payload = _values.encode(item, "item", refs)
        self.connection.check_size(self.id, payload)
        with self.connection.lock:
            if not self.ended:
                header = {"references": self.connection.references.table(refs)} if refs else {}
                self._sent += 1
                self.connection.say_payload(self.id, "item", header, "payload", payload)

    def send_end(self) -> None:
        if not self.ended:
            self.connection.say({"call": self.id, "end": {}})
