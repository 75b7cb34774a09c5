"""peer.py SECONDS: runs each kernel for so long and prints `name best median` in milliseconds, warm half only."""

import importlib.util
import pathlib
import sys
import time

path = pathlib.Path(__file__).parent / "modules" / "kernels-py.py"
spec = importlib.util.spec_from_file_location("kernels", path)
kernels = importlib.util.module_from_spec(spec)
sys.dont_write_bytecode = True
spec.loader.exec_module(kernels)

seconds = float(sys.argv[1])
for name, size in (("fib", 27), ("words", 200000), ("sieve", 1000000), ("text", 200000)):
    kernel = getattr(kernels, name)
    took = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(took) < 10:
        start = time.perf_counter()
        kernel(size)
        took.append((time.perf_counter() - start) * 1000)
    warm = sorted(took[len(took) // 2 :])
    print(name, f"{warm[0]:.3f}", f"{warm[len(warm) // 2]:.3f}")
