"""What engines take and give: plain JSON-shaped records, standard library only.

A stage's result *is* its section of the result document (`rostrum.analysis/1`, see
analysis/schema.json), so nothing translates between the engine, the wire, the row and the
document. Times are seconds on the recording's one clock (t = 0 is the rendition's currentTime 0),
ratios are 0-1, units stand in the key. A leaf may be None; then `withheld` says why.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from typing import Any, Literal, NotRequired, Protocol, TypedDict

Scenario = Literal["interview", "presentation", "pitch", "lecture", "free"]
Skill = Literal[
    "pace", "pauses", "fluency", "vocal_variety", "clarity", "presence", "structure", "content"
]
SKILLS: tuple[Skill, ...] = (
    "pace", "pauses", "fluency", "vocal_variety", "clarity", "presence", "structure", "content",
)  # fmt: skip
ROLES = ("camera", "audio", "screen")
"""Which recording of a session carries the learner, in order of preference: its clock is the
session's, its trim counts."""
SAMPLE_RATE = 16_000
"""Sample rate in Hz of the decoded audio every sound engine reads."""
EMBEDDING_DIMENSIONS = 384
GATE = 0.7
"""Reliability under which nothing is read into the exact words of a recognised transcript."""
COUNTED = 0.2
"""Reliability of a score under which it is shown and counts for nothing: no part of the overall, no
reason for advice. Ten seconds of speech, or words that were hardly heard, lie below it."""
GIVEN = frozenset({"attached", "edited", "text"})
"""Sources of text that a person gave: its words are right, whatever the sound was like ..."""
BELONGS = 0.3
"""... unless fewer of them than this share can be heard: then it is of another recording."""


class EngineError(Exception):
    """A stage cannot give a result. `message` is for the learner, `detail` for the operator.

    `retry` says whether another attempt could end differently (a full disk may; a text file
    renamed .mp4 may not).
    """

    def __init__(self, code: str, message: str, *, detail: str = "", retry: bool = False) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.detail, self.retry = code, message, detail, retry

    def __reduce__(self) -> tuple[Any, ...]:
        return (_engine_error, (self.code, self.message, self.detail, self.retry))


def _engine_error(code: str, message: str, detail: str, retry: bool) -> EngineError:
    return EngineError(code, message, detail=detail, retry=retry)


def no_room(error: BaseException) -> EngineError | None:
    """What a full disk means for a stage; None for any other error."""
    if getattr(error, "errno", None) not in {errno.ENOSPC, errno.EDQUOT}:
        return None
    return EngineError(
        "disk_full",
        "The machine that works on this has no room left. Please try again later.",
        detail=f"{type(error).__name__}: {error}",
        retry=True,
    )


class Withheld(TypedDict):
    """Why a measurement is null. `path` is a JSON Pointer into the result document."""

    path: str
    code: str
    message: str


class Word(TypedDict):
    text: str
    start: float | None
    end: float | None
    confidence: float | None
    speaker: str | None
    interpolated: NotRequired[bool]
    """True where the engine gave no time of its own and neighbours lent one."""


class Span(TypedDict):
    start: float
    end: float


class Part(TypedDict):
    """A stretch of the session that answers one question; at least one a session."""

    id: str
    question: str
    start: float | None
    end: float | None


class SourceTranscript(TypedDict):
    """Text the learner gave (attached, edited, captions): aligned, never recognised over."""

    kind: Literal["attached", "captions", "edited"]
    format: Literal["txt", "srt", "vtt", "json"]
    text: str
    """The file's text as it came, in `format`; for an edit, the JSON words of the new version."""


class SourceCaptions(TypedDict):
    """What was shown while it was recorded, by whichever recogniser."""

    origin: Literal["server", "browser", "browser-device"]
    """Our own worker, the browser's maker, or the browser on the device."""
    language: str
    text: str
    """JSON words; those of a line share its time."""


class Join(TypedDict):
    """A further film begins in an original at `byte`, told for `t` (s) on its clock."""

    byte: int
    t: float


class MediaInput(TypedDict):
    """One original of the session in the worker's local cache."""

    role: Literal["camera", "screen", "audio"]
    path: str
    filename: str
    capture: dict[str, Any]
    """What the browser said of the capture (gain control ...); empty for an upload."""
    joins: NotRequired[list[Join]]
    """Where the studio went on after it was cut off; read such a file by `media.joined` alone."""


class SlideMark(TypedDict):
    """The learner's next slide began at `t` (s); `found`: seen on the screen, not pressed."""

    t: float
    found: bool


class StageSettings(TypedDict):
    """Everything besides media and upstream results that may change a stage's result.

    It goes into the stage's input digest, so a stage must read nothing else.
    """

    scenario: Scenario
    language: str
    """BCP 47, or `auto`."""
    title: str
    parts: list[Part]
    job_title: str
    job_description: str
    transcript: SourceTranscript | None
    captions: NotRequired[SourceCaptions]
    """Where there were any: to be compared, or read where nothing better is there."""
    speaker: str | None
    """Which speaker is the learner, where there are several; None: who speaks most."""
    trim: NotRequired[Span | None]
    """What of the recording counts (`workers.engines.trim`); None: all of it."""
    slides: NotRequired[list[SlideMark]]
    """Where the studio's marks stand; absent without any. The result document reads them."""
    engines: dict[str, Any]
    """Operator's choices: `transcriber` (auto|whisperx|pocketsphinx), `denoise` (auto|always|
    never), `models_dir`, `device`, `trained` (which of our models are in production),
    `grammar_url`, `body_fps` and the limits `max_duration_s`, `max_pixels`."""


class StageJob(TypedDict):
    stage: str
    media: list[MediaInput]
    """Empty for text-only analysis."""
    upstream: dict[str, dict[str, Any]]
    """Results (document sections) of settled stages before this one; a missing key: not done."""
    artifacts: dict[str, str]
    """Artifact kind -> local path, from the stages before this one (`audio`: 16 kHz mono FLAC)."""
    settings: StageSettings
    workdir: str
    """Empty folder for the stage's files; gone after the stage."""


class ArtifactFile(TypedDict):
    """A file in the workdir to be kept. Kinds are listed in `ARTIFACT_KINDS`."""

    kind: str
    path: str
    content_type: str


ARTIFACT_KINDS = {
    "audio": "16 kHz mono FLAC on the one clock, silent outside the trim",
    "audio.whole": "the same with all of its sound, where there is a trim",
    "rendition": "what the browser plays (mp4 or webm or m4a)",
    "waveform": "JSON {peaks: [[min, max], ...], duration_s}; at most 2,000 points",
    "thumbnail": "JPEG of a representative frame",
    "speech": "JSON {spans: [{start, end}], whole, noise_db, speech_db}: Silero voice activity "
    "inside the trim and, as `whole`, in all of the sound",
    "series.pitch": "JSON series in Hz, null where unvoiced",
    "pitch": "compressed NumPy archive {hz, start, step}: the whole pitch track, 0 where unvoiced",
    "series.loudness": "JSON series in LUFS (momentary)",
    "loudness": "compressed NumPy archive {lufs, start, step}: K-weighted level every 10 ms",
    "series.pace": "JSON series in words/min over a 10 s window",
    "series.body": "JSON of several named series (facing, tilt, lean, gesture energy)",
    "skeleton": "JSON of the points that the page draws over the player",
    "landmarks": "compressed NumPy archive of the sampled landmarks",
    "embeddings": "JSON {model, sentences: [{text, start, end, vector}]}",
}


class Series(TypedDict):
    """An evenly sampled series of at most 2,000 points: value i is at start + i * step."""

    start: float
    step: float
    unit: str
    values: list[float | None]


class StageOutput(TypedDict):
    section: dict[str, Any]
    """The stage's part of the result document."""
    withheld: list[Withheld]
    artifacts: list[ArtifactFile]
    engine: str
    """Name and version of what measured, e.g. `praat 6.4 (parselmouth 0.4.7)`."""
    model: str
    """Model name and version, or empty."""
    machine: NotRequired[str]
    """The GPU that did it, its driver and throughput; empty on a CPU."""
    passing: NotRequired[bool]
    """Something was away that may be back at the next attempt: not to be taken over by a later
    run."""


class Report(Protocol):
    """Progress back to the page. `ratio` 0-1 never falls. Raises nothing, costs microseconds."""

    def __call__(
        self, ratio: float, *, message: str = "", words: list[Word] | None = None
    ) -> None: ...


Engine = Callable[[StageJob, Report], StageOutput]
"""Every stage engine: `run(job, report) -> StageOutput`, raising EngineError."""


# --- the sections of the result document, one a stage -------------------------------------------


class MediaSection(TypedDict):
    """`probe`: what the container holds. `kind` text: no media at all."""

    kind: Literal["video", "audio", "text"]
    duration_s: float | None
    container: str | None
    size_bytes: int | None
    sha256: str | None
    video: dict[str, Any] | None
    """{codec, width, height, rotation, frame_rate, variable_frame_rate, bit_depth, start_s}"""
    audio: dict[str, Any] | None
    """{codec, sample_rate_hz, channels, start_s}"""
    warnings: list[dict[str, Any]]
    """[{code, message}]: corrupt frames skipped, no duration in the header, ..."""


class AudioSection(TypedDict):
    """`audio` (kept with the media section as `media.sound`)."""

    speech_s: float
    silence_s: float
    speech: list[Span]
    signal_to_noise_db: float | None
    clipping_ratio: float
    gaps: list[Span]
    """Stretches the container had no sound for, filled with silence."""


class TranscriptSection(TypedDict):
    """`transcribe`."""

    engine: str
    model: str
    language: str | None
    text: str | None
    reliability: float | None
    timing: Literal["aligned", "recognised", "caption", "none"]
    words: list[Word]
    sentences: list[dict[str, Any]]
    """[{text, start, end, first_word, last_word}] (word indices, inclusive)"""
    speakers: list[dict[str, Any]]
    """[{id, label, is_learner, speech_s}]"""
    speech_spans: list[Span]
    source: Literal["machine", "attached", "captions", "edited", "text"]


OWN_VOICE = "own_voice"
"""Where fluency keeps what prosody would have found in the learner's turns alone."""


def voice_of(results: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Prosody's section as it is of the learner: `results` are sections by stage."""
    heard = dict(results.get("prosody") or {})
    own = (results.get("fluency") or {}).get(OWN_VOICE)
    if not heard or not own:
        return heard
    warnings = [one for one in heard.get("warnings") or [] if one["code"] != "two_voices"]
    return heard | own | {"warnings": warnings}


def why_unsure(transcript: Mapping[str, Any]) -> str | None:
    """Why nothing may be read into the exact words of a `transcribe` section; None: it may.

    The text gate (DESIGN.md section 4), asked by whoever measures words or shows what was measured.
    """
    reliability = transcript.get("reliability") or 0.0
    if transcript.get("source", "machine") in GIVEN:
        mismatched = transcript.get("reliability") is not None and reliability < BELONGS
        return "transcript_mismatch" if mismatched else None
    return "transcript_uncertain" if reliability < GATE else None


class Evidence(TypedDict):
    start: float | None
    end: float | None
    kind: str
    text: str


class Recommendation(TypedDict):
    skill: Skill
    title: str
    why: str
    evidence: list[Evidence]


CLIP_VERSION = 3
"""Raised with whatever changes how a clip looks or sounds, so that it is made anew."""


class ClipSpec(TypedDict):
    """What a clip is to be. Times in seconds on the recording's one clock."""

    start: float
    end: float
    format: Literal["wide", "square", "tall", "audio"]
    """16:9, 1:1, 9:16, or sound alone."""
    captions: Literal["burnt", "vtt", "none"]
    profanity: Literal["keep", "mute", "bleep"]
    card: bool
    """Whether a title card stands before the cut."""
    title: str
    subtitle: str
    words: list[Word]
    """Those of the cut, and some about it, so that swearing is told by its neighbours."""


class Highlight(TypedDict):
    start: float
    end: float
    kind: Literal["best", "instructive"]
    skill: str
    title: str
    why: str
