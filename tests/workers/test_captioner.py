"""Captioners are kept up by the supervisor, like every other worker."""

from __future__ import annotations

import signal
import subprocess
import sys

import psutil
import pytest

from tests.beside import environment

from .house import ROOT, until

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_captioner_that_dies_is_started_again(tmp_path) -> None:
    told = environment(
        ROSTRUM_CAPTIONERS="1", ROSTRUM_REDIS_PREFIX="kept-up", ROSTRUM_VAR=str(tmp_path)
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "workers.supervisor", "--queues", "captions"],
        cwd=ROOT, env=told, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        family = psutil.Process(supervisor.pid)
        until(family.children)
        (first,) = family.children()
        assert "workers.captioner" in first.cmdline()
        first.send_signal(signal.SIGKILL)
        until(lambda: [child for child in family.children() if child.pid != first.pid])
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(90) == 0
    finally:
        supervisor.kill()
        supervisor.wait()
