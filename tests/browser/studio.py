"""A Chromium whose camera and microphone are files, and what a test does in the studio."""

from __future__ import annotations

import hashlib
import json
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.test import Client
from imageio_ffmpeg import get_ffmpeg_exe
from playwright.sync_api import Browser, BrowserContext, Error, Page

from coaching.accounts.models import User
from sessions.models import Session
from tests.browser.harness import CHROMIUM, FLAGS, TIMEOUT_MS, Watch
from tests.sessions.served import until
from tests.synthesis import answer

KEPT = """(async (store, session) => {
  const base = await new Promise((done, failed) => {
    const asked = indexedDB.open(`rostrum-studio-${document.querySelector('[data-studio]').dataset.user}`);
    asked.onsuccess = () => done(asked.result); asked.onerror = failed;
  });
  const rows = await new Promise(done => {
    const asked = base.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  base.close();
  return rows.filter(row => row.session === session);
})"""  # noqa: E501 - read as a script
KEPT_SLIDES = f"""(async session => (await {KEPT}('takes', session))
  .flatMap(take => take.marks).filter(mark => mark.kind === 'slide').map(mark => mark.n))"""
LOCAL_SHA256 = f"""async session => {{
  const pieces = await {KEPT}('pieces', session);
  const whole = await new Blob(pieces.map(piece => piece.blob)).arrayBuffer();
  const digest = await crypto.subtle.digest('SHA-256', whole);
  return [...new Uint8Array(digest)].map(b => b.toString(16).padStart(2, '0')).join('');
}}"""


def filmed(folder: Path) -> dict[str, Path]:
    """A voice and a moving picture, as files the browser takes for its devices."""
    picture, voice = folder / "picture.mjpeg", folder / "voice.wav"
    subprocess.run(
        [get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "testsrc=s=320x240:r=15:d=2",
         "-pix_fmt", "yuvj420p", "-q:v", "8", str(picture)],
        check=True,
    )  # fmt: skip
    return {"voice": answer().write(voice), "picture": picture}


def with_devices(browser: Browser, files: dict[str, Path], *extra: str) -> Browser:
    return browser.browser_type.launch(
        executable_path=CHROMIUM,
        args=[
            *FLAGS,
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={files['voice']}",
            f"--use-file-for-fake-video-capture={files['picture']}",
            "--autoplay-policy=no-user-gesture-required",
            *extra,
        ],
    )


@dataclass
class Room:
    """One person's browser on one practice."""

    context: BrowserContext
    session: Session
    site: str
    watch: Watch

    def enter(self, *, room_bytes: int | None = None) -> Page:
        """`room_bytes`: how much this device may keep for the site."""
        page = self.context.new_page()
        self.watch.attach(page)
        if room_bytes is not None:
            self.context.new_cdp_session(page).send(
                "Storage.overrideQuotaForOrigin", {"origin": self.site, "quotaSize": room_bytes}
            )
        page.goto(f"{self.site}/sessions/{self.session.pk}/studio/")
        return page

    def sent(self, role: str = "camera") -> bytes:
        """Waits for the recording and gives what the server holds."""
        found = self.session.recordings.filter(role=role)
        assert until(found.exists, 90), "no recording came"
        for page in self.context.pages:  # closed on its way to the next address, it may never be
            with suppress(Error):
                page.wait_for_url(f"**{self.session.get_absolute_url()}", timeout=5_000)
        with default_storage.open(found.get().key) as stored:
            return bytes(stored.read())

    def holds(self, digest: str) -> bool:
        return hashlib.sha256(self.sent()).hexdigest() == digest


def open_context(
    browser: Browser, user: User, site: str, *, devices: bool = True, **settings: object
) -> BrowserContext:
    """`settings` are the studio's, as an earlier visit kept them; without countdown and tour."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    context = browser.new_context(
        base_url=site,
        permissions=["camera", "microphone"] if devices else [],
        reduced_motion="reduce",
        viewport={"width": 1280, "height": 900},
    )
    context.set_default_timeout(TIMEOUT_MS)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
    kept = json.dumps({"countdown": 0, "resolution": "480", "tour": "done", **settings})
    context.add_init_script(f"localStorage.setItem('rostrum.studio.{user.pk}', '{kept}')")
    return context


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def record(page: Page, seconds: float) -> None:
    """Begin, and wait until so much was recorded."""
    press(page, "Record")
    recorded(page, seconds)


def recorded(page: Page, seconds: float) -> None:
    clock = page.locator("[data-studio-clock]")
    assert until(lambda: float(clock.inner_text().split(":")[1]) >= seconds, 30)


def mark_slide(page: Page, session: Session, n: int) -> None:
    """Slide `n` is shown now; comes back once this browser keeps that."""
    page.keyboard.press("d")
    kept = f"{KEPT_SLIDES}({str(session.pk)!r})"
    assert until(lambda: page.evaluate(kept)[-1:] == [n], 15), "the mark was not kept"


def local_sha256(page: Page, session: Session) -> str:
    """Of what the recorder made, as this browser keeps it."""
    return str(page.evaluate(LOCAL_SHA256, str(session.pk)))
