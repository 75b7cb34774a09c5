"""The connection to the host: frames in and out, and the calls that we make. `_module` and `_client` say who reads it.

There is no hand-off between threads on the way of a call: the thread that waits for an answer reads the connection itself.
"""
from __future__ import annotations

import sys
import threading

from . import _frames, _loops, _values
from ._current import current
from ._failures import Cancelled, Error, cut
from ._frames import INITIAL_CREDIT
from ._litter import Litter
from ._outgoing import Outgoing, Request
from ._producer import Producer
from ._protobuf import Malformed
from ._references import References
from ._writing import Writing

FEATURES = ["log", "streams-in", "references", "pipelining", "large-payloads", "channels", "direct-channels"]
#: Bytes that wait for the host before what is printed takes the way of the pipes.
_MOST_WAITING = 1 << 20
_OWN_KINDS = frozenset(("ping", "pong", "goodbye", "drain", "release", "hello", "welcome"))


class Here(threading.local):
    """What one thread does on a connection."""

    def __init__(self):
        self.running: list = []  # the calls that it serves, innermost last
        self.producers: list = []  # of the calls that it waits for
        self.loop = None  # the asyncio loop whose turn this is: it takes the tasks of async methods
        self.inner: _loops.InnerLoop | None = None  # takes them while the thread is blocked
        self.waits = 0  # how often the thread is blocked, one within the other


class Connection(Writing):
    """What a module and a client have in common. They differ in who reads and what happens at the end: `advance`, `ended`."""

    known = FEATURES  # what this side can
    is_direct = False  # whether it is for one channel, past the host

    def __init__(self, transport, server):
        self.server = server
        server.connection = self
        self.transport = transport
        self.reader = _frames.Reader()
        self.ready = False
        self.draining = False
        self.lost = ""  # why there is no host any more
        self.features: list[str] = []
        self.calls: dict[int, Outgoing] = {}
        self.talks: dict[int, Talk] = {}  # of the calls, of either side, in which we send payloads in parts; guarded by lock
        self.lock = threading.RLock()
        self.here = Here()
        self.litter = Litter(self)
        self._heap = self.litter.heap
        self.references = References(self)
        self._next_call = 1 if transport.dials else 2
        self.out = bytearray(_frames.PREFACE)  # what the next flush sends
        self._sending = False
        # An event count: who waits notes `reads`, looks whether there is what it waits for, and sleeps if `reads` is the same.
        self.reads = 0
        self._turn = threading.Condition()
        self._sleepers = 0

    # --- what a module and a client do differently ---

    def receive(self) -> bytes:
        """Waits for bytes of the host."""
        raise NotImplementedError

    def advance(self, seen: int, timeout: float | None = None) -> None:
        """Flushes, and waits until something was read since `reads` was `seen`."""
        raise NotImplementedError

    def ended(self, reason: str, status: int) -> None:
        """The host goes, or we do."""
        raise NotImplementedError

    def glance(self) -> None:
        """Reads what has come, if nobody else would. On a thread that runs no user code."""
        raise NotImplementedError

    def enter(self) -> None:
        """User code begins."""
        raise NotImplementedError

    def leave(self) -> None:
        """User code has ended."""
        raise NotImplementedError

    def ours(self):
        """Around our code that user code calls."""
        raise NotImplementedError

    def breathe(self) -> None:
        """Between two items of a stream that is made in one go."""
        raise NotImplementedError

    def watch(self, loop) -> None:
        """A call was made in that asyncio loop, or in none: who reads its answer?"""
        raise NotImplementedError

    def idle_loop(self):
        """The asyncio loop that this thread is about to run, or None."""
        raise NotImplementedError

    # --- reading ---

    def has(self, feature: str) -> bool:
        return feature in self.features

    def loss(self) -> Error:
        return Error("LOST", self.lost, "Connect again.")

    def take(self, data: bytes) -> None:
        """Handles what arrived. Only one thread at a time reads."""
        try:
            for frame in self.reader.feed(data):
                self.handle(frame)
        except Malformed as e:
            self.goodbye(f"malformed frame: {e}")
            self.ended(f"malformed frame: {e}", 1)
        self.reads += 1
        if self._sleepers:
            self._notify()

    def wake(self) -> None:
        """Something happened that a waiting thread may want to know."""
        self.reads += 1
        if self._sleepers:
            self._notify()

    def _notify(self) -> None:
        with self._turn:
            self._turn.notify_all()

    def sleep(self, seen: int, timeout: float | None = None) -> None:
        """Waits until another thread has read."""
        with self._turn:
            self._sleepers += 1
            try:
                if self.reads == seen:
                    self._turn.wait(timeout)
            finally:
                self._sleepers -= 1

    def handle(self, frame: dict) -> None:
        call = frame.pop("call", 0)
        for kind, body in frame.items():
            if kind in _OWN_KINDS:
                self._about_us(kind, body)
                continue
            if "references" in body:
                self._received(kind, body)
            if kind == "credit" and "bytes" in body:
                self._credited(call, body["bytes"])
            if kind == "invoke":
                self.server.invoked(call, body)
            elif call in self.calls:
                self.calls[call].heard(kind, body)
            elif call:
                self.server.heard(call, kind, body)
        if not frame and call and call not in self.calls:
            self.server.heard(call, "unknown", {})

    def _received(self, kind: str, body: dict) -> None:
        if self.has("references"):
            body["references"] = self.references.received(body["references"])
        elif kind != "invoke":  # which is refused for it
            del body["references"]

    def _about_us(self, kind: str, body: dict) -> None:
        if kind == "ping":
            self.send({"pong": body})
        elif kind == "release":
            self.references.given_back(body.get("counts", ()))
        elif kind == "drain":
            self.draining = True
            self.server.rest()
        elif kind == "goodbye":
            self.ended(body.get("reason", ""), 0)

    # --- calls that we make ---

    def open(self, request: Request, woken=None) -> Outgoing:
        """Sends the first frame of a call. Nothing leaves if it cannot be made."""
        refs: dict = {}
        header = self._header(request)
        argument = _values.encode_arguments(request.positional, request.named, refs)
        parent = current.get()
        self.check_size(0, argument)
        with self.lock:
            if self.lost:
                raise self.loss()
            if refs:
                header["references"] = self.references.table(refs)
            number = self._next_call
            self._next_call += 2
            outgoing = Outgoing(self, number, request, parent, woken)
            self.calls[number] = outgoing
            self.say_payload(number, "invoke", header, "argument", argument)
        return outgoing

    def open_channel(self, module: str, topic: str, direct: bool):
        """Opens a channel: an Opened. It outlives the call in which it is opened."""
        from ._ends import Opened

        self._check_open()
        if not self.has("channels"):
            raise Error("UNSUPPORTED", f"No channel was opened to `{module}`: there are none here.", "The host may be older.")
        parent = current.get()
        if parent is not None and parent.cancelled:
            raise parent.cancellation()  # a channel would stay
        if self.draining:
            raise Error("UNAVAILABLE", "The host is about to stop.", retryable=True)
        channel: dict = {"module": module}
        if direct and self.has("direct-channels"):
            channel["direct"] = {}
        with self.lock:
            if self.lost:
                raise self.loss()
            number = self._next_call
            self._next_call += 2
            opened = self.calls[number] = Opened(self, number, module, topic)
            header = {"object": {"channel": channel}, "method": topic, "streams": True, "credit": INITIAL_CREDIT}
            self.send({"call": number, "invoke": header})
        return opened

    def _check_open(self) -> None:
        if self.lost:
            raise self.loss()
        if not self.ready:
            raise Error("UNAVAILABLE", "Calls cannot be made while the module is being loaded.", "Make them in a method.")

    def _header(self, request: Request) -> dict:
        self._check_open()
        if request.stream is not None and not self.has("streams-in"):
            help = "Send a list."
            raise Error("UNSUPPORTED", f"The host takes no streams: {request} cannot be given an iterator.", help)
        header = {**request.target, "method": request.method, "blocking": request.blocking}
        if request.one_way:
            header["one_way"] = True
        else:
            header["credit"] = INITIAL_CREDIT
        if request.stream is not None:
            header["streams"] = True
        parent = current.get()
        if parent is not None and (parent.open or parent.cancelled):
            left = parent.time_to_call()
            if parent.lane:
                header["lane"] = parent.lane
            if parent.metadata:
                header["metadata"] = parent.metadata
            if parent.open and parent.server is self.server:
                header["parent"] = parent.id
            if left is not None:
                header["timeout_us"] = max(1, int(left * 1e6))
        if self.draining and "parent" not in header:
            raise Error("UNAVAILABLE", "The host is about to stop.", retryable=True)
        return header

    def call(self, request: Request) -> Outgoing:
        """Makes a call and waits until it said something."""
        outgoing = self.begin(request)
        self.wait_for(outgoing)
        return outgoing

    def begin(self, request: Request) -> Outgoing:
        """Makes a call, with the stream that goes with it."""
        outgoing = self.open(request)
        stream = request.let_go()
        if stream is not None:
            outgoing.producer = Producer(outgoing, stream)
        return outgoing

    def wait_for(self, outgoing: Outgoing) -> None:
        """Waits until the call said something, and sends its stream meanwhile."""
        producers = self.here.producers
        if outgoing.producer is not None:
            producers.append(outgoing.producer)
        try:
            self.wait(outgoing.signals, outgoing)
        except BaseException:
            outgoing.cancel("its caller was interrupted")
            self.flush_soon()
            raise
        finally:
            if outgoing.producer is not None:
                producers.remove(outgoing.producer)
                if outgoing.ended:
                    outgoing.producer.finish()

    def wait(self, ready, ancestor, streamed: bool = False) -> None:
        """Blocks until `ready` holds something. Meanwhile runs the calls that `ancestor`, a call of ours or one that we
        serve, led to; others wait for their turn. `streamed`: it is for what the caller of `ancestor` streams."""
        here, caller = self.here, current.get()
        loop, here.loop = here.loop, None
        here.waits += 1
        try:
            while True:
                seen = self.reads
                if caller is not None and not ancestor.cleans_up:
                    caller.expire()
                    caller.raise_if_cancelled()  # rather than the failure of what was cancelled with it
                if ready:
                    return
                if here.producers and self._produce(here.producers):
                    continue
                if self.server.pending and (self.server.run_descendants(ancestor) or (streamed and self.server.run_beside(ancestor))):
                    continue
                timeout = caller.seconds_left() if caller is not None and caller is ancestor else None
                if timeout is not None and timeout <= 0:
                    self.server.cancel(caller, "its deadline has passed")
                else:
                    self.advance(seen, timeout)
        finally:
            here.loop = loop
            here.waits -= 1

    def task(self, coroutine):
        """Starts an async method. The loop and the task."""
        here = self.here
        loop = here.loop or self.idle_loop()
        if loop is not None:
            return loop, loop.create_task(coroutine)
        if here.inner is None:
            here.inner = _loops.InnerLoop()
        return here.inner.loop, here.inner.task(coroutine)

    def _produce(self, producers: list) -> bool:
        for producer in producers:
            if producer.abandoned(len(self.here.running)):
                raise Cancelled("the call that this stream was for is over")
        for producer in reversed(producers):
            if producer.ready():
                producer.step()
                self.breathe()
                return True
        return False

    def tells(self) -> bool:
        """Whether lines for the log get to the host now."""
        return self.ready and self.has("log") and not self.lost and len(self.out) < _MOST_WAITING

    def log(self, level: str, text: str, call=None) -> None:
        with self.ours():
            if not self.ready or not self.has("log") or self.lost:
                print(f"{level.lower()}: {text}", file=sys.stderr)
                return
            call = call or current.get()
            number = call.id if call is not None and call.open and call.server is self.server else 0
            self.send({"call": number, "log": {"level": level, "text": cut(text)}})
            self.flush_soon()
