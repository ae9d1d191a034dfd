"""What dramatiq imports in fault tests: a real worker with the test engines."""

import django

django.setup()

from tests.workers.engines import ENGINES  # noqa: E402
from workers.actors import declare  # noqa: E402
from workers.pool import Pool  # noqa: E402

declare(Pool(ENGINES))
