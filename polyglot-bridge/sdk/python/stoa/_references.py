"""Both halves of references on one connection: what we own and others hold, and what we hold: PROTOCOL.md, "References"."""
from __future__ import annotations

import gc

from . import _frames, _handles
from ._exposed import key_of
from ._failures import Error, Gone
from ._proxy import Held, Proxy

DEFAULT_MAX = 100_000
_SURELY_FIT = 4_000  # into one frame, with names of any length
_MAX_TABLE = 700 << 10  # bytes; the payload and the other fields need the rest
_COUNTS_A_FRAME = 10_000


class Exported:
    """An object of ours that others hold. `thing` is None once it was taken back."""

    __slots__ = ("number", "key", "thing", "taken_back", "count", "methods")

    def __init__(self, number: int, key, thing):
        self.number = number
        self.key = key
        self.thing = thing
        self.taken_back = False
        self.count = 0  # how often it was sent, less what was given back
        self.methods: dict = {}  # name -> Method, those that were called


class References:
    """Guarded by the connection's lock."""

    def __init__(self, connection):
        self.instance = ""  # our name as an owner
        self.max = DEFAULT_MAX
        self._connection = connection
        self._lock = connection.lock
        self._exported: dict[int, Exported] = {}
        self._numbers: dict = {}  # key -> number
        self._last = 0
        self._held: dict[tuple[str, int], Held] = {}
        _handles.exports.add(self)

    # --- what we own ---

    def table(self, refs: dict) -> list[dict]:
        """The table for a payload that is sent now. Counts what is sent."""
        if not self._connection.has("references") or not self.instance:
            if self._connection.is_direct:
                help = "Nobody counts them there: send data, or open it without `direct`."
                raise Error("UNSUPPORTED", "Functions and `stoa.ref` cannot be sent on a direct channel.", help)
            raise Error("UNSUPPORTED", "The host knows no references: functions and `stoa.ref` cannot be sent to it.")
        with self._lock:
            self._make_room(refs)
            return [self._entry(key, thing) for key, (_, thing) in refs.items()]

    def _make_room(self, refs: dict) -> None:
        if len(refs) > _SURELY_FIT:
            self._check_size(refs)
        new = 0
        for key, (_, thing) in refs.items():
            if type(thing) is Proxy:
                thing._held.check_for(self._connection)
            elif key not in self._numbers:
                new += 1
        if len(self._exported) + new > self.max:
            self._collect()
            if len(self._exported) + new > self.max:
                raise self._exhausted("others hold", len(self._exported))

    def _check_size(self, refs: dict) -> None:
        """A table is not parted: all of it has to fit into the first frame."""
        owners = (thing._held.owner if type(thing) is Proxy else self.instance for _, thing in refs.values())
        used = sum(len(owner.encode()) + 16 for owner in owners)
        if used > _MAX_TABLE:
            details = {"quota": "bytes of references in a value", "used": str(used), "max": str(_MAX_TABLE)}
            message = f"{len(refs)} references are too many for one value."
            raise Error("RESOURCE_EXHAUSTED", message, "Send them one by one, as a stream.", details=details)

    def _entry(self, key, thing) -> dict:
        if type(thing) is Proxy:
            return thing._held.reference
        number = self._numbers.get(key)
        if number is None:
            self._last = number = self._last + 1
            self._numbers[key] = number
            self._exported[number] = Exported(number, key, thing)
        self._exported[number].count += 1
        return {"owner": self.instance, "number": number}

    def own(self, thing) -> dict | None:
        """The name of an object of ours, if others hold it."""
        with self._lock:
            number = self._numbers.get(key_of(thing))
        return None if number is None else {"owner": self.instance, "number": number}

    def unsent(self, table) -> None:
        """The table of a payload that did not leave after all."""
        for reference in table:
            self.given_back([{"reference": reference, "count": 1}])

    def exported(self, reference: dict) -> Exported:
        """What a call from outside is made on."""
        owner, number = reference.get("owner", ""), reference.get("number", 0)
        if owner != self.instance or not 0 < number <= self._last:
            raise Error("DENIED", f"`{owner}/{number}` is no reference that was handed out here.")
        entry = self._exported.get(number)
        if entry is None or entry.taken_back:
            raise self.gone(number)
        return entry

    def gone(self, number: int) -> Gone:
        why = "its owner released it" if number in self._exported else "everybody who held it has released it"
        return Gone("LOST", f"The reference `{self.instance}/{number}` is gone: {why}.", "Ask its owner for a new one.")

    def given_back(self, counts: list[dict]) -> None:
        """The host says that so many of our sendings are done with."""
        with self._lock:
            for each in counts:
                reference = each.get("reference", {})
                entry = self._exported.get(reference.get("number", 0))
                if entry is not None and reference.get("owner", "") == self.instance:
                    entry.count -= each.get("count", 0)
                    if entry.count <= 0:
                        self._forget(entry)

    def _forget(self, entry: Exported) -> None:
        del self._exported[entry.number]
        if self._numbers.get(entry.key) == entry.number:
            del self._numbers[entry.key]

    def revoke(self, thing) -> None:
        """The owner takes `thing` back. Its number stays until nobody holds it, so that calls can be told why they fail."""
        with self._connection.ours(), self._lock:
            number = self._numbers.pop(key_of(thing), None)
            if number is not None:
                entry = self._exported[number]
                entry.thing, entry.key, entry.taken_back = None, None, True
                entry.methods.clear()

    # --- what we hold ---

    def received(self, table: list[dict]) -> list:
        """What the entries of a table stand for. Counts them; whatever becomes of them, they are given back some day."""
        with self._lock:
            if len(self._held) + len(table) > self.max:
                self._collect()
            return [self._arrived(entry.get("owner", ""), entry.get("number", 0)) for entry in table]

    def _arrived(self, owner: str, number: int):
        if owner == self.instance:
            entry = self._exported.get(number)
            return self.gone(number) if entry is None or entry.taken_back else entry.thing
        held = self._held.get((owner, number))
        proxy = held.proxy() if held is not None else None
        if proxy is None:
            held = Held(self._connection, owner, number)
            if len(self._held) >= self.max:
                held.count = 1
                self._connection.litter.expected()
                self._connection.litter.put(held)
                error = self._exhausted("are held here", len(self._held))
                return Gone(error.code, error.message, details=error.details)
            proxy = held.make()
            self._held[owner, number] = held
        held.count += 1
        return proxy

    def released(self, held: Held) -> int:
        """Takes a reference off our books: its proxy is gone, or was released. How often it had been received."""
        with self._lock:
            count, held.count = held.count, 0
            if self._held.get((held.owner, held.number)) is held:
                del self._held[held.owner, held.number]
            return count

    @staticmethod
    def release_frames(counts: dict[tuple[str, int], int]) -> bytes:
        entries = [{"reference": {"owner": o, "number": n}, "count": count} for (o, n), count in counts.items()]
        pieces = [entries[at : at + _COUNTS_A_FRAME] for at in range(0, len(entries), _COUNTS_A_FRAME)]
        return b"".join(_frames.encode({"release": {"counts": piece}}) for piece in pieces)

    # --- limits and the end ---

    def _collect(self) -> None:
        """What is garbage shall not be the reason to refuse."""
        gc.collect()
        self._connection.flush()

    def _exhausted(self, what: str, used: int) -> Error:
        details = {"quota": "references", "used": str(used), "max": str(self.max)}
        return Error("RESOURCE_EXHAUSTED", f"{used} references {what}; {self.max} are allowed.", details=details)

    def clear(self) -> None:
        """The connection is over: nobody holds anything."""
        with self._lock:
            self._exported.clear()
            self._numbers.clear()
            self._held.clear()
