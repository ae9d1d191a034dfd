"""The drill library, after each update of Rostrum."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from drills.models import Drill
from drills.services import load_drills


class Command(BaseCommand):
    help = "Brings the drill library to what ships; what operators changed stays. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        done = load_drills()
        self.stdout.write(
            f"{Drill.objects.filter(is_active=True).count()} drills: {done.added} new,"
            f" {done.changed} changed, {done.retired} retired, {done.kept} left as edited"
        )
