# Calls that this context makes: their signals until code takes them, and what it streams to them.
def _stoa_outgoing(shared):
    host, current, Error = shared.host, shared.current, shared.Error
    Reader, pack, Wait = shared.Reader, shared.pack, shared.Wait
    TURN = 16  # items taken before credit is given for as many more
    CREDIT = 32  # items that a callee takes at first
    BLOCKING, STREAMS, ONE_WAY, CHANNEL, OWN = 1, 2, 4, 8, 16  # flags of Outbound.Manner
    sinks = {}
    last = 0

    def number_of(call):
        """The call for which code calls others; 0 once that has returned: what it left running calls for itself."""
        return 0 if call is None or (call.over and not call.stopped) else call.id

    class Sink:
        """The signals of one call to another module that were not taken yet."""

        def __init__(self, name, call, one_way=False):
            nonlocal last
            last += 1
            self.id = last
            self.name = name
            self.of = call
            self.call = number_of(call)
            self.signals = []
            self.ended = False
            self.taken = 0
            self.wait = None
            self.one_way = one_way
            self.outcome = None
            self.pump = None  # of what we stream to it
            self.run = None  # runs something as the code that made the call

        def take(self):
            """The next signal as (kind, value), or None. Grants credit, raises a failure."""
            if not self.signals:
                return None
            stopped = self.stopped()
            kind, value = self.signals.pop(0)
            if stopped:
                raise shared.cancellation()
            if kind == "failed":
                raise Error(value)
            if kind == "broken":
                raise value
            if kind == "item":
                self.taken += 1
                if self.taken == TURN:
                    self.taken = 0
                    host.credit(self.id, TURN)
            return kind, value

        def stopped(self):
            """Whether it failed because the call was stopped for which it was made."""
            kind, value = self.signals[0]
            call = number_of(self.of)
            return kind == "failed" and value["code"] in ("CANCELLED", "DEADLINE_EXCEEDED") and call != 0 and host.cancelled(call)

        def held(self):
            """Whether code is about to be told that its call was stopped. To be told twice would break off its cleaning up."""
            if not self.stopped() or self.of.stopped:
                return False
            self.of.held.append(self)
            return True

        def next(self):
            while not self.signals:
                if self.pump is not None:
                    self.pump.more(0, self.pump.credit)  # until the callee has said something
                if not self.signals:
                    with shared.blocking:
                        host.wait(self.id)
            return self.take()

        async def anext(self):
            while not self.signals or self.held():
                self.wait = Wait()
                await self.wait
            return self.take()

        def signal(self, kind, value):
            if kind == "credit":
                return self.credit(value)
            if not self.one_way:
                self.signals.append((kind, value))
            if kind != "item" and kind != "end":
                self.ended = True
                self.outcome = kind, value
                if self.one_way and kind != "returned":
                    self.warn(value)
                self.forget()
                if self.pump is not None:
                    self.run(self.pump.close)
            self.wake()

        def wake(self):
            wait, self.wait = self.wait, None
            if wait is not None:
                wait.wake()

        def drop(self, reason="the caller needs no more"):
            if not self.ended:
                self.ended = True
                self.outcome = "failed", failure("CANCELLED", f"{self.name} was cancelled: {reason}.")
                self.forget()
                host.drop(self.id, reason)
                if self.pump is not None:
                    self.run(self.pump.close)

        def forget(self):
            sinks.pop(self.id, None)
            if self.of is not None:
                self.of.reads.discard(self)

        def warn(self, value):
            text = f"{value['code']}: {value['message']}" if isinstance(value, dict) else f"{type(value).__name__}: {value}"
            host.say("WARNING", shared.clean(f"The one-way call of {self.name} failed: {text}"))

        def result(self):
            """What the call returned or will return, as something to make calls on."""
            text = f"{self.name}(...)"
            if self.outcome is None:
                return Target(self.id, text)
            kind, value = self.outcome
            if kind == "failed":
                return Target(None, text, value)
            target = (target_of(value) or shared.references().home(value, text)) if kind == "returned" else None
            if target is not None:
                return target
            return Target(None, text, failure("BAD_ARGUMENT", f"{text} is no object that calls could be made on."))

        def read(self):
            """It is read item by item. Code that leaves a loop early does not say so here: the end of its call does."""
            if self.of is not None:
                self.of.reads.add(self)

        def one_value(self):
            return TypeError(f"{self.name} returned one value, not a stream; call it without .stream")

        # ---- what we stream to it ----
        def produce(self, iterator, is_async, blocks):
            self.blocks = blocks
            context = None if is_async else shared.copy_context()
            self.run = (lambda f, *given: f(*given)) if is_async else context.run
            kind = shared.streams().AsyncPump if is_async else shared.streams().Pump
            self.pump = kind(iterator, CREDIT, self)
            if not blocks and not is_async:
                self.later()

        def credit(self, items):
            if self.pump is None:
                return
            if self.blocks:
                self.pump.credit += items  # and `next` goes on
            else:
                self.run(self.pump.more, items)

        def item(self, value):
            heard = host.give(self.id, *pack(value, "item"))
            return heard and self.blocks

        def end(self, empty, value):
            host.giveEnd(self.id)

        def broken(self, error):
            if not self.ended:
                host.drop(self.id, shared.clean(f"{type(error).__name__}: {error}"))
                self.signal("broken", error)

        def later(self):
            if not self.blocks:
                host.timer(lambda: self.run(self.pump.more, 0), 0, False, self.call)
            return not self.blocks

    def iterator_in(given, is_async):
        """What is to be streamed: the last argument by position, if it is an iterator. As (iterator, is_async)."""
        kind = type(given[-1]) if given else None
        if is_async and hasattr(kind, "__anext__"):
            return given[-1], True
        if hasattr(kind, "__next__"):
            return given[-1], False
        if hasattr(kind, "__anext__"):
            raise TypeError("an asynchronous iterator can be streamed by stoa.aio only")
        return None, False

    class Target:
        """What a call is made on: a module by its name, the result of a call by its number, what a proxy keeps, or an own object."""

        def __init__(self, to, text, failed=None, own=False):
            self.own = own
            self.to = to
            self.text = text
            self.failed = failed

    def target_of(value):
        """What the calls of a proxy are made on; None for anything else."""
        if type(value).__name__ != "Proxy" or type(value) is not shared.references().Proxy:
            return None
        return shared.references().target_of(value)

    def failure(code, message):
        return {"code": code, "message": message, "help": "", "retryable": False, "remote": None}

    def open_call(target, method, given, named, flags=0):
        call = current.get()
        blocks = flags & BLOCKING != 0
        sink = Sink(f"{target.text}.{method}", call, flags & ONE_WAY != 0)
        if target.failed is not None:
            sink.signal("failed", target.failed)
            return sink
        iterator, is_async = iterator_in(given, not blocks and flags & ONE_WAY == 0)
        if iterator is not None:
            given = given[:-1]
            flags |= STREAMS
        if target.own:
            flags |= OWN
        packed = shared.pack_arguments(given, named)
        sinks[sink.id] = sink
        host.open(sink.id, sink.call, target.to, method, flags, *packed)
        if iterator is not None:
            sink.produce(iterator, is_async, blocks)
        return sink

    def open_channel(module, topic, sink):
        nonlocal last
        last += 1
        sinks[last] = sink
        host.open(last, number_of(current.get()), module, topic, STREAMS | CHANNEL, *shared.pack_arguments((), {}))
        return last

    def settle(number, kind, codes, *values):
        sink = sinks.get(number)
        if sink is not None:
            sink.signal(kind, Reader(codes, values).read() if codes else None)

    class Outgoing:
        pass

    made = Outgoing()
    made.__dict__.update(open_channel=open_channel, forget=lambda number: sinks.pop(number, None))
    made.__dict__.update(open_call=open_call, target_of=target_of, settle=settle, Target=Target, BLOCKING=BLOCKING, ONE_WAY=ONE_WAY)
    return made


_stoa_outgoing
