"""After a new ROSTRUM_SECRET_KEY: see docs/configuration.md."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from coaching.accounts.services import reseal_second_factors


class Command(BaseCommand):
    help = "Encrypts the secrets of second factors under the newest ROSTRUM_SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{reseal_second_factors()} second factors are under the newest key.")
