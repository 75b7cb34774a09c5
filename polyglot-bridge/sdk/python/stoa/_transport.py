"""The two ways to the host: the socket that STOA_SOCKET names, and the child's own standard streams."""
from __future__ import annotations

import io
import os
import select
import sys
import time
import weakref


class Socket:
    """Unix socket. We are the dialler: we say Hello; our outgoing calls are odd."""

    dials = True
    parted = False  # this is a child that was forked, and the connection is its parent's

    def __init__(self, path: str, timeout: float | None = None):
        import socket

        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(timeout)
            self._connect(path, time.monotonic() + (timeout or 0))
        except BaseException:
            self._socket.close()
            raise
        self._greeted = timeout is None
        self.fileno = self._socket.fileno()
        self.send = self._socket.sendall
        _is_not_for_children(self)

    def _connect(self, path: str, until: float) -> None:
        while True:
            try:
                return self._socket.connect(path)
            except BlockingIOError:  # so many are in front of us that the kernel takes no more
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)

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

    def let_go(self) -> None:
        if self._socket.fileno() >= 0:
            _replace(self._socket.fileno())


class Stdio:
    """Standard streams. The host says Hello. The descriptors are moved away first, so that no print and no child process
    of the module can get between the frames: from now on 1 is stderr and 0 is empty."""

    dials = False
    parted = False

    def __init__(self):
        self.fileno = os.dup(0)
        self._out = os.dup(1)
        os.dup2(2, 1)
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.close(empty)
        _is_not_for_children(self)

    def let_go(self) -> None:
        _replace(self.fileno, self._out)

    def receive(self) -> bytes:
        return os.read(self.fileno, 1 << 16)

    def send(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._out, data) :]
            except BlockingIOError:  # somebody made the pipe non-blocking
                select.select([], [self._out], [])


def _is_not_for_children(transport: Socket | Stdio) -> None:
    """A child that the module forks has a copy of the connection, and must not read or write between our frames: to it the
    host is gone."""
    if hasattr(os, "register_at_fork"):
        known = weakref.ref(transport)

        def in_child() -> None:
            left = known()
            if left is not None:
                left.parted = True
                left.let_go()

        os.register_at_fork(after_in_child=in_child)


def _replace(*descriptors: int) -> None:
    empty = os.open(os.devnull, os.O_RDWR)
    for descriptor in descriptors:
        os.dup2(empty, descriptor, inheritable=False)
    os.close(empty)


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
