"""bin/rostrum: manage.py in the virtual environment, the embedded services started where needed."""

from __future__ import annotations

import os
import sys

from deploy.local import packages, services
from deploy.local.places import PYTHON, ROOT, Problem
from deploy.local.screen import guarded

WITHOUT_SERVICES = {
    "check", "collectstatic", "compilemessages", "findstatic", "help", "makemessages", "models",
    "spectacular", "startapp", "train", "vendor", "version", "--help", "--version", "-h",
}  # fmt: skip
WITHOUT_REDIS = {"analyze", "evaluate"}
"""Worked through in one process: no broker, no cache and no live page is needed."""


def main(given: list[str]) -> int:
    if not packages.is_complete():
        raise Problem("this clone is not set up yet: run bin/setup (bin/serve does it too).")
    verb = given[0] if given else "help"
    if verb not in WITHOUT_SERVICES:
        started = services.start(without={"redis"} if verb in WITHOUT_REDIS else set())
        if started:
            names = " and ".join(sorted(started))
            print(f"started {names} (bin/services stop ends it)", file=sys.stderr)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = [str(PYTHON), str(ROOT / "manage.py"), *given]
    os.execve(PYTHON, command, dict(os.environ))  # noqa: S606


if __name__ == "__main__":
    sys.exit(guarded("rostrum", lambda: main(sys.argv[1:])))
