"""A steady load on a host, and what the host takes meanwhile.

    load.py SDK SOCKET PID MINUTES RATE

Prints a line a second: resident memory in KiB, threads, descriptors, calls made so far.
"""
import os
import sys
import time

sdk, path, pid, minutes, rate = sys.argv[1:]
sys.path.insert(0, sdk)
import stoa  # noqa: E402


def sample(calls):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        resident = next(line.split()[1] for line in status if line.startswith("VmRSS"))
    print(resident, len(os.listdir(f"/proc/{pid}/task")), len(os.listdir(f"/proc/{pid}/fd")), calls, flush=True)


def visit():
    """A client that comes, calls and goes."""
    with stoa.connect(path) as host:
        return host.module("inner").add(1, 2)


def main():
    calls = 0
    with stoa.connect(path) as host:
        inner, outer, process = host.module("inner"), host.module("outer"), host.module("process")
        begun = due = time.monotonic()
        shown = begun
        while due - begun < 60 * float(minutes):
            assert inner.add(1, 2) == 3
            assert outer.through(1, 2) == 3
            assert process.echo("x" * 1024) is not None
            assert len(list(inner.count(5))) == 5
            with inner.open(1) as account:
                assert account.add(2) == 3
            calls += 7  # with the one from module to module
            if due - shown >= 1:
                shown = due
                visit()
                calls += 1
                sample(calls)
            due += 1 / float(rate)
            time.sleep(max(0.0, due - time.monotonic()))
    sample(calls)


main()
