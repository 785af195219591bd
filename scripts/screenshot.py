"""Take the picture of the HTML report that the documentation shows.

    python scripts/screenshot.py examples/spliced.txt --out docs/report.png

Needs the ``playwright`` package and an installed Chromium; nothing is downloaded.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""What an installed Chromium may be called."""


def installed() -> str | None:
    """The path of an installed Chromium; None if there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """An installed Chromium, started for a while.

    Raises:
        FileNotFoundError: there is none.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an extra

    path = installed()
    if path is None:
        raise FileNotFoundError(f"none of these is installed: {', '.join(NAMES)}")
    # Root, as in a container, has no sandbox to start.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if root else []
        )
        try:
            yield browser
        finally:
            browser.close()


def page(names: Sequence[str]) -> str:
    """The HTML report on these files."""
    from mtdetect import __version__  # noqa: PLC0415 - not needed to take a picture
    from mtdetect.detector import Detector  # noqa: PLC0415 - the same
    from mtdetect.reading import UnreadableError, read  # noqa: PLC0415 - the same
    from mtdetect.render import html  # noqa: PLC0415 - the same
    from mtdetect.result import Scored  # noqa: PLC0415 - the same

    detector = Detector.default()
    results = [
        source
        if isinstance(source, UnreadableError)
        else Scored(source, detector.score(source.text))
        for name in names
        for source in read(name)
    ]
    return html.render(results, version=__version__, model=detector.model)


def main() -> None:
    """Render, open, take the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", metavar="FILE", help="what to report on")
    parser.add_argument("--out", required=True, type=Path, help="the picture, a PNG file")
    parser.add_argument("--width", type=int, default=1200, help="of the window (default: 1200)")
    parser.add_argument("--height", type=int, default=1165, help="of the picture (default: 1165)")
    parser.add_argument("--scale", type=float, default=1.5, help="pixels a unit (default: 1.5)")
    parser.add_argument("--dark", action="store_true", help="as at night")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder, "report.html")
        path.write_text(page(options.files), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": options.width, "height": options.height},
            device_scale_factor=options.scale,
            color_scheme="dark" if options.dark else "light",
        )
        tab = context.new_page()
        tab.goto(path.as_uri())
        tab.screenshot(path=options.out)
    print(f"{options.out}: {options.out.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
