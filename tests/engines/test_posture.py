"""How the trunk is held: what is seen of speakers whose posture is known, and what is not said."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engines.test_body import FPS, person
from workers.engines import body
from workers.engines.body import posture
from workers.engines.body.geometry import signals
from workers.engines.body.posture import KINDS, by_rule, classifier, held, windows
from workers.engines.trained import Unusable, packed
from workers.training.draws import HELD_OUT
from workers.training.trainers.posture import MIRRORED, STUDY, cases

SHIPPED = classifier(posture.SHIPPED.read_bytes())


def test_it_works() -> None:
    """The weights that ship beat the rule on speakers from outside what they learned from."""
    found = list(cases(91_000, 4, far=HELD_OUT))
    assert STUDY.judged_on(SHIPPED, found).figure > STUDY.judged_on(by_rule, found).figure


def test_the_document_says_how_the_time_was_spent() -> None:
    track = person(20)
    track.head[::10, 0] = 5  # who lives, moves
    section, _ = body.describe(track, signals(track), FPS, SHIPPED)
    shares = section["posture"]["held"]
    assert [*shares] == [*KINDS] and sum(shares.values()) == pytest.approx(1, abs=0.01)


def test_the_same_posture_in_a_mirror_is_the_same() -> None:
    track = person(20, tilt=8)
    seen = windows(signals(track))
    track.pose[..., 0] = track.aspect - track.pose[..., 0]
    order = np.arange(33)
    for left in range(7, 33, 2):
        order[[left, left + 1]] = left + 1, left
    track.pose[:] = track.pose[:, order]
    mirrored = windows(signals(track))
    n = len(posture.POINTS)
    (x, y), (other_x, other_y) = (
        (found.features[..., :n], found.features[..., n : 2 * n]) for found in (seen, mirrored)
    )
    assert other_x == pytest.approx(-x[..., MIRRORED])
    assert other_y == pytest.approx(y[..., MIRRORED])


def test_a_close_up_has_no_posture_and_nobody_without_hands_is_closed() -> None:
    assert len(windows(signals(person(drop=1.05))).first) == 0
    track = person(20)
    track.pose[:, 13:23, 2] = 0.1
    found = windows(signals(track))
    for classify in (SHIPPED, by_rule):
        likely = classify(found)
        assert likely[:, KINDS.index("closed")].max() == 0
        assert likely.sum(axis=1) == pytest.approx(1)


def test_less_than_a_window_says_nothing() -> None:
    track = person(1)
    track.head[::3, 0] = 5
    section, withheld = body.describe(track, signals(track), FPS, SHIPPED)
    codes = {entry["path"]: entry["code"] for entry in withheld}
    assert section["posture"]["score"] is not None
    assert codes["/body/posture/held"] == "posture_too_short"


def test_no_window_crosses_a_cut() -> None:
    track = person(20)
    track.pose[50:, :, 0] -= 0.5
    first = windows(signals(track)).first
    assert len(first) and not any(a < 50 < a + posture.FRAMES for a in first)


def test_stretches_of_three_seconds_are_moments() -> None:
    found = windows(signals(person(20)))
    likely = np.tile(np.eye(4)[0], (len(found.first), 1))
    likely[found.first >= 50] = np.eye(4)[KINDS.index("slumped")]
    items = held(found, likely)["items"]
    assert [item["kind"] for item in items] == ["slumped"]
    assert items[0]["end"] - items[0]["start"] > 8


def test_weights_of_other_features_are_of_another_version() -> None:
    other = {key: np.zeros((3, 5, 4)) for key in ("w1",)}
    with pytest.raises(Unusable):
        classifier(packed("posture", 1, other))
    with pytest.raises(Unusable, match="another version"):
        classifier(packed("gesture", 1, other))
