"""Which recogniser writes captions: Whisper where it is installed and keeps up, else PocketSphinx,
which hears English only."""

from __future__ import annotations

import logging
from typing import Any

from workers.engines.asr.language import is_english
from workers.engines.asr.live.captions import Recogniser

log = logging.getLogger(__name__)


class Recognisers:
    """What is loaded stays loaded. `engines`: `models_dir`, `device`, and `captioner`, which is
    `auto`, `whisper` or `pocketsphinx`."""

    def __init__(self, engines: dict[str, Any]) -> None:
        self._engines = engines
        self._loaded: dict[str, Recogniser] = {}
        self._without_whisper = engines.get("captioner") == "pocketsphinx"

    def of(self, language: str) -> Recogniser | None:
        """None where nothing here knows the language."""
        told = language.split("-")[0].lower()
        told = "" if told == "auto" else told
        if told not in self._loaded:
            fresh = self._whisper(told) or self._sphinx(told)
            if fresh is None:
                return None
            self._loaded = {told: fresh}  # one at a time: each is a model in memory
        return self._loaded[told]

    def unload(self) -> bool:
        """Give the memory back; whether there was any to give."""
        loaded, self._loaded = self._loaded, {}
        return bool(loaded)

    def _whisper(self, language: str) -> Recogniser | None:
        if self._without_whisper:
            return None
        from workers.engines.asr import whisper as weights_of

        weights = weights_of.installed(self._engines)
        if weights is None:
            return None
        from workers.engines.asr.live.whisper import Whisper

        found = Whisper(weights, language)
        if self._engines.get("captioner") != "whisper" and found.is_slow():
            log.warning("%s is too slow here for captions", found.model)
            self._without_whisper = True
            return None
        return found

    def _sphinx(self, language: str) -> Recogniser | None:
        if language and not is_english(language):
            return None
        from workers.engines.asr.live.sphinx import Sphinx

        return Sphinx()
