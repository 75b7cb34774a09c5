"""How a client finds the host of its home."""
import os
import tempfile
import unittest
from unittest import mock

import stoa

from .door import WithDoor


def command(script: str) -> str:
    """A program `stoa` that says and does what the test wants."""
    file = os.path.join(tempfile.mkdtemp(), "stoa")
    with open(file, "w", encoding="utf-8") as out:
        out.write(f"#!/bin/sh\n{script}\n")
    os.chmod(file, 0o755)
    return file


class Finding(WithDoor):
    def test_a_client_that_is_told_nothing_has_the_host_of_its_home_started(self):
        start = command(f'[ "$*" = "start --home /some/home" ] && echo {self.door.path}')
        with mock.patch.dict(os.environ, STOA_COMMAND=start):
            program = self.door.program(lambda: stoa.connect(home="/some/home").close())
            self.door.accept()
            program.end()


class Failing(unittest.TestCase):
    def fails(self, start: str, words: str) -> None:
        with mock.patch.dict(os.environ, STOA_COMMAND=start), self.assertRaisesRegex(stoa.Error, words) as caught:
            stoa.connect(home="/h")
        self.assertEqual(caught.exception.code, "UNAVAILABLE")

    def test_a_host_that_cannot_be_started_is_told_with_what_the_program_said(self):
        self.fails(command("echo 'no JDK' >&2; exit 69"), "no JDK")

    def test_a_program_that_is_missing_is_named(self):
        self.fails("/no/such/program", "no program `stoa`")
