"""The two ways to the host: the socket that STOA_SOCKET names, and the child's own standard streams."""
from __future__ import annotations

import os
import select
import sys


class Socket:
    """Unix socket. The module is the dialler: it says Hello; its outgoing calls are odd."""

    dials = True

    def __init__(self, path: str):
        import socket

        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._socket.set_inheritable(False)
        self.fileno = self._socket.fileno()
        self.receive = self._receive
        self.send = self._socket.sendall
        sys.stdout.reconfigure(line_buffering=True)

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(1 << 16)
        except ConnectionError:
            return b""


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
        sys.stdout.reconfigure(line_buffering=True)

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
    return (Socket(path) if path else Stdio()), token
