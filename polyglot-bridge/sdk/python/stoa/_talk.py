"""What is said in one direction of a call that has payloads in parts: PROTOCOL.md, "Payloads"."""
from __future__ import annotations

from collections import deque

#: Bytes of payloads in parts that may be under way.
WINDOW = 1 << 20


class Talk:
    """Parts leave while the other side has room for them; what is said behind them waits. Guarded by the connection's lock."""

    __slots__ = ("room", "behind", "_send")

    def __init__(self, send):
        self.room = WINDOW  # below 0 when the last frame was larger than what there was
        self.behind: deque[tuple[dict, int]] = deque()  # frames, and how much room they take
        self._send = send

    @property
    def idle(self) -> bool:
        """Nothing waits, and all that was sent has been taken."""
        return not self.behind and self.room == WINDOW

    def say(self, frame: dict, size: int) -> None:
        """`size`: 0 for everything but frames of a payload in parts."""
        self.behind.append((frame, size))
        if len(self.behind) == 1:
            self.go_on()

    def go_on(self) -> None:
        behind = self.behind
        while behind and (self.room > 0 or behind[0][1] == 0):
            frame, size = behind.popleft()
            self.room -= size
            self._send(frame)
