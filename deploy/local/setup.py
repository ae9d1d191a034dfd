"""bin/setup: from a fresh clone to a machine that can serve and test.

Two halves, since the first makes the Python that the second runs on: packages (plain lines), then
models, database and content (a progress display).
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence

from deploy.local import packages, services
from deploy.local.commands import run, setup_log
from deploy.local.places import PYTHON, ROOT, VENV, Problem, setting, var_dir
from deploy.local.screen import Step, guarded, run_steps

PROVEN = VENV / "rostrum-proven"


def ensure_packages() -> None:
    """The first half. Where it had to work, this process goes on in the environment's Python."""
    if not packages.is_complete():
        print(f"Setting up (once; all output goes to {setup_log()})", flush=True)
        run_steps(packages.steps())
    if not _is_venv_python():
        command = [str(PYTHON), *sys.orig_argv[1:]]
        os.execve(PYTHON, command, {**os.environ, "PYTHONPATH": str(ROOT)})  # noqa: S606


def ensure_content(more: Sequence[Step] = ()) -> None:
    """The second half: what the packages need besides themselves. Cheap when nothing changed."""
    services.start()
    run_steps(
        [
            ("Language model for meaning", _export_meaning),
            *([("Speech models", _fetch_speech)] if _wants_speech_models() else []),
            ("Database", _migrate),
            ("Question bank", _load_questions),
            ("Drill library", _load_drills),
            *([("Static files", _collect_static)] if _is_production() else []),
            *([] if _is_proven() else [("Every engine, imported once", _prove)]),
            *more,
        ]
    )


def _is_venv_python() -> bool:
    return os.path.realpath(sys.prefix) == os.path.realpath(VENV)


def _is_production() -> bool:
    return setting("ROSTRUM_ENV") == "production"


def manage(*arguments: str) -> list[str]:
    return [str(PYTHON), str(ROOT / "manage.py"), *arguments]


def _export_meaning(note: Callable[[str], None]) -> str:
    models = setting("ROSTRUM_MODELS_DIR", str(var_dir() / "models"))
    command = [str(PYTHON), "-m", "workers.engines.embeddings", models]
    run(command, "Exporting the language model", note)
    return ""


def _wants_speech_models() -> bool:
    wanted = setting("ROSTRUM_FETCH_MODELS", "1").lower() not in {"0", "false", "no", "off"}
    return wanted and setting("ROSTRUM_ENV") != "test"


def _fetch_speech(note: Callable[[str], None]) -> str:
    """Fetch the default Whisper model where a hub answers; without it the offline engines work."""
    if not _hub_answers():
        return (
            "none fetched: no model hub can be reached (bin/rostrum models install does it later)"
        )
    try:
        told = run(manage("models", "install"), "Fetching a speech model", note)
    except Problem as problem:
        return f"none fetched: {problem}"
    return (told.strip().splitlines() or [""])[-1]


def _hub_answers() -> bool:
    from huggingface_hub.constants import ENDPOINT

    try:
        with urllib.request.urlopen(ENDPOINT, timeout=4):  # noqa: S310  https by the library
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False


def _migrate(note: Callable[[str], None]) -> str:
    told = run(manage("migrate", "--no-input"), "Preparing the database", note)
    applied = told.count("... OK")
    return f"{applied} migrations applied" if applied else "up to date"


def _load_questions(note: Callable[[str], None]) -> str:
    return run(manage("load_questions"), "Loading the question bank", note).strip()


def _load_drills(note: Callable[[str], None]) -> str:
    return run(manage("load_drills"), "Loading the drill library", note).strip()


def _collect_static(note: Callable[[str], None]) -> str:
    told = run(manage("collectstatic", "--no-input"), "Collecting static files", note)
    return told.strip().splitlines()[-1]


def _is_proven() -> bool:
    return PROVEN.exists() and PROVEN.read_text() == packages.digest()


def _prove(note: Callable[[str], None]) -> str:
    told = run([str(PYTHON), "-m", "deploy.local.prove"], "Importing the engines", note)
    PROVEN.write_text(packages.digest())
    return f"{len(told.splitlines())} modules"


def main() -> int:
    ensure_packages()
    ensure_content()
    return 0


if __name__ == "__main__":
    sys.exit(guarded("setup", main))
