"""An application with a sampler: each line of standard input is an order, each line of standard output its answer."""

import json
import os
import sys

from weir_sampler import Sampler

luck = 0.0
sampler = Sampler(random=lambda: luck, report_every=3600)

for line in sys.stdin:
    order = json.loads(line)
    luck = order.get("luck", luck)
    if "flush" in order:
        sampler.flush()
    stamps = [sampler.decide(severity, text) for severity, text in order.get("decide", [])]
    print(json.dumps({"stamps": stamps, **sampler.counts, "version": sampler.policy_version}), flush=True)
os._exit(0)
