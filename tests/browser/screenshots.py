"""Pictures of every page, to be looked at: `make screenshots` (only some: `make screenshots ONLY=transfer,home`).

Each scene of `scenes` in both languages, narrow and wide, from a database of its own that is dropped at the end.
They are written to .tanso/screenshots, with a page that shows them side by side.
"""

from __future__ import annotations

import html
import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

CHECKOUT = Path(__file__).resolve().parents[2]
TARGET = CHECKOUT / ".tanso" / "screenshots"
WIDTHS = (320, 1280)
LANGUAGES = ("ja", "en")


def main() -> None:
    """Take the pictures; raises AssertionError where a page answers otherwise than its scene says."""
    os.environ.setdefault("TANSO_DEMO", "1")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    sys.path.insert(0, str(CHECKOUT))
    from tanso.interfaces.cli.with_database import set_up_django, throw_away_database  # noqa: PLC0415

    set_up_django()
    from tests.browser import chromium  # noqa: PLC0415

    chromium.ensure_japanese_font()
    only = [word for word in (sys.argv[1] if len(sys.argv) > 1 else "").split(",") if word]
    with sync_playwright() as playwright, throw_away_database():
        from tests.browser.scenes import build  # noqa: PLC0415 -- needs Django to be ready

        build()
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=["--no-sandbox"])
        names = _taken(browser, only)
        browser.close()
    _write_index(names)
    print(TARGET / "index.html")


def _taken(browser: Browser, only: list[str]) -> list[str]:
    from tests.browser.people import People  # noqa: PLC0415
    from tests.browser.scenes import SCENES, open_scene  # noqa: PLC0415
    from tests.browser.site import serving  # noqa: PLC0415

    scenes = [scene for scene in SCENES if not only or any(word in scene.name for word in only)]
    with serving() as address:
        for language in LANGUAGES:
            for width in WIDTHS:
                people = People(browser, address, language=language, width=width)
                visitor = people.visitor()
                for number, scene in enumerate(scenes, start=1):
                    page = people.at(scene.login) if scene.login else visitor
                    open_scene(page, scene)
                    place = TARGET / f"{language}-{width}" / f"{scene.name}.png"
                    page.screenshot(path=place, full_page=True)
                    print(f"\r{language} {width}: {number} of {len(scenes)} ", end="", flush=True)
                people.leave()
                visitor.context.close()
                print()
    return [scene.name for scene in scenes]


def _write_index(names: list[str]) -> None:
    """A page with the pictures of each scene side by side."""
    rows = "".join(
        f"<h2>{html.escape(name)}</h2>"
        + "".join(
            f'<img loading="lazy" height="600" alt="{html.escape(name)} {language} {width}" '
            f'src="{language}-{width}/{html.escape(name)}.png"> '
            for language in LANGUAGES
            for width in WIDTHS
        )
        for name in names
    )
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>Tanso</title>{rows}', encoding="utf-8"
    )


if __name__ == "__main__":
    main()
