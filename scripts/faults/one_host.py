"""Faults that a host outlives, one after the other. Each gives what was lost, and the seconds until all is served again."""
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

from disk import tmpfs
from home import LIMIT, SDK, again, check, descendants, failure, in_thread, served, stoa, until


def module_killed_while_it_starts(home):
    with home.client() as client:
        client.module("stoa").unload("victim")
        until(lambda: not running(home, "stoa.run"), "all copies of the module end")
        hold = home.folder / "data/victim/hold"
        hold.parent.mkdir(parents=True, exist_ok=True)
        hold.touch()
        try:
            call = in_thread(lambda: client.module("victim").pid())
            until(lambda: killed(home, "stoa.run"), "the module starts")
            lost = call()
        finally:
            hold.unlink()
        check(isinstance(lost, stoa.Error) and lost.code == "LOAD_FAILED" and "SIGKILL" in str(lost), f"the call says {lost!r}")

    def works():
        with home.client() as client:
            code = failure(lambda: client.module("victim").pid())
        check(code in (None, "LOAD_FAILED"), f"the module is to start again, and says {code}")
        return code is None

    return "the first call: LOAD_FAILED", until(works, "`victim` is served again")


def running(home, program):
    """The processes of modules that run a program, their guards included."""
    return [pid for pid in descendants(home.pid) if f"\0{program}\0" in command_line(pid)]


def killed(home, program):
    """Kills them; whether there was one."""
    found = running(home, program)
    for pid in found:
        with contextlib.suppress(ProcessLookupError):  # its guard has ended it with the one before
            os.kill(pid, signal.SIGKILL)
    return bool(found)


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def module_killed_idle(home):
    with home.client() as client:
        os.kill(home.victim(client), signal.SIGKILL)
    return "nothing", again(home)


def module_killed_in_a_call(home):
    with home.client() as client:
        pid = home.victim(client)
        call = in_thread(lambda: client.module("victim").sleep(30))
        time.sleep(0.2)
        os.kill(pid, signal.SIGKILL)
        lost = call()
        check(isinstance(lost, stoa.Error) and lost.code == "LOST" and "SIGKILL" in str(lost), f"the call says {lost!r}")
    return "the call: LOST, with the signal", again(home)


def module_killed_in_a_stream(home):
    with home.client() as client:
        pid = home.victim(client)
        items = iter(client.module("victim").count())
        check([next(items) for _ in range(100)] == list(range(100)), "the stream is out of order")
        os.kill(pid, signal.SIGKILL)
        code = failure(lambda: [next(items) for _ in range(10_000)])
        check(code == "LOST", f"the stream ends with {code}")
    return "the stream: LOST", again(home)


def module_killed_with_a_channel(home):
    with home.client() as client:
        pid = home.victim(client)
        channel = client.channel("victim")
        channel.send(1)
        check(next(iter(channel)) == 1, "the channel does not answer")
        os.kill(pid, signal.SIGKILL)
        code = failure(lambda: list(channel))
        check(code == "LOST", f"the channel ends with {code}")
    return "the channel: LOST", again(home)


def module_stopped(home):
    with home.client() as client:
        pid = home.victim(client)
        os.kill(pid, signal.SIGSTOP)
        call = in_thread(lambda: client.module("victim").sleep(0))
        check(served(home), "others are not served")
        time.sleep(0.5)
        check(call.under_way(), "a module that is stopped has answered")
        os.kill(pid, signal.SIGCONT)
        began = time.monotonic()
        check(call() == 0, "the call has no result")
        return "nothing: its calls wait", time.monotonic() - began


def worker_killed(home):
    with home.client() as client:
        client.module("hog").one()
        check(killed(home, "stoa.worker.Worker"), "there is no worker")
    return "nothing", again(home, "hog", "one")


def worker_out_of_memory(home):
    return too_much(home, "small")


def huge_allocation(home):
    return too_much(home, "huge")


def too_much(home, method):
    with home.client() as client:
        client.module("hog").one()
        code = failure(getattr(client.module("hog"), method))
        check(code in ("LOST", "RESOURCE_EXHAUSTED"), f"the call says {code}")
    return f"the call: {code}", again(home, "hog", "one")


def client_stopped(home):
    client = subprocess.Popen(
        [sys.executable, "-c", "import stoa, sys\nwith stoa.connect(sys.argv[1]) as h:\n  for n in h.module('victim').count(): print(n, flush=True)", home.socket],
        env={**os.environ, "PYTHONPATH": str(SDK)}, stdout=subprocess.PIPE,
    )
    try:
        check(client.stdout.readline() == b"0\n", "the client gets no item")
        os.kill(client.pid, signal.SIGSTOP)
        began = time.monotonic()
        check(served(home), "others are not served")
        took = time.monotonic() - began
        before = memory(home)
        time.sleep(1)
        check(memory(home) < before + 64, "the host keeps what the client does not take")
    finally:
        client.kill()
        client.wait()
    return "nothing: it gets no further items", took


def memory(home):
    """Resident megabytes of the host."""
    with open(f"/proc/{home.pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def host_stopped(home):
    with home.client() as client:
        os.kill(home.pid, signal.SIGSTOP)
        call = in_thread(lambda: client.module("steady").next())
        time.sleep(1)
        check(call.under_way(), "a host that is stopped has answered")
        os.kill(home.pid, signal.SIGCONT)
        began = time.monotonic()
        check(isinstance(call(), int), "the call has no result")
    return "nothing: calls wait", time.monotonic() - began


def thousand_connections(home):
    began = time.monotonic()
    for _ in range(1000):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(home.socket)
    check(served(home), "others are not served")
    return "nothing", time.monotonic() - began


def half_open(home):
    peers = []
    for sent in (b"", b"STO", b"STOA1\n", b"STOA1\n\x7f"):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(LIMIT)
        peer.connect(home.socket)
        peer.sendall(sent)
        peers.append(peer)
    began = time.monotonic()
    check(served(home), "others are not served")
    took = time.monotonic() - began
    for peer in peers:
        check(sent_away(peer), "who connects and says nothing stays")
        peer.close()
    return f"nothing: they are sent away after {time.monotonic() - began:.0f} s", took


def sent_away(peer):
    try:
        while peer.recv(4096):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True


def disk_full_for_an_output(home):
    """The output is on a file system of 64 kB. What it holds in the end is copied out of it."""
    source, mounted, kept = home.folder / "items.ndjson", home.folder / "small", home.folder / "kept.ndjson"
    source.write_text("".join("[20]\n" for _ in range(20_000)), encoding="ascii")
    mounted.mkdir(exist_ok=True)
    under = tmpfs(mounted, "64k", f'"$@"; code=$?; cat "$0/out.ndjson" >"{kept}"; exit $code')
    code, _, err = home.run("batch", "steady.same", "--spread", "--input", str(source), "--output", str(mounted / "out.ndjson"), under=under)
    check(code == 70 or code == 1, f"the batch ended with {code}: {err}")
    check("No space left" in err and "stopped after" in err, f"the batch does not say why it ended: {err}")
    written = kept.read_bytes()
    check(written.count(b"\n") > 100 and len(written) <= 64 * 1024, f"{len(written)} bytes were written to a disk of 64 kB")
    began = time.monotonic()
    check(served(home), "others are not served")
    return "the rest of the output, and it is said", time.monotonic() - began


ONE_HOST = [
    module_killed_while_it_starts, module_killed_idle, module_killed_in_a_call, module_killed_in_a_stream, module_killed_with_a_channel,
    module_stopped, worker_killed, worker_out_of_memory, huge_allocation, client_stopped, host_stopped, thousand_connections, half_open,
    disk_full_for_an_output,
]
