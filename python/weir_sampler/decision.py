"""A policy made ready for decisions, as `compilePolicy` in `sampler/src/decision.ts` does: it never raises, and what is
broken keeps lines."""

import re
import sys
from datetime import datetime

from .severity import DEBUG, INFO, WARNING
from .signature import SIGNATURE_VERSION, parse_signature

FIRST_K = 10
FOREVER = float("inf")
_LARGEST_BOOST = sys.float_info.max
_MOST_PROBLEMS = 20
_ISO_8601 = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,6}))?(Z|[+-][0-9]{2}:[0-9]{2})\Z")


class Rule:
    """What a policy says of one pattern. A rate of None: its lines go by their severity."""

    __slots__ = ("pattern_id", "rate", "boost_until")

    def __init__(self, pattern_id, rate, boost_until):
        self.pattern_id = pattern_id
        self.rate = rate
        self.boost_until = boost_until


class CompiledPolicy:
    """Times are Unix seconds; every rate is within 0..1."""

    def __init__(self):
        self.version = 0
        self.first_k = FIRST_K
        self.fold_errors_per_second = None
        self.full_fidelity_until = FOREVER
        self.service_boost_until = 0
        self.boost = 1
        self.rates = {DEBUG: 1, INFO: 1, WARNING: 1, None: 1}
        self.rules = {}
        self.problems = []

    def rule_of(self, signature):
        return self.rules.get(signature)

    def rate_of(self, severity, rule, now):
        """The share of such lines to keep; `rule` is what `rule_of` gave for the line's signature."""
        rate = rule.rate if rule is not None and rule.rate is not None else self.rates.get(severity, 1)
        if severity not in self.rates or now < self.full_fidelity_until:
            return 1
        if now < self.service_boost_until or (rule is not None and now < rule.boost_until):
            return min(1, rate * self.boost)
        return rate


class _Unreadable(Exception):
    """A part of the document that cannot be read at all; the message names the field."""


def compile_policy(raw):
    problems = []

    def complain(problem):
        if len(problems) < _MOST_PROBLEMS:
            problems.append(problem)

    try:
        policy = _read(_fields_of(raw, "the policy"), complain)
    except _Unreadable as unreadable:
        policy = CompiledPolicy()
        problems.append(str(unreadable))
    except Exception:  # Whatever it was, no application is to fail of it.
        policy = CompiledPolicy()
        problems.append("the policy cannot be read")
    policy.problems = problems
    return policy


def _read(fields, complain):
    policy = CompiledPolicy()
    severity_rates = _section_of(fields, "severity_rates")
    boosts = _read_boosts(fields)
    boost = fields.get("anomaly_boost")
    first_k = _whole_number(fields.get("first_k"))
    fold = fields.get("fold_errors_per_second")
    policy.version = _whole_number(fields.get("policy_version")) or 0
    policy.first_k = FIRST_K if first_k is None else first_k
    policy.fold_errors_per_second = fold if _is_number(fold) and 0 < fold < FOREVER else None
    policy.full_fidelity_until = _read_time(fields.get("full_fidelity_until"))
    policy.service_boost_until = boosts.get(None, 0)
    policy.boost = min(boost, _LARGEST_BOOST) if _is_number(boost) and boost >= 1 else _LARGEST_BOOST
    policy.rates = {
        name: _read_rate(severity_rates, name, "severity_rates." + name, complain) for name in (DEBUG, INFO, WARNING)
    }
    policy.rates[None] = _read_rate(fields, "global_rate", "global_rate", complain)
    policy.rules = _read_rules(fields, boosts, complain)
    return policy


def _read_rules(fields, boosts, complain):
    rules = {}
    locks = _section_of(fields, "locks")
    rates = _section_of(fields, "pattern_rates")
    patterns = _section_of(fields, "patterns")
    version = fields.get("signature_version")
    if version is not None and (version != SIGNATURE_VERSION or isinstance(version, bool)):
        complain("signature_version is not ours: pattern rates and locks are ignored")
        return rules
    for pattern_id in dict.fromkeys([*locks, *rates, *(name for name in boosts if name is not None)]):
        rate = None
        if pattern_id in locks:
            rate = _read_rate(locks, pattern_id, "a lock", complain)
        elif pattern_id in rates:
            rate = _read_rate(rates, pattern_id, "a pattern rate", complain)
        rule = Rule(pattern_id, rate, boosts.get(pattern_id, 0))
        for signature in _signatures_of(pattern_id, patterns):
            other = rules.get(signature)
            rules[signature] = rule if other is None else _stronger(rule, other, locks)
    return rules


def _stronger(one, other, locks):
    if (one.pattern_id in locks) != (other.pattern_id in locks):
        return one if one.pattern_id in locks else other
    return one if _or(one.rate, -1) > _or(other.rate, -1) else other


def _signatures_of(pattern_id, patterns):
    if pattern_id not in patterns:
        signature = parse_signature(pattern_id)
        return [] if signature is None else [signature]
    signatures = _fields_of(patterns[pattern_id], "a pattern").get("signatures")
    if not isinstance(signatures, list):
        raise _Unreadable("the signatures of a pattern are no list")
    read = [parse_signature(text) if isinstance(text, str) else None for text in signatures]
    if None in read:
        raise _Unreadable("a signature of a pattern is not 14 hexadecimal digits")
    return read


def _read_boosts(fields):
    boosts = fields.get("boosts")
    if boosts is None:
        boosts = []
    if not isinstance(boosts, list):
        raise _Unreadable("boosts is no list")
    ends = {}
    for item in boosts:
        boost = _fields_of(item, "a boost")
        pattern_id = boost.get("pattern_id")
        if pattern_id is not None and not isinstance(pattern_id, str):
            raise _Unreadable("a boost names no pattern")
        end = _read_time(_or(boost.get("expires_at"), ""))
        ends[pattern_id] = max(end, ends.get(pattern_id, 0))
    return ends


def _read_time(value):
    """Unix seconds; 0 for None, and a time that cannot be read never ends."""
    if value is None:
        return 0
    parts = _ISO_8601.match(value) if isinstance(value, str) else None
    if parts is None:
        return FOREVER
    day, fraction, zone = parts.groups()
    try:
        text = "%s.%s%s" % (day, (fraction or "").ljust(6, "0"), "+00:00" if zone == "Z" else zone)
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return FOREVER


def _read_rate(fields, key, name, complain):
    value = fields.get(key)
    if _is_number(value) and 0 <= value <= 1:
        return value
    if key in fields:
        complain(name + " is no number from 0 to 1: its lines are kept")
    return 1


def _section_of(fields, name):
    return _fields_of(fields[name], name) if name in fields else {}


def _fields_of(value, name):
    if isinstance(value, dict):
        return value
    raise _Unreadable(name + " is no object")


def _whole_number(value):
    if not _is_number(value) or not 0 <= value <= 2**53 - 1 or value != int(value):
        return None
    return int(value)


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _or(value, otherwise):
    return otherwise if value is None else value
