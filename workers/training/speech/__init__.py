"""Speech made by scripts: its words, times, pauses, pitch and noise are known."""
