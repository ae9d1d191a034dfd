"""What a long recording costs the tab (`python -m benchmarks.tab --minutes 60`).

Chromium records a test picture and a tone through the real page to a real server. Once a minute:
what the page's scripts hold after a collection of garbage, the proportional memory of all the
browser's processes, and the bytes in this device's store. The profile lies on the disk: a private
window keeps that store in memory. Afterwards the recording is stopped and shown. Budget: over the
hour the scripts' memory grows by no more than 10 MB (a minute of the recording is 2 MB or more,
all of which must leave the memory).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.serving import keep, server
from benchmarks.studio import ROOM, record, room, stop
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
    with (
        tempfile.TemporaryDirectory() as folder,
        server("config.asgi:application") as port,
        sync_playwright() as playwright,
    ):
        profile = str(Path(folder) / "profile")
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream"],
            **ROOM,
        )
        with room(context, port, user, {"resolution": given.height}) as page:
            found = measure(page, profile, given.minutes)
    user.delete()
    settled = [one for one in found if one["minute"] >= min(SETTLED_MIN, given.minutes - 1)]
    grown = max(one["scripts_mb"] for one in settled) - settled[0]["scripts_mb"]
    print(f"scripts grew by {grown:.1f} MB", "within" if grown <= BUDGET_MB else "OVER", BUDGET_MB)
    keep("tab", {"budget_mb": BUDGET_MB, "grown_mb": grown, "found": found, **vars(given)})


def measure(page: Page, profile: str, minutes: int) -> list[dict[str, float]]:
    record(page)
    began = time.monotonic()
    found = []
    for minute in range(1, minutes + 1):
        page.wait_for_timeout(max(0.0, 1000 * (60 * minute - (time.monotonic() - began))))
        found.append({"minute": float(minute), **memory(page, profile)})
        print(*(f"{key} {value:.1f}" for key, value in found[-1].items()), flush=True)
    stop(page)
    page.locator("video[src]").first.wait_for()
    found.append({"minute": minutes + 0.5, **memory(page, profile)})
    print("in review", *(f"{key} {value:.1f}" for key, value in found[-1].items()))
    return found


def memory(page: Page, profile: str) -> dict[str, float]:
    inside = page.context.new_cdp_session(page)
    inside.send("HeapProfiler.collectGarbage")
    used = inside.send("Runtime.getHeapUsage")
    inside.detach()
    processes = _processes(profile)
    return {
        "scripts_mb": (used["usedSize"] + used.get("backingStorageSize", 0)) / MB,
        "renderers_mb": sum(_pss(pid) for pid, renders in processes.items() if renders),
        "browser_mb": sum(map(_pss, processes)),
        "stored_mb": page.evaluate(STORED) / MB,
    }


def _processes(profile: str) -> dict[int, bool]:
    """The browser's process ids, and whether each renders pages."""
    told = {pid: _said(pid, "cmdline").replace("\0", " ") for pid in _pids()}
    own = {pid for pid, line in told.items() if profile in line}
    while more := {pid for pid in told if _parent(pid) in own} - own:
        own |= more
    return {pid: "--type=renderer" in told[pid] for pid in own}


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _parent(pid: int) -> int:
    return int((_said(pid, "stat").rpartition(")")[2].split() or ["", "0"])[1])


def _said(pid: int, name: str) -> str:
    """Empty for a process that is gone."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return ""


def _pss(pid: int) -> float:
    """Proportional memory in MB."""
    lines = _said(pid, "smaps_rollup").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / MB


if __name__ == "__main__":
    main()
