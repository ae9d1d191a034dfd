"""Highlights: whether the moments chosen of a talk are those a person would show its speaker.

Each talk is spoken (speech.talks), its sentences flat or lively, slow or quick as the case says,
and goes through the product's own stages. Its words and their times are given, as an aligned
transcript would give them: aligning takes longer than all the rest. A moment is right where its
temporal IoU with a labelled one is high enough.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from workers.engines import embeddings, highlight
from workers.engines.asr.sentences import sentences
from workers.engines.highlight import KINDS
from workers.engines.meaning.lexicon import data
from workers.engines.scoring.ranking import DATA, Kind
from workers.engines.types import Scenario, StageJob, StageOutput, Word
from workers.training.evaluation import cases
from workers.training.evaluation.pipeline import Recording, quiet
from workers.training.evaluation.places import made_dir, models_dir
from workers.training.evaluation.scores import Counts, overlapping
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.speech.say import Span
from workers.training.speech.talks import Said, Talk, made
from workers.training.speech.voices import installed
from workers.training.suites import moments_rule

VOICES: dict[Part, tuple[str, ...]] = {
    "dev": ("slt", "rms"), "heldout": ("awb", "kal16"), "small": ("slt",),
}  # fmt: skip
FILE = "moments.jsonl"
IOUS = (0.3, 0.5, 0.7)
STAGES = ("audio", "prosody", "fluency", "content")
SERIES = ("series.pitch", "series.loudness")
_LATER = ("highlight.py", "scoring/", "body/", "clip/", "data/moments-", "data/reasons-")
"""Engine files that none of these stages reads."""
FEW = 10
"""Sentences of the small part."""
EDGE_S = 0.3
"""So near a moment's edge must be to a sentence's true one."""
Spans = dict[Kind, list[Span]]


@dataclass(frozen=True)
class Case:
    """A labelled talk, spoken."""

    id: str
    scenario: Scenario
    talk: Talk
    labelled: Spans


def evaluate(part: Part) -> Report:
    """The moments the product chooses, and beside them those of the rule before it."""
    counts: dict[str, Counts] = defaultdict(Counts)
    edges: list[bool] = []
    written: list[bool] = []
    outcomes: list[Outcome] = []
    for case in spoken(part):
        job = measured(case)
        chosen = spans(highlight.run(job, quiet)["section"]["items"])
        own = [(one["start"], one["end"]) for one in job["upstream"]["transcribe"]["sentences"]]
        found = [span for kind in KINDS for span in chosen[kind]]
        edges += [_at_a_sentence(span, own) for span in found]
        written += [_at_a_sentence(span, case.talk.spans) for span in found]
        ruled = moments_rule.chosen(job, highlight.talk_of(job))
        for kind in KINDS:
            rule = [(one.start, one.end) for one in ruled[kind]]
            _count(counts, "", kind, case, chosen[kind])
            _count(counts, "rule.", kind, case, rule)
            outcomes.append(_outcome(case, kind, chosen[kind]))
    whole = len(edges)
    figures = [
        Figure("edges_at_sentences", sum(edges) / max(1, whole), "%", 1.0, n=whole),
        Figure("edges_at_written_sentences", sum(written) / max(1, whole), "%", n=whole,
               note="the transcript cuts those over 40 words"),
        *_beside_the_rule(counts),
    ]  # fmt: skip
    for name in sorted(counts, key=lambda name: (name.startswith("rule."), name)):
        figures += counts[name].figures(name)
    engine = f"rostrum moments {data(DATA)['version']}"
    return Report("highlights", part, engine, figures, outcomes)


def _beside_the_rule(counts: dict[str, Counts]) -> list[Figure]:
    """How much more of F1 the product has than the rule, which is what lets it ship."""
    return [
        Figure(f"{name}.f1_over_rule", counts[name].f1 - counts[f"rule.{name}"].f1, target=0.0,
               n=counts[name].expected)
        for name in sorted(counts) if ".iou_" in name and not name.startswith("rule.")
    ]  # fmt: skip


def spoken(part: Part) -> list[Case]:
    """The part's talks, each made by one of its voices in turn."""
    file = cases.path(part, "highlights", FILE, kind="content")
    found = cases.some(cases.records(file), part, 1)
    if part == "small":
        found = [_start(one) for one in found]
    voices = installed(VOICES[part])
    return [_case(one, voices[n % len(voices)]) for n, one in enumerate(found)]


def _start(record: dict[str, Any]) -> dict[str, Any]:
    """The first sentences of a talk, which take a second to measure."""
    kept = {kind: [one for one in record[kind] if one["last"] < FEW] for kind in KINDS}
    return record | kept | {"sentences": record["sentences"][:FEW]}


def _case(record: dict[str, Any], voice: str) -> Case:
    said = [Said(one["text"], one["delivery"], one["pace"]) for one in record["sentences"]]
    talk = made(said, voice)
    labelled = {
        kind: [(talk.spans[one["first"]][0], talk.spans[one["last"]][1]) for one in record[kind]]
        for kind in KINDS
    }
    return Case(record["id"], record["scenario"], talk, labelled)


def measured(case: Case) -> StageJob:
    """The job of choosing: what every stage before it found. Kept by talk and code of engines."""
    folder = made_dir("highlights") / f"{case.talk.path.stem}-{_engines()}"
    if not folder.exists():
        _measure(case, folder)
    with Recording(None, language="en", scenario=case.scenario) as recording:
        job = recording.job("highlight")
    job["upstream"] = json.loads((folder / "sections.json").read_text(encoding="utf-8"))
    job["artifacts"] = {kind: str(folder / f"{kind}.json") for kind in SERIES}
    return job


def _measure(case: Case, folder: Path) -> None:
    made = Path(tempfile.mkdtemp(dir=folder.parent))
    with Recording(
        case.talk.path, language="en", scenario=case.scenario, models_dir=str(models_dir())
    ) as recording:
        recording.outputs["transcribe"] = _transcript(case.talk)
        outputs = recording.run(*STAGES)
        sections = {stage: output["section"] for stage, output in outputs.items()}
        (made / "sections.json").write_text(json.dumps(sections), encoding="utf-8")
        for kind in SERIES:
            shutil.copy(recording.job("highlight")["artifacts"][kind], made / f"{kind}.json")
    try:
        made.rename(folder)
    except OSError:  # another process was quicker
        shutil.rmtree(made)


def _transcript(talk: Talk) -> StageOutput:
    """What `transcribe` makes of an attached text whose words it found."""
    words = [
        Word(text=word.text, start=word.start, end=word.end, confidence=1.0, speaker=None)
        for word in talk.words
    ]
    section: dict[str, Any] = {
        "engine": "synthesiser", "model": "", "language": "en",
        "text": " ".join(word["text"] for word in words), "reliability": 1.0, "timing": "aligned",
        "words": words, "sentences": sentences(words), "speakers": [],
        "speech_spans": [{"start": start, "end": end} for start, end in talk.spans],
        "source": "attached",
    }  # fmt: skip
    return StageOutput(section=section, withheld=[], artifacts=[], engine="", model="")


@cache
def _engines() -> str:
    """Digest of all that measures, so that nothing measured by older code is taken for new."""
    found = hashlib.sha256(str(embeddings.is_installed(str(models_dir()))).encode())
    root = Path(highlight.__file__).parent
    for file in sorted(root.rglob("*.*")):
        name = file.relative_to(root).as_posix()
        if file.suffix in {".py", ".json", ".npz", ".toml", ".txt"} and not name.startswith(_LATER):
            found.update(name.encode() + file.read_bytes())
    return found.hexdigest()[:12]


def spans(items: list[dict[str, Any]]) -> Spans:
    """The chosen moments' times by kind."""
    return {
        kind: [(one["start"], one["end"]) for one in items if one["kind"] == kind] for kind in KINDS
    }


def _count(counts: dict[str, Counts], whose: str, kind: Kind, case: Case, got: list[Span]) -> None:
    """At each IoU; by scenario at the middle one."""
    found = {iou: overlapping(case.labelled[kind], got, iou) for iou in IOUS}
    for iou, count in found.items():
        counts[f"{whose}{kind}.iou_{iou}"] += count
    counts[f"{whose}{kind}.{case.scenario}"] += found[IOUS[1]]


def _at_a_sentence(span: Span, sentences: list[Span]) -> bool:
    starts, ends = zip(*sentences, strict=True)
    return (
        min(abs(span[0] - start) for start in starts) <= EDGE_S
        and min(abs(span[1] - end) for end in ends) <= EDGE_S
    )


def _outcome(case: Case, kind: Kind, got: list[Span]) -> Outcome:
    found = overlapping(case.labelled[kind], got, IOUS[1])
    error = f"{found.missed} missed, {found.wrong} wrong" if found.missed or found.wrong else ""
    return Outcome(f"{case.id} {kind}", _shown(case.labelled[kind]), _shown(got), error)


def _shown(spans: list[Span]) -> list[str]:
    return [f"{start:.0f}–{end:.0f} s" for start, end in spans]
