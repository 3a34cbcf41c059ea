"""Policies for the tests."""

from weir_sampler.signature import format_signature, signature_of

SAMPLE = {
    "policy_version": 3,
    "service_name": "checkout",
    "signature_version": 1,
    "global_rate": 0.3,
    "severity_rates": {"DEBUG": 0.05, "INFO": 0.2, "WARNING": 0.5, "ERROR": 1, "CRITICAL": 1},
    "pattern_rates": {"polled": 0.02},
    "locks": {},
    "patterns": {
        "polled": {"template": "", "signatures": [format_signature(signature_of("Polled queue orders: 12 messages"))]}
    },
    "anomaly_boost": 3,
    "boosts": [],
    "first_k": 0,
    "full_fidelity_until": None,
}
DROP_ALL = {
    **SAMPLE,
    "global_rate": 0,
    "severity_rates": {"DEBUG": 0, "INFO": 0, "WARNING": 0, "ERROR": 0, "CRITICAL": 0},
    "pattern_rates": {},
}
