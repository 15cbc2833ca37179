"""Make docs/chat.png: the chat, opened on the demo by its own command, photographed by Chromium.

.venv/bin/python docs/screenshot.py            the README's picture
.venv/bin/python docs/screenshot.py FOLDER     every page and state, wide and narrow, light and dark
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "What is classifier-free guidance?"
FURTHER = "What is its formula?"
UNCOVERED = "What is the capital of Mongolia?"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_WIDE, _NARROW = (1200, 860), (390, 844)
# High enough for the answer with a citation opened.
_WHOLE = (1200, 1090)


@contextmanager
def chat(home: Path) -> Iterator[str]:
    """Serve the chat with this home's demo; yield its address."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from app.cli import main; main()", "chat", "--demo", "--no-browser"],
        env={**os.environ, "CONCORDANCE_HOME": str(home), "CONCORDANCE_LLM": "none", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield next(found.group().rstrip("/") for line in process.stdout if (found := re.search(r"http://\S+", line)))
    finally:
        process.terminate()
        process.communicate(timeout=20)


@contextmanager
def opened(browser: Browser, address: str, size: tuple[int, int], dark: bool = False) -> Iterator[Page]:
    """Open a window of a size in light or dark."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def ask(page: Page, question: str) -> None:
    """Ask and wait until the answer is there whole."""
    before = page.get_by_test_id("stChatMessage").count()
    box = page.get_by_placeholder("Ask the list …")
    box.fill(question)
    box.press("Enter")
    expect(page.get_by_test_id("stChatMessage")).to_have_count(before + 2)
    settle(page)


def settle(page: Page) -> None:
    """Wait until nothing is being drawn."""
    expect(page.get_by_test_id("stSpinner")).to_have_count(0)
    expect(page.locator('.stApp[data-test-script-state="notRunning"]')).to_be_visible()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    page.evaluate("document.fonts.ready")


def picture(page: Page, file: Path) -> None:
    """Keep what the window shows, in few colours: a page of text needs no more, and the repository stays small."""
    from PIL import Image

    settle(page)
    page.screenshot(path=file, animations="disabled")
    with Image.open(file) as image:
        image.convert("RGB").quantize(colors=128, dither=Image.Dither.NONE).save(file, optimize=True)


def readme(browser: Browser, address: str) -> None:
    """Keep the README's picture: an answer, and one of its citations opened."""
    with opened(browser, address, _WHOLE) as page:
        ask(page, QUESTION)
        page.locator("[class*=st-key-sources] summary").first.click()
        expect(page.locator("[class*=st-key-passage]").first).to_be_visible()
        picture(page, ROOT / "docs" / "chat.png")


def everything(browser: Browser, address: str, home: Path, folder: Path) -> None:
    """Keep every page and state."""
    for name, size, dark in (("wide", _WIDE, False), ("dark", _WIDE, True), ("narrow", _NARROW, False)):
        with opened(browser, address, size, dark) as page:
            expect(page.get_by_placeholder("Ask the list …")).to_be_visible()
            picture(page, folder / f"{name}-welcome.png")
            ask(page, QUESTION)
            page.locator("[class*=st-key-sources] summary").first.click()
            picture(page, folder / f"{name}-answer.png")
            ask(page, FURTHER)
            picture(page, folder / f"{name}-further.png")
            ask(page, UNCOVERED)
            picture(page, folder / f"{name}-uncovered.png")
            for place in ("concepts?concept=cross-attention", "resources"):
                page.goto(f"{address}/{place}")
                expect(page.get_by_role("heading").first).to_be_visible()
                picture(page, folder / f"{name}-{place.partition('?')[0]}.png")
    with opened(browser, address, _WIDE) as page:
        ask(page, QUESTION)
        with page.context.expect_page() as copy:
            page.locator("[class*=st-key-statements] a").first.click()
        expect(copy.value.get_by_role("heading").first).to_be_visible()
        picture(copy.value, folder / "source.png")
    generations = home / "demo" / "generations"
    aside = generations.with_name("aside")
    with opened(browser, address, _WIDE) as page:
        generations.rename(aside)
        page.reload()
        expect(page.get_by_role("heading", name="There is no index yet")).to_be_visible()
        picture(page, folder / "state-empty.png")
        progress = f'{{"pid": {os.getpid()}, "stage": "Embedding chunks", "done": 31, "total": 107, "detail": "LoRA"}}'
        (home / "building.json").write_text(progress, encoding="utf-8")
        page.reload()
        expect(page.get_by_role("heading", name="The index is being built")).to_be_visible()
        picture(page, folder / "state-building.png")
        aside.rename(generations)
        page.reload()
        expect(page.get_by_text("A new index is being built")).to_be_visible()
        picture(page, folder / "state-rebuilding.png")
        (home / "building.json").unlink()
        for manifest in generations.glob("*/manifest.json"):
            text = manifest.read_text(encoding="utf-8")
            manifest.write_text(re.sub(r'"format": \d+', '"format": 1', text), encoding="utf-8")
        page.reload()
        expect(page.get_by_role("heading", name="The index")).to_be_visible()
        picture(page, folder / "state-stale.png")
        for store in generations.glob("*/manifest.json"):
            store.write_text("{", encoding="utf-8")
        page.reload()
        expect(page.get_by_text("manifest cannot be read")).to_be_visible()
        picture(page, folder / "state-broken.png")


def main() -> None:
    """Serve the demo from a home of its own, and take the pictures."""
    expect.set_options(timeout=60_000)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    path = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        sys.exit("no Chromium is installed")
    with (
        tempfile.TemporaryDirectory() as home,
        chat(Path(home)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        if folder is None:
            readme(browser, address)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            everything(browser, address, Path(home), folder)
        browser.close()


if __name__ == "__main__":
    main()
