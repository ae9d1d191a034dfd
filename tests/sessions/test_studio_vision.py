"""What the studio's guide makes of what it sees: made landmarks, known offsets, known verdicts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.node import reckon
from workers.engines.body import geometry
from workers.engines.body.smoothing import one_euro
from workers.engines.body.watch import head_angles

LIT = {"mean": 0.45, "face": 0.5, "burnt": 0.0, "glare": 0.02}
FINE = dict.fromkeys(["distance", "headroom", "centring", "light", "level"], "ok")
WIDE, TALL = 16 / 9, 9 / 16


def seen(
    *, x: float = 0.5, y: float = 0.42, size: float = 0.32, roll: float = 0.0, pitch: float = 0.0,
    yaw: float = 0.0, slope: float = 0.0, aspect: float = WIDE,
    light: dict[str, float] | None = None, face: bool = True, shoulders: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Somebody whose face (`size` of the shorter side) lies at `x`, `y`, in shares of the picture;
    angles in degrees, as the engine has them."""
    high = size * min(1, aspect)
    middle = x * aspect
    points = [[None, None]] * 17
    for index, (right, up) in {
        0: (0, 0),
        1: (0.2, 0.2),
        2: (-0.2, 0.2),
        3: (0.4, 0.1),
        4: (-0.4, 0.1),
    }.items():
        points[index] = [middle + right * high, y - up * high]
    if shoulders:
        half = 0.9 * high
        rise = half * math.tan(math.radians(slope))
        points[5], points[6] = [middle + half, y + high + rise], [middle - half, y + high - rise]
    return {
        "aspect": aspect,
        "points": points,
        "head": [yaw, pitch, roll] if face else None,
        "face": {"x": middle, "y": y, "width": 0.75 * high, "height": high} if face else None,
        "light": light or LIT,
    }


def asked(code: str, given: dict[str, Any] | None = None, **imports: str) -> Any:
    """`reckon` over modules of the guide. JSON has no NaN: a point that is null is unseen."""
    unseen = (
        "const real = (all) => all.map((one) => ({ ...one,"
        " points: one.points.map((point) => point.map((value) => value ?? NaN)) }));"
    )
    modules = {f"studio/vision/{name}.js": names for name, names in imports.items()}
    return reckon(unseen + code, modules, **(given or {}))


def judged(*pictures: dict[str, Any]) -> list[dict[str, str]]:
    code = "return real(pictures).map(judge);"
    found: list[dict[str, str]] = asked(code, {"pictures": pictures}, framing="judge")
    return found


class TestFraming:
    def test_it_works(self):
        upright = seen(aspect=TALL, size=0.4, y=0.4)
        assert judged(seen(), upright) == [FINE, FINE]

    def test_one_thing_out_of_place_is_named_and_nothing_else(self):
        wrong: list[tuple[str, str, dict[str, Any]]] = [
            ("distance", "near", {"size": 0.6, "y": 0.5}),
            ("distance", "far", {"size": 0.09, "y": 0.3}),
            ("headroom", "cut", {"y": 0.2}),
            ("headroom", "empty", {"y": 0.62}),
            # the picture's left is the learner's right: who sits there moves to their left
            ("centring", "left", {"x": 0.3}),
            ("centring", "right", {"x": 0.7}),
            ("light", "dark", {"light": {**LIT, "face": 0.1}}),
            ("light", "behind", {"light": {**LIT, "face": 0.25, "glare": 0.4}}),
            ("light", "burnt", {"light": {**LIT, "face": 0.9, "burnt": 0.4}}),
            ("level", "slanted", {"slope": 7, "roll": 8}),
            ("level", "slanted", {"slope": -7, "roll": -8}),
            ("level", "low", {"pitch": -20}),
            ("level", "high", {"pitch": 25}),
        ]
        found = judged(*(seen(**at) for _, _, at in wrong))
        assert found == [{**FINE, check: verdict} for check, verdict, _ in wrong]

    def test_a_tilted_head_over_level_shoulders_is_no_fault_of_the_camera(self):
        (found,) = judged(seen(slope=-1, roll=12))
        assert found["level"] == "ok"

    def test_a_dark_skin_in_good_light_is_not_called_dark(self):
        (found,) = judged(seen(light={**LIT, "face": 0.24, "glare": 0.05}))
        assert found["light"] == "ok"

    def test_nobody_and_a_back_are_told_apart(self):
        code = "return real(pictures).map((one) => headline(judge(one)));"
        pictures = [
            seen(face=False, shoulders=False),
            seen(face=False),
            seen(face=False, shoulders=False, light={**LIT, "mean": 0.03}),
            seen(),
            seen(x=0.2, size=0.6, y=0.5),
        ]
        found = asked(code, {"pictures": pictures}, framing="judge, headline")
        assert found == ["nobody", "noface", "light-dark", "clear", "distance-near"]

    def test_a_verdict_is_said_once_it_held(self):
        found = asked(
            "const framing = new Framing(); const [near, fine] = real(pictures).map(judge);"
            "return [[0, fine], [0.5, fine], [0.8, fine], [0.9, near], [1.0, fine], [1.9, near],"
            " [2.7, near]].map(([t, verdicts]) => framing.take(t, verdicts)?.distance);",
            {"pictures": [seen(size=0.6, y=0.5), seen()]},
            framing="Framing, judge",
        )
        assert found == [None, None, "ok", "ok", "ok", "ok", "near"]


class TestMeasures:
    """A live figure means what the result says."""

    def test_it_measures_as_the_engine_does(self):
        rng = np.random.default_rng(5)
        mesh = rng.normal(size=(468, 3))
        points = rng.uniform(0.1, 0.9, size=(17, 2))
        angles, at = asked(
            "const at = { points, head: [20, 5, 0], face: { x: 1.2 }, aspect: 1.5 };"
            "return [headAngles(mesh), measure(at)];",
            {"mesh": mesh.tolist(), "points": points.tolist()},
            geometry="headAngles, measure",
        )
        assert angles == pytest.approx(head_angles(mesh))
        pose = np.full((1, 33, 2), np.nan)
        theirs = [geometry.EAR_L, geometry.EAR_R, geometry.SHOULDER_L, geometry.SHOULDER_R]
        theirs += [geometry.HIP_L, geometry.HIP_R]
        pose[0, theirs] = points[[3, 4, 5, 6, 11, 12]]
        middle = (points[5] + points[6])[None] / 2
        assert at["lean"] == pytest.approx(geometry._lean(pose, middle)[0])
        across = points[5] - points[6]
        assert at["tilt"] == pytest.approx(np.degrees(np.arctan2(*np.abs(across[::-1]))))
        assert at["centring"] == pytest.approx(1 - abs(1.2 / 1.5 - 0.5) / 0.5)

    def test_it_smooths_as_the_engine_does(self):
        times = np.cumsum(np.r_[0, np.full(20, 0.2), 1.5, 0.2])
        values = np.random.default_rng(6).normal(size=(len(times), 2))
        values[7, 0] = np.nan
        found = asked(
            "const filter = new OneEuro();"
            "return times.map((t, i) => filter.smooth(t, values[i].map((value) => value ?? NaN)));",
            {
                "times": times.tolist(),
                "values": [[None if np.isnan(v) else v for v in row] for row in values.tolist()],
            },
            smoothing="OneEuro",
        )
        assert np.array(found, dtype=float) == pytest.approx(one_euro(times, values), nan_ok=True)

    def test_points_outside_the_picture_or_unlikely_are_unseen(self):
        raw = [0.5, 0.5, 0.9] * 15 + [0.5, 0.5, 0.1, 0.1, 0.5, 0.9]
        found = asked(
            "const points = visiblePoints(raw, { corner: [0, -0.5], side: 2, aspect: 2 });"
            "return points.map(([x]) => Number.isFinite(x));",
            {"raw": raw},
            geometry="visiblePoints",
        )
        assert found == [True] * 15 + [False, False]


class TestLight:
    def test_face_and_window_are_measured_apart(self):
        found = asked(
            """const data = new Uint8ClampedArray(4 * 100 * 100).fill(250);
            for (let y = 20; y < 80; y += 1) for (let x = 20; x < 80; x += 1)
              for (let c = 0; c < 3; c += 1) data[4 * (100 * y + x) + c] = 51;
            return lightOf({ data, width: 100 }, { left: 0, top: 0, width: 100, height: 100 },
              { left: 20, top: 20, width: 60, height: 60 });""",
            light="lightOf",
        )
        assert found["face"] == pytest.approx(0.2)
        assert found["glare"] == 1
        assert found["mean"] == pytest.approx(0.36 * 0.2 + 0.64 * 250 / 255)


class TestHabits:
    def test_what_holds_for_seconds_is_proposed(self):
        films: list[tuple[list[str], list[tuple[float, dict[str, Any]]]]] = [
            (["away"], [(10, {}), (5, {"yaw": 30})]),
            (["left"], [(5, {}), (4, {"x": 0.2})]),
            (["right"], [(5, {}), (4, {"x": 0.8})]),
            (["tilt"], [(5, {}), (4, {"slope": 14})]),
            (["sunk"], [(6, {}), (6, {"y": 0.56})]),
            (["gone"], [(5, {}), (4, {"face": False, "shoulders": False})]),
            ([], [(60, {})]),
            # a camera beside the screen, and a glance at notes
            ([], [(30, {"yaw": 12}), (3, {"yaw": 35}), (20, {"yaw": 12})]),
        ]
        found = asked(
            """return films.map((film) => {
              const [habits, said] = [new Habits(), []];
              let t = 0;
              for (const [seconds, picture] of film) {
                const at = measure(real([picture])[0]);
                for (const end = t + seconds; t < end; t += 0.2) {
                  const kind = habits.notice(t, at);
                  if (kind && kind !== said.at(-1)) said.push(kind);
                }
              }
              return said;
            });""",
            {"films": [[(length, seen(**at)) for length, at in film] for _, film in films]},
            habits="Habits",
            geometry="measure",
        )
        assert found == [said for said, _ in films]

    def test_it_is_proposed_until_it_was_said_and_then_not_again_at_once(self):
        found = asked(
            """const [out] = real(pictures).map(measure); const habits = new Habits();
            const at = [0, 3.2, 4, 5, 20, 50].map((t) => {
              const kind = habits.notice(t, out);
              if (t === 4) habits.said(kind, t);
              return kind;
            });
            habits.rest();
            return [...at, habits.notice(51, out)];""",
            {"pictures": [seen(x=0.2)]},
            habits="Habits",
            geometry="measure",
        )
        assert found == [None, "left", "left", None, None, "left", None]


class TestPace:
    def test_it_keeps_to_its_share_and_gives_way_to_the_recorder(self):
        found = asked(
            """const pace = new Pace();
            for (let t = 0; t < 3; t += 0.2) pace.took(t, t + 0.1);
            const room = pace.possible();
            pace.recording = true;
            const begun = pace.possible();
            for (let i = 0; i < 50; i += 1) pace.strain({});
            pace.recording = true;
            const recording = pace.possible();
            pace.strain({ lost: 0.2 }); pace.strain({ late: 0.3 });
            const strained = pace.possible();
            for (let i = 0; i < 50; i += 1) pace.strain({});
            const recovered = pace.possible();
            pace.usual = { lost: 0.2, late: 0.3 };
            pace.strain({ lost: 0.22, late: 0.32 });
            return [room, begun, recording, strained, recovered, pace.possible()];""",
            pace="Pace",
        )
        assert found == pytest.approx([6, 1.5, 3.5, 3.5 * 0.25, 3.5, 3.5])

    def test_it_gives_up_below_two_pictures_a_second_but_not_for_a_moment(self):
        slow, moment, rested = asked(
            """const watch = (costs, rest) => {
              const pace = new Pace();
              let t = 0;
              for (const cost of costs) {
                pace.took(t, t + cost);
                t += cost + 0.1;
                if (rest) pace.rest();
              }
              return pace.hopeless(t);
            };
            const [slow, quick] = [Array(20).fill(0.5), Array(20).fill(0.05)];
            return [watch(slow), watch([...slow.slice(0, 5), ...quick]), watch(slow, true)];""",
            pace="Pace",
        )
        assert (slow, moment, rested) == (True, False, False)


def test_what_a_browser_lacks_is_named():
    found = asked(
        """const all = { Worker: 1, OffscreenCanvas: 1, VideoFrame: 1, WebAssembly };
        return [all, { ...all, Worker: undefined }, { ...all, OffscreenCanvas: undefined },
          { ...all, VideoFrame: undefined }, { ...all, WebAssembly: undefined },
          { ...all, WebAssembly: { validate: () => false } }].map((scope) => missing(scope));""",
        support="missing",
    )
    assert found == [None, "worker", "canvas", "canvas", "wasm", "wasm"]
