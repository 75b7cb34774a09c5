"""The half of a connection that writes: frames are queued, and leave many in one write; large payloads leave in parts."""
from __future__ import annotations

from . import _frames, _loops
from ._failures import Error, cut
from ._outgoing import Outgoing
from ._talk import WINDOW, Talk


class Writing:
    """What `Connection` is made of besides; the state is its own."""

    def send(self, frame: dict) -> None:
        self.write(_frames.encode(frame))

    def write(self, data: bytes) -> None:
        """Queues bytes. They leave with the next flush, many frames in one write."""
        with self.lock:
            if self._heap:
                self._sweep()  # what user code has dropped leaves before what it does next
            self.out += data

    def say(self, frame: dict) -> None:
        """Says something in a call, behind the parts that wait for room there."""
        with self.lock:
            talk = self.talks.get(frame["call"])
            if talk is None:
                self.write(_frames.encode(frame))
            else:
                talk.say(frame, 0)

    def say_payload(self, call: int, kind: str, header: dict, name: str, payload: bytes) -> bool:
        """Sends Invoke, Item or Returned. Whether all of it has left."""
        with self.lock:
            talk = self.talks.get(call)
            if len(payload) <= _frames.MAX_PAYLOAD:
                if talk is None:
                    self.write(_frames.encode({"call": call, kind: {**header, name: payload}}))
                    return True
                talk.say({"call": call, kind: {**header, name: payload}}, 0)
            else:
                if talk is None:
                    talk = self.talks[call] = Talk(lambda frame: self.write(_frames.encode(frame)))
                for frame, size in _frames.parts(call, kind, header, name, payload):
                    talk.say(frame, size)
            return not talk.behind

    def check_size(self, call: int, payload: bytes) -> None:
        """Who has no `large-payloads` never says that there is room again."""
        if len(payload) <= _frames.MAX_PAYLOAD or self.has("large-payloads"):
            return
        talk = self.talks.get(call)
        if len(payload) > (WINDOW if talk is None else talk.room):
            message = f"A payload of {len(payload)} bytes cannot be sent here: one direction of a call takes {WINDOW} bytes in parts."
            help = "The other side has no `large-payloads`: send a stream of small pieces."
            raise Error("UNSUPPORTED", message, help)

    def is_behind(self, call: int) -> bool:
        """Whether something of that call waits for room."""
        talk = self.talks.get(call)
        return talk is not None and bool(talk.behind)

    def _credited(self, number: int, size: int) -> None:
        """The other side has taken so many bytes of parts. May run inside a timer signal."""
        with self.lock:
            talk = self.talks.get(number)
            if talk is None:
                return
            was_behind = bool(talk.behind)
            talk.room += size
            talk.go_on()
            if talk.behind:
                return
            if talk.idle:
                del self.talks[number]
        if was_behind:
            outgoing = self.calls.get(number)
            if outgoing is None:
                self.server.caught_up(number)
            elif outgoing.fed is not None:
                outgoing.fed()

    def took(self, call: int, size: int) -> None:
        """A part was taken: whoever sent it may send more."""
        if size and self.has("large-payloads"):
            self.send({"call": call, "credit": {"bytes": size}})

    def drop(self, call: int) -> None:
        """The call is over, or will be with what is said next: what still waits there is not said."""
        with self.lock:
            talk = self.talks.pop(call, None)
            if talk is None:
                return
            for frame, _ in talk.behind:
                for kind in ("invoke", "item", "returned"):
                    self.references.unsent(frame.get(kind, {}).get("references", ()))

    def flush(self) -> None:
        if not self.out and not self._heap:
            return
        with self.lock:
            if self._heap:
                self._sweep()
            if self._sending:
                return  # a signal handler came in the middle of a send, which goes on with what it wrote
            self._sending = True
            try:
                while self.out:
                    data, self.out = self.out, bytearray()
                    if not self.lost:
                        self.transport.send(data)
            except OSError:  # the other end is closed, or ours is, by another thread
                self.ended("", 0)
            finally:
                self._sending = False

    def flush_soon(self) -> None:
        """After a frame was queued on behalf of user code."""
        loop = _loops.running()
        if loop is None:
            self.flush()
        else:
            loop.call_soon(self.flush_now)

    def flush_now(self) -> None:
        with self.ours():
            self.flush()

    def _sweep(self) -> None:
        counts: dict = {}
        for thing in self.litter.take():
            if isinstance(thing, Outgoing):
                thing.cancel("its stream is not wanted any more")
                continue
            count = self.references.released(thing)
            if count:
                key = (thing.owner, thing.number)
                counts[key] = counts.get(key, 0) + count
        if counts:
            self.write(self.references.release_frames(counts))

    def release(self, held) -> None:
        with self.ours():
            count = self.references.released(held)
            if count:
                self.write(self.references.release_frames({(held.owner, held.number): count}))
            self.flush_soon()

    def goodbye(self, reason: str) -> None:
        self.send({"goodbye": {"reason": cut(reason)}})
        self.flush()
