# What `import stoa` gives, and the calls to other modules behind it.
def _stoa_api(host, part, sys, current, Reader, pack, Error, Wait, clean, in_task):
    GATHERED = 100000
    TURN = 16
    sinks = {}
    last = 0

    class Sink:
        """The signals of one call to another module that were not taken yet."""

        def __init__(self, name):
            nonlocal last
            last += 1
            self.id = last
            self.name = name
            self.signals = []
            self.ended = False
            self.taken = 0
            self.wait = None

        def take(self):
            """The next signal as (kind, value), or None. Grants credit, raises a failure."""
            if not self.signals:
                return None
            kind, value = self.signals.pop(0)
            if kind == "failed":
                raise Error(value)
            if kind == "item":
                self.taken += 1
                if self.taken == TURN:
                    self.taken = 0
                    host.credit(self.id, TURN)
            return kind, value

        def next(self):
            while not self.signals:
                host.wait(self.id)
            return self.take()

        async def anext(self):
            while not self.signals:
                self.wait = Wait()
                await self.wait
            return self.take()

        def drop(self):
            if not self.ended:
                self.ended = True
                sinks.pop(self.id, None)
                host.drop(self.id)

        def one_value(self):
            return TypeError(f"{self.name} returned one value, not a stream; call it without .stream")

    def open_call(module, method, given, named):
        sink = Sink(f"{module}.{method}")
        packed = pack([list(given), named])
        sinks[sink.id] = sink
        call = current.get()
        host.open(sink.id, 0 if call is None else call.id, module, method, *packed)
        return sink

    def settle(number, kind, codes, *values):
        sink = sinks.get(number)
        if sink is None:
            return
        sink.signals.append((kind, Reader(codes, values).read() if codes else None))
        if kind == "returned" or kind == "failed":
            sink.ended = True
            del sinks[number]
        wait, sink.wait = sink.wait, None
        if wait is not None:
            wait.wake()

    # ---- synchronous ----
    def call(module, method, given, named):
        if in_task():
            raise RuntimeError(f"a blocking call inside async code would stop everything else; use: await stoa.aio.module({module!r}).{method}(...)")
        sink = open_call(module, method, given, named)
        kind, value = sink.next()
        return value if kind == "returned" else items(sink, kind, value)

    def stream(module, method, given, named):
        if in_task():
            raise RuntimeError(f"reading a stream would block inside async code; use: async for x in stoa.aio.module({module!r}).stream.{method}(...)")
        return items(open_call(module, method, given, named), None, None)

    def items(sink, kind, value):
        many = kind is not None
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
                    self._sink.drop()
                    raise OverflowError(f"{self._sink.name} gave more than {GATHERED} items; read it with async for")

    async def aitems(sink):
        many = False
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
                return Streaming(self._module, self._streaming, self._invoke)
            if name.startswith("__"):
                raise AttributeError(name)
            module, invoke = self._module, self._invoke
            return lambda *given, **named: invoke(module, name, given, named)

        def __repr__(self):
            return f"<module {self._module}>"

    class Streaming(Methods):
        """The methods of a module, for those whose answer is a stream. Called itself it is the method `stream`."""

        def __init__(self, module, invoke, plain):
            super().__init__(module, invoke)
            self.__dict__.update(_plain=plain)

        def __call__(self, *given, **named):
            return self._plain(self._module, "stream", given, named)

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

    class Log:
        def _say(self, level, words):
            host.say(level, clean(" ".join(map(str, words))))

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
