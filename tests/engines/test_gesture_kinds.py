"""What a movement of the hands is called."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engines.test_body import FPS, person, swing
from workers.engines import body
from workers.engines.body import kinds
from workers.engines.body.geometry import signals
from workers.engines.body.gestures import gestures
from workers.engines.body.kinds import GESTURES, KINDS, by_rule, classifier, named, stretches
from workers.training.draws import HELD_OUT, INSIDE
from workers.training.net import Examples
from workers.training.suites.body import film
from workers.training.trainers.gesture import STUDY, cases, varied

SHIPPED = classifier(kinds.SHIPPED.read_bytes())


def test_it_works() -> None:
    """The weights that ship beat the rule on speakers from outside what they learned from."""
    found = list(cases(291_000, 4, far=HELD_OUT))
    assert STUDY.judged_on(SHIPPED, found).figure > STUDY.judged_on(by_rule, found).figure


def test_naming_changes_no_count() -> None:
    seen = signals(film(7, far=INSIDE, seconds=40).track)
    items = gestures(seen)["items"]
    for classify in (SHIPPED, by_rule):
        told = named(seen, items, classify)
        assert [{key: item[key] for key in ("start", "end", "kind")} for item in told] == items
        assert {item["what"] for item in told} <= {*GESTURES}


def test_nothing_to_name_is_no_failure() -> None:
    seen = signals(person(10))
    assert stretches(seen, []).shape == (0, kinds.FRAMES, kinds.FEATURES)
    assert named(seen, [], SHIPPED) == []


def test_a_stretch_at_the_edge_of_the_recording_is_read() -> None:
    seen = signals(person(4))
    found = stretches(seen, [(-0.5, 0.6), (3.5, 9.0)])
    assert np.isfinite(found).all()
    assert SHIPPED(found).sum(axis=1) == pytest.approx(1)


def test_the_document_says_what_each_gesture_is() -> None:
    track = person(30)
    track.head[::10, 0] = 5  # who lives, moves
    swing(track, 15, 5.0, reach=0.3)
    section, _ = body.describe(track, signals(track), FPS)
    assert [item["what"] in GESTURES for item in section["gestures"]["items"]] == [True]
    assert sum(section["gestures"]["kinds"].values()) == 1
    assert [*section["gestures"]["kinds"]] == [*GESTURES]


def test_variation_keeps_what_is_hidden_hidden() -> None:
    seen = signals(film(8, far=INSIDE, seconds=40).track)
    found = stretches(seen, [(5.0, 7.0), (8.0, 9.0)])
    found[:, :, 8:12] = 0
    found[:, :, :8] = 0
    told = varied(Examples(found, np.array([0, KINDS.index("idle")])), 0).windows
    assert told.shape[0] == 8
    assert np.abs(told[..., :12]).max() == 0
