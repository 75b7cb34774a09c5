"""`python3 visitor.py SDK NAME`: serves conformance.py as a module that comes to the host's socket (STOA_HOST) by itself."""

import sys

sys.path.insert(0, sys.argv[1])

import conformance
import stoa

del conformance.busy  # the host cannot end a process that it did not start

with stoa.connect(name=sys.argv[2], methods=conformance) as host:
    print("here", flush=True)
    host.serve()
