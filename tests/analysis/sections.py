"""The least an engine's section may be."""

from typing import Any

from workers.engines.scoring.curves import curves

VIDEO = {
    "kind": "video",
    "duration_s": 60.0,
    "container": "mp4",
    "size_bytes": 4,
    "sha256": "0" * 64,
    "video": {"codec": "h264"},
    "audio": {"codec": "aac"},
    "warnings": [],
}
SECTIONS: dict[str, dict[str, Any]] = {
    "probe": VIDEO,
    "score": {"overall": {"value": 71.0, "version": curves("free").version}},
}
