"""Our browser modules under Node, where what they reckon needs no page."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from workers.engines.fluency.grammar import harper

SCRIPTS = Path(__file__).parents[1] / "static/js"
SECONDS = 30


def reckon(code: str, imports: dict[str, str], **given: Any) -> Any:
    """What `code` returns, with `imports` (module below static/js -> names) and `given` by name.

    One process holds as many questions as a test has: each start costs 50 ms.
    """
    imported = "".join(
        f"import {{ {names} }} from {json.dumps((SCRIPTS / module).as_uri())};\n"
        for module, names in imports.items()
    )
    values = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in given.items())
    script = (
        f"{imported}{values}"
        f"const answer = await (async () => {{ {code} }})();\n"
        "process.stdout.write(JSON.stringify(answer));"
    )
    done = subprocess.run(
        [harper.node(), "--no-warnings", "--experimental-detect-module", "--input-type=module"],
        input=script, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
