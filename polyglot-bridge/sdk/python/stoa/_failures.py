"""Failures between Python exceptions and the wire."""
from __future__ import annotations

import errno
import os
from types import TracebackType

TYPE_CHECKING = False  # as typing has it, which takes its time to load
if TYPE_CHECKING:
    from typing import Any

MAX_TEXT = 16_000
MAX_FRAMES = 100
MAX_CAUSES = 10


class Remote(dict):
    """An error as the code that threw it saw it: `type`, `message`, `frames`, `cause` (a Remote or None), `module`.

    Its entries are attributes too; those of a frame, innermost first, are `language`, `function`, `file`, `line`.
    """

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Error(Exception):
    """A call that ended without a result. One that was refused, with code `DENIED`, is a `Denied`."""

    def __new__(cls, code: str, *said: object, **named: object) -> Error:
        return Denied.__new__(Denied, code) if cls is Error and code == "DENIED" else super().__new__(cls)

    def __init__(
        self,
        code: str,
        message: str,
        help: str = "",
        retryable: bool = False,
        remote: Remote | None = None,
        details: dict[str, str] | None = None,
    ):
        # A refusal names the grant that is missing, in whatever is printed of it.
        self.args = (f"{message} {help}" if code == "DENIED" and help else message,)
        #: `NO_SUCH_METHOD`, `THREW`, ...: PROTOCOL.md, "Failures"
        self.code = code
        self.message = message
        #: What to do next; may be empty.
        self.help = help
        #: The same call may succeed later, and making it again does no harm.
        self.retryable = retryable
        #: For `THREW`: what was thrown. Else None.
        self.remote = remote
        #: Facts for programs: PROTOCOL.md, "Failures".
        self.details: dict[str, str] = details or {}


class Denied(Error, PermissionError):
    """What was asked for is not allowed: for code that knows nothing of Stoa, the error that Python itself would raise."""

    def __init__(self, *said: Any, **named: Any):
        super().__init__(*said, **named)
        self.errno = errno.EACCES


class Gone(Error):
    """Stands in a table of references for one that cannot be had any more. Whoever reads it raises it."""


class Cancelled(BaseException):
    """Raised in code whose caller wants no result any more. Not an Exception, like KeyboardInterrupt."""


def from_wire(failed: dict) -> Error:
    code = failed.get("code", "INTERNAL")
    if not isinstance(code, str) or code == "FAILURE_CODE_UNSPECIFIED":
        code = "INTERNAL"
    thrown = failed.get("thrown")
    return Error(
        code,
        failed.get("message", ""),
        failed.get("help", ""),
        failed.get("retryable", False),
        _remote(thrown) if thrown is not None else None,
        failed.get("details"),
    )


def _remote(thrown: dict) -> Remote:
    unknown = {"language": "", "function": "", "file": "", "line": 0}
    cause = thrown.get("cause")
    return Remote(
        type=thrown.get("type", ""),
        message=thrown.get("message", ""),
        frames=[Remote(unknown | frame) for frame in thrown.get("frames", ())],
        cause=_remote(cause) if cause is not None else None,
        module=thrown.get("module", ""),
    )


def to_wire(error: Error) -> dict:
    """A Failed for an error of our own, as against one that user code raised."""
    failed = {"code": error.code, "message": cut(error.message), "help": error.help}
    if error.details:
        failed["details"] = {key: str(value) for key, value in error.details.items()}
    return failed


def threw(error: BaseException, module: str) -> dict:
    """A Failed that says that user code raised `error`."""
    thrown = _thrown(error, module, MAX_CAUSES)
    text = f"{thrown['type']}: {thrown['message']}" if thrown["message"] else thrown["type"]
    failed = {"code": "THREW", "message": text, "thrown": thrown}
    if isinstance(error, Error):
        failed["details"] = {"code": error.code}
    return failed


def _thrown(error: BaseException, module: str, causes: int) -> dict:
    name = "StoaError" if isinstance(error, Error) else type(error).__name__
    thrown = {
        "type": name,
        "message": cut(_text(error)),
        "frames": _frames(error.__traceback__),
        "module": module,
    }
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if isinstance(error, Error) and error.remote is not None:
        thrown["cause"] = _sent_on(error.remote, causes)
    elif cause is not None and causes > 0:
        thrown["cause"] = _thrown(cause, module, causes - 1)
    return thrown


def _text(error: BaseException) -> str:
    try:
        if not isinstance(error, Error):
            return str(error)
        if error.code == "THREW":
            return error.message
        # A caller further up has to read the code and the next step too.
        return f"{error.code}: {error.message}" + (f" {error.help}" if error.help else "")
    except Exception:
        return "(an error without words: its __str__ failed)"


def _sent_on(remote: Remote, causes: int) -> dict:
    thrown = {
        "type": remote.type,
        "message": remote.message,
        "frames": [dict(f) for f in remote.frames],
        "module": remote.module,
    }
    if remote.cause is not None and causes > 0:
        thrown["cause"] = _sent_on(remote.cause, causes - 1)
    return thrown


_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep


def _frames(trace: TracebackType | None) -> list[dict]:
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if is_users(code.co_filename):
            file = os.path.basename(code.co_filename)
            frames.append({"language": "python", "function": code.co_qualname, "file": file, "line": trace.tb_lineno})
        trace = trace.tb_next
    return frames[::-1][:MAX_FRAMES]


def is_users(file: str) -> bool:
    if file.startswith(_OURS) or file.startswith("<frozen"):
        return False
    return not file.startswith(_LIBRARY) or "-packages" in file


def cut(text: str) -> str:
    """Text that fits into a frame and is Unicode."""
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT] + " ..."
    return text.encode("utf-8", "replace").decode()
