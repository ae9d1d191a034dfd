"""What is tried on the recogniser is really set."""

from __future__ import annotations

import numpy as np
import pytest

from workers.engines.asr import sphinx
from workers.training.tune_recogniser import SETTINGS, Talk


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [
        ("cmn-live", "cmn", "live"),
        ("variance", "varnorm", True),
        ("gain", "agc", "max"),
        ("own-denoising-off", "remove_noise", False),
        ("insertion-0.2", "wip", 0.2),
    ],
)
def test_a_setting_reaches_the_recogniser(
    monkeypatch: pytest.MonkeyPatch, name: str, option: str, value: object
) -> None:
    """The model's own `feat.params` rules over options, so that some were never set."""
    made, make = [], sphinx.decoder

    def kept(**options: object) -> object:
        made.append(make(**options))
        return made[-1]

    monkeypatch.setattr(sphinx, "decoder", kept)
    SETTINGS[name](Talk("silence", [], [np.zeros(1600, dtype=np.float32)]))
    assert made[-1].config[option] == value
