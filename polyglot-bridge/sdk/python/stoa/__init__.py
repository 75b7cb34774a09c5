"""Authoring API for Stoa modules.

    import stoa

    def shout(text: str) -> str:
        \"\"\"Counts and shouts.\"\"\"
        stoa.log.info("shouting")
        return stoa.module("words").count(text)

Every call is synchronous here; `stoa.aio` has the same calls for `await` and `async for`.
"""
from __future__ import annotations

from . import _current, aio
from ._failures import Cancelled, Error
from ._files import write
from ._remote import Module

__all__ = ["Cancelled", "Error", "aio", "call", "csv", "json", "lines", "log", "module", "script", "write"]


def module(name: str) -> Module:
    """Another module: `stoa.module("words").count("a b", least=2)`. A method that streams returns an iterator."""
    return Module(str(name))


def lines(path: str):
    """The lines of a text file, as a stream. For scripts that run with the user's rights."""
    return module("stoa").stream.lines(path)


def csv(path: str):
    """The rows of a CSV file as maps, as a stream. For scripts that run with the user's rights."""
    return module("stoa").stream.csv(path)


def json(path: str):
    """The content of a JSON file. For scripts that run with the user's rights."""
    return module("stoa").json(path)


#: The file that runs as a script: `path`, `folder`. None in a module.
script = None

#: The call that the running code serves: `deadline` (seconds left or None), `cancelled`.
call = _current.Call()

#: `debug`, `info`, `warning`, `error`: lines for the host's log, marked with module and call.
log = _current.Log()
