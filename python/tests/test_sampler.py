import asyncio
import json
import os
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

from tests.policies import DROP_ALL, SAMPLE
from weir_sampler import Sampler, full_fidelity, sampled


class Deciding(unittest.TestCase):
    def test_keeps_everything_without_a_policy(self):
        sampler = Sampler()
        self.assertEqual(sum(sampler.decide("DEBUG", "Stored %d" % at) is not None for at in range(100)), 100)

    def test_keeps_the_share_that_the_policy_says(self):
        sampler = Sampler(policy=SAMPLE, random=Random(7).random)
        kept = sum(sampler.decide("INFO", "Stored order %d" % at) is not None for at in range(5000))
        self.assertLess(abs(kept - 1000), 120)
        self.assertEqual(sampler.counts, {"seen": 5000, "kept": kept})

    def test_stamps_what_it_keeps(self):
        sampler = Sampler(policy=SAMPLE, random=lambda: 0.99)
        self.assertEqual(
            sampler.decide("INFO", "Polled queue orders: 3 messages"),
            {"sample_rate": 50, "sampling.threshold": "fae147ae147ae", "weir.pattern": "polled", "weir.policy_version": 3},
        )

    def test_keeps_errors_and_exceptions(self):
        sampler = Sampler(policy=DROP_ALL)
        for severity in ("ERROR", "CRITICAL", "UNKNOWN"):
            self.assertEqual(sampler.decide(severity, "x")["sample_rate"], 1)
        self.assertIsNotNone(sampler.decide("INFO", "x", has_exception=True))
        self.assertIsNone(sampler.decide("INFO", "x"))

    def test_keeps_the_first_lines_of_every_signature(self):
        sampler = Sampler(policy={**DROP_ALL, "first_k": 3})
        kept = [sampler.decide("INFO", "Stored order %d" % at) is not None for at in range(10)]
        self.assertEqual(kept, [True] * 3 + [False] * 7)

    def test_gives_a_trace_and_a_key_one_fate(self):
        sampler = Sampler(policy=SAMPLE)
        for at in range(200):
            trace = "%032x" % Random(at).getrandbits(128)
            for shared in ({"trace_id": trace}, {"key": "request-%d" % at}):
                self.assertEqual(len({sampler.decide("INFO", "Step %s" % step, **shared) is None for step in "abc"}), 1)

    def test_finds_the_rule_of_a_format_string(self):
        sampler = Sampler(policy=SAMPLE, random=lambda: 0.9)
        self.assertIsNone(sampler.decide("INFO", "Polled %s", formatted=lambda: "Polled queue orders: 1 messages"))
        self.assertIsNotNone(sampler.decide("INFO", "Stored %s", formatted=lambda: "Stored it"))

    def test_forgets_the_oldest_and_counts_them_still(self):
        sampler = Sampler(policy=DROP_ALL, most_patterns=10)
        for at in range(26):
            sampler.decide("INFO", "Stored " + chr(97 + at) * 12 + "zz")
        rows = sampler._take_counts()
        self.assertLessEqual(len(rows), 11)
        self.assertEqual(sum(row["count"] for row in rows), 26)

    def test_never_raises(self):
        def fail():
            raise RuntimeError("no")

        sampler = Sampler(policy=DROP_ALL, trace_id=fail, on_problem=lambda _: fail())
        self.assertIsNotNone(sampler.decide("INFO", "x"))
        self.assertIsNotNone(sampler.decide("INFO", None))
        sampler.use_policy("nonsense")
        self.assertEqual(sampler.counts, {"seen": 2, "kept": 2})

    def test_lets_objects_log_while_they_are_formatted(self):
        sampler = Sampler(policy=SAMPLE)
        formatted = lambda: str(sampler.decide("INFO", "inside"))  # noqa: E731
        sampler.decide("INFO", "outside %s", formatted=formatted)
        self.assertEqual(sampler.counts["seen"], 2)


class Scopes(unittest.TestCase):
    def test_full_fidelity_keeps_everything(self):
        sampler = Sampler(policy=DROP_ALL)
        with full_fidelity():
            self.assertIsNotNone(sampler.decide("DEBUG", "x"))
            with sampled(rate=0):
                self.assertIsNone(sampler.decide("DEBUG", "x"))
        self.assertIsNone(sampler.decide("DEBUG", "x"))

    def test_a_sampled_function_logs_all_or_nothing(self):
        sampler = Sampler(policy=DROP_ALL)

        @sampled(rate=0.25)
        def run():
            self.assertIsNotNone(sampler.decide("ERROR", "x"))
            return [sampler.decide("INFO", "Step %s" % step) is not None for step in "abc"]

        runs = [run() for _ in range(1000)]
        self.assertTrue(all(len(set(kept)) == 1 for kept in runs))
        self.assertLess(abs(sum(kept[0] for kept in runs) - 250), 80)

    def test_a_sampled_coroutine_too(self):
        sampler = Sampler(policy=DROP_ALL)

        @sampled(rate=1)
        async def run():
            await asyncio.sleep(0)
            return sampler.decide("INFO", "x")

        self.assertIsNotNone(asyncio.run(run()))

    def test_a_rate_that_is_none_keeps(self):
        sampler = Sampler(policy=DROP_ALL)
        for rate in (float("nan"), -1, 2, "0", None, True):
            with sampled(rate=rate):
                self.assertIsNotNone(sampler.decide("DEBUG", "x"))


class Weir:
    """The part of Weir that samplers talk to."""

    def __init__(self, policy):
        weir = self
        self.body = policy if isinstance(policy, bytes) else json.dumps(policy).encode()
        self.version = 1
        self.changed = threading.Condition()
        self.reports = []
        self.keys = []
        self.fails = False

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                weir.keys.append(self.headers["Authorization"])
                with weir.changed:
                    if self.headers["If-None-Match"] == '"%d"' % weir.version:
                        weir.changed.wait_for(lambda: self.headers["If-None-Match"] != '"%d"' % weir.version, 20)
                    self.send_response(200)
                    self.send_header("ETag", '"%d"' % weir.version)
                    self.end_headers()
                    self.wfile.write(weir.body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not weir.fails:
                    weir.reports.append(json.loads(body))
                self.send_response(503 if weir.fails else 202)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d" % self.server.server_port

    def publish(self, policy):
        with self.changed:
            self.body = json.dumps(policy).encode()
            self.version += 1
            self.changed.notify_all()

    def close(self):
        self.publish({})
        self.server.shutdown()
        self.server.server_close()


class WithServer(unittest.TestCase):
    def start(self, policy):
        weir = Weir(policy)
        self.problems = []
        sampler = Sampler("checkout", weir.url, "wk_secret", on_problem=self.problems.append)
        self.addCleanup(weir.close)
        self.addCleanup(sampler.close)
        return weir, sampler

    def until(self, condition):
        for _ in range(2000):
            if condition():
                return
            threading.Event().wait(0.005)
        self.fail("it did not happen within 10 s")

    def test_applies_the_policy_and_its_changes(self):
        weir, sampler = self.start(DROP_ALL)
        self.until(lambda: sampler.policy_version == 3)
        self.assertEqual(weir.keys[0], "Bearer wk_secret")
        self.assertIsNone(sampler.decide("INFO", "x"))
        weir.publish({**DROP_ALL, "policy_version": 4, "full_fidelity_until": "2999-01-01T00:00:00Z"})
        self.until(lambda: sampler.policy_version == 4)
        self.assertEqual(sampler.decide("DEBUG", "x")["weir.policy_version"], 4)

    def test_reports_exact_counts(self):
        weir, sampler = self.start({**DROP_ALL, "first_k": 2})
        self.until(lambda: sampler.policy_version == 3)
        for at in range(50):
            sampler.decide("INFO", "Stored order %d of Ada" % at)
        sampler.decide("ERROR", "Lost")
        weir.fails = True
        sampler.flush()
        self.assertEqual(weir.reports, [])
        self.assertEqual(len(self.problems), 1)
        weir.fails = False
        sampler.flush()
        (report,) = weir.reports
        self.assertEqual((report["service_name"], report["total_logs"]), ("checkout", 51))
        stored, whole = report["patterns"]
        self.assertEqual((stored["count"], stored["sampled_count"], stored["severities"]), (50, 2, {"INFO": 50}))
        self.assertEqual(stored["example"], "Stored order <*> of Ada")
        self.assertEqual((whole["count"], whole["sampled_count"], whole["severities"]), (1, 1, {"ERROR": 1}))
        sampler.flush()
        self.assertEqual(len(weir.reports), 1)

    def test_keeps_everything_when_the_answer_is_broken(self):
        weir, sampler = self.start(b'{"global_rate": 0.1')
        self.until(lambda: self.problems)
        self.assertIsNotNone(sampler.decide("DEBUG", "x"))

    @unittest.skipUnless(hasattr(os, "fork"), "no fork here")
    def test_goes_on_in_a_forked_worker(self):
        weir, sampler = self.start(DROP_ALL)
        self.until(lambda: sampler.policy_version == 3)
        sampler.decide("INFO", "of the parent")
        child = os.fork()
        if child == 0:
            sampler.decide("INFO", "of the child")
            sampler.flush()
            os._exit(0)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual([report["total_logs"] for report in weir.reports], [1])
