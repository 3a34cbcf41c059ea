"""OpenTelemetry's consistent decision, as fractions of 2^56; see `sampler/src/randomness.ts`."""

import re
from array import array

from .shape import UTF_16

_WORD = 0xFFFFFFFF
_TRACE = re.compile(r"[0-9a-fA-F]{14,}\Z")


def is_kept_at(rate, randomness):
    """Put this way round, what is no number is kept."""
    return not randomness < 1 - rate


def trace_randomness(trace_id):
    """The rightmost 56 bits of a trace id; None where there are none, or only zeros in all of it."""
    if not isinstance(trace_id, str) or not _TRACE.match(trace_id) or not trace_id.strip("0"):
        return None
    return (int(trace_id[-14:], 16) >> 3) / 2**53


def key_randomness(key):
    """The same for all lines that share a key: the id of a request or a session."""
    units = array("H", key.encode(UTF_16, "surrogatepass"))
    high = 0x811C9DC5
    low = 0x01000193
    for unit in units:
        high = ((high ^ unit) * 0x01000193) & _WORD
        low = ((low ^ unit) * 0x85EBCA6B) & _WORD
    low = _finish(low ^ len(units))
    high = _finish(high ^ low)
    return ((high >> 4) * 2**25 + (low >> 7)) / 2**53


def threshold_text(rate):
    """`sampling.threshold`: hexadecimal without the zeros at its end."""
    return ("%014x" % int((1 - rate) * 2**56)).rstrip("0") or "0"


def _finish(mixed):
    mixed = ((mixed ^ (mixed >> 16)) * 0x85EBCA6B) & _WORD
    mixed = ((mixed ^ (mixed >> 13)) * 0xC2B2AE35) & _WORD
    return mixed ^ (mixed >> 16)
