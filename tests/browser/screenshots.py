"""Pictures of pages for people to look at:

    python -m tests.browser.screenshots http://localhost:8000 --email anna@example.org /sessions/

Signs in to a running Rostrum where an address is given (the password comes from ROSTRUM_PASSWORD),
opens each path on a phone and on a desk, by day and by night, and writes PNGs to var/screenshots.
Says what each page's console complained about and how wide it is.
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.harness import SCHEMES, launch

VISITOR = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nowhere/"]
MEMBER = ["/sessions/", "/sessions/new/", "/settings/", "/settings/more/", "/accounts/email/"]
MEMBER += ["/accounts/2fa/", "/accounts/password/change/", "/settings/api/"]
WIDTHS = (390, 1280)


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/login/" not in url)


def shoot(page: Page, path: str, folder: Path, label: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(path, wait_until="load")
    page.wait_for_timeout(300)
    name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"
    page.screenshot(path=folder / f"{name}-{label}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth")
    print(f"{name}-{label}.png {wide} px", *complaints)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site")
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--email")
    parser.add_argument("--out", type=Path, default=Path("var/screenshots"))
    chosen = parser.parse_intermixed_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    paths = chosen.paths or (MEMBER if chosen.email else VISITOR)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        state = None
        if chosen.email:
            context = browser.new_context(base_url=chosen.site)
            sign_in(context.new_page(), chosen.email, os.environ["ROSTRUM_PASSWORD"])
            state = context.storage_state()
        for width in WIDTHS:
            for scheme in SCHEMES:
                context = browser.new_context(
                    base_url=chosen.site,
                    viewport={"width": width, "height": 900},
                    color_scheme=scheme,
                    storage_state=state,
                    reduced_motion="reduce",
                )
                for path in paths:
                    shoot(context.new_page(), path, chosen.out, f"{width}-{scheme}")
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
