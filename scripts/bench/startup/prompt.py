"""prompt.py TERM COUNT PROMPT PROGRAM ARG...

Starts a program on a terminal, COUNT times, and prints how many milliseconds pass until it shows PROMPT, a line each. Like a
terminal it answers when the program asks where the cursor is and what the terminal can do. The program is then told to leave
by Ctrl-D, and killed if it stays.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

LIMIT = 60
WINDOW = struct.pack("HHHH", 24, 80, 0, 0)  # a new pseudo-terminal has no size at all
ANSWERS = {b"\x1b[6n": b"\x1b[1;1R", b"\x1b[c": b"\x1b[?1;2c", b"\x1b[0c": b"\x1b[?1;2c", b"\x1b[>c": b"\x1b[>0;0;0c"}
CONTROL = re.compile(rb"\x1b\[[0-9;?>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>()][B0]?")


def read(terminal, seconds):
    """What the program wrote; empty at its end or when the time is over."""
    if not select.select([terminal], [], [], seconds)[0]:
        return b""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def wait_for(prompt, terminal, start):
    seen = b""
    while True:
        chunk = read(terminal, start + LIMIT - time.monotonic())
        if not chunk:
            sys.exit(f"prompt.py: no prompt. It wrote: {seen[-800:]!r}")
        seen += chunk
        if prompt in CONTROL.sub(b"", seen):
            return time.monotonic() - start
        for question, answer in ANSWERS.items():
            if question in chunk:
                os.write(terminal, answer)


def leave(child, terminal):
    try:
        os.write(terminal, b"\x04")
        end = time.monotonic() + 5
        while time.monotonic() < end:
            read(terminal, 0.05)
            if os.waitpid(child, os.WNOHANG)[0]:
                return
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except OSError:
        pass  # it was gone already
    finally:
        os.close(terminal)


def main(term, count, prompt, *command):
    for _ in range(int(count)):
        start = time.monotonic()
        child, terminal = pty.fork()
        if child == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, WINDOW)
            os.environ["TERM"] = term
            os.execvp(command[0], command)
        try:
            print(f"{wait_for(prompt.encode(), terminal, start) * 1000:.1f}", flush=True)
        finally:
            leave(child, terminal)


if __name__ == "__main__":
    main(*sys.argv[1:])
