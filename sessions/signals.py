"""What sessions tell the layers above them, inside the transaction that made it true.

Sent with `sender=Session`.
recording_stored: a recording is in storage and checked for its kind. `recording`.
text_added: the learner gave a text instead of a recording. `session`, `text`.
session_deleted: the learner deleted it; its undo window runs. `session`.
session_restored: the learner took the deletion back. `session`.
session_purged: about to be removed for good, with everything under its prefix. `session`.
"""

from django.dispatch import Signal

recording_stored = Signal()
text_added = Signal()
session_deleted = Signal()
session_restored = Signal()
session_purged = Signal()
