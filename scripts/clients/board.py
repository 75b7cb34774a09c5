"""A program with an event loop of its own that serves a host besides: `fileno()` says when, `pump()` does the work.

    STOA_HOST=path-of-the-socket python3 scripts/clients/board.py

The loop is one of `selectors`, and could be that of any toolkit. Lines that come on standard input stay on the board; others
read it as the module `board`: `stoa call board.lines`, and hear of new lines: `board.listen(callback)`.
"""
import os
import selectors

import stoa


class Board:
    """Lines that were typed in."""

    def __init__(self):
        self._lines = []
        self._listeners = []

    def lines(self, first: int = 0):
        """The lines from `first` on, as a stream."""
        yield from self._lines[first:]

    def listen(self, callback) -> None:
        """Calls `callback(line)` for each new line, until its owner takes it back."""
        self._listeners.append(callback)

    def _add(self, line: str) -> None:
        self._lines.append(line)
        for callback in self._listeners:
            stoa.one_way(callback)(line)


def main() -> None:
    board = Board()
    with stoa.connect(name="board", methods=board) as host, selectors.DefaultSelector() as selector:
        selector.register(host.fileno(), selectors.EVENT_READ)
        selector.register(0, selectors.EVENT_READ)
        rest = b""
        while host.pump():
            for key, _ in selector.select():
                if key.fd == 0:
                    data = os.read(0, 4096)
                    if not data:
                        return
                    *lines, rest = (rest + data).split(b"\n")
                    for line in lines:
                        board._add(line.decode())


if __name__ == "__main__":
    main()
