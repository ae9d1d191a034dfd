"""The `content` stage: what was said, part by part and as a whole.

Reads the transcript (learner's turns only), the parts' questions and the job description; takes
fillers, pauses and uptalk from the fluency section for the confidence composite.
Text is data here: nothing in a transcript is ever run, asked or obeyed. docs/metrics-content.md
has the definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from workers.engines import embeddings
from workers.engines.meaning import (
    assurance,
    cross_encoder,
    feeling,
    frame,
    gates,
    posting,
    star,
    style,
    summary,
)
from workers.engines.meaning.conciseness import conciseness
from workers.engines.meaning.cross_encoder import CrossEncoder
from workers.engines.meaning.delivery import delivery
from workers.engines.meaning.gates import FEW, SOME, withheld
from workers.engines.meaning.lines import Line, learner_lines, said_in_parts, word_count
from workers.engines.meaning.relevance import relevance
from workers.engines.meaning.signposts import signposting
from workers.engines.meaning.vectors import Vectors
from workers.engines.types import Report, StageJob, StageOutput, StageSettings, Withheld

ENGINE = "rostrum content 11"


class Reader:
    """The cross-encoder of relevance, loaded where first wanted; `name` and `problem` as loaded."""

    def __init__(self, engines: Mapping[str, Any]) -> None:
        self._engines = engines
        self.name, self.problem = "", ""

    @cached_property
    def encoder(self) -> CrossEncoder | None:
        found = cross_encoder.loaded(self._engines)
        self.name, self.problem = f", {found.name}", found.problem
        return found.value


def run(job: StageJob, report: Report) -> StageOutput:
    """Section `content` of the result document.

    Never fails for what was said: what cannot be judged is null, with its reason in `withheld`.
    """
    upstream, settings = job["upstream"], job["settings"]
    transcript = upstream.get("transcribe") or {}
    lines = learner_lines(transcript, settings)
    code = gates.closed(transcript, settings, lines)
    if code:
        section = gates.empty() | {"words": word_count(lines)}
        reasons = [withheld(path, code, FEW) for path in gates.MEASURES]
        return _output(section, reasons, "")
    vectors = Vectors(str(settings["engines"].get("models_dir", "")))
    for first in range(0, len(lines), 256):
        vectors.learn(line.clean for line in lines[first : first + 256])
        report(0.7 * (first + 1) / len(lines), message="Reading for meaning")
    reader = Reader(settings["engines"])
    section, reasons = _answers(lines, settings, vectors, reader)
    said = said_in_parts(transcript, settings)
    for answer in section["answers"]:
        answer.update(said.get(answer["part"], {}))
        if told := delivery(answer, upstream.get("fluency") or {}):
            answer["delivery"] = told
    report(0.8)
    whole, more = _whole(lines, job, vectors, section)
    report(1.0)
    model = f"{embeddings.MODEL}{reader.name}" if vectors.available else ""
    return _output(section | whole, [*reasons, *more], model, bool(reader.problem))


def _output(
    section: dict[str, Any], reasons: list[Withheld], model: str, passing: bool = False
) -> StageOutput:
    return StageOutput(
        section=section,
        withheld=gates.completed(section, reasons),
        artifacts=[],
        engine=ENGINE,
        model=model,
        passing=passing,
    )


def _answers(
    lines: list[Line], settings: StageSettings, vectors: Vectors, reader: Reader
) -> tuple[dict[str, Any], list[Withheld]]:
    """Structure and relevance, an answer a part; the whole is their mean by words."""
    answers: list[dict[str, Any]] = []
    sentences: list[dict[str, Any]] = []
    reasons: list[Withheld] = []
    for part in settings["parts"]:
        own = [line for line in lines if line.part == part["id"]]
        if not own:
            continue
        question = part["question"].strip()
        count = word_count(own)
        labelled = star.label_answer(own, vectors, question)
        sentences += labelled
        found = style.star_of(labelled, count >= SOME) | {"expected": star.expects_story(question)}
        answer: dict[str, Any] = {
            "part": part["id"],
            "question": question,
            "words": count,
            "start": own[0].start,
            "end": own[-1].end,
            "relevance": None,
            "star": {name: value for name, value in found.items() if name != "sentences"},
        }
        path = f"answers/{len(answers)}"
        code = _why_no_relevance(question, count, vectors)
        if code:
            reasons.append(withheld(f"{path}/relevance", code, FEW))
        else:
            answer["relevance"] = _round(relevance(question, own, vectors, reader.encoder))
        if found["completeness"] is None:
            code = "no_story" if count >= SOME else "too_few_words"
            reasons += [withheld(f"{path}/star/{one}", code) for one in ("completeness", "balance")]
        answers.append(answer)
    section = {
        "star": {
            "sentences": sentences,
            "completeness": _mean(answers, lambda one: one["star"]["completeness"]),
            "balance": _mean(answers, lambda one: one["star"]["balance"]),
            "elements": _elements(answers),
        },
        "answers": answers,
        "relevance": _mean(answers, lambda one: one["relevance"]),
    }
    return section, reasons + _whole_reasons(section, reasons)


def _whole_reasons(section: dict[str, Any], of_answers: list[Withheld]) -> list[Withheld]:
    """Where no answer has a measure, the whole lacks it for the first answer's reason."""
    found = []
    for path, value in (
        ("star/completeness", section["star"]["completeness"]),
        ("star/balance", section["star"]["balance"]),
        ("relevance", section["relevance"]),
    ):
        if value is None:
            code = next((r["code"] for r in of_answers if r["path"].endswith(path)), "no_words")
            found.append(withheld(path, code, FEW if path == "relevance" else SOME))
    return found


def _why_no_relevance(question: str, count: int, vectors: Vectors) -> str | None:
    if not question:
        return "no_question"
    if count < FEW:
        return "too_few_words"
    return None if vectors.available else "model_missing"


def _elements(answers: list[dict[str, Any]]) -> list[str]:
    present = {element for answer in answers for element in answer["star"]["elements"]}
    return [label for label in star.STORY if label in present]


def _mean(
    answers: list[dict[str, Any]], measure: Callable[[dict[str, Any]], float | None]
) -> float | None:
    """Mean by words over the answers that have the measure."""
    pairs = [(value, one["words"]) for one in answers if (value := measure(one)) is not None]
    total = sum(count for _, count in pairs)
    return _round(sum(value * count for value, count in pairs) / total) if total else None


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _whole(
    lines: list[Line], job: StageJob, vectors: Vectors, section: dict[str, Any]
) -> tuple[dict[str, Any], list[Withheld]]:
    """Everything that is measured over all answers together."""
    settings, upstream = job["settings"], job["upstream"]
    questions = " ".join(part["question"] for part in settings["parts"])
    labels = {one["index"]: one["label"] for one in section["star"]["sentences"]}
    profanity = style.profanity(lines)
    found: dict[str, Any] = (
        gates.empty()
        | section
        | {
            "words": word_count(lines),
            "sentiment": feeling.sentiment(lines, questions, vectors),
            "profanity": {"count": len(profanity), "items": profanity},
        }
    )
    if found["words"] < SOME:
        measured = {name for name in gates.MEASURES if _at(found, name) is not None}
        skipped = {"relevance", "star/completeness", "star/balance", *measured}
        short = [name for name in gates.MEASURES if name not in skipped]
        return found, [withheld(name, "too_few_words") for name in short]
    first = settings["parts"][0]["question"] if settings["parts"] else ""
    found |= {
        "specificity": style.specificity(lines),
        "ownership": style.ownership(lines),
        "confidence": assurance.confidence(lines, upstream.get("fluency") or {}),
        "opening": frame.opening(lines, first, labels, vectors),
        "close": frame.close(lines, labels),
        "signposting": signposting(lines, vectors),
        "conciseness": conciseness(lines),
        "summary": summary.summary(lines, vectors),
    }
    description = settings["job_description"].strip()
    if description:
        found["job_description"] = posting.coverage(description, lines, vectors)
    reasons = {
        "job_description/coverage": "no_job_description",
        "ownership/value": "nothing_to_count",
        "confidence/value": "too_few_parts",
    }
    missing = [name for name in reasons if _at(found, name) is None]
    return found, [withheld(name, reasons[name]) for name in missing]


def _at(section: dict[str, Any], path: str) -> Any:
    value: Any = section
    for step in path.split("/"):
        value = value[step]
    return value
