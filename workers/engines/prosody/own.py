"""The voice of the learner alone, where others speak too.

Prosody listens before anybody knows whose words are whose. Once they are known, pitch and loudness
are taken again from its tracks, over the learner's turns; what the tracks do not hold (jitter,
shimmer, harmonics to noise) is left out. The pitch was looked for in the range of all who speak.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from workers.engines.fluency.tracks import LevelTrack, VoiceTrack
from workers.engines.prosody import loudness as loud
from workers.engines.prosody import pitch as pitches
from workers.engines.timeline import inside, total
from workers.engines.types import Span, Withheld

_SHARED = "This could only be measured of everybody who speaks here together."
_TOO_LITTLE = "There is too little of your own speech to measure."


def measure(
    voice: VoiceTrack | None, level: LevelTrack | None, turns: Sequence[Span]
) -> tuple[dict[str, Any], list[Withheld]]:
    """What stands in the place of prosody's own figures (`types.voice_of`), and why any is null."""
    found: dict[str, dict[str, Any]] = {"voice": dict.fromkeys(("jitter", "shimmer", "hnr_db"))}
    if voice is not None:
        own = pitches.PitchTrack(voice.hz, voice.start, voice.step, 0.0, 0.0).within(turns)
        found["pitch"] = pitches.measure(own, total(turns))
        found["monotone"] = {"items": pitches.monotone(own)}
    if level is not None:
        heard = inside(level.start + np.arange(len(level.lufs)) * level.step, turns)
        found["loudness"] = loud.measure(
            loud.Loudness(np.where(heard, loud.power_of(level.lufs), 0.0)), turns
        )
    withheld = [
        Withheld(
            path=f"/prosody/{name}/{key}",
            code="several_speakers" if name == "voice" else "too_short",
            message=_SHARED if name == "voice" else _TOO_LITTLE,
        )
        for name, leaves in found.items()
        for key, leaf in leaves.items()
        if leaf is None
    ]
    return found, withheld
