"""The sample recording that everybody can try; `make` speaks it anew."""

from pathlib import Path

SAMPLE = Path(__file__).with_name("interview.mp3")
QUESTION = "Tell me about a time you turned a difficult project around."
