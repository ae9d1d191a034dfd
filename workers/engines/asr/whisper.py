from __future__ import annotations

from typing import Any


def installed(engines: dict[str, Any]) -> Any:
    return None


def recognise(*a: Any) -> Any:
    raise NotImplementedError
