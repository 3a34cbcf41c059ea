"""Decides which lines an application keeps. Neither raises nor waits, whatever happens to server, policy or line."""

import atexit
import os
import random as chance
import threading
import time

from .decision import FOREVER, compile_policy
from .pattern_table import Pattern, PatternTable
from .randomness import is_kept_at, key_randomness, threshold_text, trace_randomness
from .scope import current_scope
from .server import MOST_ROWS, POLL_SECONDS, Server, backoff_seconds, start_daemon
from .severity import is_protected
from .signature import format_signature, masked_line, signature_of

DAY_SECONDS = 86_400
MINUTE_SECONDS = 60
#: The row of a summary for lines whose signature is not known: protected ones, and those of forgotten patterns.
_NO_SIGNATURE = 0
_MOST_TRIES = 8
_MOST_REMEMBERED = 4096
_DIGITS = str.maketrans("123456789", "000000000")
_KEEP_EVERYTHING = compile_policy({})


class Sampler:
    """Without a service or a server it keeps every line and counts.

    service, url, api_key: default WEIR_SERVICE or OTEL_SERVICE_NAME, WEIR_URL, WEIR_API_KEY.
    policy: a policy document to begin with, as `weir logs policy --out` writes it.
    stale_after, report_every: seconds; trace_id: a function that gives the trace running now, for lines that do not say.
    on_problem: told what does not work, once for each change.
    """

    def __init__(self, service=None, url=None, api_key=None, policy=None, stale_after=DAY_SECONDS,
                 report_every=MINUTE_SECONDS, most_patterns=10_000, trace_id=None, on_problem=None,
                 random=chance.random, now=time.time):
        environment = os.environ
        self.service = service or environment.get("WEIR_SERVICE") or environment.get("OTEL_SERVICE_NAME") or None
        url = url or environment.get("WEIR_URL") or None
        api_key = api_key or environment.get("WEIR_API_KEY") or None
        self._stale_after = stale_after
        self._report_every = report_every
        self._trace_id = trace_id
        self._on_problem = on_problem
        self._random = random
        self._now = now
        # What an application's objects log while they are formatted comes in here again.
        self._lock = threading.RLock()
        self._remembered = {}
        self._others = Pattern(_NO_SIGNATURE)
        self._patterns = PatternTable(most_patterns, self._forget)
        self._stale_at = FOREVER
        self._since = time.time()
        self._last_problem = None
        self._end = threading.Event()
        self._seen = self._kept = 0
        self._apply(_KEEP_EVERYTHING)
        if policy is not None:
            self.use_policy(policy)
        self._server = Server(url, api_key, self.service) if url and self.service else None
        if self._server is not None:
            self._start()
            atexit.register(self.flush)
            if hasattr(os, "register_at_fork"):
                os.register_at_fork(after_in_child=self._after_fork)

    def decide(self, severity, text, trace_id=None, key=None, has_exception=False, formatted=None):
        """What to write on a line that is to be kept, as a dictionary; None: drop it.

        severity: see severity_of. text: the message, better still the format string it is made of. trace_id, key: lines
        that share one share one fate at equal rates. formatted: a function that gives the message of a format string.
        """
        try:
            if has_exception or is_protected(severity):
                return self._keep_whole(severity)
            return self._decide_by_policy(severity, text, trace_id, key, formatted)
        except Exception:  # Whatever was wrong with the line, it is kept.
            return self._keep_whole(severity)

    def use_policy(self, raw):
        """Applies a policy document from now on; one that cannot be read keeps everything."""
        policy = compile_policy(raw)
        for problem in policy.problems:
            self._complain(problem)
        self._apply(policy)

    @property
    def counts(self):
        """Lines seen and kept so far, exactly."""
        with self._lock:
            return {"seen": self._seen, "kept": self._kept}

    @property
    def policy_version(self):
        return self._policy.version

    def flush(self):
        """Sends the summary now; returns when it arrived or failed, at most some seconds later."""
        if self._server is None:
            return
        rows = self._take_counts()
        while rows:
            some = rows[:MOST_ROWS]
            try:
                self._server.report(some)
            except Exception as error:
                self._give_back(rows)
                self._complain("Weir did not take the summary: %s" % error)
                return
            rows = rows[MOST_ROWS:]

    def close(self):
        """Sends what was counted, then stops asking and reporting; later lines are decided by the last policy."""
        self._end.set()
        atexit.unregister(self.flush)
        self.flush()

    def _decide_by_policy(self, severity, text, trace_id, key, formatted):
        now = self._now()
        policy = _KEEP_EVERYTHING if now > self._stale_at else self._policy
        signature = self._signature_of(text)
        scope = current_scope()
        with self._lock:
            pattern = self._patterns.of(signature)
            if pattern.total == 0:
                pattern.example = masked_line(text)
            rule = self._rule_of(pattern, policy, formatted)
            if pattern.total < policy.first_k:
                rate = 1
            else:
                rate = policy.rate_of(severity, rule, now) if scope is None else scope[0]
            is_kept = rate >= 1 or is_kept_at(rate, self._randomness(trace_id, key) if scope is None else scope[1])
            pattern.see(severity, is_kept, now)
            self._seen += 1
            if not is_kept:
                return None
            self._kept += 1
            if pattern.stamp is None or pattern.stamp_rate != rate:
                name = format_signature(signature) if rule is None else rule.pattern_id
                pattern.stamp = _stamp(rate, policy.version, name)
                pattern.stamp_rate = rate
            return pattern.stamp

    def _keep_whole(self, severity):
        with self._lock:
            self._others.see(severity, True)
            self._seen += 1
            self._kept += 1
        return self._whole_stamp

    def _rule_of(self, pattern, policy, formatted):
        if pattern.rule_from is not policy:
            pattern.rule_from = policy
            pattern.rule = policy.rule_of(pattern.signature)
            pattern.stamp = None
            pattern.tries_left = _MOST_TRIES
        # The server knows messages, not format strings: a few of them are tried.
        if formatted is not None and pattern.rule is None and pattern.tries_left > 0 and policy.rules:
            pattern.tries_left -= 1
            pattern.rule = policy.rule_of(signature_of(formatted()))
            pattern.stamp = None
        return pattern.rule

    def _signature_of(self, text):
        """Which digit stands somewhere does not matter to a signature, so lines that differ in digits share one here."""
        collapsed = text.translate(_DIGITS)
        signature = self._remembered.get(collapsed)
        if signature is None:
            signature = signature_of(text)
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered = {}
            if len(text) < 1000:
                self._remembered[collapsed] = signature
        return signature

    def _randomness(self, trace_id, key):
        if trace_id is None and self._trace_id is not None:
            trace_id = self._trace_id()
        of_trace = trace_randomness(trace_id)
        if of_trace is not None:
            return of_trace
        shared = trace_id if key is None else key
        return key_randomness(shared) if isinstance(shared, str) and shared else self._random()

    def _apply(self, policy):
        self._whole_stamp = _stamp(1, policy.version, None)
        self._policy = policy

    def _forget(self, pattern):
        self._others.add(pattern.take(self._since, self._since))

    def _take_counts(self):
        with self._lock:
            until = self._now()
            patterns = self._patterns.counted()
            if self._others.seen > 0:
                patterns.append(self._others)
            rows = [pattern.take(self._since, until) for pattern in patterns]
            self._since = until
        return rows

    def _give_back(self, rows):
        with self._lock:
            for row in rows:
                signature = int(row["signature"], 16)
                pattern = self._others if signature == _NO_SIGNATURE else self._patterns.of(signature)
                pattern.add(row)

    def _complain(self, problem):
        if problem == self._last_problem:
            return
        self._last_problem = problem
        try:
            if self._on_problem is not None:
                self._on_problem(problem)
        except Exception:
            pass

    def _start(self):
        start_daemon("weir-sampler-policy", self._follow_policy)
        start_daemon("weir-sampler-report", self._report)

    def _after_fork(self):
        """Threads do not come along into a forked worker, and what was counted before is its parent's."""
        if self._end.is_set():
            return
        self._lock = threading.RLock()
        self._end = threading.Event()
        self._take_counts()
        self._start()

    def _follow_policy(self):
        end = self._end
        failures = 0
        while not end.is_set():
            started = time.monotonic()
            try:
                has_news = self._ask_for_policy()
                failures = 0
                was_held = time.monotonic() - started > POLL_SECONDS
                pause = 0 if has_news or was_held else POLL_SECONDS
            except Exception as error:
                self._complain("no policy from Weir: %s" % error)
                pause = backoff_seconds(failures)
                failures += 1
            end.wait(pause)

    def _ask_for_policy(self):
        kind, raw = self._server.policy()
        if kind == "policy":
            self.use_policy(raw)
        elif kind == "none":
            self._apply(_KEEP_EVERYTHING)
        self._stale_at = self._now() + self._stale_after
        return kind == "policy"

    def _report(self):
        end = self._end
        while not end.wait(self._report_every):
            self.flush()


def _stamp(rate, policy_version, pattern):
    stamp = {"sample_rate": 1 / rate, "sampling.threshold": threshold_text(rate)}
    if pattern is not None:
        stamp["weir.pattern"] = pattern
    stamp["weir.policy_version"] = policy_version
    return stamp
