"""What a module prints while it serves a call belongs to that call."""
from __future__ import annotations

import sys
import threading

from ._current import current

#: Longer lines take the way of the pipes.
LONGEST = 8_000


def tell_printed(connection) -> None:
    """From now on whole lines that are written to sys.stdout and sys.stderr in a call go to the host as lines of that call. All else
    is written as ever: bytes, what is printed outside of calls, and what other processes print."""
    sys.stdout = _Printed(sys.stdout, "OUT", connection)
    sys.stderr = _Printed(sys.stderr, "ERR", connection)


class _Begun(threading.local):
    """The line that a thread has begun and not ended, and its call; whether its beginning took the way of the pipes."""

    line = ""
    call = None
    spilled = False


class _Printed:
    def __init__(self, stream, level: str, connection) -> None:
        self._stream = stream
        self._level = level
        self._connection = connection
        self._begun = _Begun()

    def __getattr__(self, name: str):
        return getattr(self._stream, name)

    def __iter__(self):
        return iter(self._stream)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            return self._stream.write(text)  # which says what is wrong with it
        call = current.get()
        begun = self._begun
        if begun.call is not call:
            self._spill()
            begun.call, begun.spilled = call, False
        if call is None or not call.open or not self._connection.tells():
            self._spill()
            return self._stream.write(text)
        rest = text
        if begun.spilled:  # the line goes on where it began
            head, end, rest = text.partition("\n")
            self._stream.write(head + end)
            begun.spilled = not end
        if rest:
            *lines, begun.line = (begun.line + rest).split("\n")
            for line in lines:
                if len(line) > LONGEST:
                    self._stream.write(line + "\n")
                else:
                    self._connection.log(self._level, line)
            if len(begun.line) > LONGEST:
                self._spill()
        return len(text)

    def writelines(self, lines) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self._spill()
        self._stream.flush()

    def _spill(self) -> None:
        begun = self._begun
        if begun.line:
            line, begun.line, begun.spilled = begun.line, "", True
            self._stream.write(line)
