"""What a sampler and Weir say to each other, in daemon threads."""

import json
import random
import threading
import urllib.error
import urllib.parse
import urllib.request

WAIT_SECONDS = 25
POLL_SECONDS = 4
REPORT_TIMEOUT_SECONDS = 5
MOST_ROWS = 1000
_FIRST_BACKOFF_SECONDS = 1
_LONGEST_BACKOFF_SECONDS = 60


class Server:
    def __init__(self, url, api_key, service):
        self._base = url.rstrip("/")
        self._headers = {} if api_key is None else {"Authorization": "Bearer " + api_key}
        self._service = service
        self._etag = None

    def policy(self):
        """("policy", document), ("same", None) or ("none", None); waits until there is news. Raises what goes wrong."""
        url = "%s/api/v1/policies/%s?wait=%d" % (self._base, urllib.parse.quote(self._service, safe=""), WAIT_SECONDS)
        headers = dict(self._headers)
        if self._etag is not None:
            headers["If-None-Match"] = self._etag
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=WAIT_SECONDS + 10) as answer:
                raw = json.loads(answer.read())
                self._etag = answer.headers.get("ETag")
                return "policy", raw
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 304:
                return "same", None
            if error.code == 404:
                self._etag = None
                return "none", None
            raise

    def report(self, rows):
        body = {
            "service_name": self._service,
            "total_logs": sum(row["count"] for row in rows),
            "unique_patterns": len(rows),
            "patterns": rows,
        }
        request = urllib.request.Request(
            self._base + "/api/v1/patterns/stats",
            data=json.dumps(body).encode(),
            headers={**self._headers, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=REPORT_TIMEOUT_SECONDS):
            pass


def backoff_seconds(failures):
    """Grows with every failure in a row; half of it is chance, so that many processes do not come back at once."""
    longest = min(_LONGEST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2 ** min(failures, 16))
    return longest * (0.5 + random.random() / 2)


def start_daemon(name, run):
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
