"""Keeps the log lines that matter: rates by pattern from Weir, errors always, counts unbiased."""

from .logging_filter import WeirFilter
from .sampler import Sampler
from .scope import full_fidelity, sampled
from .severity import severity_of
from .signature import SIGNATURE_VERSION
from .structlog_processor import StructlogProcessor

__all__ = ["SIGNATURE_VERSION", "Sampler", "StructlogProcessor", "WeirFilter", "full_fidelity", "sampled", "severity_of"]
