"""A small file system in a mount namespace of its own: full in a moment, and nobody else's."""
import functools
import os
import subprocess

from home import Skipped


@functools.cache
def namespace():
    """The command that runs another one in a mount namespace where it may mount."""
    why = ""
    for command in (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"]):
        try:
            tried = subprocess.run([*command, "mount", "-t", "tmpfs", "none", "/tmp"], capture_output=True, text=True)
        except OSError as e:
            raise Skipped(str(e)) from e
        if tried.returncode == 0:
            return command
        why = tried.stderr.strip()
    raise Skipped(f"no file system can be mounted here ({why})")


def tmpfs(folder, size, then='exec "$@"'):
    """The command line that runs another one with such a file system at the folder, which is $0 for `then`."""
    return [*namespace(), "sh", "-c", f'mount -t tmpfs -o size={size} none "$0" || exit 71; {then}', str(folder)]


def seen_by(pid, folder):
    """The folder as a process in another mount namespace sees it."""
    return f"/proc/{pid}/root{folder}"


def fill(folder):
    """Leaves no byte free. The file that has to go for that to end."""
    ballast = os.path.join(folder, "ballast")
    with open(ballast, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    return ballast
