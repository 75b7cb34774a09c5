"""What the host does outside for a module to which it was granted: the web, ports, programs, bytes of files."""
from __future__ import annotations

from . import _current
from ._remote import Module, Named

TYPE_CHECKING = False  # as typing has it, which takes its time to load
if TYPE_CHECKING:
    from typing import Any, AsyncIterator, Iterator, Mapping

    from ._aio import Aio
    from ._channel import Channel
    from ._channels import Opening

#: Bytes of a body that is gathered.
LARGEST = 64 * 1024 * 1024


class Headers(dict):
    """The headers of a response, by name in any case."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


class Head:
    """What both kinds of responses have: `status`, `ok`, `url`, `headers`."""

    def __init__(self, head: dict, items: Any):
        self.status: int = head["status"]
        self.ok: bool = 200 <= self.status < 300
        #: After all redirects.
        self.url: str = head["url"]
        self.headers = Headers(head["headers"])
        self._items = items
        self._taken = False
        self._gathered: bytes | None = None

    def _take(self) -> Any:
        if self._taken:
            raise RuntimeError("The body was read before.")
        self._taken = True
        return self._items

    def _large(self) -> OverflowError:
        return OverflowError(f"The body of {self.url} has more than 64 MiB. Read it in pieces: for piece in response")

    def _text(self, content: bytes) -> str:
        charset = "utf-8"
        for part in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = part.partition("=")
            if name.strip().lower() == "charset":
                charset = value.strip().strip("\"'")
        try:
            return content.decode(charset, "replace")
        except LookupError:
            return content.decode("utf-8", "replace")


class Response(Head):
    """An answer from the web. Its body comes while it is read; what was gathered once is kept."""

    def __iter__(self) -> Iterator[bytes]:
        """The pieces of the body."""
        if self._gathered is not None:
            yield self._gathered
        else:
            yield from self._take()

    def bytes(self) -> bytes:
        if self._gathered is None:
            pieces, size = [], 0
            for piece in self._take():
                size += len(piece)
                if size > LARGEST:
                    self.close()
                    raise self._large()
                pieces.append(piece)
            self._gathered = b"".join(pieces)
        return self._gathered

    def text(self) -> str:
        return self._text(self.bytes())

    def json(self) -> Any:
        import json

        return json.loads(self.text())

    def close(self) -> None:
        """Nothing more of the body is wanted."""
        self._items.close()

    def __enter__(self) -> "Response":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncResponse(Head):
    """The same for async code."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._gathered is not None:
            yield self._gathered
        else:
            async for piece in self._take():
                yield piece

    async def bytes(self) -> bytes:
        if self._gathered is None:
            pieces, size = [], 0
            async for piece in self._take():
                size += len(piece)
                if size > LARGEST:
                    await self.close()
                    raise self._large()
                pieces.append(piece)
            self._gathered = b"".join(pieces)
        return self._gathered

    async def text(self) -> str:
        return self._text(await self.bytes())

    async def json(self) -> Any:
        import json

        return json.loads(await self.text())

    async def close(self) -> None:
        await self._items.aclose()

    async def __aenter__(self) -> "AsyncResponse":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class Ran:
    """What a program left: its exit code, and what it wrote."""

    def __init__(self, told: dict):
        self.code: int = told["code"]
        self.ok: bool = self.code == 0
        self.out: bytes = told["out"]
        self.err: bytes = told["err"]

    def text(self) -> str:
        return self.out.decode("utf-8", "replace")


def _asked(method: str, headers: Mapping[str, Any] | None, body: Any, timeout: float) -> dict[str, Any]:
    """The arguments of the host's `stoa.fetch`."""
    found = {str(name).lower(): str(value) for name, value in dict(headers or {}).items()}
    if isinstance(body, (bytearray, memoryview)):
        body = bytes(body)
    if body is not None and not isinstance(body, (str, bytes)):
        import json

        body = json.dumps(body, ensure_ascii=False)
        found.setdefault("content-type", "application/json")
    return {"method": method.upper(), "headers": found, "body": body, "timeout_ms": _milliseconds(timeout)}


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))


def _topic(name: Any, port: Any, tls: bool) -> str:
    if not isinstance(name, str) or not isinstance(port, int):
        raise TypeError("`stoa.connect` takes the name of a host and the number of a port.")
    return f"{'tls' if tls else 'tcp'}:{name}:{port}"


def _running(program: Any, arguments: tuple, input: Any, timeout: float) -> tuple[tuple, dict]:
    return (str(program), [str(argument) for argument in arguments]), {"input": input, "timeout_ms": _milliseconds(timeout)}


def _stoa() -> Module:
    return Module(Named("stoa"))


def _no_loop(instead: str) -> None:
    from ._loops import running

    if running():
        raise RuntimeError(f"a blocking call inside async code would stop everything else; use: {instead}")


def fetch(
    url: Any, method: str = "GET", headers: Mapping[str, Any] | None = None, body: Any = None, timeout: float = 30
) -> Response:
    """Asks for a URL, and waits until the body begins; `timeout` in seconds. Data that is neither text nor bytes is sent as JSON.

    Needs the grant `net=HOST:PORT`.
    """
    _no_loop("await stoa.aio.fetch(url)")
    items = _stoa().stream.fetch(str(url), **_asked(method, headers, body, timeout))
    return Response(next(items), items)


def connect(name: str, port: int, tls: bool = False) -> Channel:
    """A channel to a port: bytes both ways. Needs the grant `net=HOST:PORT`."""
    from ._channels import open_blocking

    return open_blocking(_current.connection(), "stoa", _topic(name, port, tls), False)


def run(program: Any, *arguments: Any, input: str | bytes | None = None, timeout: float = 60) -> Ran:
    """Runs a program in this module's sandbox and data folder, and waits for its end; `timeout` in seconds.

    Needs the grant `run=PROGRAM`.
    """
    _no_loop("await stoa.aio.run(program)")
    positional, named = _running(program, arguments, input, timeout)
    return Ran(_stoa().run(*positional, **named))


def read(path: Any) -> bytes:
    """The bytes of a file. Relative paths start at the data folder; what is not there is looked for beside the module."""
    _no_loop("await stoa.aio.read(path)")
    return _stoa().read(str(path))


# --- for async code ---


async def afetch(aio: Aio, url: Any, method: str, headers: Any, body: Any, timeout: float) -> AsyncResponse:
    items = aio.module("stoa").stream.fetch(str(url), **_asked(method, headers, body, timeout))
    return AsyncResponse(await items.__anext__(), items)


def aconnect(aio: Aio, name: str, port: int, tls: bool) -> Opening:
    return aio.channel("stoa", _topic(name, port, tls))


async def arun(aio: Aio, program: Any, arguments: tuple, input: Any, timeout: float) -> Ran:
    positional, named = _running(program, arguments, input, timeout)
    return Ran(await aio.module("stoa").run(*positional, **named))
