import io
import json
import logging
import unittest

from tests.policies import DROP_ALL, SAMPLE
from weir_sampler import Sampler, StructlogProcessor, WeirFilter


class Stamps(logging.Formatter):
    def format(self, record):
        fields = {"message": record.getMessage(), "sample_rate": record.sample_rate}
        return json.dumps({**fields, "pattern": record.__dict__.get("weir.pattern")})


class Logging(unittest.TestCase):
    def logger(self, policy, handlers=1, **options):
        self.sampler = Sampler(policy=policy, **options)
        self.outputs = [io.StringIO() for _ in range(handlers)]
        logger = logging.Logger("test")
        for output in self.outputs:
            handler = logging.StreamHandler(output)
            handler.setFormatter(Stamps())
            handler.addFilter(WeirFilter(self.sampler))
            logger.addHandler(handler)
        return logger

    def lines(self):
        return [json.loads(line) for line in self.outputs[0].getvalue().splitlines() if line.startswith("{")]

    def test_drops_before_anything_is_formatted(self):
        class Dear:
            def __str__(self):
                raise AssertionError("formatted")

        logger = self.logger({**DROP_ALL, "patterns": {}})
        logger.info("Stored %s", Dear())
        self.assertEqual(self.lines(), [])
        self.assertEqual(self.sampler.counts, {"seen": 1, "kept": 0})

    def test_keeps_errors_and_exceptions(self):
        logger = self.logger(DROP_ALL)
        logger.debug("x")
        logger.warning("x")
        logger.error("Lost %d", 7)
        logger.critical("Full")
        try:
            raise ValueError("odd")
        except ValueError as error:
            logger.exception("Odd")
            logger.info("told", exc_info=True)
            logger.info(error)
        self.assertEqual([line["message"] for line in self.lines()], ["Lost 7", "Full", "Odd", "told", "odd"])

    def test_stamps_and_knows_the_pattern_of_a_format_string(self):
        logger = self.logger(SAMPLE, random=lambda: 0.99)
        logger.info("Polled queue %s: %d messages", "orders", 3)
        self.assertEqual(
            self.lines(), [{"message": "Polled queue orders: 3 messages", "sample_rate": 50, "pattern": "polled"}]
        )

    def test_decides_a_record_once_for_all_handlers(self):
        logger = self.logger({**SAMPLE, "pattern_rates": {}}, handlers=3)
        for at in range(300):
            logger.info("Stored %d", at)
        first, *others = [output.getvalue() for output in self.outputs]
        self.assertEqual(others, [first, first])
        self.assertEqual(self.sampler.counts, {"seen": 300, "kept": len(self.lines())})

    def test_keeps_what_cannot_be_read(self):
        class Hostile:
            def __str__(self):
                raise RuntimeError("no")

        self.sampler = Sampler(policy=DROP_ALL)
        record = logging.makeLogRecord({"msg": Hostile(), "levelno": logging.INFO})
        self.assertTrue(WeirFilter(self.sampler).filter(record))


class Structlog(unittest.TestCase):
    """structlog itself where it is installed, else its protocol: an event dictionary in, one out or DropEvent."""

    def setUp(self):
        try:
            from structlog import DropEvent

            self.structlog = __import__("structlog")
        except ImportError:

            class DropEvent(BaseException):
                pass

            self.structlog = None
        self.drop_event = DropEvent

    def processor(self, policy):
        self.sampler = Sampler(policy=policy)
        return StructlogProcessor(self.sampler, self.drop_event)

    def test_drops_and_keeps(self):
        process = self.processor(DROP_ALL)
        for method in ("debug", "info", "warning", "warn", "notice"):
            with self.assertRaises(self.drop_event):
                process(None, method, {"event": "Stored"})
        for method in ("error", "critical", "fatal", "exception", "audit"):
            self.assertEqual(process(None, method, {"event": "Lost"})["sample_rate"], 1)
        self.assertIn("weir.policy_version", process(None, "info", {"event": "told", "exc_info": True}))

    def test_within_structlog(self):
        if self.structlog is None:
            self.assertRaises(ImportError, StructlogProcessor, Sampler())
            return
        events = []
        logger = self.structlog.wrap_logger(
            self.structlog.PrintLogger(io.StringIO()),
            processors=[StructlogProcessor(Sampler(policy=DROP_ALL)), lambda *args: events.append(dict(args[2])) or "x"],
            wrapper_class=self.structlog.BoundLogger,
        )
        logger.info("Stored", order=7)
        logger.error("Lost", order=7)
        self.assertEqual([event["event"] for event in events], ["Lost"])
        self.assertEqual(events[0]["sample_rate"], 1)
