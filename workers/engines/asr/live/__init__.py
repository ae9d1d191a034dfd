"""Words while somebody speaks: rough and at once, where `transcribe` is careful and later."""
