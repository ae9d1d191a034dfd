"""What of the job description an answer covers.

Key phrases are the runs of content words between function words and punctuation, scored by how
many words they join (RAKE: Rose, Engel, Cramer & Cowley 2010). A phrase is found where a sentence
holds all its stems, or means nearly the same.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from workers.engines.meaning.lexicon import content_stems, stem, tokens, words
from workers.engines.meaning.lines import Line
from workers.engines.meaning.vectors import Vectors

MOST = 15
"""Phrases kept: what a reader can take in and a speaker could mention."""
NEAR = 0.52
"""Cosine from which a sentence means the phrase (our choice, on held-out examples)."""
_BREAK = re.compile(r"[.,;:!?()\[\]/•*\n\r\t–—|\"]+|\s-\s|^\s*-", re.MULTILINE)


def phrases(description: str) -> list[str]:
    """The description's key phrases, most telling first."""
    skip = words("function_words") | words("generic_job_words")
    candidates: list[tuple[str, ...]] = []
    for piece in _BREAK.split(description[:20_000]):
        run: list[str] = []
        for token in [*tokens(piece), ""]:
            if token and token not in skip and not token[0].isdigit() and len(token) > 1:
                run.append(token)
            elif run:
                candidates.append(tuple(run[:3]))
                run = []
    frequency: Counter[str] = Counter()
    degree: Counter[str] = Counter()
    for candidate in candidates:
        for token in candidate:
            frequency[stem(token)] += 1
            degree[stem(token)] += len(candidate)
    score = {
        candidate: sum(degree[stem(t)] / frequency[stem(t)] + frequency[stem(t)] for t in candidate)
        for candidate in candidates
    }
    kept: list[str] = []
    seen: set[str] = set()
    for candidate in sorted(score, key=lambda one: -score[one]):
        stems = {stem(token) for token in candidate}
        if not stems <= seen:
            kept.append(" ".join(candidate))
            seen |= stems
    return kept[:MOST]


def coverage(description: str, lines: list[Line], vectors: Vectors) -> dict[str, Any]:
    """`{coverage, found[{phrase, text, start, end}], missed[phrase]}`; coverage = found ÷ all.

    Coverage is None where the description names nothing.
    """
    wanted = phrases(description)
    matched = match(wanted, lines, vectors)
    ratio = round(len(matched["found"]) / len(wanted), 3) if wanted else None
    return {"coverage": ratio, **matched}


def match(wanted: list[str], lines: list[Line], vectors: Vectors) -> dict[str, Any]:
    """`{found[{phrase, text, start, end}], missed[phrase]}`: which phrases the answer touches."""
    stems = [set(content_stems(line.clean)) for line in lines]
    asked = vectors.matrix(wanted)
    said = vectors.matrix([line.clean for line in lines])
    near = None if asked is None or said is None else asked @ said.T
    found, missed = [], []
    for place, phrase in enumerate(wanted):
        parts = {stem(token) for token in tokens(phrase)}
        hits = [index for index, have in enumerate(stems) if parts <= have]
        if not hits and near is not None and float(near[place].max()) >= NEAR:
            hits = [int(near[place].argmax())]
        if hits:
            line = lines[hits[0]]
            found.append(
                {"phrase": phrase, "text": line.text, "start": line.start, "end": line.end}
            )
        else:
            missed.append(phrase)
    return {"found": found, "missed": missed}
