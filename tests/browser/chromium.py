"""A Chromium for the browser tests: found, or installed where that is possible, or a sentence on how to get one.

`python tests/browser/chromium.py` does it ahead of the tests (`make test` calls it) and prints the path.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

# Without the windows that nobody looks at, a page costs half; what is drawn is the same.
_SHELL = "chromium-headless-shell"
_NAMES = (_SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MISSING = (
    "ブラウザーのテストには Chromium が必要ですが、見つからず、入れることもできませんでした。"
    "Debian や Ubuntu では root で apt install chromium fonts-noto-cjk を、ほかでは "
    ".venv/bin/playwright install --with-deps chromium を実行してください。"
    "なしで進めるには make test-quick を使ってください。\n"
    "The browser tests need Chromium; none was found and none could be installed. On Debian or Ubuntu run "
    "apt install chromium fonts-noto-cjk as root, elsewhere .venv/bin/playwright install --with-deps chromium. "
    "To go on without it, use make test-quick."
)


class NoChromiumError(Exception):
    """There is no browser, and there is no way to get one from here."""


@functools.cache
def executable() -> str:
    """The path of a Chromium that starts. Installs one if it must. Raises NoChromiumError with what to do."""
    found = _installed() or _from_apt() or _from_playwright()
    if found is None:
        raise NoChromiumError(_MISSING)
    return found


def ensure_japanese_font() -> bool:
    """Whether Japanese can be drawn; installs Debian's Noto fonts where that is possible."""
    return _has_japanese_font() or (_apt_install("fonts-noto-cjk") and _has_japanese_font())


def _installed() -> str | None:
    for name in _NAMES:
        path = shutil.which(name)
        if path is not None and _starts(path):
            return path
    return _of_playwright()


def _starts(path: str) -> bool:
    """Whether the program runs at all: a snap's stand-in or a missing library makes it fail."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _of_playwright() -> str | None:
    """The browser that Playwright has downloaded earlier."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() and _starts(path) else None


def _from_apt() -> str | None:
    for package in (_SHELL, "chromium"):
        path = shutil.which(package) if _apt_install(package) else None
        if path is not None and _starts(path):
            return path
    return None


def _apt_install(package: str) -> bool:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print(f"apt-get install {package} …", file=sys.stderr)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    for command in (install, ["apt-get", "update", "-qq"], install):
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, timeout=900, check=False)
        if done.returncode == 0 and command is install:
            return True
    return False


def _from_playwright() -> str | None:
    print("playwright install chromium …", file=sys.stderr)
    arguments = ["install", "--with-deps", "chromium"] if os.geteuid() == 0 else ["install", "chromium"]
    try:
        subprocess.run([sys.executable, "-m", "playwright", *arguments], stdout=sys.stderr, timeout=900, check=False)
    except subprocess.TimeoutExpired:
        return None
    return _of_playwright()


def _has_japanese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=ja"], capture_output=True, check=False).stdout.strip())


if __name__ == "__main__":
    try:
        print(executable())
    except NoChromiumError as error:
        sys.exit(str(error))
    ensure_japanese_font()
