"""What belongs to the running code: its connection, its call, its log."""
from __future__ import annotations

import sys
from contextvars import ContextVar

from ._failures import Error

#: The call that the running code serves, or None.
current: ContextVar = ContextVar("stoa.call", default=None)

#: The connection of the module that `stoa.run` serves in this process, or None.
process = None


def use(connection) -> None:
    global process
    process = connection


def connection():
    """The connection that the running code is served on, or that of the module in this process."""
    call = current.get()
    if call is not None:
        return call.server.connection
    if process is None:
        help = "Run this file as a module or script of Stoa, or use what `stoa.connect()` returns."
        raise Error("UNAVAILABLE", "There is no host here.", help)
    return process


def module(help: str = "Watches belong to modules that the host runs."):
    """The connection of the module that `stoa.run` serves."""
    if process is None:
        raise Error("UNAVAILABLE", "No module is served here.", help)
    return process


class Call:
    """The call that the running code serves."""

    @property
    def deadline(self) -> float | None:
        """Seconds left, or None."""
        call = current.get()
        return None if call is None else call.seconds_left()

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits for the result any more."""
        call = current.get()
        return call is not None and call.cancelled

    @property
    def caller(self) -> str | None:
        """Who calls, as the host knows it: `user`, the name of a module, `client#3`. None outside of a call."""
        call = current.get()
        return None if call is None else call.caller


class Log:
    def debug(self, *words: object) -> None:
        self._say("DEBUG", words)

    def info(self, *words: object) -> None:
        self._say("INFO", words)

    def warning(self, *words: object) -> None:
        self._say("WARNING", words)

    def error(self, *words: object) -> None:
        self._say("ERROR", words)

    @staticmethod
    def _say(level: str, words: tuple) -> None:
        text = " ".join(map(str, words))
        if process is None and current.get() is None:
            print(f"{level.lower()}: {text}", file=sys.stderr)
        else:
            connection().log(level, text)
