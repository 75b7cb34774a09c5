import os
import sys

import stoa

from .ways import each


def variables(world):
    return each(
        lambda: dict(os.environ),
        lambda: os.environb,
        lambda: os.getenv("STOA_ESCAPES_SECRET"),
        lambda: __import__("posix").environ,
        lambda: os.path.expandvars("$STOA_ESCAPES_SECRET"),
        lambda: os.environ.copy(),
        lambda: __import__("ctypes").CDLL(None).getenv(b"STOA_ESCAPES_SECRET"),
        lambda: __import__("sysconfig").get_config_vars(),
        lambda: __import__("java").type("java.lang.System").getenv(),
        lambda: __import__("webbrowser").os.environ,
    )


def program(world):
    import subprocess

    return each(
        lambda: subprocess.check_output("env; printenv; export -p", shell=True, timeout=2),
        lambda: subprocess.check_output("cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'; true", shell=True, timeout=2),
    )


def ungranted(world):
    return stoa.env["STOA_ESCAPES_SECRET"]


def ungranted_odd(world):
    return each(
        lambda: dict(stoa.env),
        lambda: list(stoa.env.items()),
        lambda: stoa.env.get("STOA_ESCAPES_SECRET"),
        lambda: stoa.env["STOA_ESCAPES_SECRET\0"],
        lambda: stoa.env["stoa_escapes_secret"],
        lambda: stoa.env["HOME=x\nSTOA_ESCAPES_SECRET"],
        lambda: stoa.env[["STOA_ESCAPES_SECRET"]],
    )


def command_lines(world):
    """Where the host lives, and under which words it was started."""
    return each(lambda: sys.argv, lambda: sys.orig_argv, lambda: sys.executable, lambda: sys.flags, lambda: __import__("platform").uname(), lambda: __import__("getpass").getuser())


def of_run(world):
    """Runs with the grant `run=env`."""
    found = stoa.run("env")
    return (found["out"] if isinstance(found, dict) else found.out).decode()
