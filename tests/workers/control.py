"""`python -m tests.workers.control TITLE...`: make a session for each title and start its run."""

import hashlib
import sys
import uuid

import django

if __name__ == "__main__":
    django.setup()
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from analysis.services.runs import start_run
    from coaching.accounts.models import User
    from sessions.models import Recording
    from sessions.services import create_session

    owner = User.objects.create_user(f"{uuid.uuid4().hex}@example.org")
    for title in sys.argv[1:]:
        session = create_session(owner=owner, kind="interview", title=title)
        key = f"u/{owner.pk}/s/{session.pk}/original/{uuid.uuid4()}.mp4"
        content = uuid.uuid4().bytes * 100
        default_storage.save(key, ContentFile(content))
        Recording.objects.create(
            session=session,
            key=key,
            filename="take.mp4",
            content_type="video/mp4",
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        start_run(session=session)
