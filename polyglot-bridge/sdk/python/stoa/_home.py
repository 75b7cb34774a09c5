"""The host of a home, found or started by the program `stoa`."""
from __future__ import annotations

import os
import subprocess

from ._failures import Error

# Where a distribution and a checkout have it, seen from here.
_BESIDE = os.path.join(os.path.dirname(__file__), *[os.pardir] * 4, "stoa")
_HELP = "Give the path of its socket, set STOA_HOST, or name the program `stoa` in STOA_COMMAND."


def _program() -> str:
    named = os.environ.get("STOA_COMMAND")
    if named:
        return named
    return os.path.normpath(_BESIDE) if os.access(_BESIDE, os.X_OK) else "stoa"


def host_of(home: str | os.PathLike[str] | None) -> str:
    """The path of the host's socket. Without a home: of the one that commands in this folder would use."""
    words = [_program(), "start"] + ([] if home is None else ["--home", os.fspath(home)])
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError:
        raise Error("UNAVAILABLE", "No host is named, and there is no program `stoa` that could start one.", _HELP, retryable=True) from None
    if done.returncode != 0:
        said = done.stderr.strip() or f"`stoa start` ended with {done.returncode}"
        raise Error("UNAVAILABLE", f"The host cannot be started: {said}", _HELP, retryable=True)
    return done.stdout.strip()
