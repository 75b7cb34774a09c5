# The guest's half of a Python context. Evaluates to a function that takes the host's functions and gives its own, as a dict.
def _stoa_boot(host, part):
    import sys
    from _contextvars import ContextVar, copy_context

    pack, Reader = part("values")(sys)
    current = ContextVar("stoa.call", default=None)
    calls = {}
    methods = {}
    TURN = 16  # items before other calls of this context get their turn
    FILE = "stoa:"

    def send(to, number, value):
        to(number, *pack(value))

    clean, out, err = part("output")(host, sys)

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

        def __init__(self, failure):
            super().__init__(failure["message"])
            self.code = failure["code"]
            self.message = failure["message"]
            self.help = failure["help"]
            self.retryable = failure["retryable"]
            self.remote = failure["remote"] and Remote(failure["remote"])

    Error.__module__ = "stoa"
    Error.__qualname__ = "Error"

    class Cancelled(BaseException):
        """The caller of a method needs no result any more."""

    def told(e, depth=0):
        try:
            kind = type(e).__name__
            data = {"type": "StoaError" if kind == "Error" and isinstance(e, Error) else kind, "message": clean(str(e)), "frames": frames(e)}
            if isinstance(e, Error):
                if e.code != "THREW":
                    data["message"] = f"{e.code}: {data['message']}" + (f" {e.help}" if e.help else "")
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

    def threw(call, e):
        if calls.pop(call.id, None) is not None:
            out.end()
            err.end()
            send(host.threw, call.id, told(e))

    # ---- tasks: coroutines of methods, run without asyncio unless the module uses it ----
    class Wait:
        """Something to await until it is woken."""

        def __init__(self):
            self.woken = False
            self.task = None

        def __await__(self):
            if not self.woken:
                loop = running_loop()
                if loop is None:
                    yield self
                else:
                    self.task = Resuming(loop)
                    yield from self.task.future.__await__()

        def wake(self):
            self.woken = True
            task, self.task = self.task, None
            if task is not None:
                task.step()

    class Resuming:
        def __init__(self, loop):
            self.loop = loop
            self.future = loop.create_future()

        def step(self):
            if not self.future.done():
                self.future.set_result(None)
            self.loop.run_ready()

    class Task:
        def __init__(self, coro, context, done):
            self.coro = coro
            self.context = context
            self.done = done
            self.over = False

        def step(self, error=None):
            nonlocal stepping
            if self.over:
                return
            before, stepping = stepping, True
            try:
                if error is None:
                    waiting = self.context.run(self.coro.send, None)
                else:
                    waiting = self.context.run(self.coro.throw, error)
            except StopIteration as e:
                self.over = True
                self.done(e.value, None)
                return
            except BaseException as e:
                self.over = True
                self.done(None, e)
                return
            finally:
                stepping = before
            if isinstance(waiting, Wait):
                waiting.task = self
            else:
                self.step(RuntimeError(f"cannot await {type(waiting).__name__} here; import asyncio at the top of the module"))

        def cancel(self):
            self.step(Cancelled())

    stepping = False
    loop = None
    wants_loop = False

    def running_loop():
        asyncio = sys.modules.get("asyncio")
        return asyncio._get_running_loop() if asyncio is not None and loop is not None else None

    def spawn(coro, done):
        nonlocal loop
        if wants_loop or "asyncio" in sys.modules:
            if loop is None:
                loop = part("loop")(host, current)
            return loop.spawn(coro, done)
        task = Task(coro, copy_context(), done)
        task.step()
        return task

    # ---- calls from outside ----
    class Call:
        def __init__(self, number, credit):
            self.id = number
            self.credit = credit
            self.sent = 0
            self.generator = None
            self.task = None
            self.closed = False
            self.wanted = None

    def start(number, name, credit, codes, *values):
        call = calls[number] = Call(number, credit)
        token = current.set(call)
        try:
            reader = Reader(codes, values)
            positional = reader.read()
            answer(call, methods[name](*positional, **reader.read()))
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
            call.generator = result
            call.task = spawn(pump_async(call, result), lambda _, e: None if e is None else threw(call, e))
        elif hasattr(kind, "__await__"):
            call.task = spawn(awaited(result), lambda v, e: completed(call, v, e))
        elif hasattr(kind, "__next__"):
            call.generator = result
            pump(call)
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
        out.end()
        err.end()
        if calls.pop(call.id, None) is not None:
            host.returned(call.id, *packed)

    # ---- streams to outside ----
    def pump(call):
        token = current.set(call)
        try:
            turn = 0
            while call.credit > 0 and not call.closed:
                if turn == TURN:
                    host.later(call.id)
                    return
                turn += 1
                try:
                    item = next(call.generator)
                except StopIteration:
                    return exhausted(call)
                call.credit -= 1
                call.sent += 1
                send(host.item, call.id, item)
        except BaseException as e:
            call.closed = True
            close(call)
            threw(call, e)
        finally:
            current.reset(token)

    async def pump_async(call, generator):
        turn = 0
        try:
            while not call.closed:
                if call.credit <= 0 or turn == TURN:
                    if call.credit > 0:
                        host.later(call.id)
                    turn = 0
                    call.wanted = Wait()
                    await call.wanted
                    continue
                turn += 1
                try:
                    item = await generator.__anext__()
                except StopAsyncIteration:
                    return exhausted(call)
                call.credit -= 1
                call.sent += 1
                send(host.item, call.id, item)
        finally:
            aclose = getattr(generator, "aclose", None)
            if aclose is not None:
                await aclose()

    def exhausted(call):
        call.closed = True
        if calls.pop(call.id, None) is not None:
            out.end()
            err.end()
            host.exhausted(call.id, call.sent == 0)

    def close(call):
        try:
            if hasattr(call.generator, "close"):
                call.generator.close()
        except BaseException as e:
            host.say("WARNING", f"closing a stream raised {type(e).__name__}: {clean(str(e))}")

    def resume(number, credit):
        call = calls.get(number)
        if call is None:
            return
        call.credit += credit
        if call.wanted is not None:
            wanted, call.wanted = call.wanted, None
            wanted.wake()
        elif call.generator is not None and call.task is None:
            pump(call)

    def cancel(number):
        call = calls.pop(number, None)
        if call is None:
            return
        call.closed = True
        token = current.set(call)
        try:
            if call.task is not None:
                call.task.cancel()
            elif call.generator is not None:
                close(call)
        finally:
            current.reset(token)

    outgoing = part("api")(
        host, part, sys, current, Reader, pack, Error, Wait, clean, lambda: stepping or running_loop() is not None
    )
    outgoing.stoa.Cancelled = Cancelled

    # ---- loading ----
    script = False

    def load(path, name, kind):
        nonlocal methods, script
        if kind == "CONSOLE":
            methods = part("console")(host, sys, outgoing, pack)
            send(host.loaded, 0, {"version": "", "needs": {}, "idempotent": [], "methods": [], "doc": ""})
            return
        script = kind == "SCRIPT"
        if script:
            outgoing.stoa.script = outgoing.Script(path)
        try:
            send(host.loaded, 0, run(path, name))
        except BaseException as e:
            host.refused(e, *pack(told(e)))

    def run(path, name):
        nonlocal wants_loop
        with open(path, "rb") as file:
            text = file.read()
        folder = host.folder()
        if folder:
            sys.path.insert(0, folder)
        wants_loop = b"asyncio" in text
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
        return part("schema")(module, methods, script)

    return {"load": load, "start": start, "resume": resume, "cancel": cancel, "settle": outgoing.settle}


_stoa_boot
