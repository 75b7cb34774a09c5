"""A home with a host that faults are done to, and the words in which a fault says what it expects."""
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SDK = ROOT / "polyglot-bridge/sdk/python"
sys.path.insert(0, str(SDK))
import stoa  # noqa: E402

LIMIT = 20.0  # seconds that a recovery may take


class Trouble(Exception):
    """A fault cost more than it may."""


class Skipped(Exception):
    """This machine cannot do the fault."""


def check(condition, words):
    if not condition:
        raise Trouble(words)


def until(condition, words, limit=LIMIT):
    """Waits; the seconds that it took. `words` may be a function, for what is known at the end."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > limit:
            raise Trouble(f"{words() if callable(words) else words}: not within {limit:g} s")
        time.sleep(0.01)
    return time.monotonic() - begun


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def descendants(pid):
    found = []
    for child in subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split():
        found += [int(child), *descendants(int(child))]
    return found


def runs_python(pid):
    """Whether that is what the process itself does, and not one that it is guarded by."""
    try:
        with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
            words = file.read().split("\0")
    except OSError:
        return False
    return words[0].endswith("python3") and "stoa.run" in words


class Home:
    """A home of its own, with the modules of this folder."""

    def __init__(self, **environment):
        self.folder = Path(tempfile.mkdtemp(prefix="stoa-faults-"))
        shutil.copytree(HERE / "modules", self.folder / "modules")
        (self.folder / "run").mkdir(mode=0o700)
        self.state = self.folder / "state"
        self.state.mkdir()
        self.environment = {
            **os.environ,
            "STOA_BUILD": "off",
            "STOA_JIT": "off",
            "STOA_WARM": "off",  # a context that is kept ready would be counted as left behind
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "XDG_STATE_HOME": str(self.state),
            **environment,
        }
        self.host = None

    def command(self, *words, under=(), **more):
        """Starts a command.

        under: the command line that runs another one in some way."""
        return subprocess.Popen(
            [*under, str(ROOT / "stoa"), *words, "--home", str(self.folder)],
            env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
        )

    def run(self, *words, under=()):
        process = self.command(*words, under=under)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def start(self, *words, under=()):
        """The host, in the foreground."""
        self.host = subprocess.Popen(
            [*under, str(ROOT / "stoa"), "host", *words, "--home", str(self.folder)],
            env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        self.socket = self.host.stdout.readline().strip()
        check(self.socket, "the host did not start")
        self.pid = self.host.pid

    def client(self):
        return stoa.connect(self.socket)

    def victim(self, client):
        """The process of the module `victim`, as it is seen from here: it sees itself in a namespace of its own."""
        client.module("victim").pid()
        return next(pid for pid in descendants(self.pid) if runs_python(pid))

    def status(self):
        with self.client() as client:
            return client.module("stoa").status()

    def holds(self):
        """What the host has and must give back: the calls and the processes of modules, threads of its own, and
        descriptors. Not the threads that the JVM keeps in pools for a while, nor the jars that it opens when it needs them."""
        found = Counter(calls=self.status()["calls"], processes=len(descendants(self.pid)))
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            name = first_line(f"/proc/{self.pid}/task/{thread}/comm")
            if name.startswith("stoa-") and name != "stoa-timer":
                found["threads"] += 1
        for descriptor in os.listdir(f"/proc/{self.pid}/fd"):
            path = link(f"/proc/{self.pid}/fd/{descriptor}")
            if path and not path.endswith(".jar"):
                found["descriptors"] += 1
        return found

    def stop(self):
        if self.host is not None:
            self.host.kill()
            self.host.wait()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def first_line(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""


def link(path):
    try:
        return os.readlink(path)
    except OSError:
        return ""


def gives_back(home, before, fault):
    """Waits until the host holds no more than before."""
    until(lambda: home.holds() <= before, lambda: f"{fault}: the host holds {dict(home.holds())}, and held {dict(before)}", 30)


def settled(home):
    """What the host holds once nothing comes and goes any more."""
    last = home.holds()
    while True:
        time.sleep(0.5)
        now = home.holds()
        if now == last:
            return now
        last = now


def failure(call):
    """The code with which it fails; None if it does not."""
    try:
        call()
        return None
    except stoa.Error as e:
        return e.code


def served(home):
    """Whether the module that nobody touches is served by its first instance."""
    with home.client() as client:
        return client.module("steady").next() > 0


def again(home, module="victim", method="pid"):
    """Seconds until a module is served again. Until then calls may say that it is gone, and nothing else."""

    def works():
        with home.client() as client:
            code = failure(lambda: getattr(client.module(module), method)())
        check(code in (None, "LOST", "UNAVAILABLE"), f"`{module}` is to start again, and says {code}")
        return code is None

    return until(works, f"`{module}` is served again")


def in_thread(work):
    """Starts it; a function that waits for its result, which is the error if it fails."""
    result = []

    def run():
        try:
            result.append(work())
        except Exception as e:  # the caller looks at it
            result.append(e)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def wait(limit=LIMIT):
        thread.join(limit)
        check(not thread.is_alive(), "the call in flight has no end")
        return result[0]

    wait.under_way = thread.is_alive
    return wait
