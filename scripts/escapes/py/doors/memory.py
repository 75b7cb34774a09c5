import os
import signal
import sys
import time

import stoa


def small_steps(world):
    """It ends when the machine, or the limit, is reached; at three gigabytes there was none."""
    kept = []
    for i in range(3000):
        kept.append(bytearray(b"x" * (1 << 20)))
    return [world.won, len(kept)]


def huge_allocation(world):
    return len(bytearray(2**40))


def huge_list(world):
    return len([0] * 2**40)


def huge_text(world):
    return len("x" * 2**40)


def huge_number(world):
    return (1 << 2**40).bit_length()


def huge_padding(world):
    return len(f"{1:>{2**40}}")


def deep_recursion(world):
    sys.setrecursionlimit(10**9)

    def down(n):
        return down(n + 1) + 1

    try:
        return down(0)
    finally:
        sys.setrecursionlimit(1000)


def deep_repr(world):
    nested = []
    for _ in range(20_000):
        nested = [nested]
    return len(repr(nested))


def deep_source(world):
    return eval("(" * 100_000 + ")" * 100_000)


def deep_pattern(world):
    import re

    return re.match("(" * 100_000 + ")" * 100_000, "x")


def huge_pattern(world):
    import re

    return re.match("(?:a{1000}){1000}{1000}|" * 2000, "a" * 5000)


def giant_items(world):
    for _ in range(2):
        yield "x" * 20_000_000


def giant_argument(world):
    return stoa.module("vault").use("x" * 20_000_000)


def many_references(world):
    class Thing:
        def f(self):
            return 1

    return [stoa.ref(Thing()) for _ in range(3_000)]


def forks(world):
    """Six hundred that sleep, and end by themselves: more would hurt a machine that does not stop them."""
    made = []
    try:
        while len(made) < 600:
            pid = os.fork()
            if pid == 0:
                time.sleep(5)
                os._exit(0)
            made.append(pid)
        time.sleep(1)  # who is counted once in a while has to be seen
        return world.won
    except OSError as e:
        return f"{len(made)}: {e}"
    finally:
        for pid in made:
            os.kill(pid, signal.SIGKILL)
        for pid in made:
            os.waitpid(pid, 0)


def thread_bomb(world):
    import threading

    end = threading.Event()
    made = []
    try:
        while len(made) < 600:
            thread = threading.Thread(target=end.wait, daemon=True)
            thread.start()
            made.append(thread)
        time.sleep(1)
        return world.won
    except RuntimeError as e:
        return f"{len(made)}: {e}"
    finally:
        end.set()


def descriptors(world):
    made = []
    try:
        while len(made) < 20_000:
            made.append(os.dup(2))
        return world.won
    except OSError as e:
        return f"{len(made)}: {e}"
    finally:
        for handle in made:
            os.close(handle)
