# An event loop for asyncio without sockets and threads: the host's thread runs what is ready and wakes it for timers.
def _stoa_loop(host, current, blocking):
    import asyncio
    import heapq
    import time

    class HostLoop(asyncio.AbstractEventLoop):
        def __init__(self):
            self._ready = []
            self._later = []
            self._waits = False
            self._timers = []
            self._count = 0
            self._running = False

        def get_debug(self):
            return False

        def set_debug(self, enabled):
            pass

        def time(self):
            return time.monotonic()

        def is_running(self):
            return self._running

        def is_closed(self):
            return False

        def close(self):
            pass

        def stop(self):
            pass

        def call_soon(self, callback, *args, context=None):
            handle = asyncio.Handle(callback, args, self, context)
            self._ready.append(handle)
            if not self._running:
                self._wake(0)
            return handle

        call_soon_threadsafe = call_soon

        def call_later(self, delay, callback, *args, context=None):
            return self.call_at(self.time() + delay, callback, *args, context=context)

        def call_at(self, when, callback, *args, context=None):
            handle = asyncio.TimerHandle(when, callback, args, self, context)
            handle._scheduled = True
            self._count += 1
            heapq.heappush(self._timers, (when, self._count, handle))
            self._wake(max(0.0, when - self.time()) * 1000)
            return handle

        def _wake(self, delay):
            call = current.get()
            host.timer(self.run_ready, delay, False, 0 if call is None else call.id)

        def _timer_handle_cancelled(self, handle):
            pass

        def create_future(self):
            return asyncio.Future(loop=self)

        def create_task(self, coro, *, name=None, context=None):
            return asyncio.Task(coro, loop=self, name=name, context=context)

        def run_in_executor(self, executor, f, *args):
            raise NotImplementedError("a context has no threads; run the module with placement `worker` or `native`")

        def call_exception_handler(self, context):
            host.say("ERROR", f"asyncio: {context.get('message')} {context.get('exception')!r}")

        default_exception_handler = call_exception_handler

        async def shutdown_asyncgens(self):
            pass

        async def shutdown_default_executor(self, timeout=None):
            pass

        def run_ready(self):
            if self._running:
                return
            before = asyncio._get_running_loop()
            self._running = True
            asyncio._set_running_loop(self)
            try:
                now = self.time()
                while self._timers and self._timers[0][0] <= now:
                    handle = heapq.heappop(self._timers)[2]
                    if not handle._cancelled:
                        self._ready.append(handle)
                for _ in range(64):  # then other calls of this context get their turn
                    if not self._ready:
                        break
                    ready, self._ready = self._ready, []
                    if blocking.depth:
                        ready = self._only_those_that_may_run(ready)
                    for handle in ready:
                        if not handle._cancelled:
                            handle._run()
            finally:
                self._running = False
                asyncio._set_running_loop(before)
            if self._ready:
                self._wake(0)

        def _only_those_that_may_run(self, handles):
            """While code of this context blocks, only what it led to runs; the others wait for the end of the block."""
            found = []
            for handle in handles:
                call = handle._context.get(current)
                if call is not None and host.lets(call.id):
                    found.append(handle)
                else:
                    self._later.append(handle)
            if self._later and not self._waits:
                self._waits = True
                host.timer(self._unblocked, 0, False, 0)
            return found

        def _unblocked(self):
            self._ready, self._later, self._waits = self._later + self._ready, [], False
            self.run_ready()

        def spawn(self, coro, done):
            task = self.create_task(coro)

            def finished(task):
                if task.cancelled():
                    done(None, asyncio.CancelledError())
                elif task.exception() is not None:
                    done(None, task.exception())
                else:
                    done(task.result(), None)

            task.add_done_callback(finished)
            self.run_ready()
            return task

    return HostLoop()


_stoa_loop
