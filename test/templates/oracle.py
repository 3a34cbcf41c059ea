"""Renders templates with Python's Jinja2, as Weir promises to: one JSON job per line in, one JSON answer per line out."""

import json
import signal
import sys

import jinja2


def render(job):
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        loader=jinja2.DictLoader(job.get("partials", {})),
        trim_blocks=job.get("trimBlocks", False),
        lstrip_blocks=job.get("lstripBlocks", False),
        keep_trailing_newline=job.get("keepTrailingNewline", False),
    )
    return environment.from_string(job["source"]).render(job.get("data", {}))


def too_slow(_signal, _frame):
    raise TimeoutError("too slow")


def answer(job):
    signal.setitimer(signal.ITIMER_REAL, 2)
    try:
        return {"text": render(job)}
    except Exception as error:  # Whatever Jinja2 refuses, and however.
        return {"error": type(error).__name__ + ": " + str(error)}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


signal.signal(signal.SIGALRM, too_slow)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
