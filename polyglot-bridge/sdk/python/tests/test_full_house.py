"""A host to which many connect at the same time."""
import contextlib
import os
import socket
import tempfile
import threading
import unittest

from stoa._transport import Socket


class FullHouse(unittest.TestCase):
    def test_who_finds_the_queue_of_a_host_full_waits_for_a_place(self):
        with contextlib.ExitStack() as stack:
            path = os.path.join(stack.enter_context(tempfile.TemporaryDirectory()), "s")
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(path)
            server.listen(0)
            with contextlib.suppress(BlockingIOError):
                while True:
                    peer = stack.enter_context(socket.socket(socket.AF_UNIX))
                    peer.setblocking(False)
                    peer.connect(path)
            accepting = threading.Timer(0.1, lambda: stack.callback(server.accept()[0].close))
            accepting.start()
            stack.callback(accepting.join)
            Socket(path, 10).close()


if __name__ == "__main__":
    unittest.main()
