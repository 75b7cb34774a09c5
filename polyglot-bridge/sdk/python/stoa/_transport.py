"""The two ways to the host: the socket that STOA_SOCKET names, and the child's own standard streams."""
from __future__ import annotations

import io
import os
import select
import sys


class Socket:
    """Unix socket. We are the dialler: we say Hello; our outgoing calls are odd."""

    dials = True

    def __init__(self, path: str, timeout: float | None = None):
        import socket

        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(timeout)
            self._socket.connect(path)
        except BaseException:
            self._socket.close()
            raise
        self._greeted = timeout is None
        self.fileno = self._socket.fileno()
        self.send = self._socket.sendall

    def wait_forever(self) -> None:
        """The timeout was for the greeting."""
        self._greeted = True
        self._socket.settimeout(None)

    def hurry(self, seconds: float) -> None:
        """The last words must not take longer."""
        try:
            self._socket.settimeout(seconds)
        except OSError:
            pass

    def receive(self) -> bytes:
        """What has come; nothing at the end."""
        try:
            return self._socket.recv(1 << 16)
        except OSError as e:  # broken, or closed by another thread
            if isinstance(e, TimeoutError) and not self._greeted:
                raise
            return b""

    def shutdown(self) -> None:
        """Whoever waits in `receive` comes back."""
        from socket import SHUT_RDWR

        try:
            self._socket.shutdown(SHUT_RDWR)
        except OSError:
            pass

    def close(self) -> None:
        self._socket.close()


class Stdio:
    """Standard streams. The host says Hello. The descriptors are moved away first, so that no print and no child process
    of the module can get between the frames: from now on 1 is stderr and 0 is empty."""

    dials = False

    def __init__(self):
        self.fileno = os.dup(0)
        self._out = os.dup(1)
        os.dup2(2, 1)
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.close(empty)

    def receive(self) -> bytes:
        return os.read(self.fileno, 1 << 16)

    def send(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._out, data) :]
            except BlockingIOError:  # somebody made the pipe non-blocking
                select.select([], [self._out], [])


def open_transport() -> tuple[Socket | Stdio, bytes]:
    """The transport that the environment asks for, and the token. Child processes shall not inherit either."""
    path = os.environ.pop("STOA_SOCKET", "")
    token = bytes.fromhex(os.environ.pop("STOA_TOKEN", ""))
    transport = Socket(path) if path else Stdio()
    sys.stdout, sys.stderr = _by_lines(sys.stdout), _by_lines(sys.stderr)
    return transport, token


def _by_lines(stream):
    """The same stream, passed on line by line. One without a buffer (`-u`, PYTHONUNBUFFERED) gets one: it would forget the
    rest of a write that a signal has cut short, as our timer does."""
    if isinstance(stream.buffer, io.RawIOBase):
        buffer = io.BufferedWriter(stream.buffer)
        return io.TextIOWrapper(buffer, stream.encoding, stream.errors, line_buffering=True)
    stream.reconfigure(line_buffering=True)
    return stream
