# Streams: what an iterator gives goes out while there is credit, and what a caller streams comes in as an iterator.
def _stoa_streams(host, spawn, Wait, Error, Cancelled, clean, in_task, blocking):
    TURN = 16  # items before other calls of this context get their turn, or credit is given for as many more

    class Pump:
        """Passes on what an iterator gives: `to.item` for each, then `to.end(empty, value)` or `to.broken(error)`.
        `to.later` has it called again when others had their turn, and returns whether it will."""

        waits = True  # the iterator may block

        def __init__(self, iterator, credit, to):
            self.iterator = iterator
            self.credit = credit
            self.to = to
            self.sent = 0
            self.busy = False
            self.over = False
            self.queued = False  # it waits for its turn: credit does not give it another

        def more(self, credit, turn=TURN):
            """Goes on, because there is more credit or, without any, because its turn has come. `turn`: how many items that has."""
            self.credit += credit
            if self.busy or self.over or (credit and self.queued):
                return
            self.queued = False
            self.busy = True
            try:
                self.run(turn)
            except BaseException as e:
                self.close()
                self.to.broken(e)
            finally:
                self.busy = False

        def run(self, turn):
            while self.credit > 0 and not self.over:
                if turn == 0:
                    return self.wait_for_turn()
                turn -= 1
                try:
                    item = next(self.iterator)
                except StopIteration as e:
                    if not self.over:
                        self.over = True
                        self.to.end(self.sent == 0, e.value)
                    return
                if self.over:
                    return
                self.credit -= 1
                self.sent += 1
                if self.to.item(item):
                    return

        def wait_for_turn(self):
            self.queued = self.to.later()

        def close(self):
            """Nobody wants more: the iterator's `finally` runs."""
            if self.over:
                return
            self.over = True
            try:
                if hasattr(self.iterator, "close"):
                    self.iterator.close()
            except BaseException as e:
                host.say("WARNING", f"closing a stream raised {type(e).__name__}: {clean(str(e))}")

    class AsyncPump:
        waits = False

        """The same for an asynchronous iterator, in a task of its own."""

        def __init__(self, iterator, credit, to):
            self.iterator = iterator
            self.credit = credit
            self.to = to
            self.sent = 0
            self.over = False
            self.queued = False
            self.wanted = None
            self.task = None
            self.task = spawn(self.run(), self.done)

        async def run(self):
            turn = 0
            try:
                while not self.over:
                    if self.credit <= 0 or turn == TURN:
                        if self.credit > 0:
                            self.queued = self.to.later()
                        turn = 0
                        self.wanted = Wait()
                        await self.wanted
                        continue
                    turn += 1
                    try:
                        item = await self.iterator.__anext__()
                    except StopAsyncIteration:
                        self.over = True
                        return self.to.end(self.sent == 0, None)
                    self.credit -= 1
                    self.sent += 1
                    self.to.item(item)
            finally:
                aclose = getattr(self.iterator, "aclose", None)
                if aclose is not None:
                    await aclose()

        def done(self, _, error):
            if error is not None and not self.over:
                self.over = True
                self.to.broken(error)

        def more(self, credit, turn=TURN):
            self.credit += credit
            if credit and self.queued:
                return
            self.queued = False
            wanted, self.wanted = self.wanted, None
            if wanted is not None:
                wanted.wake()

        def close(self):
            if not self.over:
                self.over = True
                if self.task is not None:
                    self.task.cancel()

    class Feed:
        """What the other side streams: an iterator in synchronous code, an asynchronous one in async code.

        `taken` tells it how many items were consumed, `block` waits until it says something."""

        def __init__(self, taken, block):
            self._taken_more = taken
            self._block = block
            self._signals = []
            self._taken = 0
            self._over = False
            self._failure = None  # told to whoever reads on
            self._wait = None

        def _signal(self, kind, value):
            if self._over:
                return
            self._signals.append((kind, value))
            wait, self._wait = self._wait, None
            if wait is not None:
                wait.wake()

        def _close(self):
            self._over = True
            self._signals.clear()
            wait, self._wait = self._wait, None
            if wait is not None:
                wait.wake()

        def _take(self, stop):
            kind, value = self._signals.pop(0)
            if kind == "item":
                self._taken += 1
                if self._taken % TURN == 0:
                    self._taken_more(TURN)
                return value
            self._over = True
            if kind == "failed":
                self._failure = value
            self._refuse(stop)

        def _refuse(self, stop):
            raise stop if self._failure is None else Error(self._failure)

        def __iter__(self):
            return self

        def __next__(self):
            if not self._signals and in_task():
                raise RuntimeError("reading this stream would block inside async code; use: async for")
            while not self._signals:
                if self._over:
                    self._refuse(StopIteration)
                self._block()
            return self._take(StopIteration)

        def __aiter__(self):
            return self

        async def __anext__(self):
            while not self._signals:
                if self._over:
                    self._refuse(StopAsyncIteration)
                self._wait = Wait()
                await self._wait
            return self._take(StopAsyncIteration)

        def __repr__(self):
            return "<a stream>"

    def of_caller(call):
        """What the caller of a call streams."""

        def block():
            with blocking:
                host.waitItem(call.id)
            if host.cancelled(call.id):
                raise Cancelled()

        def hear(kind, value):
            if kind == "over":
                message = f"The call that this stream came with is {value}."
                kind, value = "failed", {"code": "CANCELLED", "message": message, "help": "", "retryable": False, "remote": None}
            feed._signal(kind, value)

        feed = Feed(lambda count: host.taken(call.id, count), block)
        call.feed = hear
        call.starves = lambda: not feed._signals and not feed._over
        return feed

    class Streams:
        pass

    made = Streams()
    made.Pump = Pump
    made.AsyncPump = AsyncPump
    made.Feed = Feed
    made.of_caller = of_caller
    return made


_stoa_streams
