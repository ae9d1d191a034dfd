"""Whether a web process answers: `python -m deploy.alive [PORT]`, for a container's health check.

Standard library only: it runs every few seconds.
"""

from __future__ import annotations

import os
import sys
import urllib.request


def answers(url: str, host: str) -> bool:
    """Whether `url` is answered with 200 when it is asked for as `host` (one of ROSTRUM_HOSTS)."""
    request = urllib.request.Request(url, headers={"Host": host})  # noqa: S310  http by the caller
    try:
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
            return bool(response.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    port = sys.argv[1] if len(sys.argv) > 1 else "8000"
    served = os.environ.get("ROSTRUM_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    sys.exit(0 if answers(f"http://127.0.0.1:{port}/healthz", served) else 1)
