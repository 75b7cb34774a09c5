# The guest's half of a Python context. Evaluates to a function that takes the host's functions and gives its own, as a dict.
def _stoa_boot(host, part):
    import sys
    from _contextvars import ContextVar, copy_context

    values = part("values")(sys, lambda: references())
    pack, Reader = values.pack, values.Reader
    current = ContextVar("stoa.call", default=None)
    calls = {}
    methods = {}
    FILE = "stoa:"

    def send(to, number, value, root="result"):
        to(number, *pack(value, root))

    clean, out, err = part("output")(host, sys)
    admit = part("doors")(host, sys)

    # ---- errors ----
    class Remote(dict):
        """What was thrown at the other end; its entries are attributes too."""

        def __init__(self, told):
            super().__init__(told)
            self["frames"] = [Frame(frame) for frame in told["frames"]]
            self["cause"] = told["cause"] and Remote(told["cause"])

        def __getattr__(self, name):
            try:
                return self[name]
            except KeyError:
                raise AttributeError(name) from None

    class Frame(dict):
        __getattr__ = Remote.__getattr__

    class Error(Exception):
        """A call to another module failed: code, message, help, retryable; remote says what its code threw."""

        def __new__(cls, failure):
            return Denied.__new__(Denied, failure) if cls is Error and failure["code"] == "DENIED" else super().__new__(cls)

        def __init__(self, failure):
            denied = failure["code"] == "DENIED" and failure["help"]
            self.args = (f"{failure['message']} {failure['help']}" if denied else failure["message"],)
            self.code = failure["code"]
            self.message = failure["message"]
            self.help = failure["help"]
            self.retryable = failure["retryable"]
            self.remote = failure["remote"] and Remote(failure["remote"])

    class Denied(Error, PermissionError):
        """What was asked for is not allowed: for code that knows nothing of Stoa, the error that Python itself would raise."""

        def __init__(self, failure):
            super().__init__(failure)
            self.errno = 13

    for error in (Error, Denied):
        error.__module__, error.__qualname__ = "stoa", error.__name__

    class Cancelled(BaseException):
        """The caller of a method needs no result any more."""

    def told(e, depth=0):
        try:
            kind = type(e).__name__
            data = {"type": "StoaError" if type(e) in (Error, Denied) else kind, "message": clean(str(e)), "frames": frames(e)}
            if isinstance(e, Error):
                if e.code != "THREW":
                    told_already = not e.help or data["message"].endswith(e.help)
                    data["message"] = f"{e.code}: {data['message']}" + ("" if told_already else f" {e.help}")
                data["code"] = clean(str(e.code))
                if e.remote:
                    data["remote"] = e.remote
            cause = e.__cause__ or (None if e.__suppress_context__ else e.__context__)
            if cause is not None and depth < 8 and "remote" not in data:
                data["cause"] = told(cause, depth + 1)
            if isinstance(e, SyntaxError) and e.lineno:
                text = e.text if isinstance(e.text, str) else ""
                data["syntax"] = {"file": str(e.filename), "line": e.lineno, "column": e.offset or 1, "text": clean(text), "message": clean(str(e.msg))}
            return data
        except BaseException:
            return {"type": "Exception", "message": "an error that cannot be described", "frames": []}

    def frames(e):
        found = []
        tb = getattr(e, "__traceback__", None)
        while tb is not None:
            code = tb.tb_frame.f_code
            if not code.co_filename.startswith(library):
                found.append([code.co_name, code.co_filename, tb.tb_lineno])
            tb = tb.tb_next
        return found[::-1]

    library = (FILE, "<", sys.prefix + "/lib/")

    tasks = part("tasks")(host, part, sys, current, copy_context, Cancelled)
    Wait, spawn, in_task, blocking = tasks.Wait, tasks.spawn, tasks.in_task, tasks.blocking

    # ---- calls from outside ----
    class Call:
        def __init__(self, number, credit):
            self.id = number
            self.credit = credit
            self.pump = None  # what it streams
            self.task = None  # the coroutine that it runs as
            self.feed = None  # hears what its caller streams
            self.starves = None  # whether nothing of that is there
            self.over = False
            self.stopped = False  # by others, and its code was told
            self.held = []  # sinks that failed because it was stopped, until its code is told
            self.reads = set()  # streams of others that it reads

        def stream(self):
            return streams().of_caller(self)

    def start(number, target, name, credit, codes, *scalars):
        call = calls[number] = Call(number, credit)
        token = current.set(call)
        try:
            reader = Reader(codes, scalars, call)
            positional = reader.read()
            f = methods[name] if target is None else references().find(target, name)
            answer(call, f(*positional, **reader.read()))
        except BaseException as e:
            ended(call, e)
        finally:
            current.reset(token)

    def ended(call, e):
        if isinstance(e, SystemExit) and e.code in (None, 0) and script:
            finish(call, None)
        else:
            threw(call, e)

    def answer(call, result):
        kind = type(result)
        if kind in plain:
            finish(call, result)
        elif hasattr(kind, "__anext__"):
            call.pump = streams().AsyncPump(result, call.credit, Outward(call))
        elif hasattr(kind, "__await__"):
            call.task = spawn(awaited(result), lambda v, e: completed(call, v, e))
        elif hasattr(kind, "__next__"):
            call.pump = streams().Pump(result, call.credit, Outward(call))
            if host.beside():
                call.pump.wait_for_turn()
            else:
                call.pump.more(0)
        else:
            finish(call, result)

    plain = {type(None), bool, int, float, str, bytes, list, tuple, dict}

    async def awaited(result):
        return await result

    def completed(call, value, e):
        if call.id not in calls:
            return
        if e is not None:
            return ended(call, e)
        try:
            answer(call, value)
        except BaseException as problem:
            threw(call, problem)

    def finish(call, value):
        packed = pack(value)
        if over(call):
            host.returned(call.id, *packed)

    def threw(call, e):
        if over(call):
            send(host.threw, call.id, told(e))

    def over(call, why="over"):
        """Forgets a call; False when it was over before. What its caller streams is not for anybody any more."""
        out.end()
        err.end()
        if calls.pop(call.id, None) is None:
            return False
        call.over = True
        for sink in list(call.reads):
            sink.drop()
        if call.feed is not None:
            call.feed("over", why)
        return True

    # ---- streams ----
    class Outward:
        """Where the stream of a call goes."""

        def __init__(self, call):
            self.call = call

        def item(self, value):
            send(host.item, self.call.id, value, "item")

        def end(self, empty, value):
            if empty:
                host.end(self.call.id)  # else it could not be told from the result None
            finish(self.call, value)

        def broken(self, e):
            threw(self.call, e)

        def later(self):
            host.later(self.call.id)
            return True

    streaming = None

    def streams():
        nonlocal streaming
        if streaming is None:
            streaming = part("streams")(host, spawn, Wait, Error, Cancelled, clean, in_task, blocking)
        return streaming

    def resume(number, credit, beside):
        """Gives a call room for items. True: its code would wait for its caller's stream while other code waits."""
        call = calls.get(number)
        if call is None:
            return False
        if call.pump is None:
            call.credit += credit
            return False
        if beside and call.pump.waits and call.starves is not None and call.starves():
            call.pump.credit += credit
            return True
        token = current.set(call)
        try:
            if beside:  # an item may be what the code that waits is waiting for
                call.pump.more(credit, 1)
            else:
                call.pump.more(credit)
        finally:
            current.reset(token)
        return False

    def feed(number, kind, codes, *scalars):
        """What the caller streams."""
        call = calls.get(number)
        if call is not None and call.feed is not None:
            call.feed(kind, Reader(codes, scalars, call).read() if codes else None)

    def cancel(number, reason):
        call = calls.get(number)
        if call is None:
            return
        call.stopped = True
        over(call, f"cancelled: {reason}")
        token = current.set(call)
        try:
            if call.task is not None:
                call.task.cancel()
            if call.pump is not None:
                call.pump.close()
            for sink in call.held:
                sink.wake()
        finally:
            current.reset(token)

    # ---- channels ----
    acceptor = None
    takes_acceptor = False
    channeling = None

    def channels():
        nonlocal channeling
        if channeling is None:
            channeling = part("channels")(shared, outgoing.outgoing, finish)
        return channeling

    def accept(f):
        """Decorates a module's function for channels, while the module is loaded."""
        nonlocal acceptor
        if not callable(f):
            raise TypeError("`stoa.accept` takes a function, which is called with each channel.")
        if not takes_acceptor:
            raise RuntimeError("`stoa.accept` is called at the top level of a module, while that is loaded.")
        if acceptor is not None:
            raise RuntimeError("`stoa.accept` was called before: a module has one acceptor.")
        acceptor = f
        host.accepts()
        return f

    def start_channel(number, topic, credit):
        call = calls[number] = Call(number, credit)
        token = current.set(call)
        try:
            talk = channels().accept(call, topic, acceptor)
            if talk is not None:
                call.task = spawn(talk, lambda v, e: completed(call, v, e))
        except BaseException as e:
            ended(call, e)
        finally:
            current.reset(token)

    class Shared:
        """What the other parts of this half use."""

    shared = Shared()
    shared.__dict__.update(host=host, part=part, sys=sys, current=current, Reader=Reader, pack=pack, pack_arguments=values.pack_arguments, send=send, clean=clean)
    shared.__dict__.update(Error=Error, Denied=Denied, Cancelled=Cancelled, cancellation=tasks.cancellation, Wait=Wait)
    shared.__dict__.update(in_task=in_task, blocking=blocking, streams=streams, copy_context=copy_context)
    shared.__dict__.update(accept=accept, channels=channels)
    shared.__dict__.update(references=lambda: references(), described=lambda name, f: schema().described(name, f))
    outgoing = part("api")(shared)
    referring = described = None

    def references():
        nonlocal referring
        if referring is None:
            referring = part("references")(shared, outgoing, values)
        return referring

    def schema():
        nonlocal described
        if described is None:
            described = part("schema")()
        return described

    # ---- loading ----
    script = False

    def load(path, name, kind):
        nonlocal methods, script, takes_acceptor
        if kind == "CONSOLE":
            methods = part("console")(host, sys, outgoing, pack)
            send(host.loaded, 0, {"version": "", "needs": {}, "idempotent": [], "cached": {}, "methods": [], "doc": ""})
            return
        script = kind == "SCRIPT"
        takes_acceptor = not script
        if script:
            outgoing.stoa.script = outgoing.Script(path)
        try:
            send(host.loaded, 0, run(path, name))
        except BaseException as e:
            host.refused(e, *pack(told(e)))

    def run(path, name):
        nonlocal takes_acceptor
        admit()
        with open(path, "rb") as file:
            text = file.read()
        folder = host.folder()
        if folder:
            sys.path.insert(0, folder)
        tasks.wants_loop = b"asyncio" in text
        # A module called like one of Python's own must not stand in front of that.
        module = type(sys)("stoa_module_" + name if name in sys.stdlib_module_names else name)
        module.__file__ = path
        code = compile(text, path, "exec", dont_inherit=True)
        # A script's main is called by the host: it must not run a second time because the script runs it itself.
        if script and not any(getattr(c, "co_name", "") == "main" for c in code.co_consts):
            module.__name__ = "__main__"
        sys.modules[module.__name__] = module
        try:
            exec(code, module.__dict__)
        except SystemExit as e:
            if not script or e.code not in (None, 0):
                raise
        out.end()
        err.end()
        takes_acceptor = False
        return schema().of_module(module, methods, acceptor)

    def rehearsing(on):
        """While it is on, there is a method of no name for a call that nobody has made."""
        methods.clear()
        if on:
            methods[""] = lambda v: v

    return {
        "prepare": schema,
        "rehearsing": rehearsing,
        "load": load,
        "start": start,
        "accept": start_channel,
        "resume": resume,
        "cancel": cancel,
        "settle": outgoing.settle,
        "feed": feed,
        "look": lambda thing, name: references().look(thing, name),
        "proxy": lambda token, text: references().proxy(token, text),
        "forget": lambda thing: references().forget(thing),
    }


_stoa_boot
