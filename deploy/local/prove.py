"""Imports every engine and every native library once, and asks the grammar checker one question:
what is broken shows at set-up.

Run by the virtual environment's Python: `python -m deploy.local.prove`.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys

NATIVE = {
    "torch": "speech and vision models",
    "torchaudio": "whisperx",
    "ctranslate2": "Whisper",
    "faster_whisper": "Whisper and Silero voice activity",
    "whisperx": "word alignment",
    "pocketsphinx": "offline recognition and alignment",
    "parselmouth": "pitch and voice",
    "mediapipe": "pose, face and hands",
    "cv2": "pictures",
    "av": "decoding",
    "soundfile": "sound files",
    "imageio_ffmpeg": "the rendition",
    "spacy": "language",
    "onnxruntime": "embeddings",
}


def main() -> int:
    import workers.engines

    engines = [
        f"workers.engines.{found.name}" for found in pkgutil.iter_modules(workers.engines.__path__)
    ]
    broken = []
    for name in [*NATIVE, *engines]:
        print(name, flush=True)
        try:
            importlib.import_module(name)
        except Exception as error:  # a native library can raise anything
            use = f" ({NATIVE[name]})" if name in NATIVE else ""
            broken.append(f"cannot import {name}{use}: {str(error).strip().splitlines()[0][:160]}")
    broken += _grammar()
    for line in broken:
        print(f"error: {line}", flush=True)
    return 1 if broken else 0


def _grammar() -> list[str]:
    """One sentence through the grammar checker's own process; what is wrong with it."""
    from workers.engines.fluency.grammar.harper import checker
    from workers.engines.fluency.grammar.lint import Unavailable

    print("grammar checker", flush=True)
    try:
        (found,) = checker().check(["He have a plan."])
    except Unavailable as reason:
        return [f"the grammar checker: {reason}"]
    return [] if found else ["the grammar checker: it finds nothing"]


if __name__ == "__main__":
    sys.exit(main())
