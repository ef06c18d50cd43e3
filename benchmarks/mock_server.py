"""The mock KSZ in a process of its own: prints its address and people, then its costs when asked.

Run: ``python benchmarks/mock_server.py CHILDREN``. Every line of input is answered with the CPU
seconds spent until then and the peak memory in MB.
"""

from __future__ import annotations

import json
import resource
import sys
import time

from kszclient.testing import MockKsz, World

world = World.build(seed=2019, size=int(sys.argv[1]))
with MockKsz(world) as ksz:
    numbers = [child.ssin.digits for child in world.children]
    print(json.dumps({"endpoint": ksz.endpoint, "numbers": numbers}), flush=True)
    for _ in sys.stdin:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps([time.process_time(), peak]), flush=True)
