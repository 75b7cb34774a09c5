# What `import stoa` gives.
def _stoa_api(shared):
    host, sys, current, Error = shared.host, shared.sys, shared.current, shared.Error
    outgoing = shared.part("outgoing")(shared)
    open_call, Target, BLOCKING, ONE_WAY = outgoing.open_call, outgoing.Target, outgoing.BLOCKING, outgoing.ONE_WAY
    GATHERED = 100000

    # ---- synchronous ----
    def call(target, method, given, named):
        if shared.in_task():
            raise RuntimeError(f"a blocking call inside async code would stop everything else; use: await {target_in_aio(target)}.{method}(...)")
        sink = open_call(target, method, given, named, BLOCKING)
        kind, value = sink.next()
        return value if kind == "returned" else items(sink, kind, value)

    def stream(target, method, given, named):
        if shared.in_task():
            raise RuntimeError(f"reading a stream would block inside async code; use: async for x in {target_in_aio(target)}.stream.{method}(...)")
        return items(open_call(target, method, given, named, BLOCKING), None, None)

    def target_in_aio(target):
        return f"stoa.aio.module({target.to!r})" if isinstance(target.to, str) else "stoa.aio(object)"

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

        def __getattr__(self, name):
            """What is called on the call is called on its result."""
            if name.startswith("_"):
                raise AttributeError(name)
            sink = self._sink
            return lambda *given, **named: acall(sink.result(), name, given, named)

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
        """The methods of something, by name; `stream` is one, and has all others as streams."""

        def __init__(self, target, invoke, streaming=None, own=None):
            self.__dict__.update(_target=target, _invoke=invoke, _streaming=streaming, _own=own)

        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            if name == "stream" and self._streaming is not None:
                return Methods(self._target, self._streaming, None, (self._invoke, "stream"))
            target, invoke = self._target, self._invoke
            return lambda *given, **named: invoke(target, name, given, named)

        def __call__(self, *given, **named):
            if self._own is None:
                raise TypeError("a module cannot be called, its methods can")
            invoke, name = self._own
            return invoke(self._target, name, given, named)

        def __repr__(self):
            return f"<module {self._target.text}>" if isinstance(self._target.to, str) else f"<object {self._target.text}>"

    def module(name):
        return Methods(Target(str(name), str(name)), call, stream)

    def method(target, name):
        """A method of an object that lives elsewhere."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(Methods(target, call, stream), name)

    def acall(target, method, given, named):
        return AioCall(open_call(target, method, given, named))

    def astream(target, method, given, named):
        return aitems(open_call(target, method, given, named))

    def send(target, method, given, named):
        open_call(target, method, given, named, ONE_WAY)

    def target_for(to, what):
        if isinstance(to, str):
            return Target(to, to)
        target = outgoing.target_of(to)
        if target is not None:
            return target
        raise TypeError(f"{what} takes the name of a module, or an object that came out of a call")

    def one_way(to):
        """Calls whose outcome nobody waits for."""
        return Methods(target_for(to, "stoa.one_way"), send, None, (send, "call"))

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
        def __call__(self, proxy):
            """The same object, with methods to await."""
            return Methods(target_for(proxy, "stoa.aio"), acall, astream, (acall, "call"))

        @staticmethod
        def module(name):
            return Methods(Target(str(name), str(name)), acall, astream)

        @staticmethod
        def channel(module, topic="", direct=False):
            return shared.channels().Opening(module, str(topic))

        def __getattr__(self, name):
            """`fetch`, `connect`, `run`, `read`."""
            if name.startswith("_") or name not in outside().aio:
                raise AttributeError(name)
            return outside().aio[name]

    host_module = Target("stoa", "stoa")

    def write(path, data, append=False):
        """Text and bytes as they are; iterables: text as it is, other items as lines of JSON; other data as JSON."""
        if isinstance(data, (str, bytes, bytearray)):
            return call(host_module, "write", (path, data), {"append": append})
        import json

        if not hasattr(type(data), "__next__"):
            return call(host_module, "write", (path, json.dumps(data, indent=2, ensure_ascii=False) + "\n"), {"append": append})
        batch, size, started = [], 0, append
        for item in data:
            batch.append(item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) + "\n")
            size += len(batch[-1])
            if size > 65536:
                call(host_module, "write", (path, "".join(batch)), {"append": started})
                batch, size, started = [], 0, True
        if batch or not started:
            call(host_module, "write", (path, "".join(batch)), {"append": started})

    class Api:
        pass

    class Script:
        """The file that runs as a script, and its folder."""

        def __init__(self, path):
            self.path = path
            self.folder = path.rpartition("/")[0] or "/"

    reached = None

    def outside():
        nonlocal reached
        if reached is None:
            reached = shared.part("outside")(shared, api)
        return reached

    def further(name):
        if name == "data":
            return host.data() or None
        if name in ("fetch", "connect", "run", "read", "env"):
            return getattr(outside(), name)
        raise AttributeError(f"module 'stoa' has no attribute {name!r}")

    made = sys.modules["stoa"] = type(sys)("stoa")
    made.__getattr__ = further
    made.__dir__ = lambda: [*made.__dict__, "fetch", "connect", "run", "read", "env", "data"]
    made.module = module
    made.events = module("events")
    made.one_way = one_way
    made.ref = lambda thing: shared.references().ref(thing)
    made.channel = lambda module, topic="", direct=False: shared.channels().open_blocking(module, str(topic))
    made.accept = shared.accept
    made.release = lambda held: shared.references().release(held)
    made.aio = Aio()
    made.Error, made.Denied = Error, shared.Denied
    made.Cancelled = shared.Cancelled
    made.call = CurrentCall()
    made.log = Log()
    made.lines = lambda path: stream(host_module, "lines", (path,), {})
    made.csv = lambda path: stream(host_module, "csv", (path,), {})
    made.json = lambda path: call(host_module, "json", (path,), {})
    made.write = write
    made.script = None
    made.__doc__ = "The way to other modules."
    api = Api()
    api.settle = outgoing.settle
    api.stoa = made
    api.Methods = Methods
    api.Script = Script
    api.outgoing = outgoing
    api.__dict__.update(Target=Target, call=call, stream=stream, acall=acall, astream=astream, method=method)
    return api


_stoa_api
