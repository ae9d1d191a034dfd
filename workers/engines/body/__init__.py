"""The body on sampled frames: posture, gestures, facing the camera (DESIGN.md section 5).

What is not in view is not measured: a face close to the camera has no posture. No face, a black
picture or nobody at all is a result with reasons, never a failure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import numpy as np

from workers.engines.body import kinds, measures, posture
from workers.engines.body.expression import expression
from workers.engines.body.geometry import Signals, not_upright, signals
from workers.engines.body.gestures import gestures, speed
from workers.engines.body.place import Place, cropped, in_film, inset_ratio, places_of
from workers.engines.body.skeleton import skeleton
from workers.engines.body.speaker import Picture
from workers.engines.body.watch import MAX_SIDE, Track, watch
from workers.engines.timeline import Floats, keep_arrays, keep_json, rounded, series
from workers.engines.trim import trim_of
from workers.engines.types import (
    ArtifactFile,
    MediaInput,
    Report,
    Span,
    StageJob,
    StageOutput,
    Withheld,
)

DEFAULT_FPS = 5.0
DARK = 0.06
"""Mean brightness (0-1) of a picture in which nobody could be seen."""
REASONS = {
    "no_frames": "There is no camera recording, or no picture of it could be read.",
    "no_person": "Nobody was seen in the video.",
    "too_dark": "The video is too dark to see anybody in. Light your face from the front.",
    "not_upright": "The picture is upside down or on its side. Turn it, then bring it again.",
    "still_picture": "The picture does not move: it may be a photo, or a video that froze.",
    "no_face": "No face was seen in the video.",
    "face_too_short": "The face is seen for less than five seconds.",
    "upper_body_not_visible": (
        "Shoulders are hardly in the picture. Step back until they are to have posture measured."
    ),
    "posture_too_short": "Shoulders are never in the picture for two seconds in one piece.",
    "hands_not_visible": "Hands are hardly in the picture.",
    "few_gestures": "There were too few gestures to measure their reach.",
}


def run(job: StageJob, report: Report) -> StageOutput:
    """Measure the camera's recording. Raises EngineError where the file cannot be opened."""
    media = next((m for m in job["media"] if m["role"] == "camera"), None)
    fps = float(job["settings"].get("engines", {}).get("body_fps") or DEFAULT_FPS)
    duration = float(job["upstream"].get("probe", {}).get("duration_s") or 0.0)
    trim = trim_of(job["settings"])
    places = places_of(media["capture"]) if media else []
    track = watch(
        _pictures(media, places, fps, trim, job["workdir"]),
        lambda time: report(min(0.97, time / duration) if duration else 0.0),
    )
    found = signals(track)
    chosen = job["settings"].get("engines", {})
    holding, gesturing = posture.loaded(chosen), kinds.loaded(chosen)
    section, withheld = describe(
        track, found, fps, holding.value or posture.by_rule, gesturing.value or kinds.by_rule
    )
    if (inset := inset_ratio(track, places)) is not None:
        section["inset_ratio"] = inset
    report(1.0)
    return {
        "section": section,
        "withheld": withheld,
        "artifacts": _artifacts(track, found, in_film(track, places), job["workdir"]),
        "engine": f"mediapipe {version('mediapipe')} with rules 2",
        "model": "pose full, face mesh with iris, face detection full range; "
        f"{holding.name}, {gesturing.name}",
        "passing": bool(holding.problem or gesturing.problem),
    }


def _pictures(
    media: MediaInput | None, places: list[Place], fps: float, trim: Span | None, workdir: str
) -> Iterator[tuple[float, Picture]]:
    from workers.engines.media import frames, joined

    if media is None:
        return iter(())
    source, _left_out = joined(media, workdir)
    if not places:
        return frames(source, fps, max_side=MAX_SIDE, span=trim)
    return cropped(frames(source, fps, span=trim), places)


def describe(
    track: Track,
    found: Signals,
    fps: float,
    held: posture.Classifier = posture.by_rule,
    named: kinds.Classifier = kinds.by_rule,
) -> tuple[dict[str, Any], list[Withheld]]:
    """The section, and why any of it is null."""
    frames = len(track.times)
    nobody = _nobody(track, found)
    no_body = nobody or (None if measures.upper_body_known(found) else "upper_body_not_visible")
    no_hands = no_body or (None if measures.hands_known(found) else "hands_not_visible")
    no_face = nobody or (None if measures.face_known(found) else "no_face")
    section: dict[str, Any] = {
        "frames_analysed": frames,
        "frame_rate": rounded(fps, 2),
        "face_visible_ratio": rounded(float(found.face.mean())) if frames else None,
        "upper_body_visible_ratio": rounded(float(found.upper_body.mean())) if frames else None,
        "facing_camera_ratio": rounded(measures.mean(found.facing)),
        "away": measures.turned_away(found) if not nobody else _nothing("count"),
        "posture": _posture(found, held) if not no_body else _nothing(
            "score", "shoulder_tilt_degrees", "lean_degrees", "openness", "centring", "held"
        ),
        "gestures": _gestures(found, named) if not no_hands else {
            **_nothing("per_minute", "space", "fidgeting_ratio", "kinds"),
            "hands_visible_ratio": rounded(float(measures.hands(found).mean())) if frames else None,
        },
        "hand_to_face": measures.hand_to_face(found) if not no_hands else _nothing(
            "count", "per_minute"
        ),
        "expression": expression(track) if not no_face else _nothing(
            "smile_ratio", "liveliness", "brow_raises_per_minute"
        ),
        "sway": rounded(measures.sway(found)) if not no_body else None,
        "people": measures.people(track.people) if frames else None,
    }  # fmt: skip
    codes = {
        "facing_camera_ratio": nobody or "no_face",
        "posture": no_body, "posture/held": no_body or "posture_too_short",
        "sway": no_body, "gestures": no_hands, "hand_to_face": no_hands,
        "gestures/space": no_hands or "few_gestures", "expression": no_face or "face_too_short",
    }  # fmt: skip
    return section, _withheld(section, {name: code or "no_person" for name, code in codes.items()},
                              nobody or "no_person")  # fmt: skip


def _posture(found: Signals, classify: posture.Classifier) -> dict[str, Any]:
    measured = measures.posture(found)
    windows = posture.windows(found)
    held = posture.held(windows, classify(windows))
    items = sorted(measured["items"] + held["items"], key=lambda item: item["start"])
    return {**measured, "held": held["held"], "items": items}


def _gestures(found: Signals, classify: kinds.Classifier) -> dict[str, Any]:
    measured = gestures(found)
    items = kinds.named(found, measured["items"], classify)
    counts = Counter(item["what"] for item in items)
    return {**measured, "kinds": {kind: counts[kind] for kind in kinds.GESTURES}, "items": items}


def _nobody(track: Track, found: Signals) -> str | None:
    """Why nothing can be said about anybody; None where somebody was seen."""
    if not len(track.times):
        return "no_frames"
    if not found.person.any():
        return "too_dark" if np.nanmedian(track.light) < DARK else "no_person"
    if not_upright(track):
        return "not_upright"
    return "still_picture" if measures.still_picture(track) else None


def _nothing(*keys: str) -> dict[str, Any]:
    return {**dict.fromkeys(keys), "items": []}


def _withheld(section: dict[str, Any], codes: dict[str, str], otherwise: str) -> list[Withheld]:
    entries: list[Withheld] = []
    for name, value in section.items():
        leaves = value.items() if isinstance(value, dict) else [("", value)]
        for key, leaf in leaves:
            if leaf is None:
                path = f"{name}/{key}".rstrip("/")
                code = codes.get(path, codes.get(name, otherwise))
                entries.append({"path": f"/body/{path}", "code": code, "message": REASONS[code]})
    return entries


def _artifacts(track: Track, found: Signals, shown: Track, workdir: str) -> list[ArtifactFile]:
    """`shown`: the track as the film shows it."""
    if not len(track.times):
        return []
    fast = speed(found)
    energy = np.where(np.isfinite(fast).any(axis=1), np.nan_to_num(fast).max(axis=1), np.nan)
    named = {
        "facing": (found.facing, "ratio"),
        "yaw": (found.yaw, "degrees"),
        "tilt": (found.tilt, "degrees"),
        "lean": (found.lean, "degrees"),
        "gesture_energy": (energy, "shoulder widths/s"),
    }
    step = float(np.median(np.diff(track.times))) if len(track.times) > 1 else 1 / DEFAULT_FPS
    grid = np.arange(track.times[0], track.times[-1] + step / 2, step)
    content = {
        name: series(
            _on_grid(track.times, values, grid, step), start=float(grid[0]), step=step, unit=unit
        )
        for name, (values, unit) in named.items()
    }
    return [
        keep_json("series.body", content, workdir),
        keep_json("skeleton", skeleton(track, shown), workdir),
        keep_arrays(
            "landmarks", workdir,
            times=track.times.astype(np.float32), pose=shown.pose.astype(np.float16),
            head=track.head.astype(np.float16), face=shown.face.astype(np.float16),
            people=track.people.astype(np.float16), aspect=shown.aspect,
        ),
    ]  # fmt: skip


def _on_grid(times: Floats, values: Floats, grid: Floats, step: float) -> Floats:
    """`values` at the nearest sampled frame; NaN where none is within one step."""
    nearest = np.clip(np.searchsorted(times, grid), 1, max(1, len(times) - 1))
    if len(times) == 1:
        return values
    nearest -= grid - times[nearest - 1] < times[nearest] - grid
    return np.where(np.abs(times[nearest] - grid) <= step, values[nearest], np.nan)
