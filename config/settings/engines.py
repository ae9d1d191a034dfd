"""Operator's choice of engines; goes to workers as StageSettings.engines."""

from __future__ import annotations

import os
from pathlib import Path

from config.settings.base import VAR_DIR, env

MODELS_DIR = Path(env.str("ROSTRUM_MODELS_DIR", default=str(VAR_DIR / "models")))
MLFLOW_TRACKING_URI = env.str("MLFLOW_TRACKING_URI", default="")
TRANSCRIBER: str = env.str("ROSTRUM_TRANSCRIBER", default="auto")
"""auto, whisperx or pocketsphinx."""
CAPTIONER: str = env.str("ROSTRUM_CAPTIONER", default="auto")
"""Who writes live captions: auto (Whisper where it is installed and keeps up), whisper or
pocketsphinx."""
CAPTIONERS: int = env.int("ROSTRUM_CAPTIONERS", default=min(4, os.cpu_count() or 1))
"""So many learners may have live captions from this machine at once, each by a process."""
DENOISE: str = env.str("ROSTRUM_DENOISE", default="auto")
"""auto, always or never: steady noise taken off before recognition."""
GRAMMAR_URL: str = env.str("ROSTRUM_LANGUAGETOOL_URL", default="")
"""Address of a LanguageTool server in place of the checker that comes along; empty: that one."""
DEVICE: str = env.str("ROSTRUM_DEVICE", default="auto")
"""auto, cpu or cuda."""
BODY_FPS: float = env.float("ROSTRUM_BODY_FPS", default=5.0)
