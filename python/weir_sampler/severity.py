"""How much a line matters, behind what loggers and lines call it."""

import math
import re

DEBUG, INFO, WARNING, ERROR, CRITICAL = "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"
#: Somebody wrote a severity that we cannot read: such lines are kept. A line that states none has None.
UNKNOWN = "UNKNOWN"

_FLOORS = {
    "pino": (30, 40, 50, 60),
    "python": (20, 30, 40, 50),
    "otel": (9, 13, 17, 21),
}
_WORDS = {
    DEBUG: "DEBUG TRACE VERBOSE SILLY FINE FINER FINEST DBG TRC D T V",
    INFO: "INFO INFORMATION INFORMATIONAL NOTICE LOG HTTP INF NOTE I N",
    WARNING: "WARNING WARN WRN W",
    ERROR: "ERROR ERR SEVERE EXCEPTION FAILURE E",
    CRITICAL: "CRITICAL FATAL CRIT FTL ALERT EMERGENCY EMERG PANIC DPANIC TERMINAL DISASTER F C",
}
_SEVERITY_OF_WORD = {word: severity for severity, words in _WORDS.items() for word in words.split()}


def severity_of(level, scale="python"):
    """Words in any case, with OpenTelemetry's digits (`ERROR2`); numbers, also as text, on the scale of python, pino,
    otel or syslog. What is neither is UNKNOWN, what is absent None."""
    if level is None or level == "":
        return None
    if isinstance(level, (int, float)) and not isinstance(level, bool):
        return _severity_of_number(level, scale)
    if not isinstance(level, str):
        return UNKNOWN
    word = level.strip().upper()
    if re.match(r"[0-9]+\Z", word):
        return _severity_of_number(int(word), scale)
    return _SEVERITY_OF_WORD.get(word) or _SEVERITY_OF_WORD.get(re.sub(r"[0-9]+\Z", "", word)) or UNKNOWN


def is_protected(severity):
    """Lines of these are kept, whatever a policy says."""
    return severity in (ERROR, CRITICAL, UNKNOWN)


def _severity_of_number(level, scale):
    if isinstance(level, float) and math.isnan(level):
        return UNKNOWN
    if scale == "syslog":
        if level <= 2:
            return CRITICAL
        if level <= 3:
            return ERROR
        if level <= 4:
            return WARNING
        return INFO if level <= 6 else DEBUG
    severity = DEBUG
    for floor, above in zip(_FLOORS[scale], (INFO, WARNING, ERROR, CRITICAL)):
        if level >= floor:
            severity = above
    return severity
