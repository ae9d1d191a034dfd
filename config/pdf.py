"""HTML on standard input, PDF on standard output: `python -m config.pdf SECONDS`.

A process of its own, with limits on memory and time, that fetches nothing: an address in the page,
of a host or of a file, is refused; `rostrum:fonts/NAME` is one of the fonts that ship.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parents[1] / "static/vendor/fonts"
SCHEME = "rostrum:fonts/"
MEMORY_BYTES = 1024**3


def font(url: str) -> Path:
    """The file of one of our fonts; raises ValueError for any other address."""
    known = {f"{SCHEME}{path.name}": path for path in FONTS.glob("*.woff2")}
    if url not in known:
        raise ValueError(f"nothing is fetched for a sheet: {url[:80]}")
    return known[url]


def main() -> None:
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fonts(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            return URLFetcherResponse(url, font(url).read_bytes(), {"Content-Type": "font/woff2"})

    page = HTML(string=sys.stdin.buffer.read().decode(), base_url="rostrum:", url_fetcher=Fonts())
    sys.stdout.buffer.write(page.write_pdf(pdf_variant="pdf/ua-1"))


if __name__ == "__main__":
    main()
