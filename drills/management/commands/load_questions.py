"""The question bank, after each update of Rostrum."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from drills.models import Question
from drills.services import learn, load_questions


class Command(BaseCommand):
    help = "Brings the question bank to what ships; what operators changed stays. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        done = load_questions()
        learned = learn(Question.objects.filter(is_active=True))
        self.stdout.write(
            f"{Question.objects.filter(is_active=True).count()} questions: {done.added} new,"
            f" {done.changed} changed, {done.retired} retired, {done.kept} left as edited"
            + ("" if learned else "; no model of meaning here, so none is matched by it yet")
        )
