"""Fetch the front end's packages again: `manage.py vendor`.

`static/vendor/sources.json` says which files of which npm package are kept; this command downloads
them with the machine's own npm, writes them under static/vendor/ and records name, version,
licence, file and SHA-256 in manifest.json, which a test holds the files to. Nothing of this runs
in the product.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

VENDOR = Path(settings.BASE_DIR) / "static" / "vendor"


def fetch(name: str, version: str, folder: Path) -> Path:
    """Unpack one npm package below `folder`; returns its root."""
    subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{name}@{version}"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    archive = next(folder.glob("*.tgz"))
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder / "package"


def keep(source: dict[str, Any]) -> list[dict[str, str]]:
    """Copy the wanted files of one package; returns their manifest entries."""
    wanted = dict(source["files"])
    for icon in source.get("icons", "").split():
        wanted[f"icons/{icon}.svg"] = f"lucide/{icon}.svg"
    with tempfile.TemporaryDirectory() as folder:
        root = fetch(source["name"], source["version"], Path(folder))
        entries = []
        for inside, path in sorted(wanted.items(), key=lambda pair: pair[1]):
            if not (root / inside).is_file():
                raise CommandError(f"{source['name']} {source['version']} has no {inside}.")
            target = VENDOR / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / inside, target)
            entries.append(
                {
                    "name": source["name"],
                    "version": source["version"],
                    "licence": source["licence"],
                    "file": path,
                    "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
                }
            )
    return entries


class Command(BaseCommand):
    help = "Download the front end's packages named in static/vendor/sources.json."

    def handle(self, *args: Any, **options: Any) -> None:
        sources = json.loads((VENDOR / "sources.json").read_text())
        entries = [entry for source in sources for entry in keep(source)]
        lines = ",\n".join("  " + json.dumps(entry) for entry in entries)
        (VENDOR / "manifest.json").write_text(f"[\n{lines}\n]\n")
        self.stdout.write(f"{len(entries)} files of {len(sources)} packages.")
