"""A cut as a file: its length, shape, sound, captions, and where the crop goes."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from tests import clips, synthesis
from tests.clips import Look, Picture
from workers.engines import clip, crop
from workers.engines.clip import video
from workers.engines.clip.captions import cues_of, masked_words, vtt
from workers.engines.clip.drawing import CAPTION_LOWEST, Overlay, drawable
from workers.engines.clip.sound import levelled
from workers.engines.clip.spec import CARD_S, SIZES
from workers.engines.types import EngineError

LENGTH_S, FPS, SIZE = 5.0, 12, (320, 180)
GREY, RED = (90, 110, 130), (210, 30, 30)


def face_at(t: float) -> tuple[float, float]:
    """Middle of the planted face in shares of the picture: it walks from left to right."""
    return 0.2 + 0.6 * min(max((t - 1.0) / 3.0, 0.0), 1.0), 0.5


def picture(t: float) -> Picture:
    image = np.full((SIZE[1], SIZE[0], 3), GREY, dtype=np.uint8)
    x, y = (round(share * side) for share, side in zip(face_at(t), SIZE, strict=True))
    image[y - 14 : y + 14, x - 12 : x + 12] = RED
    return image


def tone(seconds: float = LENGTH_S) -> synthesis.Samples:
    """Quiet, and louder twice a second, as speech is."""
    t = np.arange(round(seconds * synthesis.RATE)) / synthesis.RATE
    return (0.02 * (1 + np.sin(4 * np.pi * t)) * np.sin(440 * np.pi * t)).astype(np.float32)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "source.mp4"
    return clips.clip(path, tone(), picture=picture, look=Look(size=SIZE, fps=FPS))


@pytest.fixture(scope="module")
def landmarks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "landmarks.npz"
    times = np.arange(0, LENGTH_S, 0.2)
    aspect = SIZE[0] / SIZE[1]
    face = np.array([(face_at(t)[0] * aspect, face_at(t)[1], 0.2) for t in times])
    np.savez_compressed(path, times=times, face=face.astype(np.float16), aspect=aspect)
    return path


def spec(**changes: Any) -> dict[str, Any]:
    words = [("So", 1.1, 1.3), ("this", 1.4, 1.6), ("shit", 1.7, 1.9), ("works.", 2.0, 2.3)]
    plain = {
        "start": 1.0, "end": 2.5, "format": "wide", "captions": "none", "profanity": "keep",
        "card": False, "title": "A title", "subtitle": "", "words": [
            {"text": text, "start": a, "end": b, "confidence": 1.0, "speaker": None}
            for text, a, b in words
        ],
    }  # fmt: skip
    return plain | changes


def made(
    folder: Path, source: Path, landmarks: Path | None = None, **changes: Any
) -> tuple[Path, dict[str, Any]]:
    workdir = folder / "out"
    workdir.mkdir(exist_ok=True)
    artifacts = {"source": str(source)}
    if landmarks is not None:
        artifacts["landmarks"] = str(landmarks)
    job: Any = {
        "stage": "clip", "media": [], "upstream": {"clip": spec(**changes)},
        "artifacts": artifacts, "settings": {}, "workdir": str(workdir),
    }  # fmt: skip
    output = clip.run(job, lambda ratio, **_: None)
    return Path(output["artifacts"][0]["path"]), output["section"]


def pictures(path: Path) -> list[Picture]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def sound(path: Path) -> np.ndarray:
    """(n, 2) samples at 48 kHz."""
    with av.open(str(path)) as container:
        return np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1).T


@pytest.mark.parametrize("shape", SIZES)
def test_it_works(tmp_path: Path, source: Path, landmarks: Path, shape: str):
    path, section = made(tmp_path, source, landmarks, format=shape)
    frames = pictures(path)
    assert (frames[0].shape[1], frames[0].shape[0]) == SIZES[shape]
    assert len(frames) == pytest.approx(1.5 * FPS, abs=1)
    assert len(sound(path)) / 48_000 == pytest.approx(1.5, abs=0.05)
    assert section["crop"] == {"follows": "face", "why": ""}
    assert np.abs(frames[5][40, 40].astype(int) - GREY).max() < 10, "the colours are the source's"


def test_a_face_that_walks_stays_inside_the_crop(tmp_path: Path, source: Path, landmarks: Path):
    path, _ = made(tmp_path, source, landmarks, format="tall", start=0.5, end=4.5)
    width = SIZES["tall"][0]
    for frame in pictures(path):
        red = (frame[..., 0] > 150) & (frame[..., 1] < 90)
        across = np.flatnonzero(red.any(axis=0))
        assert len(across) and across[0] > 0.05 * width and across[-1] < 0.95 * width


def test_without_a_face_the_crop_stays_in_the_middle_and_says_why(tmp_path: Path, source: Path):
    _, section = made(tmp_path, source, None, format="square")
    assert section["crop"]["follows"] == "centre"
    assert "nobody has looked" in section["crop"]["why"]
    unseen = crop.Faces(np.arange(5.0), np.full((5, 2), np.nan), 16 / 9)
    assert crop.follow(unseen, "tall", 0, 4).reason == "no_face"


def test_its_loudness_is_minus_16_lufs(tmp_path: Path, source: Path):
    path, section = made(tmp_path, source, format="audio", end=4.5)
    assert path.suffix == ".m4a"
    assert section["loudness_lufs"] < -25
    level = pyloudnorm.Meter(48_000).integrated_loudness(sound(path))
    assert level == pytest.approx(-16, abs=0.2)


@pytest.mark.parametrize("claps", [0.0, 0.9])
@pytest.mark.parametrize("seconds", [1.0, 3.0, 5.0])
def test_short_clips_and_peaks_above_the_voice_are_as_loud(seconds: float, claps: float):
    """EBU R128 lets 0.5 LU pass; loudnorm left short clips with high peaks up to 2.5 LU quiet."""
    one = np.interp(np.arange(round(seconds * 48_000)) / 3, np.arange(len(tone())), 5 * tone())
    one[12_000::24_000] += claps
    given = np.stack([one, one]).astype(np.float32)
    got, before = levelled(given)
    assert got.shape == given.shape
    meter = pyloudnorm.Meter(48_000)
    assert before == pytest.approx(meter.integrated_loudness(given.T), abs=0.1)
    assert meter.integrated_loudness(got.T) == pytest.approx(-16, abs=0.2)
    between = resample_poly(got, 4, 1, axis=1)
    assert 20 * np.log10(np.abs(between).max()) < -1.5 + 0.1
    at = [int(np.abs(sound[0, 10_000:14_000]).argmax()) for sound in (given, got)]
    assert not claps or abs(at[0] - at[1]) <= 1, "nothing is moved in time"


def test_silence_is_left_alone(tmp_path: Path):
    silent = clips.clip(tmp_path / "silent.wav", np.zeros(3 * synthesis.RATE, dtype=np.float32))
    path, section = made(tmp_path, silent, format="audio")
    assert section["loudness_lufs"] is None
    assert np.abs(sound(path)).max() < 1e-3


def test_captions_burnt_in_change_the_foot_of_the_picture(tmp_path: Path, source: Path):
    path, _ = made(tmp_path, source, captions="burnt")
    frame = pictures(path)[round(0.7 * FPS)]
    height = frame.shape[0]
    assert frame[round(height * 0.85) : round(height * 0.95)].max() > 235, "white letters"
    plain, _ = made(tmp_path, source, captions="none")
    bare = pictures(plain)[round(0.7 * FPS)]
    assert np.abs(frame[: height // 2].astype(int) - bare[: height // 2]).max() < 40
    assert bare[round(height * 0.85) :].max() < 200


@pytest.mark.parametrize("shape", ["wide", "square", "tall"])
@pytest.mark.parametrize(
    "lines", ["One line.", "Two lines of a caption that somebody reads, and so on."]
)
def test_captions_leave_the_mouth_of_a_close_face_free(shape: str, lines: str):
    """A head that fills the picture, its mouth at two thirds of the height."""
    times, count = np.arange(0, 5, 0.2), 25
    face = crop.Faces(times, np.tile([0.5, 0.5], (count, 1)), 1.0, np.full(count, 0.55))
    way = crop.follow(face, shape, 0.0, 4.0)
    size = SIZES[shape]
    picture = np.full((size[1], size[0], 3), 255, dtype=np.uint8)
    Overlay(lines, size, shape, way.lips).over(picture)
    rows = np.flatnonzero((picture < 255).any(axis=(1, 2))) / size[1]
    assert 0.6 < way.lips < rows[0], "below the lips"
    assert rows[-1] <= CAPTION_LOWEST[shape]


def test_a_close_face_stands_in_the_middle_of_the_crop_and_a_far_one_above_it():
    times = np.arange(0, 5, 0.2)
    middles = np.tile([0.5, 0.5], (25, 1))
    close, far = (
        crop.follow(crop.Faces(times, middles, 1.0, np.full(25, height)), "wide", 0.0, 4.0)
        for height in (0.6, 0.1)
    )
    assert close.at(2.0)[1] == pytest.approx(0.5, abs=0.002)
    assert far.at(2.0)[1] > 0.53


def test_a_far_face_leaves_captions_where_they_are():
    times, count = np.arange(0, 5, 0.2), 25
    face = crop.Faces(times, np.tile([0.9, 0.4], (count, 1)), 16 / 9, np.full(count, 0.2))
    way = crop.follow(face, "tall", 0.0, 4.0)
    pair = [np.full((1280, 720, 3), 255, dtype=np.uint8) for _ in range(2)]
    Overlay("One line.", (720, 1280), "tall", way.lips).over(pair[0])
    Overlay("One line.", (720, 1280), "tall").over(pair[1])
    assert (pair[0] == pair[1]).all()


def test_caption_times_are_the_clips_own(tmp_path: Path, source: Path):
    _, section = made(tmp_path, source, captions="vtt", card=True)
    lines = section["vtt"].splitlines()
    assert lines[0] == "WEBVTT"
    assert lines[2].startswith(f"00:00:0{CARD_S + 0.1:.3f} --> ")
    assert lines[3] == "So this shit works."
    assert section["duration_s"] == 1.5 + CARD_S


def test_a_caption_ends_with_a_sentence_or_a_pause_and_never_overlaps():
    words = [
        {"text": text, "start": at, "end": at + 0.3, "confidence": 1.0, "speaker": None}
        for text, at in (("One.", 1.0), ("Two", 1.4), ("three", 3.0), ("<b>", 3.4))
    ]
    wanted: Any = spec(words=words, end=4.0)
    cues = cues_of(masked_words(wanted), wanted, 0.0)
    assert [cue.text for cue in cues] == ["One.", "Two", "three <b>"]
    assert all(a.end <= b.start for a, b in itertools.pairwise(cues))
    assert "&lt;b&gt;" in vtt(cues)


@pytest.mark.parametrize("how", ["mute", "bleep"])
def test_swearing_is_masked_in_the_words_and_hidden_in_the_sound(
    tmp_path: Path, source: Path, how: str
):
    path, section = made(tmp_path, source, format="audio", captions="vtt", profanity=how)
    assert "s***" in section["vtt"]
    assert "shit" not in section["vtt"]
    assert section["hidden_words"] == 1
    heard = sound(path)[round(0.75 * 48_000) : round(0.85 * 48_000), 0]
    strengths = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    loudest = np.argmax(strengths) * 48_000 / len(heard)
    if how == "mute":
        assert np.abs(heard).max() < 0.01
    else:
        assert loudest == pytest.approx(1000, abs=30)


def test_a_title_card_comes_first(tmp_path: Path, source: Path):
    path, _ = made(tmp_path, source, card=True, start=1.0, end=1.6)
    frames = pictures(path)
    assert len(frames) == pytest.approx((CARD_S + 0.6) * FPS, abs=1)
    assert frames[0][5, 5].min() > 230, "paper"
    assert frames[-1][5, 5].max() < 150, "the recording"


def test_sound_alone_becomes_a_moving_waveform(tmp_path: Path):
    talk = clips.clip(tmp_path / "talk.wav", tone())
    path, section = made(tmp_path, talk, end=2.0)
    frames = pictures(path)
    assert section["crop"] is None
    assert frames[0].shape[:2] == (720, 1280)
    dark = [(frame.mean(axis=2) < 90).sum() for frame in (frames[0], frames[-1])]
    assert dark[1] > dark[0] * 1.5, "what was heard is filled"


def test_a_cut_past_the_end_is_refused(tmp_path: Path, source: Path):
    with pytest.raises(EngineError) as refused:
        made(tmp_path, source, start=4.0, end=9.0)
    assert refused.value.code == "longer_than_source"
    assert not refused.value.retry


@pytest.mark.parametrize(("shape", "name"), [("audio", "clip.m4a"), ("wide", "clip.mp4")])
def test_a_disk_that_fills_is_worth_another_try(
    tmp_path: Path, source: Path, shape: str, name: str
):
    clips.full_disk(tmp_path / "out" / name)
    with pytest.raises(EngineError) as refused:
        made(tmp_path, source, format=shape)
    assert (refused.value.code, refused.value.retry) == ("disk_full", True)


def test_the_encoder_chosen_is_one_that_encodes():
    assert video.best_encoder() == "libx264" or video._works(video.best_encoder())
    assert not video._works("no_such_encoder")


def test_it_knows_which_letters_it_can_draw():
    assert drawable("Fünf Žlutý kůň, naïve – “so”")
    assert not drawable("你好")


@settings(max_examples=60, deadline=None)
@given(
    wanted=st.lists(st.floats(-0.5, 3.0), min_size=2, max_size=120),
    aspect=st.floats(0.5, 2.4),
    shape=st.sampled_from(sorted(SIZES)),
)
def test_a_crop_never_leaves_the_picture_and_never_runs(
    wanted: list[float], aspect: float, shape: str
):
    side, _ = crop.crop_size(aspect, shape)
    way = crop.steady(np.array(wanted), side, aspect)
    assert len(way) == len(wanted)
    assert (way >= side / 2 - 1e-9).all()
    assert (way <= aspect - side / 2 + 1e-9).all()
    assert np.abs(np.diff(way)).max() <= crop.SPEED / crop.RATE_HZ + 1e-9


@given(at=st.floats(0.3, 1.4), noise=st.integers(0, 2**31))
@settings(max_examples=20, deadline=None)
def test_a_face_that_only_trembles_moves_nothing(at: float, noise: int):
    trembling = at + np.random.default_rng(noise).uniform(-0.01, 0.01, 100)
    way = crop.steady(trembling, 9 / 16, 16 / 9)
    assert np.ptp(way) < 0.005
