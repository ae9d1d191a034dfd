"""`bin/rostrum analyze MEDIA`: the whole analysis in the terminal, in this process."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from analysis.document import build
from analysis.given import TranscriptError
from analysis.models import AnalysisRun, StageRun
from analysis.selectors.runs import latest_run
from analysis.services.again import leave_out
from analysis.services.progress import snapshot
from analysis.services.runs import NothingToAnalyse, cancel_run
from analysis.services.transcripts import attach_transcript
from billing.services import QuotaExceeded
from coaching.accounts.models import User
from coaching.accounts.services import create_guest, erase_user
from sessions import filenames
from sessions.models import Session
from sessions.services import TooLarge, UploadRefused, add_file, create_session, purge_session
from workers.alone import alone, redis_answers
from workers.inprocess import drain

BAD_INPUT, NO_RESULT, STOPPED = 2, 1, 130
NOBODY_NEEDS = frozenset({"rendition", "index", "notify"})
"""Stages for who comes back to the session; without --user nobody does."""
_REFUSALS = (TooLarge, UploadRefused, QuotaExceeded, TranscriptError, NothingToAnalyse)


class BadInput(Exception):
    """What was given cannot be analysed; the message says why, in one line."""


class Command(BaseCommand):
    help = (
        "Analyse a recording (or a .txt) and print the result document. Without --user nothing "
        "is kept. Exit status 2: the input cannot be analysed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("media", metavar="MEDIA", type=Path)
        parser.add_argument("--question", default="", help="what was to be answered")
        parser.add_argument(
            "--scenario",
            choices=Session.Kind.values,
            help="what it is judged as; with a question an interview, else free talk",
        )
        parser.add_argument(
            "--transcript",
            type=Path,
            metavar="FILE",
            help="what was said, as .txt, .vtt, .srt or .json",
        )
        parser.add_argument("--json", type=Path, metavar="OUT", help="write the document here")
        parser.add_argument("--user", metavar="EMAIL", help="keep it as a session of theirs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with _stoppable(), _quiet(options["verbosity"] > 1) as screen:
                document = _analyse(screen, **_given(options))
        except BadInput as error:
            self.stderr.write(" ".join(str(error).split()))
            sys.exit(BAD_INPUT)
        except KeyboardInterrupt:
            self.stderr.write("Stopped." if options["user"] else "Stopped; nothing was kept.")
            sys.exit(STOPPED)
        text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
        if options["json"]:
            options["json"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")
        if document["session"]["run"]["state"] not in {"done", "partial"}:
            self.stderr.write("The analysis ended without a result; `stages` says where.")
            sys.exit(NO_RESULT)


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM ends it as Ctrl-C does: what was made on the way goes."""

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    before = [(number, signal.getsignal(number)) for number in (signal.SIGTERM, signal.SIGINT)]
    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


@contextmanager
def _quiet(talkative: bool) -> Iterator[Console]:
    """A console on stderr for the bar alone: native libraries write whatever they like to file
    descriptor 2, and the log says what the bar shows already."""
    if talkative:
        yield Console(stderr=True)
        return
    root = logging.getLogger()
    level, kept = root.level, os.dup(2)
    root.setLevel(logging.ERROR)
    with Path(os.devnull).open("wb") as nowhere, os.fdopen(kept, "w", encoding="utf-8") as screen:
        sys.stderr.flush()
        os.dup2(nowhere.fileno(), 2)
        try:
            yield Console(file=screen, highlight=False)
        finally:
            os.dup2(kept, 2)
            root.setLevel(level)


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The command line as `_analyse` takes it, its files looked at. Raises BadInput."""
    media, transcript, out = options["media"], options["transcript"], options["json"]
    for path in filter(None, (media, transcript)):
        if not path.is_file():
            raise BadInput(f"{path}: there is no such file")
        if path.stat().st_size == 0:
            raise BadInput(f"{path}: this file is empty")
    if transcript and media.suffix.lower() == ".txt":
        raise BadInput(f"{media}: a text is its own transcript; give a recording with --transcript")
    if out and not out.resolve().parent.is_dir():
        raise BadInput(f"{out}: there is no such folder to write to")
    user = None
    if options["user"]:
        user = User.objects.filter(email__iexact=options["user"], is_active=True).first()
        if user is None:
            raise BadInput(f"{options['user']}: nobody has an account with this address")
    return {
        "media": media,
        "transcript": transcript,
        "question": options["question"].strip(),
        "scenario": options["scenario"] or ("interview" if options["question"] else "free"),
        "user": user,
    }


def _analyse(screen: Console, user: User | None, **given: Any) -> dict[str, Any]:
    with ExitStack() as stack:
        if user is None or not redis_answers():
            stack.enter_context(alone())
        owner = user or stack.enter_context(_nobody())
        try:
            run = _start(owner, keep=user is not None, **given)
        except _REFUSALS as error:
            raise BadInput(f"{given['media']}: {error}") from error
        except ValidationError as error:
            raise BadInput(f"{given['media']}: {'; '.join(error.messages)}") from error
        except OSError as error:
            raise BadInput(f"{error.filename or given['media']}: {error.strerror}") from error
        try:
            with _bar(screen) as watch:
                run = drain(run, until_result=user is None, watch=watch)
        except KeyboardInterrupt:
            cancel_run(run=run)
            raise
        _check(run, given["media"])
        return build(AnalysisRun.objects.select_related("session", "transcript").get(pk=run.pk))


@contextmanager
def _nobody() -> Iterator[User]:
    """An owner for as long as it takes, gone afterwards with everything that is theirs.

    Whatever ends this process before it could clean up leaves a guest, and guests are swept.
    """
    guest = create_guest()
    try:
        yield guest
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it
        for session in Session.objects.filter(owner=guest):
            purge_session(session=session)
        erase_user(user=guest)


def _start(
    owner: User,
    *,
    media: Path,
    transcript: Path | None,
    question: str,
    scenario: str,
    keep: bool,
) -> AnalysisRun:
    """A session of `owner` with what was given, and its run. All or nothing."""
    title = filenames.clean(media.name)  # a name on the disk may hold bytes that are no text
    session = create_session(owner=owner, kind=scenario, title=title, question=question)
    try:
        if media.suffix.lower() == ".txt":
            attach_transcript(session=session, filename=media.name, data=media.read_bytes())
        else:
            if transcript is not None:
                given = transcript.read_bytes()
                attach_transcript(
                    session=session, filename=transcript.name, data=given, start=False
                )
            with media.open("rb") as file:
                add_file(
                    session=session, file=file, filename=media.name, length=media.stat().st_size
                )
    except BaseException:
        purge_session(session=session)
        raise
    run = latest_run(session)
    assert run is not None  # noqa: S101 - a recording or a text starts one
    if not keep:
        leave_out(run=run, names=NOBODY_NEEDS)
    return run


def _check(run: AnalysisRun, media: Path) -> None:
    """Raises BadInput where what was given is to blame for there being no result."""
    if run.state != AnalysisRun.State.FAILED:
        return
    failed = run.stages.filter(state=StageRun.State.FAILED, name__in=("probe", "audio")).first()
    if failed is not None:
        raise BadInput(f"{media}: {failed.error_message or failed.error_code}")


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[AnalysisRun], None]]:
    """A progress bar on stderr, moved by what a page would be told."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Starting", total=1.0)

        def watch(run: AnalysisRun) -> None:
            seen = snapshot(run)
            running = [s["label"] for s in seen["stages"] if s["state"] == StageRun.State.RUNNING]
            progress.update(
                task, completed=seen["progress"] or 0, description=", ".join(running) or "Waiting"
            )

        yield watch
