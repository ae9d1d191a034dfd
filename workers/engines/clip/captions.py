"""Words of a cut as captions: cut where a speaker pauses, masked where asked, written as WebVTT."""

from __future__ import annotations

from typing import NamedTuple

from workers.engines.clip.spec import ClipWord
from workers.engines.profanity import masked
from workers.engines.types import ClipSpec

LONGEST_CHARS = {"wide": 74, "square": 52, "tall": 44, "audio": 74}
"""About two lines of a format (BBC subtitle guidelines: at most two)."""
LONGEST_S = 5.0
PAUSE_S = 0.6
LINGER_S = 0.4
"""A caption stays a little, unless the next is there."""
LEAST_S = 0.3


class Cue(NamedTuple):
    """Times in seconds of the clip."""

    start: float
    end: float
    text: str


def masked_words(spec: ClipSpec) -> list[ClipWord]:
    """The timed words that lie in the cut by their middle; swear words masked and marked hidden
    unless they are to be kept."""
    timed = [
        (word["text"].replace("\n", " ").strip(), float(word["start"]), float(word["end"]))
        for word in spec["words"]
        if word["start"] is not None and word["end"] is not None and word["text"].strip()
    ]
    texts = [text for text, _, _ in timed]
    if spec["profanity"] != "keep" and texts:
        texts = masked("\n".join(texts)).split("\n")
    return [
        ClipWord(text=shown, start=start, end=end, hidden=shown != said)
        for shown, (said, start, end) in zip(texts, timed, strict=True)
        if spec["start"] <= (start + end) / 2 <= spec["end"]
    ]


def cues_of(words: list[ClipWord], spec: ClipSpec, card_s: float) -> list[Cue]:
    """Captions on the clip's own clock, which a title card begins `card_s` earlier."""
    groups: list[list[ClipWord]] = []
    for word in words:
        if groups and _belongs(groups[-1], word, LONGEST_CHARS[spec["format"]]):
            groups[-1].append(word)
        else:
            groups.append([word])
    shift, last = card_s - spec["start"], spec["end"] - spec["start"] + card_s
    cues: list[Cue] = []
    for i, group in enumerate(groups):
        start = min(max(group[0]["start"] + shift, card_s), last)
        following = groups[i + 1][0]["start"] + shift if i + 1 < len(groups) else last
        end = max(group[-1]["end"] + shift, start + LEAST_S)
        end = min(max(end, min(end + LINGER_S, following)), max(following, start + LEAST_S), last)
        cues.append(Cue(round(start, 3), round(end, 3), " ".join(w["text"] for w in group)))
    return [cue for cue in cues if cue.end > cue.start]


def _belongs(group: list[ClipWord], word: ClipWord, most: int) -> bool:
    length = sum(len(one["text"]) + 1 for one in group) + len(word["text"])
    return (
        length <= most
        and word["start"] - group[-1]["end"] < PAUSE_S
        and word["end"] - group[0]["start"] <= LONGEST_S
        and group[-1]["text"][-1] not in ".?!"
    )


def vtt(cues: list[Cue]) -> str:
    """The captions as a WebVTT file; "" where there are none."""
    if not cues:
        return ""
    blocks = [f"{_stamp(c.start)} --> {_stamp(c.end)}\n{_escaped(c.text)}" for c in cues]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _stamp(seconds: float) -> str:
    whole, ms = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{ms:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
