"""A time of day that a host, its modules and its clients see, and that can be set while they run."""
import os
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

from home import HERE, Skipped


class Clock:
    """`environment` puts a process under it. The clock of the machine is left alone."""

    def __init__(self):
        compiler = shutil.which("cc")
        if compiler is None:
            raise Skipped("there is no C compiler `cc` to build clock.c with")
        self.folder = Path(tempfile.mkdtemp(prefix="stoa-clock-"))
        library, self.file = self.folder / "clock.so", self.folder / "seconds"
        built = subprocess.run([compiler, "-O1", "-Wall", "-shared", "-fPIC", "-o", library, HERE / "clock.c"], capture_output=True, text=True)
        if built.returncode != 0:
            self.close()
            raise Skipped(f"`{compiler}` cannot build clock.c: {built.stderr.strip()}")
        self.set(0)
        self.environment = {"LD_PRELOAD": str(library), "STOA_FAULTS_CLOCK": str(self.file)}

    def set(self, seconds):
        """Before or behind the machine's clock. One write into the same file: who looks sees the old time or the new one."""
        file = os.open(self.file, os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            os.pwrite(file, struct.pack("=q", seconds), 0)
        finally:
            os.close(file)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)
