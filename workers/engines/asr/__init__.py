"""Words with times: given text aligned to the sound, or the sound recognised."""
