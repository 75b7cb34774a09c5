import os
import signal
import sys

import stoa

from .ways import across, each, paths, write


def marks(world, name):
    return f"touch {world.outside[0]}/marker-{name} {world.outside[1]}/marker-{name}"


def programs(world):
    import subprocess

    secret = paths(world)[0]
    return each(
        lambda: os.system(marks(world, "system")),
        lambda: os.popen(marks(world, "popen") + f"; cat {secret}").read(),
        lambda: subprocess.run(["sh", "-c", marks(world, "run")], timeout=2),
        lambda: subprocess.check_output(["cat", *paths(world)], timeout=2),
        lambda: subprocess.getoutput(f"cat {secret}"),
        lambda: os.waitpid(os.spawnlp(os.P_NOWAIT, "sh", "sh", "-c", marks(world, "spawn")), 0),
        lambda: os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", marks(world, "posix")], {}), 0),
        lambda: __import__("webbrowser").get("touch %s").open(f"{world.outside[0]}/marker-browser"),
    )


def low_level(world):
    def forked():
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.write(writing, b"a child: " + open(paths(world)[0], "rb").read())
            finally:
                os._exit(0)
        os.close(writing)
        os.waitpid(pid, 0)
        return os.read(reading, 1000)

    def by_hand():
        import _posixsubprocess

        return _posixsubprocess.fork_exec([b"/bin/sh", b"-c", marks(world, "hand").encode()], [b"/bin/sh"], True, (), None, None, -1, -1, -1, -1, -1, -1, -1, -1, False, False, -1, None, None, None, -1, None, False)

    def terminal():
        import pty

        return pty.spawn(["sh", "-c", marks(world, "pty")], lambda handle: os.read(handle, 1024), lambda handle: b"")

    def with_terminal():
        """The child goes on as if it were the module."""
        return os.forkpty() and "forked"

    return each(forked, by_hand, terminal, with_terminal)


def replaced(world):
    """The module would go on as another program, with its connection."""
    os.execv("/bin/sh", ["sh", "-c", marks(world, "exec") + f"; cat {paths(world)[0]} >&2"])


def pools(world):
    from concurrent.futures import ProcessPoolExecutor
    import multiprocessing

    def pooled():
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
            return pool.submit(os.system, marks(world, "pool")).result(2)

    return each(pooled, lambda: multiprocessing.get_context("spawn").Process(target=print).start())


def threads(world):
    """There is one thread for each context; in a process of its own they do no harm."""
    import _thread
    import threading

    ran = []

    def started():
        thread = threading.Thread(target=lambda: ran.append(1))
        thread.start()
        thread.join(1)
        return ran

    return each(started, lambda: _thread.start_new_thread(lambda: ran.append(1), ()), lambda: __import__("concurrent.futures").futures.ThreadPoolExecutor(1).submit(len, "x").result(1))


def native_code(world):
    def library():
        import ctypes

        return ctypes.CDLL(None).system(marks(world, "ctypes").encode())

    def memory():
        import ctypes

        return ctypes.string_at(id(world), 16)

    def extension():
        import importlib.machinery

        return importlib.machinery.ExtensionFileLoader("a", "/lib/x86_64-linux-gnu/libc.so.6").create_module(importlib.machinery.ModuleSpec("a", None))

    return each(library, memory, extension, lambda: __import__("_ctypes").dlopen("libc.so.6", 0), lambda: __import__("cffi").FFI().dlopen(None), lambda: __import__("_testcapi"))


def killing(world):
    def alive(pid):
        os.kill(pid, 0)
        return [world.won, pid]

    return each(
        *[lambda pid=pid: alive(pid) for pid in (world.victim, world.host)],
        lambda: os.kill(world.victim, signal.SIGKILL),
        lambda: os.killpg(os.getpgid(world.victim), signal.SIGKILL) if world.victim != os.getpid() else None,
        lambda: signal.pidfd_send_signal(os.pidfd_open(world.victim), signal.SIGKILL),
        lambda: os.kill(-1, 0),
        lambda: os.nice(-5) and world.won,
        lambda: os.sched_setscheduler(world.victim, os.SCHED_IDLE, os.sched_param(0)),
    )


def group(world):
    """Who is in the group of the host sends it signals, wherever it lives: `kill(0, SIGKILL)` would end it."""
    host = each(lambda: os.getpgid(world.host))
    return world.won if os.getpgrp() == 0 or str(os.getpgrp()) in host else "a group of its own"


def signals(world):
    """In a context the process is the host."""
    def handled():
        signal.signal(signal.SIGTERM, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return "handled"

    return each(
        handled,
        lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
        lambda: signal.setitimer(signal.ITIMER_REAL, 0.01, 0),
        lambda: signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM}),
        lambda: signal.siginterrupt(signal.SIGTERM, True),
    )


def own_end(world):
    """In a context the process is the host."""
    return each(
        lambda: signal.raise_signal(signal.SIGTERM),
        lambda: os.kill(os.getpid(), signal.SIGTERM),
        lambda: os.kill(os.getpid(), signal.SIGKILL),
        lambda: signal.raise_signal(signal.SIGKILL),
        lambda: signal.pthread_kill(__import__("threading").get_ident(), signal.SIGKILL),
    )


def staying(world):
    """It must not outlive its module."""
    import subprocess

    far = ["setsid", "sh", "-c", f"trap '' TERM HUP; exec sleep {world.stay}"]
    return each(
        lambda: subprocess.Popen(far, start_new_session=True, env={"PATH": os.environ["PATH"]}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid and "",
        lambda: os.system(f"(setsid sleep {world.stay} </dev/null >/dev/null 2>&1 &)"),
        lambda: os.system(f"nohup sleep {world.stay} </dev/null >/dev/null 2>&1 &"),
    )


def higher(world):
    """Rights that it does not have, or should not have kept."""

    def way(change):
        change()
        return world.won

    return each(
        lambda: way(lambda: os.chroot(world.data)),
        lambda: way(lambda: os.setns(os.open(f"/proc/{world.host}/ns/mnt", os.O_RDONLY), 0)),
        lambda: way(lambda: write("/proc/self/oom_score_adj", "-1000")),
        lambda: way(lambda: write("/sys/fs/cgroup/cgroup.procs", "1")),
        lambda: way(lambda: write(f"/proc/{world.host}/oom_score_adj", "1000")),
        lambda: os.system(f"sudo -n {marks(world, 'sudo')} || su -c '{marks(world, 'su')}' </dev/null"),
    )


def limits(world):
    """What the host has limited is not given back."""
    import resource

    def raised(name):
        kind = getattr(resource, name)
        soft, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY:
            return "it has no limit"
        resource.setrlimit(kind, (hard + 10, hard + 10))
        return [world.won, name]

    return each(*[lambda name=name: raised(name) for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE")])


def debugged(world):
    """Another process, stopped and read."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    attach, detach = 16, 17

    def way(pid):
        if libc.ptrace(attach, pid, 0, 0) != 0:
            return os.strerror(ctypes.get_errno())
        libc.ptrace(detach, pid, 0, 0)
        return [world.won, pid]

    return each(lambda: way(world.victim))


def ungranted(world):
    return stoa.run("touch", f"{world.outside[0]}/marker-run")


def shell_words(world):
    """None of them is the program that was granted, `echo`."""
    ways = [
        ("sh", "-c", marks(world, "sh")),
        ("/bin/sh", "-c", marks(world, "sh")),
        (f"echo; {marks(world, 'words')}",),
        (f"echo\n{marks(world, 'words')}",),
        ("./echo",),
        ("../echo",),
        ("/bin/../bin/touch", f"{world.outside[0]}/marker-run"),
        ("echo/../touch", "marker-run"),
        ("",),
        ("echo\0", "x"),
    ]
    return each(*[lambda words=words: stoa.run(*words) for words in ways])


# What follows runs with the grants `run=echo` and `run=env`.


def shell_arguments(world):
    return each(
        lambda: stoa.run("echo", f"; {marks(world, 'argument')}"),
        lambda: stoa.run("echo", f"$({marks(world, 'argument')})", f"`{marks(world, 'argument')}`", "| sh", f"> {world.outside[0]}/marker-argument"),
        lambda: stoa.run("env", "sh", "-c", marks(world, "env")),
        lambda: stoa.run("env", "cat", *paths(world)),
    )


def own_program(world):
    """A program of the module's own that is called like the one that was granted."""

    def placed():
        write(f"{world.data}/echo", f"#!/bin/sh\n{marks(world, 'own')}\n")
        os.chmod(f"{world.data}/echo", 0o755)

    return each(
        placed,
        lambda: stoa.write("echo", f"#!/bin/sh\n{marks(world, 'own')}\n"),
        lambda: stoa.run("echo", "x"),
        lambda: stoa.run("./echo", "x"),
        lambda: stoa.run(f"{world.data}/echo", "x"),
    )


def exits(world):
    sys.exit(3)


def really_exits(world):
    os._exit(3)


def aborts(world):
    os.abort()


def quits(world):
    raise SystemExit("gone")


def crashes(world):
    """A fault in the interpreter itself, which in a context is the host."""
    import faulthandler

    return each(lambda: faulthandler._sigsegv(), lambda: faulthandler._stack_overflow(), lambda: faulthandler._fatal_error_c_thread(), lambda: __import__("ctypes").string_at(0))
