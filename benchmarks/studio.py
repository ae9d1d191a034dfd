"""What the studio's guide costs the recording (`python -m benchmarks.studio`).

Chromium without a GPU records a film of a face (talking_head.mp4 of the shared data, else a test
picture) through the real page, by turns with the guide off and on, each time in a new page. Of what
the recorder made: pictures a second and the longest time between two. Of the page: how late a timer
of 20 ms comes (95 %), the camera's frames that reached the page, how often the overlay was drawn,
for how much of the recording the guide looked before it gave itself up, if it did.
Budget: with the guide on the recorder makes at least 0.95 of the pictures a second that it makes
without.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["ROSTRUM_DEBUG"] = "true"  # static files as they lie here
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread

import django

django.setup()

import av  # noqa: E402
from imageio_ffmpeg import get_ffmpeg_exe  # noqa: E402
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright  # noqa: E402

from benchmarks.serving import cookie, keep, server  # noqa: E402
from coaching.accounts.models import User  # noqa: E402
from sessions.services import create_session, purge_session  # noqa: E402

BUDGET = 0.95
SETTLING_S = 4
TEST_PICTURE = ["-f", "lavfi", "-i", "testsrc=s=1280x720:r=30"]
FACE = ["-vf", "fps=30,scale=500:500,pad=1280:720:390:120:gray"]
WATCHED = """(() => {
  const found = window.benchmark = { chunks: [], drawn: 0, late: [] };
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...given) {
    found.drawn += 'studioOverlay' in this.canvas.dataset;
    return clear.apply(this, given);
  };
  window.MediaRecorder = class extends MediaRecorder {
    constructor(...given) {
      super(...given);
      this.addEventListener('dataavailable', ({ data }) => found.chunks.push(data));
    }
  };
  let due = performance.now() + 20;
  setInterval(() => {
    found.late.push(performance.now() - due);
    due = performance.now() + 20;
  }, 20);
})()"""
BEGIN = """(() => {
  const { stats } = document.querySelector('[data-studio-video]').srcObject.getVideoTracks()[0];
  Object.assign(benchmark, { drawn: 0, late: [], began: performance.now(), off: null });
  const framing = document.querySelector('[data-studio-framing]');
  new MutationObserver(() => {
    if (framing.dataset.state !== 'on') benchmark.off ??= performance.now();
  }).observe(framing, { attributeFilter: ['data-state'] });
  benchmark.camera = { ...stats.toJSON() };
})()"""
END = """(() => {
  const { stats } = document.querySelector('[data-studio-video]').srcObject.getVideoTracks()[0];
  const { drawn, late, began, camera, off } = benchmark;
  const of = (name) => stats[name] - camera[name];
  const now = performance.now();
  const seconds = (now - began) / 1000;
  const looked = (off ?? now) - began;
  return { seconds, drawn, late, looked: looked / 1000,
    delivered: of('deliveredFrames'), total: of('totalFrames') };
})()"""
ROOM: dict[str, Any] = {
    "permissions": ["camera", "microphone"],
    "viewport": {"width": 1280, "height": 900},
}
BYTES = """new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.split(',')[1]);
  reader.readAsDataURL(new Blob(benchmark.chunks));
})"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=20, help="of each recording")
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--height", type=int, default=720, choices=[480, 720, 1080])
    given = options.parse_args()
    user = User.objects.create_user(f"benchmark-{time.time_ns()}@example.invalid")
    found: dict[str, list[dict[str, float]]] = {"guide off": [], "guide on": []}
    with (
        tempfile.TemporaryDirectory() as folder,
        server("config.asgi:application") as port,
        sync_playwright() as playwright,
    ):
        film, kind = _film(Path(folder))
        devices = [
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ]
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", *devices]
        )
        for _round in range(given.rounds):
            for name in found:
                settings = {"vision": name == "guide on", "resolution": given.height}
                found[name].append(measure(chromium, port, user, settings, given.seconds))
        chromium.close()
    user.delete()
    means = {
        name: {key: statistics.mean(one[key] for one in rounds) for key in rounds[0]}
        for name, rounds in found.items()
    }
    for name, figures in means.items():
        print(f"{name:10}", *(f"{key} {value:.2f}" for key, value in figures.items()))
    ratio = means["guide on"]["recorded_per_s"] / means["guide off"]["recorded_per_s"]
    print(f"recorded, on to off: {ratio:.3f}", "within" if ratio >= BUDGET else "OVER", BUDGET)
    keep("studio", {"camera": kind, "budget": BUDGET, "ratio": ratio, "found": means,
                    "load": os.getloadavg()[0], **vars(given)})  # fmt: skip


def measure(
    chromium: Browser, port: int, user: User, settings: dict[str, Any], seconds: int
) -> dict[str, float]:
    """One recording in a page of its own, the studio set as `settings` say."""
    context = chromium.new_context(**ROOM)
    with room(context, port, user, settings) as page:
        page.add_init_script(WATCHED)
        page.reload()
        if settings["vision"]:
            page.locator("[data-studio-framing][data-state=on]").wait_for()
        page.wait_for_timeout(1000 * SETTLING_S)
        record(page)
        page.evaluate(BEGIN)
        page.wait_for_timeout(1000 * seconds)
        seen = page.evaluate(END)
        stop(page)
        return figures(seen, page)


@contextmanager
def room(
    context: BrowserContext, port: int, user: User, settings: dict[str, Any]
) -> Iterator[Page]:
    """The studio of a practice that is made for it, its devices on; the context is closed after."""
    session = create_session(owner=user, kind="free", title="Benchmark")
    address = f"http://localhost:{port}"
    name, _, value = cookie(user).partition("=")
    context.add_cookies([{"name": name, "value": value, "url": address}])
    kept = json.dumps({**settings, "countdown": 0})
    context.add_init_script(f"localStorage.setItem('rostrum.studio.{user.pk}', '{kept}')")
    page = context.new_page()
    page.set_default_timeout(60_000)
    try:
        page.goto(f"{address}/sessions/{session.pk}/studio/")
        page.locator("[data-live=true]").wait_for()
        yield page
    finally:
        context.close()
        purge_session(session=session)


def record(page: Page) -> None:
    page.locator("[data-live=true]").wait_for()
    page.get_by_role("button", name="Record", exact=True).click()
    page.locator(".studio[data-phase=recording]").wait_for()


def stop(page: Page) -> None:
    """Presses Stop, where the longest recording there may be has not stopped by itself."""
    if page.locator(".studio[data-phase=recording]").count():
        page.get_by_role("button", name="Stop", exact=True).click()
    page.locator(".studio[data-phase=review]").wait_for()


def figures(seen: dict[str, Any], page: Page) -> dict[str, float]:
    with av.open(BytesIO(base64.b64decode(page.evaluate(BYTES)))) as made:
        times = [
            float(packet.pts * packet.time_base) for packet in made.demux(video=0) if packet.pts
        ]
    gaps = sorted(b - a for a, b in itertools.pairwise(times))
    late = sorted(seen["late"])
    return {
        "recorded_per_s": len(gaps) / (times[-1] - times[0]),
        "longest_gap_s": gaps[-1],
        "camera_per_s": seen["delivered"] / seen["seconds"],
        "camera_lost": 1 - seen["delivered"] / max(1, seen["total"]),
        "timer_late_ms": late[int(0.95 * len(late))],
        "overlay_per_s": seen["drawn"] / seen["looked"],
        "guided_share": seen["looked"] / seen["seconds"],
    }


def _film(folder: Path) -> tuple[Path, str]:
    """What the camera shows, and what to call it."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    face = Path(os.environ.get("ROSTRUM_SHARED_DATA", beside)) / "talking_head.mp4"
    source = ["-i", str(face), *FACE] if face.exists() else TEST_PICTURE
    film = folder / "camera.mjpeg"
    subprocess.run(
        [get_ffmpeg_exe(), "-v", "error", *source, "-t", "8", "-q:v", "5", str(film)], check=True
    )
    return film, "a talking head" if face.exists() else "a test picture"


if __name__ == "__main__":
    main()
