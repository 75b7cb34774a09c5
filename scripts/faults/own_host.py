"""Faults that cost the host itself, or need one of their own kind. Each gives what was lost, and the seconds until all is well,
if that says something."""
import contextlib
import json
import os
import shutil
import signal
import socket
import threading
import time

from clock import Clock
from disk import fill, seen_by, tmpfs
from home import HERE, LIMIT, Trouble, again, alive, check, descendants, failure, gives_back, in_thread, served, settled, stoa, until

STARTS = 50
ITEMS = 800

# Seconds.
IDLE = 300
CALL = 360
SHORT_IDLE = 3
DEADLINE = 5
JUMPS = 3600, 3600 - 86400


def call_longer_than_the_idle_limit(home):
    """Eleven minutes. Nobody but the one client may talk to the host meanwhile."""
    home.start("--idle", f"{IDLE}s")
    began = time.monotonic()
    client = home.command("call", "victim.sleep", str(CALL))
    out, err = client.communicate(timeout=CALL + 60)
    took = time.monotonic() - began
    check(client.returncode == 0 and out.strip() == str(CALL), f"the call ended with {client.returncode} after {took:.0f} s: {out}{err}")
    check(took >= CALL, f"a call of {CALL} s took {took:.0f} s")
    idle = until(lambda: not alive(home.pid), "the idle host ends", IDLE + 60)
    check(idle >= IDLE - 2, f"the host ended {idle:.0f} s after the call, its limit is {IDLE} s")
    check(home.host.wait() == 0, "the host did not end well")
    return f"nothing; the call took {took:.0f} s, and the host ended {idle:.0f} s later", None


def module_killed_while_the_host_drains(home):
    home.start()
    with home.client() as client:
        pid = home.victim(client)
        call = in_thread(lambda: client.module("victim").sleep(60))
        until(lambda: home.status()["calls"] == 1, "the call is under way")
        left = descendants(home.pid)
        check(pid in left, f"the module {pid} is none of the host's processes {left}")
        stop = home.command("stop")
        until(lambda: not os.path.exists(home.socket), "the host takes nobody any more")
        check(call.under_way() and alive(home.pid), "the host does not wait for the call")
        os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        lost = call()
        check(isinstance(lost, stoa.Error) and lost.code == "LOST" and "SIGKILL" in str(lost), f"the call says {lost!r}")
        until(lambda: not alive(home.pid), "the host ends")
        took = time.monotonic() - began
    check(home.host.wait() == 0, "the host did not end well")
    _, err = stop.communicate(timeout=LIMIT)
    check(stop.returncode == 0, f"`stoa stop` ended with {stop.returncode}: {err}")
    until(lambda: not any(map(alive, left)), "all processes of the host are gone", 1)
    home.start()
    check(served(home), "the next host does not serve")
    return "the call: LOST, with the signal; the host ends", took


def disk_full_for_the_log(home):
    """The log is on a file system of 256 kB that becomes full, and has room again."""
    home.start(under=tmpfs(home.state, "256k"))
    disk = seen_by(home.pid, home.state)
    with home.client() as client:
        steady = client.module("steady")
        steady.say(0, 100)
        client.module("victim").pid()
        before = settled(home)
        (log,) = [os.path.join(folder, name) for folder, _, names in os.walk(disk) for name in names if name.endswith(".jsonl")]
        until(lambda: len(logged(log)) == 100, "the log has the lines from before")
        ballast = fill(disk)
        steady.say(100, 2000)
        check(served(home), "others are not served")
        check(failure(lambda: client.module("victim").pid()) is None, "no module starts")
        until(lambda: "No space left" in str(home.status()), "`stoa status` tells that the log is not written")
        check(len(logged(log)) < 2000, "the disk was not full")
        os.remove(ballast)
        began = time.monotonic()
        steady.say(2000, 2100)
        until(lambda: "line 2099" in logged(log), "the log goes on")
        took = time.monotonic() - began
        check("No space left" not in str(home.status()), "`stoa status` tells of a disk that has room")
    lines = logged(log)
    kept = [int(line.split()[1]) for line in lines if line.startswith("line ")]
    gaps = [int(line.split()[0].replace(",", "")) for line in lines if "lines are missing here" in line]
    check(kept == sorted(set(kept)) and {*range(100), *range(2000, 2100)} <= set(kept), "the log has lost lines that there was room for")
    check(gaps and len(kept) + sum(gaps) == 2100, f"{len(kept)} of 2100 lines are kept, and {gaps} are said to be missing")
    gives_back(home, before, "disk_full_for_the_log")
    return "lines of the log; it says how many", took


def logged(log):
    """The texts of the lines that are whole. A disk that is full may cut one off."""
    texts = []
    with open(log, encoding="utf-8") as file:
        for line in file:
            try:
                texts.append(json.loads(line)["text"])
            except ValueError:
                pass
    return texts


def host_killed_in_a_batch(home):
    home.start()
    source = home.folder / "items.ndjson"
    source.write_text("".join('{"seconds": 0.01}\n' for _ in range(ITEMS)), encoding="ascii")
    output = home.folder / "out.ndjson"
    batch = home.command("batch", "victim.sleep", "--spread", "--jobs", "4", "--input", str(source), "--output", str(output), "--force")
    until(lambda: output.exists() and output.stat().st_size > 1000, "the batch writes")
    victim = descendants(home.pid)
    home.host.kill()
    gone = until(lambda: not any(map(alive, victim)), "all processes of the host are gone", 2)
    _, err = batch.communicate(timeout=60)
    lines = output.read_text(encoding="utf-8").splitlines()
    items = [json.loads(line)["item"] for line in lines]
    check(items == list(range(ITEMS)), f"the output has {len(items)} lines in the wrong order")
    lost = sum("failure" in json.loads(line) for line in lines)
    check(batch.returncode == 1, f"the batch ended with {batch.returncode}: {err}")
    check(0 < lost <= 4, f"{lost} items were lost, and 4 were in flight")
    home.host.wait()
    code, _, err = home.run("stop", "--now")  # the host that the batch went on with
    check(code == 0, f"the next host does not end: {err}")
    return "the items in flight, each with a failure", gone


def descriptors_exhausted(home):
    home.start(under=["prlimit", "--nofile=200", "--"])
    check(served(home), "the host does not serve")
    before = settled(home)
    with home.client() as known:
        peers = []
        try:
            for _ in range(300):
                peer = socket.socket(socket.AF_UNIX)
                peers.append(peer)
                peer.settimeout(1)
                try:
                    peer.connect(home.socket)
                except OSError:
                    break
            until(lambda: len(os.listdir(f"/proc/{home.pid}/fd")) >= 195, "the host runs out of descriptors")
            check(known.module("steady").next() > 0, "who was connected before is not served")
            late = in_thread(lambda: served(home))
            time.sleep(0.5)
            check(late.under_way(), f"there was room for one more: {not late.under_way() and late()!r}")
        finally:
            for peer in peers:
                peer.close()
        began = time.monotonic()
        check(late() is True, f"who has waited is not served: {late()!r}")
    took = time.monotonic() - began
    gives_back(home, before, "descriptors_exhausted")
    return "nothing: who finds no room waits", took


def home_deleted(home):
    home.start()
    check(served(home), "the host does not serve")
    before = settled(home)
    shutil.rmtree(home.folder / "modules")
    with home.client() as client:
        check(client.module("steady").next() > 1, "a module that is loaded is not served")
        code = failure(lambda: client.module("hog").one())
        check(code == "NO_SUCH_MODULE", f"a module that is gone says {code}")
    gives_back(home, before, "home_deleted")
    shutil.copytree(HERE / "modules", home.folder / "modules")
    return "modules that were not loaded: NO_SUCH_MODULE", again(home, "hog", "one")


def fifty_starts_at_once(home):
    """As many commands find no host, each a process of its own."""
    began = time.monotonic()
    commands = [home.command("call", "steady.next") for _ in range(STARTS)]
    answers = []
    for command in commands:
        out, err = command.communicate(timeout=240)
        check(command.returncode == 0, f"a command ended with {command.returncode}: {err}")
        answers.append(int(out))
    took = time.monotonic() - began
    check(sorted(answers) == list(range(1, STARTS + 1)), f"more than one host has answered: {sorted(answers)}")
    code, _, err = home.run("stop")
    check(code == 0, f"the host does not end: {err}")
    return f"nothing: one host, {STARTS} served", took


def clock_jumps(home):
    """An hour ahead, then a day back, for the host, its modules and a command; this client keeps its own time."""
    with contextlib.closing(Clock()) as clock:
        home.environment.update(clock.environment)
        reads = sorted({os.path.dirname(path) for path in clock.environment.values()})
        (home.folder / "grants.toml").write_text(f"[victim]\nenv = {json.dumps(list(clock.environment))}\nread = {json.dumps(reads)}\n")
        home.start("--idle", f"{SHORT_IDLE}s")
        with home.client() as client:
            took = jumps_under_way(home, client, clock)
        lease_keeps_the_host(home, clock)
        idle = until(lambda: not alive(home.pid), "the idle host ends")
        check(idle >= SHORT_IDLE - 1, f"the host ended {idle:.1f} s after its last client, its limit is {SHORT_IDLE} s")
        check(home.host.wait() == 0, "the host did not end well")
    return "nothing: no call, stream, lease or deadline", took


def jumps_under_way(home, client, clock):
    steady, victim = client.module("steady"), client.module("victim")
    check(steady.after(1) == 1, "a timer does not end")
    victim.pid()
    before = settled(home)
    over = threading.Event()
    stream = in_thread(lambda: count(home, over))
    call = in_thread(lambda: client.module("steady").after(4000))
    within = home.command("call", "steady.after", "4000", "--deadline", "30s")
    late_since = time.monotonic()
    late = home.command("call", "steady.after", "60000", "--deadline", f"{DEADLINE}s")
    until(lambda: home.status()["calls"] == 4, "all calls are under way")
    took = []
    for seconds in JUMPS:
        clock.set(seconds)
        began = time.monotonic()
        check(served(home), "the host does not serve after a jump")
        took.append(time.monotonic() - began)
        for name, told in ("the host", steady.timeOfDay()), ("a module", victim.time_of_day()):
            check(abs(told - time.time() - seconds) < 5, f"{name} is {told - time.time():.0f} s before the machine's clock, not {seconds}")
        uptime = home.status()["uptime_s"]
        check(0 <= uptime < 600, f"the host says that it has run for {uptime} s")
        check(all(work.under_way() for work in (stream, call)) and within.poll() is None, "what was under way has ended")
        time.sleep(0.5)
    out, err = within.communicate(timeout=LIMIT)
    check(within.returncode == 0 and out.strip() == "4000", f"a call with time left ended with {within.returncode}: {err}")
    check(call() == 4000, f"the call ended with {call()!r}")
    _, err = late.communicate(timeout=LIMIT)
    ended = time.monotonic() - late_since
    check(late.returncode == 124, f"a call without time left ended with {late.returncode}: {err}")
    check(DEADLINE <= ended < DEADLINE + 5, f"a deadline of {DEADLINE} s came after {ended:.1f} s, the start of the command included")
    over.set()
    check(isinstance(stream(), int) and stream() > 1000, f"the stream ended with {stream()!r}")
    gives_back(home, before, "clock_jumps")
    return max(took)


def count(home, over):
    """Takes a stream until it is enough; how many items came, each in its place."""
    with home.client() as client, contextlib.closing(client.module("victim").count()) as items:
        for expected, item in enumerate(items):
            check(item == expected, f"item {expected} is {item}")
            if over.is_set():
                return expected
    raise Trouble("the stream has an end")


def lease_keeps_the_host(home, clock):
    """A client is connected and silent, for less than costs it its lease; no call is under way."""
    with home.client():
        for seconds in JUMPS:
            clock.set(seconds)
            time.sleep(SHORT_IDLE / 2)
            check(alive(home.pid), f"a jump of {seconds} s ended the host under its client")
        time.sleep(SHORT_IDLE)
        check(alive(home.pid), "the host ended under its client")


OWN_HOST = [
    module_killed_while_the_host_drains, host_killed_in_a_batch, descriptors_exhausted, home_deleted, disk_full_for_the_log, clock_jumps,
    fifty_starts_at_once,
]
LONG = [call_longer_than_the_idle_limit]
