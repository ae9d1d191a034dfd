"""Decoding on the recording's one clock: t = 0 is the first picture or sound there is to show.

Every reader of a file agrees on that instant through `Clock`, and the rendition is written from
it, so a time in the result document is the player's `currentTime`.
"""

from workers.engines.media.clock import Clock, open_media, read_clock
from workers.engines.media.joined import joined
from workers.engines.media.pictures import frames
from workers.engines.media.sound import SoundReader

__all__ = ["Clock", "SoundReader", "frames", "joined", "open_media", "read_clock"]
