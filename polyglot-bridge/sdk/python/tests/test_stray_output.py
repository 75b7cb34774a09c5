"""What a module prints arrives, however much it is."""
import os
import select
import time
import unittest

from tests.host import Host, python_module


class UnbufferedStreams(unittest.TestCase):
    def test_a_print_that_our_timer_interrupts_is_written_to_its_end(self):
        python, *rest = python_module("sample")
        host = Host([python, "-u", *rest], "socket")
        length = 3_000_000
        number = host.invoke("floods", length)
        time.sleep(0.1)  # the pipe is full, and the timer comes every 20 ms
        out = host.process.stdout.fileno()
        written = 0
        while written <= length and select.select([out], [], [], 5)[0]:
            written += len(os.read(out, 1 << 16))
        self.assertEqual(written, length + 1)
        self.assertIsNone(host.end(number))
        self.assertEqual(host.stop()[0], 0)
