"""What belongs to the running code: its connection, its call, its log."""
from __future__ import annotations

import sys

from ._failures import Error

_connection = None


def use(connection) -> None:
    global _connection
    _connection = connection


def connection():
    if _connection is None:
        raise Error("UNAVAILABLE", "There is no host here.", "Run this file as a module or script of Stoa.")
    return _connection


class Call:
    @property
    def deadline(self) -> float | None:
        """Seconds left, or None."""
        call = self._call()
        return None if call is None else call.seconds_left()

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits for the result any more."""
        call = self._call()
        return call is not None and call.cancelled

    @staticmethod
    def _call():
        if _connection is None:
            return None
        from ._connection import current

        return current.get()


class Log:
    def debug(self, *words) -> None:
        self._say("DEBUG", words)

    def info(self, *words) -> None:
        self._say("INFO", words)

    def warning(self, *words) -> None:
        self._say("WARNING", words)

    def error(self, *words) -> None:
        self._say("ERROR", words)

    @staticmethod
    def _say(level: str, words: tuple) -> None:
        text = " ".join(map(str, words))
        if _connection is None:
            print(f"{level.lower()}: {text}", file=sys.stderr)
        else:
            _connection.log(level, text)
