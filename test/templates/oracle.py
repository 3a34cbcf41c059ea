"""Renders templates with Python's Jinja2, as Weir promises to: one JSON job per line in, one JSON answer per line out."""

import json
import signal
import sys

import jinja2


def compiled(job):
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        loader=jinja2.DictLoader(job.get("partials", {})),
        trim_blocks=job.get("trimBlocks", False),
        lstrip_blocks=job.get("lstripBlocks", False),
        keep_trailing_newline=job.get("keepTrailingNewline", False),
    )
    return environment.from_string(job["source"])


def too_slow(_signal, _frame):
    raise TimeoutError("too slow")


def rendered(template, job):
    try:
        return {"text": template.render(job.get("data", {}))}
    except Exception as error:
        return {"error": type(error).__name__ + ": " + str(error)}


def answer(job):
    signal.setitimer(signal.ITIMER_REAL, 2)
    try:
        template = compiled(job)
    except Exception as error:  # Whatever Jinja2 refuses, and however.
        return {"error": "compile: " + type(error).__name__ + ": " + str(error)}
    else:
        return rendered(template, job)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


signal.signal(signal.SIGALRM, too_slow)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
