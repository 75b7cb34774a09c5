"""Two processes meet on a socket of their own, for one channel: PROTOCOL.md, "Direct"."""
from __future__ import annotations

import os
import queue
import socket
import threading
import time

from ._channels import NotMet
from ._direct import DirectConnection, DirectServer
from ._ends import Opened, Taken
from ._failures import Error
from ._handshake import greet

PATIENCE = 10.0  # seconds that the other side has to come
_HELP = "Open the channel without `direct`."


def dial(where: dict, topic: str, control: Opened) -> Opened:
    """Goes where the callee waits, and opens the channel there. The line is over when `control` is, and the other way round."""
    try:
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        peer.settimeout(PATIENCE)
        try:
            peer.connect(where["path"])
            connection = DirectConnection(peer, True, DirectServer(None))
            greet(connection, None, where["token"], where["proof"])
        except BaseException:
            peer.close()
            raise
    except (OSError, Error) as e:
        failure = NotMet("UNAVAILABLE", f"Nobody waits for the channel: {e}.", _HELP)
        control.abandon(failure)
        control.connection.flush()
        raise failure from None
    connection.host = control.connection
    connection.begin()
    line = connection.open_channel("", topic, False)
    line.over = lambda line: _over(line, control)
    control.over = lambda control: _abandon(line, control)
    if control.ended:
        _abandon(line, control)
    connection.flush()
    return line


def _over(line: Opened, control: Opened) -> None:
    line.connection.part("the channel is over")
    if line.closing or line.reason is not None:
        control.abandon(line.reason)
        control.connection.flush()


def _abandon(line: Opened, control: Opened) -> None:
    line.abandon(control.reason)
    line.connection.flush()


class Meeting:
    """Where the callee waits for the opener. Strangers are sent away."""

    def __init__(self, where: dict, listener: socket.socket):
        self._where = where
        self._listener = listener
        self._lock = threading.Lock()
        self._met: DirectConnection | None = None
        self._happened: queue.SimpleQueue = queue.SimpleQueue()
        self._call = None
        self.done = False  # the acceptor is

    @classmethod
    def at(cls, where: dict) -> "Meeting | None":
        """Listens; None if that cannot be."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(where["path"])
            os.chmod(where["path"], 0o600)  # nobody can connect yet
            listener.listen(8)
        except OSError:
            listener.close()
            return None
        return cls(where, listener)

    def begin(self, call) -> None:
        self._call = call
        call.channel.gone = self._gone
        threading.Thread(target=self._receive, name="stoa-channel", daemon=True).start()

    # --- who comes ---

    def _receive(self) -> None:
        until = time.monotonic() + PATIENCE
        try:
            while self._met is None and (left := until - time.monotonic()) > 0:
                self._listener.settimeout(left)
                guest = self._listener.accept()[0]
                guest.settimeout(left)
                threading.Thread(target=self._greet, args=(guest,), name="stoa-channel", daemon=True).start()
        except OSError:
            pass  # nobody came in time, or the listener was closed
        if self._met is None:
            self._happened.put(NotMet("UNAVAILABLE", "The opener of the channel did not come in time.", _HELP))
        self._stop()

    def _greet(self, guest: socket.socket) -> None:
        connection = DirectConnection(guest, False, DirectServer(self._took))
        try:
            greet(connection, None, self._where["proof"], self._where["token"], self._is_first)
        except (Error, OSError):
            guest.close()
            return
        connection.over, connection.host = self._over, self._call.server.connection
        connection.serve()

    def _is_first(self, connection: DirectConnection) -> bool:
        """There is one good peer; then nobody else may come."""
        with self._lock:
            if self._met is not None:
                return False
            self._met = connection
        self._stop()
        return True

    def _stop(self) -> None:
        with self._lock:
            if self._listener.fileno() < 0:
                return
            try:
                self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept
            except OSError:
                pass
            self._listener.close()
            try:
                os.unlink(self._where["path"])
            except OSError:
                pass

    # --- what happens then ---

    def _took(self, line: Taken) -> None:
        line.gone = self._opener_left
        self._happened.put(line)

    def _opener_left(self, reason: str) -> None:
        """Of the channel, before the acceptor was done: so the call at the host is over too."""
        call = self._call
        if call.open and not self.done:
            call.server.cancel(call, reason or "the other end of the channel has gone")
            call.server.connection.flush()

    def _over(self) -> None:
        """The connection of the channel is over."""
        self._happened.put(None)

    def _gone(self, reason: str) -> None:
        """The call at the host is over."""
        self._happened.put(NotMet("CANCELLED", "The channel is over."))
        self._stop()
        if self._met is not None:
            self._met.part(reason)

    def wait_for_opener(self) -> Taken:
        happened = self._happened.get()
        if isinstance(happened, Taken):
            return happened
        raise happened or NotMet("LOST", "The opener of the channel has gone.")

    def wait_for_end(self) -> None:
        """The opener closes when it has heard all; it is not waited for for ever."""
        if self._met is None:
            return
        try:
            while self._happened.get(timeout=PATIENCE) is not None:
                pass
        except queue.Empty:
            self._met.part("the channel is over")
