# What `import stoa` gives, and the calls to other modules behind it.
def _stoa_api(shared):
    host, sys, current, Error = shared.host, shared.sys, shared.current, shared.Error
    Reader, pack, Wait = shared.Reader, shared.pack, shared.Wait
    GATHERED = 100000
    TURN = 16  # items taken before credit is given for as many more
    CREDIT = 32  # items that a callee takes at first
    BLOCKING, STREAMS, ONE_WAY = 1, 2, 4  # flags of Outbound.Manner
    sinks = {}
    last = 0

    class Sink:
        """The signals of one call to another module that were not taken yet."""

        def __init__(self, name, call):
            nonlocal last
            last += 1
            self.id = last
            self.name = name
            self.of = call
            self.call = 0 if call is None else call.id
            self.signals = []
            self.ended = False
            self.taken = 0
            self.wait = None
            self.pump = None  # of what we stream to it
            self.run = None  # runs something as the code that made the call

        def take(self):
            """The next signal as (kind, value), or None. Grants credit, raises a failure."""
            if not self.signals:
                return None
            kind, value = self.signals.pop(0)
            if kind == "failed":
                if value["code"] in ("CANCELLED", "DEADLINE_EXCEEDED") and self.call and host.cancelled(self.call):
                    raise shared.cancellation()
                raise Error(value)
            if kind == "broken":
                raise value
            if kind == "item":
                self.taken += 1
                if self.taken == TURN:
                    self.taken = 0
                    host.credit(self.id, TURN)
            return kind, value

        def next(self):
            while not self.signals:
                if self.pump is not None:
                    self.pump.more(0)
                if not self.signals:
                    with shared.blocking:
                        host.wait(self.id)
            return self.take()

        async def anext(self):
            while not self.signals:
                self.wait = Wait()
                await self.wait
            return self.take()

        def signal(self, kind, value):
            if kind == "credit":
                return self.credit(value)
            self.signals.append((kind, value))
            if kind != "item" and kind != "end":
                self.ended = True
                sinks.pop(self.id, None)
                if self.pump is not None:
                    self.run(self.pump.close)
            wait, self.wait = self.wait, None
            if wait is not None:
                wait.wake()

        def drop(self, reason="the caller needs no more"):
            if not self.ended:
                self.ended = True
                sinks.pop(self.id, None)
                host.drop(self.id, reason)
                if self.pump is not None:
                    self.run(self.pump.close)

        def read(self):
            """It is read item by item. Code that leaves a loop early does not say so here: the end of its call does."""
            if self.of is not None:
                self.of.reads.append(self)

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
            heard = host.give(self.id, *pack(value))
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

    def open_call(module, method, given, named, flags=0):
        call = current.get()
        blocks = flags & BLOCKING != 0
        iterator, is_async = iterator_in(given, not blocks)
        if iterator is not None:
            given = given[:-1]
            flags |= STREAMS
        sink = Sink(f"{module}.{method}", call)
        packed = pack([list(given), named])
        sinks[sink.id] = sink
        host.open(sink.id, sink.call, module, method, flags, *packed)
        if iterator is not None:
            sink.produce(iterator, is_async, blocks)
        return sink

    def settle(number, kind, codes, *values):
        sink = sinks.get(number)
        if sink is not None:
            sink.signal(kind, Reader(codes, values).read() if codes else None)

    # ---- synchronous ----
    def call(module, method, given, named):
        if shared.in_task():
            raise RuntimeError(f"a blocking call inside async code would stop everything else; use: await stoa.aio.module({module!r}).{method}(...)")
        sink = open_call(module, method, given, named, BLOCKING)
        kind, value = sink.next()
        return value if kind == "returned" else items(sink, kind, value)

    def stream(module, method, given, named):
        if shared.in_task():
            raise RuntimeError(f"reading a stream would block inside async code; use: async for x in stoa.aio.module({module!r}).stream.{method}(...)")
        return items(open_call(module, method, given, named, BLOCKING), None, None)

    def items(sink, kind, value):
        many = kind is not None
        sink.read()
        try:
            if kind is None:
                kind, value = sink.next()
            while kind != "returned":
                many = True
                if kind == "item":
                    yield value
                kind, value = sink.next()
            if not many and value is not None:
                raise sink.one_value()
        finally:
            sink.drop()

    # ---- awaitable ----
    class AioCall:
        """A call under way: await it for its result, or read it with `async for`. Awaiting a stream gives a list of its items."""

        def __init__(self, sink):
            self._sink = sink

        def __await__(self):
            return self._gather().__await__()

        def __aiter__(self):
            return aitems(self._sink)

        async def _gather(self):
            found, many = [], False
            while True:
                kind, value = await self._sink.anext()
                if kind == "returned":
                    return found if many else value
                many = True
                if kind == "item":
                    found.append(value)
                if len(found) > GATHERED:
                    self._sink.drop("it gave too many items")
                    raise OverflowError(f"{self._sink.name} gave more than {GATHERED} items; read it with async for")

    async def aitems(sink):
        many = False
        sink.read()
        try:
            while True:
                kind, value = await sink.anext()
                if kind == "returned":
                    if not many and value is not None:
                        raise sink.one_value()
                    return
                many = True
                if kind == "item":
                    yield value
        finally:
            sink.drop()

    # ---- the module `stoa` ----
    class Methods:
        """The methods of a module, by name."""

        def __init__(self, module, invoke, streaming=None):
            self.__dict__.update(_module=module, _invoke=invoke, _streaming=streaming)

        def __getattr__(self, name):
            if name == "stream" and self._streaming is not None:
                return Methods(self._module, self._streaming)
            if name.startswith("__"):
                raise AttributeError(name)
            module, invoke = self._module, self._invoke
            return lambda *given, **named: invoke(module, name, given, named)

        def __repr__(self):
            return f"<module {self._module}>"

    class CurrentCall:
        """The call that is being served."""

        @property
        def deadline(self):
            """Seconds left, or None."""
            call = current.get()
            left = host.deadline(0 if call is None else call.id)
            return None if left < 0 else left

        @property
        def cancelled(self):
            call = current.get()
            return host.cancelled(0 if call is None else call.id)

        @property
        def caller(self):
            """Who calls: `user`, the name of a module, `client#3`. None outside of a call."""
            call = current.get()
            return host.caller(0 if call is None else call.id) or None

    class Log:
        def _say(self, level, words):
            host.say(level, shared.clean(" ".join(map(str, words))))

        def debug(self, *words):
            self._say("DEBUG", words)

        def info(self, *words):
            self._say("INFO", words)

        def warning(self, *words):
            self._say("WARNING", words)

        def error(self, *words):
            self._say("ERROR", words)

    class Aio:
        @staticmethod
        def module(name):
            return Methods(str(name), lambda m, f, a, k: AioCall(open_call(m, f, a, k)), lambda m, f, a, k: aitems(open_call(m, f, a, k)))

    def write(path, data, append=False):
        """Text and bytes as they are; iterables: text as it is, other items as lines of JSON; other data as JSON."""
        if isinstance(data, (str, bytes, bytearray)):
            return call("stoa", "write", (path, data), {"append": append})
        import json

        if not hasattr(type(data), "__next__"):
            return call("stoa", "write", (path, json.dumps(data, indent=2, ensure_ascii=False) + "\n"), {"append": append})
        batch, size, started = [], 0, append
        for item in data:
            batch.append(item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) + "\n")
            size += len(batch[-1])
            if size > 65536:
                call("stoa", "write", (path, "".join(batch)), {"append": started})
                batch, size, started = [], 0, True
        if batch or not started:
            call("stoa", "write", (path, "".join(batch)), {"append": started})

    class Api:
        pass

    class Script:
        """The file that runs as a script, and its folder."""

        def __init__(self, path):
            self.path = path
            self.folder = path.rpartition("/")[0] or "/"

    made = sys.modules["stoa"] = type(sys)("stoa")
    made.module = lambda name: Methods(str(name), call, stream)
    made.aio = Aio()
    made.Error = Error
    made.Cancelled = shared.Cancelled
    made.call = CurrentCall()
    made.log = Log()
    made.lines = lambda path: stream("stoa", "lines", (path,), {})
    made.csv = lambda path: stream("stoa", "csv", (path,), {})
    made.json = lambda path: call("stoa", "json", (path,), {})
    made.write = write
    made.script = None
    made.__doc__ = "The way to other modules."
    api = Api()
    api.settle = settle
    api.stoa = made
    api.Methods = Methods
    api.Script = Script
    return api


_stoa_api
