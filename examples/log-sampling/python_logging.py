import json
import logging
import pathlib
import sys

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent.parent / "python"))  # Not needed once weir-sampler is installed.

from weir_sampler import Sampler, WeirFilter, full_fidelity, sampled  # noqa: E402

# With WEIR_URL, WEIR_API_KEY and WEIR_SERVICE set, Sampler() is enough: the policy comes from Weir.
sampler = Sampler(policy=json.loads((here / "policy.json").read_text()))
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(logging.Formatter("%(levelname)s %(message)s (stands for %(sample_rate)g)"))
handler.addFilter(WeirFilter(sampler))
log = logging.getLogger("shop")
log.addHandler(handler)
log.setLevel(logging.DEBUG)


@sampled(rate=0.1)
def store(order):
    log.info("Storing order %d", order)
    log.info("Stored order %d", order)


for order in range(1, 501):
    log.info("Polled queue %s: %d messages", "orders", order % 7)
    store(order)
    if order % 100 == 0:
        log.error("Payment of order %d refused", order)

with full_fidelity():
    log.debug("Nothing is dropped in here")

counts = sampler.counts
print(f"{counts['kept']} of {counts['seen']} lines kept, all errors among them", file=sys.stderr)
sampler.close()
