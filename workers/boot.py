"""What `dramatiq workers.boot` imports: Django, the broker of the settings, and the actor."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from workers.actors import declare  # noqa: E402
from workers.pool import Pool  # noqa: E402

declare(Pool())
