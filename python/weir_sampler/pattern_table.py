"""What each signature did since the last report."""

from .signature import format_signature

_SEVERITIES = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class Pattern:
    __slots__ = ("signature", "total", "seen", "kept", "first", "last", "severities", "example", "rule_from", "rule",
                 "tries_left", "stamp", "stamp_rate")

    def __init__(self, signature):
        self.signature = signature
        #: Lines ever, for the first K; forgotten with the pattern.
        self.total = 0
        self.rule_from = None
        self.rule = None
        self.tries_left = 0
        self.stamp = None
        self.stamp_rate = None
        self.clear()

    def clear(self):
        self.seen = self.kept = 0
        self.first = self.last = None
        self.severities = {}
        self.example = None

    def see(self, severity, is_kept, now=None):
        self.total += 1
        self.seen += 1
        if is_kept:
            self.kept += 1
        if now is not None:
            self.last = now
            if self.first is None:
                self.first = now
        if severity in _SEVERITIES:
            self.severities[severity] = self.severities.get(severity, 0) + 1

    def add(self, row):
        """Adds counts of a report that did not arrive, or of a pattern that was forgotten."""
        self.seen += row["count"]
        self.kept += row["sampled_count"]
        self.first = row["first_seen"] if self.first is None else min(self.first, row["first_seen"])
        self.last = row["last_seen"] if self.last is None else max(self.last, row["last_seen"])
        for severity, count in row["severities"].items():
            self.severities[severity] = self.severities.get(severity, 0) + count
        if self.example is None:
            self.example = row.get("example")

    def take(self, since, until):
        """The counts so far as a row of a report; here they start anew."""
        row = {
            "signature": format_signature(self.signature),
            "count": self.seen,
            "sampled_count": self.kept,
            "severities": self.severities,
            "first_seen": since if self.first is None else self.first,
            "last_seen": until if self.last is None else self.last,
        }
        if self.example is not None:
            row["example"] = self.example
        self.clear()
        return row


class PatternTable:
    """Patterns by signature, the recently used of them: at least half of `most`, at most `most`."""

    def __init__(self, most, on_forgotten):
        self._half = max(1, most // 2)
        self._on_forgotten = on_forgotten
        self._young = {}
        self._old = {}

    def of(self, signature):
        pattern = self._young.get(signature)
        if pattern is not None:
            return pattern
        pattern = self._old.pop(signature, None) or Pattern(signature)
        if len(self._young) >= self._half:
            for forgotten in self._old.values():
                if forgotten.seen > 0:
                    self._on_forgotten(forgotten)
            self._old, self._young = self._young, {}
        self._young[signature] = pattern
        return pattern

    def counted(self):
        return [pattern for part in (self._young, self._old) for pattern in part.values() if pattern.seen > 0]

    def __len__(self):
        return len(self._young) + len(self._old)
