# What the host does outside for a module to which it was granted: `stoa.fetch`, `stoa.connect`, `stoa.run`, `stoa.read`, and the environment.
# Evaluated when the first of them is used.
def _stoa_outside(shared, api):
    host, Error = shared.host, shared.Error
    LARGEST = 64 * 1024 * 1024  # bytes of a body that is gathered
    target = api.Target("stoa", "stoa")

    def forbid_async(instead):
        if shared.in_task():
            raise RuntimeError(f"a blocking call inside async code would stop everything else; use: {instead}")

    # ---- the web ----
    class Headers(dict):
        """The headers of a response, by name in any case."""

        def __getitem__(self, name):
            return super().__getitem__(name.lower())

        def __contains__(self, name):
            return super().__contains__(name.lower())

        def get(self, name, default=None):
            return super().get(name.lower(), default)

    class Answer:
        """What both kinds of responses have."""

        def __init__(self, head, items):
            self.status = head["status"]
            self.ok = 200 <= self.status < 300
            self.url = head["url"]
            self.headers = Headers(head["headers"])
            self._items = items
            self._taken = False
            self._gathered = None

        def _take(self):
            if self._taken:
                raise RuntimeError("The body was read before.")
            self._taken = True
            return self._items

        def _check(self, size):
            if size > LARGEST:
                raise OverflowError(f"The body of {self.url} has more than 64 MiB. Read it in pieces: for piece in response")

        def _text(self, content):
            charset = "utf-8"
            for part in self.headers.get("content-type", "").split(";")[1:]:
                name, _, value = part.partition("=")
                if name.strip().lower() == "charset":
                    charset = value.strip().strip("\"'")
            try:
                return content.decode(charset, "replace")
            except LookupError:
                return content.decode("utf-8", "replace")

    class Response(Answer):
        """An answer from the web. Its body comes while it is read; what was gathered once is kept."""

        def __iter__(self):
            """The pieces of the body."""
            if self._gathered is not None:
                yield self._gathered
            else:
                yield from self._take()

        def bytes(self):
            if self._gathered is None:
                pieces, size = [], 0
                for piece in self._take():
                    size += len(piece)
                    if size > LARGEST:
                        self.close()
                    self._check(size)
                    pieces.append(piece)
                self._gathered = b"".join(pieces)
            return self._gathered

        def text(self):
            return self._text(self.bytes())

        def json(self):
            import json

            return json.loads(self.text())

        def close(self):
            """Nothing more of the body is wanted."""
            self._items.close()

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.close()

    class AsyncResponse(Answer):
        """The same for async code."""

        async def __aiter__(self):
            if self._gathered is not None:
                yield self._gathered
            else:
                async for piece in self._take():
                    yield piece

        async def bytes(self):
            if self._gathered is None:
                pieces, size = [], 0
                async for piece in self._take():
                    size += len(piece)
                    if size > LARGEST:
                        await self.close()
                    self._check(size)
                    pieces.append(piece)
                self._gathered = b"".join(pieces)
            return self._gathered

        async def text(self):
            return self._text(await self.bytes())

        async def json(self):
            import json

            return json.loads(await self.text())

        async def close(self):
            await self._items.aclose()

        async def __aenter__(self):
            return self

        async def __aexit__(self, *_):
            await self.close()

    def asked(method, headers, body, timeout):
        """The arguments of `stoa.fetch`, as the host takes them."""
        found = {str(name).lower(): str(value) for name, value in dict(headers or {}).items()}
        if isinstance(body, (bytearray, memoryview)):
            body = bytes(body)
        if body is not None and not isinstance(body, (str, bytes)):
            import json

            body = json.dumps(body, ensure_ascii=False)
            found.setdefault("content-type", "application/json")
        return {"method": method.upper(), "headers": found, "body": body, "timeout_ms": milliseconds(timeout)}

    def milliseconds(seconds):
        return max(1, int(seconds * 1000))

    def fetch(url, method="GET", headers=None, body=None, timeout=30):
        """Asks for a URL, and waits until the body begins; `timeout` in seconds. Data is sent as JSON."""
        forbid_async("await stoa.aio.fetch(url)")
        items = api.stream(target, "fetch", (str(url),), asked(method, headers, body, timeout))
        return Response(next(items), items)

    async def afetch(url, method="GET", headers=None, body=None, timeout=30):
        items = api.astream(target, "fetch", (str(url),), asked(method, headers, body, timeout))
        return AsyncResponse(await items.__anext__(), items)

    # ---- the rest ----
    def topic(name, port, tls):
        if not isinstance(name, str) or not isinstance(port, int):
            raise TypeError("`stoa.connect` takes the name of a host and the number of a port.")
        return f"{'tls' if tls else 'tcp'}:{name}:{port}"

    def connect(name, port, tls=False):
        """A channel to a port: bytes both ways."""
        return shared.channels().open_blocking("stoa", topic(name, port, tls))

    def aconnect(name, port, tls=False):
        return shared.channels().Opening("stoa", topic(name, port, tls))

    class Ran:
        """What a program left: its exit code, and what it wrote."""

        def __init__(self, told):
            self.code = told["code"]
            self.ok = self.code == 0
            self.out = told["out"]
            self.err = told["err"]

        def text(self):
            return self.out.decode("utf-8", "replace")

    def running(program, arguments, input, timeout):
        return (str(program), [str(argument) for argument in arguments]), {"input": input, "timeout_ms": milliseconds(timeout)}

    def run(program, *arguments, input=None, timeout=60):
        """Runs a program and waits for its end; `timeout` in seconds."""
        forbid_async("await stoa.aio.run(program)")
        return Ran(api.call(target, "run", *running(program, arguments, input, timeout)))

    async def arun(program, *arguments, input=None, timeout=60):
        return Ran(await api.acall(target, "run", *running(program, arguments, input, timeout)))

    def read(path):
        """The bytes of a file."""
        forbid_async("await stoa.aio.read(path)")
        return api.call(target, "read", (str(path),), {})

    async def aread(path):
        return await api.acall(target, "read", (str(path),), {})

    # ---- the environment ----
    class Environment:
        """The variables that were granted, as they are now."""

        def _look(self, name):
            found = host.variable(name)
            if found[:1] == "!":
                message, _, help = found[1:].partition("\n")
                raise Error({"code": "DENIED", "message": message, "help": help, "retryable": False, "remote": None})
            return found

        def __getitem__(self, name):
            found = self._look(name)
            if not found:
                raise KeyError(name)
            return found[1:]

        def get(self, name, default=None):
            found = self._look(name)
            return found[1:] if found else default

        def _all(self):
            return dict(line.split("=", 1) for line in host.environment().split("\0") if line)

        def __contains__(self, name):
            return name in self._all()

        def __iter__(self):
            return iter(self._all())

        def __len__(self):
            return len(self._all())

        def keys(self):
            return self._all().keys()

        def values(self):
            return self._all().values()

        def items(self):
            return self._all().items()

        def __repr__(self):
            return f"stoa.env({self._all()!r})"

    class Outside:
        pass

    made = Outside()
    made.__dict__.update(fetch=fetch, connect=connect, run=run, read=read, env=Environment())
    made.aio = {"fetch": afetch, "connect": aconnect, "run": arun, "read": aread}
    return made


_stoa_outside
