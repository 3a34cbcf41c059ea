"""Answers statistics questions with SciPy, for tests: JSON on standard input, a list of answers on standard output."""

import json
import math
import sys

import numpy
from scipy import stats


def midp(case):
    gained, lost = case["gained"], case["lost"]
    total = gained + lost
    if total == 0:
        return 1.0
    if gained == lost:
        # The exact two-sided test counts the middle once, the mid-p half of both tails' share of it.
        return float(2 * stats.binom.cdf(gained, total, 0.5) - stats.binom.pmf(gained, total, 0.5))
    return float(stats.binomtest(gained, total, 0.5).pvalue - stats.binom.pmf(gained, total, 0.5))


def wilson(passed, total, level):
    bounds = stats.binomtest(passed, total).proportion_ci(level, method="wilson")
    return bounds.low, bounds.high


def newcombe(case):
    a, b, c, d = case["bothPassed"], case["gained"], case["lost"], case["bothFailed"]
    n = a + b + c + d
    p, q = (a + b) / n, (a + c) / n
    low_p, high_p = wilson(a + b, n, case["level"])
    low_q, high_q = wilson(a + c, n, case["level"])
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    cross = a * d - b * c
    if cross > 0:
        cross = max(0, cross - n / 2)
    phi = 0 if margins == 0 else cross / math.sqrt(margins)

    def reach(one, other):
        return math.sqrt(max(0, one**2 - 2 * phi * one * other + other**2))

    return [p - q - reach(p - low_p, high_q - q), p - q + reach(high_p - p, q - low_q)]


def bootstrap(case):
    bounds = stats.bootstrap(
        (numpy.array(case["differences"]),),
        numpy.mean,
        confidence_level=case["level"],
        n_resamples=10000,
        method="BCa",
        vectorized=True,
        random_state=case["seed"],
    ).confidence_interval
    return [float(bounds.low), float(bounds.high)]


def permutation(case):
    differences = numpy.array(case["differences"])
    return float(
        stats.permutation_test(
            (differences, numpy.zeros(len(differences))),
            lambda x, y, axis: numpy.mean(x - y, axis=axis),
            permutation_type="samples",
            vectorized=True,
            n_resamples=case["resamples"],
            random_state=case["seed"],
        ).pvalue
    )


def normal(case):
    return [float(stats.norm.cdf(case["z"])), float(stats.norm.ppf(case["p"]))]


ANSWERS = {
    "midp": midp,
    "newcombe": newcombe,
    "bootstrap": bootstrap,
    "permutation": permutation,
    "normal": normal,
}

print(json.dumps([ANSWERS[case["kind"]](case) for case in json.load(sys.stdin)]))
