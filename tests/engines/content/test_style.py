from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engines.test_fluency_wording import tokens as spoken
from workers.engines.fluency.language import swearing
from workers.engines.meaning import assurance, feeling, frame, mentions, posting, style, summary
from workers.engines.meaning.conciseness import conciseness
from workers.engines.meaning.lexicon import tokens, without_fillers
from workers.engines.meaning.lines import Line
from workers.engines.meaning.signposts import signposting
from workers.engines.meaning.vectors import Vectors


def said(*texts: str) -> list[Line]:
    return [
        Line(n, t, float(n), n + 1.0, "p", tuple(tokens(without_fillers(t))), without_fillers(t))
        for n, t in enumerate(texts)
    ]


def test_numbers_names_and_things_are_specific() -> None:
    sharp = style.specificity(
        said("In March I moved 42 servers from Leeds to Dublin with Anna Schmidt in three weeks.")
    )
    dull = style.specificity(
        said("I did various things and stuff with someone somewhere and it was something good.")
    )
    assert sharp["value"] > 0.8 > 0.1 > dull["value"]
    assert {item["text"] for item in sharp["items"]} >= {"42", "Leeds", "Dublin", "Anna Schmidt"}


def test_a_number_of_several_words_counts_once() -> None:
    assert style.specificity(said("It cost two hundred thousand dollars."))["numbers"] == 1


def test_ownership_tells_i_from_we_and_passive() -> None:
    mine = style.ownership(said("I built it, and I tested it.", "I think that was right."))
    ours = style.ownership(said("We built it.", "It was tested and the bugs were fixed."))
    assert (mine["value"], mine["i"]) == (1.0, 2)
    assert (ours["value"], ours["we"], ours["passive"]) == (0.0, 1, 2)
    assert style.ownership(said("Cells divide."))["value"] is None


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        ("Sorry, I'm a bit nervous, I didn't prepare.", "apology"),
        ("Have you ever lost a parcel?", "question"),
        ("Today I will talk about three bridges.", "preview"),
        ("My greatest strength is patience.", "direct"),
        ("Good morning and welcome.", "greeting"),
        ("Let me think about that.", "stall"),
        ("Bridges are beautiful.", "plain"),
        ("I'm thirty and I'm going to present my bridge.", "topic"),
        ("Teamwork is very important in any company.", "general"),
        ("Ninety thousand people sleep rough.", "number"),
    ],
)
def test_openings_are_told_apart(first: str, kind: str, models_dir: str) -> None:
    told, question = said(first, "Good."), "What is your greatest strength?"
    found = frame.opening(told, question, {}, Vectors(models_dir))
    assert found["kind"] == kind
    assert 0 <= found["value"] <= 1


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        ("So yeah, that's it.", "trailing"),
        ("To sum up, bridges connect.", "summary"),
        ("Thank you.", "thanks"),
        ("Come and join us on Friday.", "call"),
        ("Bridges are beautiful.", "plain"),
    ],
)
def test_closes_are_told_apart(last: str, kind: str) -> None:
    assert frame.close(said("Well.", last), {})["kind"] == kind


@pytest.mark.parametrize("model", [True, False])
def test_signposts_count_only_where_they_point(
    models_dir: str, tmp_path: Path, model: bool
) -> None:
    told = said("First, we dig.", "I was there first.", "For example, this one.", "Then we built.")
    found = signposting(told, Vectors(models_dir if model else str(tmp_path)))
    assert [item["text"] for item in found["items"]] == ["first", "for example"]


def test_a_signpost_is_known_by_what_it_means(models_dir: str) -> None:
    told = said("That leaves the question of who pays for it.", "The roof was made of slate.")
    found = signposting(told, Vectors(models_dir))
    assert [item["text"] for item in found["items"]] == [told[0].clean]


@pytest.mark.parametrize("model", [True, False])
def test_an_opening_that_only_names_its_topic_is_worth_less_than_one_that_previews(
    models_dir: str, tmp_path: Path, model: bool
) -> None:
    vectors = Vectors(models_dir if model else str(tmp_path))
    topic = frame.opening(said("Today I'm going to talk about bridges."), "", {}, vectors)
    preview = frame.opening(said("I'll show you three ways to build a bridge."), "", {}, vectors)
    assert (topic["kind"], preview["kind"]) == ("topic", "preview")
    assert topic["value"] < preview["value"]


@pytest.mark.parametrize(
    ("hook", "dull"),
    [
        ("The ferry sank on a Sunday.", "Our agenda for the ferry project has five items."),
        ("Sugar lies to you.", "Sugar is a topic of great importance for many people."),
        ("I let my best engineer go.", "Hello, my name is Jo and I work in engineering."),
    ],
)
def test_an_opening_that_makes_one_listen_is_worth_more_than_housekeeping(
    hook: str, dull: str, models_dir: str
) -> None:
    vectors = Vectors(models_dir)
    better, worse = (frame.opening(said(first), "", {}, vectors) for first in (hook, dull))
    assert better["value"] > 0.5 > worse["value"]


def test_empty_phrases_and_words_said_again_carry_nothing() -> None:
    short = conciseness(said("I moved the meeting to Monday."))
    long = conciseness(
        said("At this point in time I basically moved the meeting, the meeting we have, to Monday.")
    )
    assert long["value"] < short["value"]
    assert [(item["text"], item["instead"]) for item in long["items"]] == [
        ("at this point in time", "now"),
        ("basically", ""),
    ]
    assert long["repeated"] == 1
    assert conciseness(said("Well, um."))["value"] == 0


def test_profanity_is_found_with_its_place_and_names_are_not() -> None:
    found = style.profanity(said("I had a Bloody Mary.", "It was a shit show.", "Scunthorpe."))
    assert [(one["text"], one["start"]) for one in found] == [("shit", 1.0)]


def test_content_and_fluency_count_the_same_swear_words() -> None:
    texts = (
        "That prick from accounting.",
        "Spic and span.",
        "What the, um, hell.",
        "Such a prick.",
    )
    heard = [swearing(spoken(text)) for text in texts]
    counted = [len(style.profanity(said(text))) for text in texts]
    assert counted == [len(one) for one in heard] == [1, 0, 0, 1]


@pytest.mark.parametrize("model", [True, False])
def test_sentiment_knows_negation_and_ignores_the_questions_words(
    models_dir: str, tmp_path: Path, model: bool
) -> None:
    vectors = Vectors(models_dir if model else str(tmp_path))
    good = feeling.sentiment(said("The project was great and everyone was happy."), "", vectors)
    bad = feeling.sentiment(said("The project was not good and nobody was happy."), "", vectors)
    assert (good["label"], bad["label"]) == ("positive", "negative")
    asked = "Tell me about a failure and a conflict."
    text = said("My failure was a conflict about the failure.")
    assert feeling.sentiment(text, "", vectors)["label"] == "negative"
    assert feeling.sentiment(text, asked, vectors)["label"] != "negative"


def test_sentiment_runs_along_the_answer(models_dir: str) -> None:
    told = said("It was terrible.", "Then it was wonderful.")
    found = feeling.sentiment(told, "", Vectors(models_dir))
    assert found["series"][0]["value"] < 0 < found["series"][1]["value"]
    assert found["label"] == "neutral", "what pulls both ways is neither"


def test_what_happened_may_be_good_without_a_word_that_says_so(models_dir: str) -> None:
    told = said("She offered me the job on the spot.")
    assert feeling.sentiment(told, "", Vectors(models_dir))["label"] == "positive"


def _fluency(per_minute: float) -> dict[str, Any]:
    return {
        "fillers": {"per_minute": per_minute},
        "pauses": {"at_boundary_ratio": 0.7},
        "weak_words": {"count": 0},
    }


def test_confidence_falls_with_each_unsure_habit() -> None:
    sure, unsure = said("I built it. " * 20), said("Maybe I kind of built it, I guess. " * 20)
    best = assurance.confidence(sure, _fluency(0))["value"]
    assert best == 1
    assert assurance.confidence(unsure, _fluency(0))["value"] < best
    assert assurance.confidence(sure, _fluency(20))["value"] < best
    rising = {"uptalk": {"ratio": 0.6}}
    assert assurance.confidence(sure, _fluency(0) | rising)["value"] < best


def test_confidence_shows_its_parts_and_is_withheld_without_half_of_them() -> None:
    found = assurance.confidence(said("I built it."), {})
    assert found["value"] is None
    assert [part["name"] for part in found["parts"]] == ["hedges"]
    assert "uptalk" in found["missing"]


def test_confidence_of_text_alone_reads_its_words_and_names_what_must_be_heard() -> None:
    counted = {"fillers": {"per_minute": None, "count": 1}, "weak_words": {"count": 0}}
    found = assurance.confidence(said("I built it. " * 10), counted)
    assert [part["name"] for part in found["parts"]] == ["hedges", "fillers_in_text", "weak_words"]
    assert found["missing"] == ["inside_pauses", "uptalk"]
    assert 0 < found["value"] < 1


DESCRIPTION = """About you:
- five years of experience with PostgreSQL and Python
- stakeholder management
- You have excellent communication skills and a degree.
"""


def test_a_job_description_boils_down_to_what_it_asks_for() -> None:
    found = posting.phrases(DESCRIPTION)
    assert {"PostgreSQL", "Python", "stakeholder management"} <= set(found)
    assert not {"experience", "degree", "excellent"} & set(found)


def test_a_phrase_of_a_description_ends_where_it_has_said_enough() -> None:
    asked = "You negotiate with the works council and find faults in PLC systems."
    assert set(posting.phrases(asked)) == {
        "negotiate with the works council",
        "find faults",
        "PLC systems",
    }


def test_a_description_asks_with_neither_title_nor_employer_nor_offer() -> None:
    asked = """Electrician for industrial plants

Brightwater Foods is a family business that has made soups since 1953. Our site is in Cork.

About us
Free soup, and a choir that sings on Fridays.

Your tasks
- You find faults in PLC systems.
- You train apprentices.
Your profile
Wiring regulations are required. The conveyor is yours to keep running.

Benefits: a pension, parking, a job bike.
What we offer
Twenty eight days of holiday."""
    found = set(posting.phrases(asked + " " * posting.LONG))
    assert {"find faults", "PLC systems", "train apprentices", "Wiring regulations"} <= found
    told = " ".join(found).lower()
    for word in ("electrician", "brightwater", "soup", "choir", "pension", "bike", "holiday"):
        assert word not in told


def test_a_title_alone_is_looked_for() -> None:
    assert posting.phrases("Registered nurse") == ["Registered nurse"]


def test_a_phrase_that_may_be_touched_counts_in_part(models_dir: str) -> None:
    beside = ("My sister lives in Rome.", "It rained all week.", "We had soup for lunch.")

    def covered(text: str) -> float:
        wanted = ["code review"]
        return float(mentions.match(wanted, said(text, *beside), Vectors(models_dir))["coverage"])

    assert covered("We do code review.") == 1.0
    assert 0.5 < covered("We check what others write before it goes out.") < 1.0
    assert covered("I like hiking.") < 0.4
    assert mentions.match([], said("I like hiking."), Vectors(models_dir))["coverage"] is None


def test_coverage_is_of_the_most_telling_phrases(models_dir: str) -> None:
    lines = said("We do code review.")
    found = mentions.match(["code review", "forklift licence"], lines, Vectors(models_dir), 1)
    assert found["coverage"] == 1.0
    assert found["missed"] == ["forklift licence"]


def test_a_name_keeps_its_dot_and_its_sign(tmp_path: Path) -> None:
    asked = "You know Node.js, .NET, C# and C++. React.js developer, e.g. at 9 a.m..."
    assert set(posting.phrases(asked)) == {"Node.js", ".NET", "C#", "C++", "React.js developer"}
    spoken = said("I wrote Node.js and C# for years, and C once.")
    found = posting.coverage("Node.js, C# and C++.", spoken, Vectors(str(tmp_path)))
    assert [one["phrase"] for one in found["found"]] == ["Node.js", "C#"]
    assert found["missed"] == ["C++"]


def test_coverage_names_what_was_found_and_missed(models_dir: str) -> None:
    lines = said("I moved our data to PostgreSQL.", "I like hiking.")
    found = posting.coverage(DESCRIPTION, lines, Vectors(models_dir))
    assert [one["phrase"] for one in found["found"]] == ["PostgreSQL"]
    assert found["found"][0]["start"] == 0.0
    assert "Python" in found["missed"]
    assert posting.coverage("the of and", lines, Vectors(models_dir))["coverage"] is None


def test_a_phrase_is_covered_in_other_words_and_shown_where(models_dir: str) -> None:
    lines = said("I like hiking.", "I've mentored eleven nursing students on the ward.")
    found = mentions.match(["supervise students", "forklift licence"], lines, Vectors(models_dir))
    assert [(one["phrase"], one["text"]) for one in found["found"]] == [
        ("supervise students", lines[1].text)
    ]
    assert found["missed"] == ["forklift licence"]


def test_who_says_they_lack_it_does_not_cover_it(models_dir: str) -> None:
    lacking = said("I haven't run Kubernetes myself.", "I like hiking.")
    assert mentions.match(["Kubernetes"], lacking, Vectors(models_dir))["missed"] == ["Kubernetes"]


def test_without_the_model_only_words_cover(tmp_path: Path) -> None:
    found = mentions.match(
        ["code review", "testing"], said("We do code reviews."), Vectors(str(tmp_path))
    )
    assert [one["phrase"] for one in found["found"]] == ["code review"]


def test_a_summary_is_the_speakers_own_words_in_order(models_dir: str) -> None:
    lines = said(*(f"Our pumps save {n} percent of the energy in dairies." for n in range(9)))
    found = summary.summary(lines, Vectors(models_dir))
    assert len(found) == 3
    assert [one["index"] for one in found] == sorted(one["index"] for one in found)
    assert all(one["text"] == lines[one["index"]].text for one in found)


def test_a_summary_takes_the_message_and_leaves_the_asides(models_dir: str) -> None:
    lines = said(
        "Hello, it's lovely to be here.",
        "One dose in fifty on our ward was given late last year.",
        "I had a sandwich on the train, by the way.",
        "Nine times out of ten somebody had interrupted the nurse.",
        "Any questions so far, or shall I go on?",
        "I recommend that every ward gives its nurses an hour without interruptions.",
        "Thank you, and enjoy your lunch.",
    )
    assert [one["index"] for one in summary.summary(lines, Vectors(models_dir))] == [1, 3, 5]


def test_a_talk_given_twice_is_summed_up_as_once(models_dir: str) -> None:
    texts = ["We lose a third of our water.", "The pipes are a hundred years old.",
             "It is cold in them.", "We should replace the worst twenty kilometres."]  # fmt: skip
    once = summary.summary(said(*texts), Vectors(models_dir))
    twice = summary.summary(said(*texts, *texts), Vectors(models_dir))
    assert [one["text"] for one in once] == [one["text"] for one in twice]
