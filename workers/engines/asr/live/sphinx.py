"""PocketSphinx, which hears English only, and hears it roughly."""

from __future__ import annotations

from workers.engines.asr import sphinx


class Sphinx:
    model = sphinx.MODEL

    def __init__(self) -> None:
        self.engine = sphinx.engine_name()
        self._decoder = sphinx.decoder()
        self._usual = self._decoder.get_cmn()
        self._begun = False

    def begin(self) -> None:
        self._decoder.start_utt()
        self._begun = True

    def hear(self, pcm: bytes) -> str | None:
        self._decoder.process_raw(pcm, False, False)
        return " ".join(sphinx.cased(heard.word) for heard in sphinx.words(self._decoder))

    def end(self) -> str:
        self._decoder.end_utt()
        self._begun = False
        return " ".join(sphinx.cased(heard.word) for heard in sphinx.words(self._decoder))

    def forget(self) -> None:
        """Its notion of a voice and a microphone, which it learns while it hears."""
        if self._begun:  # somebody left in the middle of a word
            self.end()
        self._decoder.set_cmn(self._usual)
