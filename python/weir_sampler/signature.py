"""The first level of pattern mining, the same number for the same line as in every other Weir sampler."""

import re
from array import array

from .shape import UTF_16, write_shape

SIGNATURE_VERSION = 1

_WORD = 0xFFFFFFFF
_SIGNATURE = re.compile(r"[01][0-9a-f]{13}\Z")


def signature_of(line):
    """A 53-bit integer, the same for lines that differ in nothing but their variables."""
    shape = write_shape(line)
    high = 0x2F0B4A27
    low = 0x6D3A1C95
    for unit in shape:
        high = ((high ^ unit) * 0x01000193) & _WORD
        low = ((low ^ unit) * 0x5BD1E995) & _WORD
        low ^= low >> 15
    high = _mixed(high ^ len(shape))
    low = _mixed(low ^ ((high * 0x27D4EB2F) & _WORD))
    return ((high & 0x1FFFFF) << 32) + low


def masked_line(line):
    """An example of a signature that tells nothing of its variables."""
    text = array("H", write_shape(line)).tobytes().decode(UTF_16, "surrogatepass")
    return text.replace("\x01", "<*>")[:200]


def format_signature(signature):
    return "%014x" % signature


def parse_signature(text):
    """None: the text is no signature."""
    return int(text, 16) if _SIGNATURE.match(text) else None


def _mixed(value):
    value ^= value >> 16
    value = (value * 0x85EBCA6B) & _WORD
    value ^= value >> 13
    value = (value * 0xC2B2AE35) & _WORD
    return value ^ (value >> 16)
