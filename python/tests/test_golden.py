"""Vectors that the TypeScript sampler wrote: the same answers here. WEIR_GOLDEN names the directory."""

import json
import os
import unittest

from weir_sampler.decision import compile_policy
from weir_sampler.randomness import key_randomness, threshold_text, trace_randomness
from weir_sampler.severity import severity_of
from weir_sampler.signature import format_signature, masked_line, parse_signature, signature_of


def vectors(name):
    with open(os.path.join(os.environ["WEIR_GOLDEN"], name), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class Golden(unittest.TestCase):
    def test_signatures(self):
        rows = vectors("signatures.ndjson")
        self.assertGreaterEqual(len(rows), 10_000)
        for row in rows:
            self.assertEqual(format_signature(signature_of(row["line"])), row["signature"], row["line"])
            if len(row["masked"]) < 200:
                self.assertEqual(masked_line(row["line"]), row["masked"])

    def test_rates(self):
        rows = vectors("rates.ndjson")
        self.assertGreaterEqual(len(rows), 1000)
        for row in rows:
            policy = compile_policy(row["policy"])
            for case in row["cases"]:
                rule = policy.rule_of(parse_signature(case["signature"]))
                rate = policy.rate_of(case["severity"], rule, row["now"])
                self.assertEqual(rate, case["rate"], (row["policy"], case))
            self.assertEqual(policy.first_k, row["first_k"])
            self.assertEqual(policy.version, row["version"])
            self.assertEqual(policy.problems, row["problems"])

    def test_randomness(self):
        for row in vectors("randomness.ndjson"):
            expected = None if row["trace"] < 0 else row["trace"]
            self.assertEqual(trace_randomness(row["id"]), expected, row["id"])
            self.assertEqual(key_randomness(row["id"]), row["key"], row["id"])

    def test_thresholds(self):
        for row in vectors("thresholds.ndjson"):
            self.assertEqual(threshold_text(row["rate"]), row["threshold"])

    def test_severities(self):
        for row in vectors("severities.ndjson"):
            self.assertEqual(severity_of(row["level"], row["scale"]), row["severity"], row)
