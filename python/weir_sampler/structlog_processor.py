"""The processor for structlog."""

from .severity import severity_of


class StructlogProcessor:
    """Put it first among the processors: it drops events before the others cost anything, and stamps those it keeps."""

    def __init__(self, sampler, drop_event=None):
        if drop_event is None:
            from structlog import DropEvent as drop_event
        self._sampler = sampler
        self._drop_event = drop_event

    def __call__(self, logger, method_name, event_dict):
        stamp = self._decide(method_name, event_dict)
        if stamp is None:
            raise self._drop_event
        event_dict.update(stamp)
        return event_dict

    def _decide(self, method_name, event_dict):
        try:
            event = event_dict.get("event")
            text = event if isinstance(event, str) else str(event)
        except Exception:
            return self._sampler.decide("UNKNOWN", "")
        trace_id = event_dict.get("trace_id")
        return self._sampler.decide(
            severity_of(method_name if method_name != "msg" else event_dict.get("level"), "python"),
            text,
            trace_id=trace_id if isinstance(trace_id, str) else None,
            has_exception=bool(event_dict.get("exc_info")) or isinstance(event, BaseException),
        )
