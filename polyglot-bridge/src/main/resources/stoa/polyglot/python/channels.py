# Channels: calls that both ends stream in. Evaluated when the first one is opened or taken.
def _stoa_channels(shared, outgoing, finish):
    host, current, Error, Wait = shared.host, shared.current, shared.Error, shared.Wait
    CREDIT = 32  # items that the other end takes at first

    def cancelled(message):
        return {"code": "CANCELLED", "message": message, "help": "", "retryable": False, "remote": None}

    class End:
        """One end of a channel: hears what the other says, and says things in order, items while there is credit.

        Stands where the pump and the feed of a stream stand. `to` says something to the other end and waits for it; `to.close`
        is told whether all was said in both directions."""

        def __init__(self, peer, topic, credit, to):
            self.peer = peer
            self.topic = topic
            self.credit = credit
            self.to = to
            self.feed = shared.streams().Feed(to.taken, self.block)
            self.waiting = []
            self.ended = False  # this direction
            self.other_ended = False
            self.over = False
            self.error = None

        # ---- what the other end says ----
        def more(self, credit):
            self.credit += credit
            self.wake()

        def hear(self, kind, value):
            if kind == "credit":
                return self.more(value)
            if kind == "over":
                return self.hear("failed", cancelled(f"The channel is {value.replace('cancelled', 'over', 1)}."))
            if kind == "end":
                self.other_ended = True
            if kind == "returned" or kind == "failed":
                self.finish(value if kind == "failed" else None)
            self.feed._signal("end" if kind == "returned" else kind, value)

        def finish(self, failure):
            """Nothing goes either way any more."""
            if self.over:
                return
            self.over = True
            self.error = failure or cancelled("The channel is over.")
            self.wake()

        def wake(self):
            waiting, self.waiting = self.waiting, []
            for wait in waiting:
                wait.wake()

        # ---- what code here says ----
        def may_send(self):
            """Whether an item can go out now; raises when none ever will."""
            if self.ended:  # first: else it were by chance what is heard, as the other end may leave at any time
                raise RuntimeError("Nothing can be sent on a channel after `end()`.")
            if self.over:
                raise Error(self.error)
            return self.credit > 0

        async def may_send_soon(self):
            while not self.may_send():
                await self.something()

        async def something(self):
            """Waits until there is credit, or nothing can be sent any more."""
            wait = Wait()
            self.waiting.append(wait)
            try:
                await wait
            finally:
                if wait in self.waiting:
                    self.waiting.remove(wait)

        async def drained(self):
            """Waits until all that code began to send has gone out."""
            while self.waiting and not self.over:
                await self.something()

        def item(self, value):
            self.to.item(value)  # what is no value costs no credit
            self.credit -= 1

        def block(self):
            with shared.blocking:
                self.to.wait()
            call = current.get()
            if call is not None and host.cancelled(call.id):
                raise shared.Cancelled()

        def end(self):
            ended, self.ended = self.ended, True
            if not self.over and not ended:
                self.to.end()

        def close(self):
            if not self.over:
                self.finish(None)
                self.feed._close()
                self.to.close(self.ended and self.other_ended)

    class OneReader:
        """Lets one place read at a time: else it were by chance which of them gets a value."""

        def __init__(self):
            self.reads = False

        def __enter__(self):
            if self.reads:
                raise RuntimeError("The channel is being read in another place at the moment.")
            self.reads = True

        def __exit__(self, *_):
            self.reads = False

    class Channel:
        def __init__(self, end):
            self._end = end
            self._reader = OneReader()

        @property
        def closed(self):
            """Whether it is over. What came before that can still be read."""
            return self._end.over

        @property
        def peer(self):
            """Who is at the other end, as the host knows it."""
            return self._end.peer

        @property
        def topic(self):
            return self._end.topic

        @property
        def direct(self):
            """Whether it goes past the host: never in a context."""
            return False

        def end(self):
            """No more from this end; the other may go on."""
            self._end.end()

        def __repr__(self):
            return f"<channel with {self.peer}>"

    class Blocking(Channel):
        """A channel for synchronous code: read it with `for`, as often as you like."""

        def send(self, value):
            """Waits for a reader that is behind."""
            forbid_async()
            while not self._end.may_send():
                self._end.block()
            self._end.item(value)

        def close(self):
            self._end.close()

        def __iter__(self):
            return self

        def __next__(self):
            feed = self._end.feed
            if not feed._signals:
                forbid_async()
            with self._reader:
                return feed.__next__()

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.close()

    class Awaited(Channel):
        """A channel for asynchronous code: read it with `async for`, as often as you like."""

        async def send(self, value):
            """Waits for a reader that is behind."""
            await self._end.may_send_soon()
            self._end.item(value)

        async def close(self):
            self._end.close()

        def __aiter__(self):
            return self

        async def __anext__(self):
            with self._reader:
                return await self._end.feed.__anext__()

        async def __aenter__(self):
            return self

        async def __aexit__(self, *_):
            self._end.close()

    def check_name(module):
        if not isinstance(module, str):
            raise TypeError("A channel is opened to a module, by its name.")

    def forbid_async():
        if shared.in_task():
            raise RuntimeError("This channel would block the event loop. Use: async with stoa.aio.channel(...)")

    # ---- to open one ----
    class Opener:
        """The call of a channel that is opened here, on behalf of no call."""

        def __init__(self, module, topic):
            self.made = None
            self.failed = None
            self.waits = None
            self.topic = topic
            self.id = outgoing.open_channel(module, topic, self)

        def signal(self, kind, value):
            if kind == "returned" or kind == "failed":
                outgoing.forget(self.id)
            if kind == "accepted":
                self.made = End(value, self.topic, CREDIT, self)
            elif self.made is not None:
                return self.made.hear(kind, value)
            else:
                self.failed = value or cancelled("The channel ended before it began.")
            waits, self.waits = self.waits, None
            if waits is not None:
                waits.wake()

        def known(self):
            if self.failed is not None:
                raise Error(self.failed)
            return self.made

        def item(self, value):
            host.give(self.id, *shared.pack(value, "item"))

        def end(self):
            host.giveEnd(self.id)

        def taken(self, count):
            host.credit(self.id, count)

        def wait(self):
            host.wait(self.id)

        def close(self, complete):
            if not complete:  # to cancel would take from the other end what it did not read yet
                outgoing.forget(self.id)
                host.drop(self.id, "its opener closed it")

    def open_blocking(module, topic):
        check_name(module)
        forbid_async()
        opener = Opener(module, topic)
        call = current.get()
        while opener.known() is None:
            with shared.blocking:
                opener.wait()
            if call is not None and host.cancelled(call.id):
                opener.close(complete=False)
                raise shared.Cancelled()
        return Blocking(opener.known())

    class Opening:
        """A channel that is being opened: for `async with`, or to be awaited."""

        def __init__(self, module, topic):
            check_name(module)
            self._opener = Opener(module, topic)
            self._channel = None

        def __await__(self):
            return self._opened().__await__()

        async def _opened(self):
            while self._opener.known() is None:
                self._opener.waits = Wait()
                await self._opener.waits
            self._channel = Awaited(self._opener.known())
            return self._channel

        __aenter__ = _opened

        async def __aexit__(self, *_):
            await self._channel.close()

    # ---- to take one ----
    class Taken:
        """The call of a channel that was opened elsewhere."""

        def __init__(self, call):
            self.call = call
            self.id = call.id

        def item(self, value):
            shared.send(host.item, self.id, value, "item")

        def end(self):
            host.end(self.id)

        def taken(self, count):
            host.taken(self.id, count)

        def wait(self):
            host.waitItem(self.id)

        def close(self, complete):
            finish(self.call, None)

    def accept(call, topic, acceptor):
        """Runs a module's acceptor. What it returns ends the channel. Gives what is to be awaited for that, or None."""
        end = End(host.caller(call.id), topic, call.credit, Taken(call))
        call.feed = end.hear
        call.pump = end
        if is_async(acceptor):
            return talk(acceptor, end)
        acceptor(Blocking(end))
        end.close()

    async def talk(acceptor, end):
        await acceptor(Awaited(end))
        await end.drained()
        end.close()

    def is_async(f):
        while hasattr(f, "__wrapped__"):
            f = f.__wrapped__
        return bool(getattr(getattr(f, "__code__", None), "co_flags", 0) & 0x80)

    class Channels:
        pass

    made = Channels()
    made.__dict__.update(open_blocking=open_blocking, Opening=Opening, accept=accept)
    return made


_stoa_channels
