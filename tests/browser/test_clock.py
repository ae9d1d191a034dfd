"""The planted recording in Chromium: a time in the document is the player's `currentTime`."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import clips
from tests.clips import CLICKS
from tests.engines.speech.jobs import artifact, played

TOLERANCE_S = 0.04
LOOK = """
async ({data, type, times}) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const video = document.createElement("video");
  video.muted = true;
  video.src = URL.createObjectURL(new Blob([bytes], {type}));
  await new Promise((done, fail) => { video.onloadeddata = done; video.onerror = fail; });
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 4;
  const pen = canvas.getContext("2d", {willReadFrequently: true});
  const lit = [];
  for (const at of times) {
    video.currentTime = at;
    await new Promise((done) => { video.onseeked = done; });
    pen.drawImage(video, 0, 0, 4, 4);
    lit.push(pen.getImageData(1, 1, 1, 1).data[0] > 128);
  }
  const rate = 16000;
  const sound = await new OfflineAudioContext(1, rate, rate).decodeAudioData(bytes.buffer);
  const wave = sound.getChannelData(0);
  const clicks = [];
  for (let n = 0; n < wave.length; n++) {
    if (Math.abs(wave[n]) > 0.2 && !(n / rate - clicks.at(-1) < 1)) clicks.push(n / rate);
  }
  return {start: video.seekable.start(0), duration: video.duration, lit, clicks};
}
"""


@pytest.mark.parametrize("kind", ["mp4", "mkv", "webm"])
def test_click_and_flash_are_where_the_document_says(browser: Browser, tmp_path: Path, kind: str):
    output = played(clips.click_and_flash(tmp_path / f"planted.{kind}"))
    path = Path(artifact(output, "rendition"))
    page = browser.new_page()
    try:
        seen = page.evaluate(
            LOOK,
            {
                "data": base64.b64encode(path.read_bytes()).decode(),
                "type": f"video/{path.suffix[1:]}",
                "times": [at + by for at in CLICKS for by in (-TOLERANCE_S, TOLERANCE_S)],
            },
        )
    finally:
        page.close()
    assert seen["start"] == 0
    assert seen["duration"] == pytest.approx(clips.CLICK_CLIP_SECONDS, abs=0.05)
    assert seen["lit"] == [False, True] * len(CLICKS)
    assert seen["clicks"] == pytest.approx(CLICKS, abs=TOLERANCE_S)
