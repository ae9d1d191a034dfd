"""What a long recording costs the tab (`python -m benchmarks.tab --minutes 60`).

Chromium records a test picture and a tone through the real page to a real server. Once a minute:
what the page's scripts hold after a collection of garbage, the proportional memory of all the
browser's processes, and the bytes that wait in this page's store for the server. Afterwards the
recording is stopped and played. Budget: over the hour the scripts' memory grows by no more than
10 MB (a minute of the recording is 3 MB or more, all of which must leave the memory).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.serving import keep, server
from benchmarks.studio import record, room, stop
from coaching.accounts.models import User

BUDGET_MB = 10.0
SETTLED_MIN = 2
"""What the page loads while it settles is no growth."""
MB = 1e6
STORED = """navigator.storage.estimate().then(({ usage }) => usage)"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=int, default=60)
    options.add_argument("--height", type=int, default=480, choices=[480, 720, 1080])
    given = options.parse_args()
    user = User.objects.create_user(f"benchmark-{time.time_ns()}@example.invalid")
    with server("config.asgi:application") as port, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream"],
        )
        found = measure(chromium, port, user, given.minutes, given.height)
        chromium.close()
    user.delete()
    settled = [one for one in found if one["minute"] >= min(SETTLED_MIN, given.minutes - 1)]
    grown = max(one["scripts_mb"] for one in settled) - settled[0]["scripts_mb"]
    print(f"scripts grew by {grown:.1f} MB", "within" if grown <= BUDGET_MB else "OVER", BUDGET_MB)
    keep("tab", {"budget_mb": BUDGET_MB, "grown_mb": grown, "found": found, **vars(given)})


def measure(
    chromium: Browser, port: int, user: User, minutes: int, height: int
) -> list[dict[str, float]]:
    with room(chromium, port, user, {"resolution": height}) as page:
        record(page)
        began = time.monotonic()
        found = []
        for minute in range(1, minutes + 1):
            page.wait_for_timeout(max(0.0, 1000 * (60 * minute - (time.monotonic() - began))))
            found.append({"minute": float(minute), **memory(chromium, page)})
            print(*(f"{key} {value:.1f}" for key, value in found[-1].items()), flush=True)
        stop(page)
        page.locator("video[src], audio[src]").first.wait_for()
        found.append({"minute": minutes + 0.5, **memory(chromium, page)})
        print("in review", *(f"{key} {value:.1f}" for key, value in found[-1].items()))
        return found


def memory(chromium: Browser, page: Page) -> dict[str, float]:
    inside = page.context.new_cdp_session(page)
    inside.send("HeapProfiler.collectGarbage")
    used = inside.send("Runtime.getHeapUsage")
    inside.detach()
    outside = chromium.new_browser_cdp_session()
    processes: list[dict[str, Any]] = outside.send("SystemInfo.getProcessInfo")["processInfo"]
    outside.detach()
    return {
        "scripts_mb": (used["usedSize"] + used.get("backingStorageSize", 0)) / MB,
        "renderer_mb": sum(_pss(one["id"]) for one in processes if one["type"] == "renderer"),
        "browser_mb": sum(_pss(one["id"]) for one in processes),
        "stored_mb": page.evaluate(STORED) / MB,
    }


def _pss(pid: int) -> float:
    """Proportional memory in MB; 0 for a process that is gone."""
    path = Path(f"/proc/{pid}/smaps_rollup")
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / MB


if __name__ == "__main__":
    main()
