"""Keeps a few long-running programs alive in one terminal, and stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.local.commands import die_with_parent
from deploy.local.places import ROOT, Problem

LONGEST_WAIT_S = 30
STEADY_S = 60
"""A program that lived this long starts again at once, and its waits begin small again."""
READY_S = 3
LAST_WORDS_S = 2
EARLY_DEATHS = 3
"""Deaths before it was ever ready after which a program is given up."""


@dataclass
class Program:
    name: str
    command: list[str]
    env: dict[str, str]
    grace_s: float
    """How long it may take to drain after SIGTERM."""
    is_ready: Callable[[], bool] | None = None
    """Asked until it says yes; a program without it is ready when it has lived READY_S."""
    process: asyncio.subprocess.Process | None = None
    last_line: str = ""
    deaths: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)


class Supervisor:
    """Runs `programs` until SIGINT or SIGTERM, then stops them first to last.

    `watch` is called every few seconds in a thread (the embedded services are looked after there);
    `announce` once, when every program is ready.
    """

    def __init__(
        self, programs: list[Program], watch: Callable[[], object], announce: Callable[[], None]
    ) -> None:
        self.programs, self.watch, self.announce = programs, watch, announce
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._asked_to_stop)
        keepers = [asyncio.create_task(self._keep(program)) for program in self.programs]
        helpers = [asyncio.create_task(self._watch()), asyncio.create_task(self._announce())]
        stopped = asyncio.create_task(self.stopping.wait())
        try:
            await asyncio.wait([*keepers, stopped], return_when=asyncio.FIRST_COMPLETED)
            for keeper in keepers:  # one that ended by itself gave up: its Problem goes up
                if keeper.done():
                    keeper.result()
        finally:
            self.stopping.set()
            for program in self.programs:
                await self._stop(program)
            for task in [*helpers, stopped]:
                task.cancel()
            await asyncio.gather(*keepers, *helpers, stopped, return_exceptions=True)

    def _asked_to_stop(self) -> None:
        if self.stopping.is_set():  # asked twice: no more patience
            for program in self.programs:
                _signal(program, signal.SIGKILL)
        else:
            say("serve", "stopping: requests and stages in hand are finished or handed back")
        self.stopping.set()

    async def _keep(self, program: Program) -> None:
        wait_s = 1.0
        while not self.stopping.is_set():
            started = time.monotonic()
            program.process = process = await asyncio.create_subprocess_exec(
                *program.command,
                cwd=ROOT,
                env=program.env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                limit=2**20,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone
                preexec_fn=die_with_parent,
            )
            asking = asyncio.create_task(self._until_ready(program))
            relaying = asyncio.create_task(self._relay(program, process))
            code = await _ended(process)
            _kill_group(process.pid)  # what it left behind would hold its port and our pipe
            asking.cancel()
            await asyncio.wait([relaying], timeout=LAST_WORDS_S)
            relaying.cancel()
            if self.stopping.is_set():
                return
            program.deaths += 1
            if not program.ready.is_set() and program.deaths >= EARLY_DEATHS:
                raise Problem(f"{program.name} does not start: {program.last_line}")
            wait_s = 1.0 if time.monotonic() - started > STEADY_S else wait_s
            say("serve", f"{program.name} ended ({code}); again in {wait_s:.0f} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    async def _relay(self, program: Program, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101  asked for above
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # a line over the limit; its rest comes as the next one
                continue
            if not line:
                return
            text = line.decode(errors="replace").rstrip()
            program.last_line = text.strip() or program.last_line
            say(program.name, text)

    async def _until_ready(self, program: Program) -> None:
        if program.is_ready is None:
            await asyncio.sleep(READY_S)
        else:
            while not await asyncio.to_thread(program.is_ready):
                await asyncio.sleep(0.2)
        program.ready.set()

    async def _announce(self) -> None:
        for program in self.programs:
            await program.ready.wait()
        self.announce()

    async def _watch(self) -> None:
        while not self.stopping.is_set():
            await asyncio.sleep(3)
            try:
                await asyncio.to_thread(self.watch)
            except (Problem, OSError) as problem:  # a full disk: tell, and look again
                say("serve", str(problem))

    async def _stop(self, program: Program) -> None:
        process = program.process
        if process is None or process.returncode is not None:
            return
        _signal(program, signal.SIGTERM)
        try:
            await asyncio.wait_for(_ended(process), program.grace_s)
        except TimeoutError:
            say("serve", f"{program.name} did not stop within {program.grace_s:.0f} s: killed")
            _signal(program, signal.SIGKILL)
            await _ended(process)


async def _ended(process: asyncio.subprocess.Process) -> int:
    """Its exit status. `process.wait()` would also wait for whoever else holds its pipe."""
    while process.returncode is None:
        await asyncio.sleep(0.05)
    return process.returncode


def _signal(program: Program, number: signal.Signals) -> None:
    """SIGTERM to the program, which drains its own children; SIGKILL to its whole group."""
    if program.process is None or program.process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        if number == signal.SIGKILL:
            _kill_group(program.process.pid)
        else:
            program.process.send_signal(number)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def say(name: str, text: str) -> None:
    print(f"{name:>7} │ {text}", flush=True)
