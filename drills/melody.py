"""A melody to imitate: what a drill writes of it, and how near a voice came.

A line is a phrase, a piece of it `word/seconds/semitones`: "Really?/0.6/-1,5" takes 0.6 s and rises
from one semitone under the speaker's own median to five above. Several targets lie evenly over the
word, one lies in its middle; between targets the pitch moves in a straight line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from drills.reading import matched, pieces

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from workers.engines.types import Series

    Floats = npt.NDArray[np.floating[Any]]

STEP_S = 0.02
INSET = 0.1
"""Share of a word that lies before its first target and after its last: consonants."""
MOST_PHRASES, MOST_WORDS = 12, 20
WORD_S = (0.08, 2.0)
SEMITONES = (-12.0, 12.0)
LEAST_RANGE = 3.0
"""Semitones from its lowest to its highest target: less is no melody to imitate."""
ENOUGH_VOICE = 0.35
"""Share of the model in which the learner's voice must have a pitch; a third of speech or so has
none, being consonants."""
ENOUGH_WORDS = 0.5
REST_S = 0.4
"""Silence of the voice that separates phrases where no words do."""
LEAST_STRETCH_S = 0.15
"""A shorter one is a cough or a click."""


@dataclass(frozen=True)
class Word:
    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Phrase:
    """Times in seconds from its beginning, tones in semitones from the speaker's median."""

    words: tuple[Word, ...]
    targets: tuple[tuple[float, float], ...]

    @property
    def length_s(self) -> float:
        return self.words[-1].end

    def times(self) -> Floats:
        """The middles of its cells of `STEP_S`."""
        import numpy as np

        return (np.arange(round(self.length_s / STEP_S)) + 0.5) * STEP_S

    def tones(self) -> Floats:
        import numpy as np

        at, tones = zip(*self.targets, strict=True)
        return np.interp(self.times(), at, tones)


def phrases_of(lines: Sequence[str]) -> tuple[Phrase, ...]:
    """Raises ValidationError, naming the line, where one cannot be read."""
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise ValidationError(_("A melody is a list of lines, a phrase each."))
    if len(lines) > MOST_PHRASES:
        raise ValidationError(_("A melody has at most %(most)d phrases.") % {"most": MOST_PHRASES})
    found = tuple(_phrase(line, n) for n, line in enumerate(lines, start=1))
    tones = [tone for phrase in found for _at, tone in phrase.targets]
    if tones and max(tones) - min(tones) < LEAST_RANGE:
        raise ValidationError(
            _("This melody moves by less than %(least)d semitones.") % {"least": LEAST_RANGE}
        )
    return found


def text_of(lines: Sequence[str]) -> str:
    """The words of a melody, a phrase a line."""
    return "\n".join(" ".join(word.text for word in phrase.words) for phrase in phrases_of(lines))


def _phrase(line: str, n: int) -> Phrase:
    words: list[Word] = []
    targets: list[tuple[float, float]] = []
    at = 0.0
    for piece in line.split():
        text, seconds, tones = _piece(piece, n)
        words.append(Word(text, round(at, 3), round(at + seconds, 3)))
        edge, room = INSET * seconds, (1 - 2 * INSET) * seconds
        places = (
            [at + seconds / 2]
            if len(tones) == 1
            else [at + edge + room * i / (len(tones) - 1) for i in range(len(tones))]
        )
        targets += [(round(t, 3), tone) for t, tone in zip(places, tones, strict=True)]
        at += seconds
    if not 1 <= len(words) <= MOST_WORDS:
        raise ValidationError(
            _("Line %(n)d of the melody has no words, or more than %(most)d.")
            % {"n": n, "most": MOST_WORDS}
        )
    return Phrase(tuple(words), tuple(targets))


def _piece(piece: str, n: int) -> tuple[str, float, list[float]]:
    try:
        text, seconds, tones = piece.split("/")
        length, heights = float(seconds), [float(tone) for tone in tones.split(",")]
    except ValueError:
        text, length, heights = "", 0.0, []
    heard = any(char.isalnum() for char in text) and len(pieces(text)) == 1
    fits = heard and WORD_S[0] <= length <= WORD_S[1]  # false for NaN too
    if not (fits and all(SEMITONES[0] <= one <= SEMITONES[1] for one in heights)):
        raise ValidationError(
            _("Line %(n)d of the melody: “%(piece)s” is not word/seconds/semitones.")
            % {"n": n, "piece": piece[:40]}
        )
    return text, length, heights


Way = Literal["words", "warped"]


@dataclass(frozen=True)
class Imitation:
    """A voice over the model's time. `tones` are the learner's, phrase by phrase in the cells of
    the model, in semitones, moved as a whole to the model's level; None where there was no voice.
    """

    way: Way
    match: float
    correlation: float
    apart_semitones: float
    tones: tuple[tuple[float | None, ...], ...]


def imitation(
    phrases: Sequence[Phrase], track: Series, words: Sequence[Mapping[str, Any]] | None
) -> Imitation | str:
    """How near the pitch `track` (Hz, null without voice) came to the model; else why not, said.

    `words`, with start and end, where they were surely heard: the model's time is then laid onto
    the learner's word by word. Without them (None) by dynamic time warping of the voiced contour.

    The voice has a level of its own: both are taken from their means over the cells in which the
    learner has a pitch. With s for those standard deviations and c for the covariance:

    - `match`, 0 to 1, is the concordance of the two (Lin 1989, Biometrics 45): 2c / (s₁² + s₂²),
      nothing where it is negative. It is 1 for the same contour at whatever level, and smaller for
      another shape as for too little or too much of the same: half or twice the movement is 0.8.
    - `correlation`, −1 to 1, is Pearson's: the shape alone, the best of the measures that Hermes
      (1998, JSLHR 41) held against listeners.
    - `apart_semitones` is the root of the mean square of the difference.
    """
    import numpy as np

    voice = _semitones(track)
    if words is None:
        own = _warped(phrases, voice, track["step"])
    else:
        heard = _by_words(phrases, voice, track, words)
        if heard is None:
            return _("Other words were heard than the text's. Read it as it stands.")
        own = heard
    model = np.concatenate([phrase.tones() for phrase in phrases])
    there = np.isfinite(own)
    if there.mean() < ENOUGH_VOICE:
        return _("Too little voice was heard to hold it against the melody.")
    x, y = model[there] - model[there].mean(), own[there] - own[there].mean()
    spread = float((x * x).mean() + (y * y).mean())
    covariance = float((x * y).mean())
    scale = float(np.sqrt((x * x).mean() * (y * y).mean()))
    shown = own - own[there].mean() + model[there].mean()
    return Imitation(
        way="warped" if words is None else "words",
        match=round(max(0.0, 2 * covariance / spread), 3) if spread else 0.0,
        correlation=round(covariance / scale, 3) if scale > 1e-9 else 0.0,
        apart_semitones=round(float(np.sqrt(((x - y) ** 2).mean())), 2),
        tones=tuple(_split(shown, phrases)),
    )


def _split(values: Floats, phrases: Sequence[Phrase]) -> Iterator[tuple[float | None, ...]]:
    import numpy as np

    at = 0
    for phrase in phrases:
        n = len(phrase.times())
        yield tuple(
            round(float(one), 1) if np.isfinite(one) else None for one in values[at : at + n]
        )
        at += n


def _semitones(track: Series) -> Floats:
    """Over 1 Hz, NaN without voice; the level falls away later."""
    import numpy as np

    hz = np.array([value or np.nan for value in track["values"]], dtype=np.float64)
    return 12 * np.log2(hz)


def _by_words(
    phrases: Sequence[Phrase],
    voice: Floats,
    track: Series,
    words: Sequence[Mapping[str, Any]],
) -> Floats | None:
    """The voice in the model's cells; None where under half of the model's words were heard."""
    import numpy as np

    written = [word for phrase in phrases for word in phrase.words]
    timed = [word for word in words if word["start"] is not None and word["end"] is not None]
    owners = [n for n, word in enumerate(timed) for _piece in pieces(word["text"])]
    keys = [piece for word in timed for piece in pieces(word["text"])]
    places = {
        i: timed[owners[j]]
        for kind, i, j in matched([word.text for word in written], keys)
        if i is not None and j is not None and kind == "same"
    }
    if len(places) < ENOUGH_WORDS * len(written):
        return None
    found = []
    n = 0
    for phrase in phrases:
        times = phrase.times()
        own = np.full(len(times), np.nan)
        for word in phrase.words:
            heard = places.get(n)
            n += 1
            if heard is None:
                continue
            cells = (times >= word.start) & (times < word.end)
            share = (times[cells] - word.start) / (word.end - word.start)
            at = heard["start"] + share * (heard["end"] - heard["start"])
            frames = np.rint((at - track["start"]) / track["step"]).astype(int)
            inside = (frames >= 0) & (frames < len(voice))
            own[cells] = np.where(inside, voice[np.clip(frames, 0, len(voice) - 1)], np.nan)
        found.append(own)
    return np.concatenate(found)


def _warped(phrases: Sequence[Phrase], voice: Floats, step: float) -> Floats:
    """The voice in the model's cells without its words.

    Where it rests as often as the model has phrases, phrase by phrase, else as a whole.
    """
    import numpy as np

    models = [phrase.tones() for phrase in phrases]
    spans = _stretches(voice, step)
    least = ENOUGH_VOICE * sum(phrase.length_s for phrase in phrases)
    if np.isfinite(voice).sum() * step < least:
        return np.full(sum(map(len, models)), np.nan)
    if len(spans) != len(models):
        models, spans = [np.concatenate(models)], [slice(0, len(voice))]
    level = np.nanmedian(voice) - np.median(np.concatenate(models))
    parts = []
    for model, span in zip(models, spans, strict=True):
        own = voice[span]
        parts.append(_laid_onto(model, own[np.isfinite(own)] - level) + level)
    return np.concatenate(parts)


def _stretches(voice: Floats, step: float) -> list[slice]:
    """Where the voice is, between its rests."""
    import numpy as np

    at = np.flatnonzero(np.isfinite(voice))
    if not len(at):
        return []
    rests = np.flatnonzero(np.diff(at) * step >= REST_S)
    first = np.concatenate(([at[0]], at[rests + 1]))
    last = np.concatenate((at[rests], [at[-1]]))
    spans = [slice(int(a), int(b) + 1) for a, b in zip(first, last, strict=True)]
    return [span for span in spans if (span.stop - span.start) * step >= LEAST_STRETCH_S]


def _laid_onto(model: Floats, own: Floats) -> Floats:
    """`own` in the cells of `model`, by dynamic time warping.

    It is first brought to the model's length; then no stretch may be more than twice as quick or
    slow (Sakoe & Chiba 1978, symmetric with slope constraint P = 1), so that a fall cannot be
    squeezed into a rise.
    """
    import numpy as np

    n = len(model)
    own = np.interp(np.linspace(0, len(own) - 1, n), np.arange(len(own)), own)
    far = np.abs(model[:, None] - own[None, :])
    sums = np.full((n + 2, n + 2), np.inf)
    sums[1, 1] = 0.0  # before the first cells
    steps = np.zeros((n, n), dtype=np.int8)
    shifted = np.pad(far, ((1, 0), (1, 0)), constant_values=np.inf)
    for i in range(n):
        d = far[i]
        both = np.stack(
            (
                sums[i + 1, 1 : n + 1] + 2 * d,
                sums[i + 1, :n] + 2 * shifted[i + 1, :n] + d,
                sums[i, 1 : n + 1] + 2 * shifted[i, 1:] + d,
            )
        )
        steps[i] = both.argmin(axis=0)
        sums[i + 2, 2:] = both.min(axis=0)
    total, count = np.zeros(n), np.zeros(n)
    i = j = n - 1
    while i >= 0 and j >= 0:
        step = steps[i, j]
        pairs = ((i, j), (i, j - 1)) if step == 1 else ((i, j), (i - 1, j)) if step else ((i, j),)
        for a, b in pairs:
            total[a] += own[b]
            count[a] += 1
        i, j = i - (2 if step == 2 else 1), j - (2 if step == 1 else 1)
    return total / np.maximum(count, 1)
