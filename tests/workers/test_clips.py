"""Clips made by the real worker loop, with the real engine, from real recordings."""

from __future__ import annotations

import hashlib
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import psutil
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from analysis.models import Clip
from analysis.services.clips.asking import Cut, cancel_clip, cut_clip
from config.broker import ring
from sessions.models import Session
from tests import clips
from tests.analysis import results
from tests.engines.test_clip import LENGTH_S, picture, tone
from tests.workers.house import House, until
from workers.pool import Pool

pytestmark = pytest.mark.django_db(transaction=True)
SHORT = Cut(start=1.0, end=2.0, format="square", captions="none")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "source.mp4"
    return clips.clip(path, tone(), picture=picture, look=clips.Look(size=(320, 180), fps=12))


@pytest.fixture
def ready(recorded: Callable[..., Session], source: Path) -> Session:
    """An analysed session whose recording can be cut."""
    session = recorded()
    recording = session.recordings.get()
    data = source.read_bytes()
    with default_storage.open(recording.key, "wb") as file:
        file.write(data)
    recording.sha256, recording.size_bytes = hashlib.sha256(data).hexdigest(), len(data)
    recording.checked_at = timezone.now()
    recording.save()
    results.finished(session)
    Session.objects.filter(pk=session.pk).update(duration_s=LENGTH_S)
    return session


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(name="test")
    yield made
    made.stopping.set()
    made.close()


@pytest.fixture
def house(tmp_path: Path, settings) -> Iterator[House]:
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    made = House(tmp_path / "var", module="workers.supervisor")
    yield made
    made.kill()


def again(clip: Clip) -> Clip:
    return Clip.objects.get(pk=clip.pk)


def test_it_works(ready: Session, pool: Pool) -> None:
    clip, _ = cut_clip(session=ready, cut=SHORT)
    assert pool.drain_clips() == 1
    clip = again(clip)
    assert (clip.state, clip.error_message) == ("done", "")
    assert clip.key.startswith(f"u/{ready.owner_id}/s/{ready.pk}/clips/")
    assert clip.size_bytes == default_storage.size(clip.key)
    with default_storage.open(clip.key) as file, av.open(file) as container:
        assert float(container.duration / av.time_base) == pytest.approx(1.0, abs=0.1)
        assert container.streams.video[0].codec_context.width == 720
    assert clip.result["crop"]["follows"] == "centre"


def test_a_source_that_is_gone_fails_at_once_and_says_so(ready: Session, pool: Pool) -> None:
    clip, _ = cut_clip(session=ready, cut=SHORT)
    default_storage.delete(ready.recordings.get().key)
    pool.drain_clips()
    clip = again(clip)
    assert (clip.state, clip.error_code, clip.failures) == ("failed", "file_missing", 1)


def test_a_cancelled_clip_leaves_no_file(ready: Session, pool: Pool) -> None:
    clip, _ = cut_clip(session=ready, cut=Cut(start=0.0, end=5.0, captions="none"))
    worker = threading.Thread(target=pool.drain_clips)
    worker.start()
    until(lambda: again(clip).state == "running")
    cancel_clip(clip=clip)
    worker.join()
    assert again(clip).state == "cancelled"
    folder = f"u/{ready.owner_id}/s/{ready.pk}/clips"
    assert not default_storage.exists(folder) or default_storage.listdir(folder)[1] == []


def test_a_worker_that_stops_hands_its_clip_back(ready: Session, pool: Pool) -> None:
    clip, _ = cut_clip(session=ready, cut=Cut(start=0.0, end=5.0, captions="none"))
    worker = threading.Thread(target=pool.drain_clips)
    worker.start()
    until(lambda: again(clip).state == "running")
    pool.stopping.set()
    worker.join()
    clip = again(clip)
    assert (clip.state, clip.failures, clip.attempt) == ("queued", 0, 1)


def test_a_killed_workers_clip_is_made_by_another(house: House, ready: Session) -> None:
    clip, _ = cut_clip(session=ready, cut=SHORT)
    house.start()
    ring("cpu")
    until(lambda: again(clip).state == "running")
    psutil.Process(int(again(clip).claimed_by.split("/")[1])).send_signal(signal.SIGKILL)
    until(lambda: again(clip).state == "done")
    assert (again(clip).attempt, again(clip).failures) == (2, 1)
