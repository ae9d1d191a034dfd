from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from analysis.reading import Token, read_transcript


def word(text: str, start: float, end: float, **more: Any) -> dict[str, Any]:
    return {"text": text, "start": start, "end": end, "confidence": 0.9, "speaker": None, **more}


def document(
    words: list[dict[str, Any]],
    sentences: list[dict[str, Any]] | None = None,
    **fluency: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "transcript": {"words": words, "sentences": sentences or []},
        "fluency": {name: {"items": items} for name, items in fluency.items()},
    }


def tokens(found: Any) -> list[Token]:
    return [token for sentence in found for token in sentence.tokens]


THREE = [word("so", 0.0, 0.2), word("um", 0.3, 0.5), word("hello", 1.9, 2.3)]


def test_it_works() -> None:
    found = tokens(read_transcript(document(THREE)))
    assert [token.text for token in found] == ["so", "um", "hello"]


def test_a_filler_is_marked_on_its_word() -> None:
    filler = {"text": "um", "start": 0.3, "end": 0.5, "source": "word"}
    found = tokens(read_transcript(document(THREE, fillers=[filler])))
    assert [token.marks for token in found] == [(), ("filler",), ()]


def test_a_pause_stands_between_the_words_around_it() -> None:
    found = tokens(read_transcript(document(THREE, pauses=[{"start": 0.55, "end": 1.85}])))
    assert [token.kind for token in found] == ["word", "word", "pause", "word"]
    assert found[2].long


def test_a_sound_the_recogniser_left_out_is_shown_where_it_was_heard() -> None:
    sound = {"text": "uh", "start": 0.8, "end": 1.2, "source": "sound"}
    found = tokens(read_transcript(document(THREE, fillers=[sound])))
    assert [(token.kind, token.text) for token in found][2] == ("sound", "uh")


def test_an_uncertain_word_is_shown_as_a_guess() -> None:
    found = tokens(read_transcript(document([word("maybe", 0, 1, confidence=0.2)])))
    assert found[0].marks == ("unsure",)


def test_text_without_times_is_read_without_marks() -> None:
    words = [{"text": "hello", "start": None, "end": None, "confidence": None, "speaker": None}]
    found = tokens(read_transcript(document(words, pauses=[{"start": 0, "end": 1}])))
    assert [token.text for token in found] == ["hello"]


def test_nothing_said_reads_as_nothing() -> None:
    assert read_transcript(document([])) == []


@given(
    st.lists(st.floats(0.01, 2), min_size=1, max_size=30),
    st.lists(st.integers(0, 40), max_size=6),
    st.lists(st.tuples(st.floats(0, 60), st.floats(0.25, 3)), max_size=8),
)
def test_no_word_and_no_pause_is_lost(
    lengths: list[float], firsts: list[int], pauses: list[tuple[float, float]]
) -> None:
    clock, words = 0.0, []
    for index, length in enumerate(lengths):
        words.append(word(f"w{index}", clock, clock + length))
        clock += length + 0.3
    found = tokens(
        read_transcript(
            document(
                words,
                [{"first_word": first} for first in firsts],
                pauses=[{"start": start, "end": start + length} for start, length in pauses],
            )
        )
    )
    assert [t.text for t in found if t.kind == "word"] == [w["text"] for w in words]
    assert sum(t.kind == "pause" for t in found) == len(pauses)


def test_a_word_that_another_could_replace_is_marked() -> None:
    term = {"text": "hello", "start": 1.9, "end": 2.3}
    found = tokens(read_transcript(document(THREE, non_inclusive=[term])))
    assert found[2].marks == ("inclusive",)


def test_a_sentence_that_runs_on_says_so_rather_than_that_it_is_long() -> None:
    sentences = [{"first_word": 0}, {"first_word": 2}]
    whole = {"text": "so um", "start": 0.0, "end": 0.5, "first_word": 0, "last_word": 1}
    lists = {"long_sentences": [whole], "run_ons": [whole]}
    found = read_transcript(document(THREE, sentences, **lists))
    assert [sentence.note for sentence in found] == ["run_on", ""]
