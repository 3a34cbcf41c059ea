"""The filter for Python's logging."""

import logging

from .severity import severity_of


class WeirFilter(logging.Filter):
    """Add it to a handler: `handler.addFilter(WeirFilter(sampler))`. It looks at the format string, before anything is
    formatted, and writes the stamp on records it keeps. Several handlers may share a sampler: a record is decided once."""

    def __init__(self, sampler):
        super().__init__()
        self._sampler = sampler

    def filter(self, record):
        known = record.__dict__.get("_weir_kept")
        if known is not None:
            return known
        stamp = self._decide(record)
        if stamp is not None:
            record.__dict__.update(stamp)
        record._weir_kept = stamp is not None
        return stamp is not None

    def _decide(self, record):
        try:
            text = record.msg if isinstance(record.msg, str) else str(record.msg)
        except Exception:
            return self._sampler.decide("UNKNOWN", "")
        trace_id = getattr(record, "trace_id", None) or getattr(record, "otelTraceID", None)
        return self._sampler.decide(
            severity_of(record.levelno, "python"),
            text,
            trace_id=trace_id if isinstance(trace_id, str) else None,
            has_exception=bool(record.exc_info) or isinstance(record.msg, BaseException),
            formatted=record.getMessage if record.args else None,
        )
