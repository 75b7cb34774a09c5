# Coroutines of methods, run without asyncio unless the module uses it: to load that takes seconds.
def _stoa_tasks(host, part, sys, current, copy_context, Cancelled):
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

    def running_loop():
        asyncio = sys.modules.get("asyncio")
        return asyncio._get_running_loop() if asyncio is not None and loop is not None else None

    def spawn(coro, done):
        nonlocal loop
        if tasks.wants_loop or "asyncio" in sys.modules:
            if loop is None:
                loop = part("loop")(host, current, blocking)
            return loop.spawn(coro, done)
        task = Task(coro, copy_context(), done)
        task.step()
        return task

    def in_task():
        """Whether code must not block, because it runs in a coroutine."""
        return stepping or running_loop() is not None

    def cancellation():
        """What code gets whose caller wants no result any more."""
        return Cancelled() if running_loop() is None else sys.modules["asyncio"].CancelledError()

    class Blocking:
        """Counts how deep code of this context blocks in calls."""

        depth = 0

        def __enter__(self):
            self.depth += 1

        def __exit__(self, *_):
            self.depth -= 1

    class Tasks:
        wants_loop = False

    blocking = Blocking()
    tasks = Tasks()
    tasks.__dict__.update(Wait=Wait, spawn=spawn, in_task=in_task, cancellation=cancellation, blocking=blocking)
    return tasks


_stoa_tasks
