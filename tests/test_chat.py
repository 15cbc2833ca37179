"""The chat in a real browser: the demo's index behind the real command, and all that a person does with it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from chromium import chromium
from playwright.sync_api import Browser, Page, expect
from rich.console import Console
from rich.progress import Progress

from app.bars import Bars
from app.building import PROGRESS_FILE, Shown

ROOT = Path(__file__).parents[1]
_COMMAND = "from app.cli import main; main()"
# How long a page may take on a busy machine; what is there sooner is seen sooner.
expect.set_options(timeout=30_000)
QUESTION = "What is classifier-free guidance?"
ANSWER = "Classifier-free guidance is a way to strengthen a condition without a classifier"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose demo is built already, to be damaged at will."""
    home = tmp_path_factory.mktemp("chat")
    shutil.copytree(demo_home, home / "demo")
    return home


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """Return where `concordance chat --demo` serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "chat", "--demo", "--no-browser", "--port", str(port)],
        env={**os.environ, "CONCORDANCE_HOME": str(home), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if match := re.search(r"http://\S+", line):
            yield match.group().rstrip("/")
            break
    process.terminate()
    rest, _ = process.communicate(timeout=20)
    told = "".join(said) + rest
    assert "Traceback" not in told, told
    assert "deprecat" not in rest.lower()
    assert process.returncode == 0


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Return a tab of a person who is here for the first time; it must ask nothing of any other machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    elsewhere: list[str] = []
    context.on(
        "request",
        lambda request: (
            elsewhere.append(request.url)
            if urlsplit(request.url).hostname not in ("127.0.0.1", "localhost", None, "")
            else None
        ),
    )
    tab = context.new_page()
    tab.goto(address)
    yield tab
    context.close()
    assert not elsewhere


def ask(page: Page, question: str) -> None:
    box = page.get_by_placeholder("Ask the list …")
    box.fill(question)
    box.press("Enter")


def answers(page: Page) -> list[str]:
    return [text for text in page.get_by_test_id("stChatMessage").all_inner_texts() if text]


def last(page: Page):
    return page.get_by_test_id("stChatMessage").last


def test_an_answer_carries_marks_that_open_the_passage(page: Page) -> None:
    ask(page, QUESTION)
    expect(last(page)).to_contain_text(ANSWER)
    mark = last(page).locator("[class*=st-key-statements] a").first
    expect(mark).to_have_text("1")
    assert "noopener" in (mark.get_attribute("rel") or "")
    with page.context.expect_page() as opened:
        mark.click()
    copy = opened.value
    expect(copy.get_by_role("heading", name="Classifier-free guidance").first).to_be_visible()
    marked = copy.locator(".stMarkdownColoredBackground")
    expect(marked.first).to_contain_text(ANSWER)
    expect(marked.first).to_be_in_viewport()


def test_a_citation_shows_its_passage_in_context_and_its_place_in_the_list(page: Page) -> None:
    ask(page, QUESTION)
    source = last(page).get_by_test_id("stExpander").first
    expect(source).to_contain_text("1 Classifier-free guidance · article · Diffusion")
    source.locator("summary").click()
    passage = source.locator("[class*=st-key-passage]")
    expect(passage.locator(".stMarkdownColoredBackground")).to_contain_text(ANSWER)
    expect(passage).to_contain_text("With a guidance scale of")
    # The formula beside it is set, not shown as source.
    expect(passage.locator(".katex-display")).to_be_visible()


def test_a_formula_is_set_in_an_answer(page: Page) -> None:
    ask(page, "Give the formula of scaled dot-product attention")
    expect(last(page).locator("[class*=st-key-statements] .katex-display")).to_be_visible()
    expect(last(page).locator(".katex-error")).to_have_count(0)


def test_a_reload_keeps_the_conversation_and_a_new_one_can_be_left_again(page: Page) -> None:
    ask(page, "What does a skip connection copy?")
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2)
    expect(last(page)).to_contain_text("skip connection")
    page.reload()
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2)
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("What does a skip connection copy?")
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("heading", name="Ask your reading list")).to_be_visible()
    page.get_by_text("Earlier conversations").click()
    page.get_by_role("button", name="What does a skip connection copy?").last.click()
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2)


def test_the_conversation_is_there_after_a_look_at_another_page(page: Page) -> None:
    ask(page, "What is posterior collapse?")
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2)
    page.get_by_test_id("stSidebarNav").get_by_text("Resources").click()
    expect(page.get_by_role("heading", name="What was read, and what was not")).to_be_visible()
    page.get_by_test_id("stSidebarNav").get_by_text("Ask").click()
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2)


def test_a_filter_limits_the_answer(page: Page, address: str) -> None:
    page.goto(f"{address}/?section=Convolution")
    ask(page, QUESTION)
    expect(last(page)).to_contain_text("Within Convolution, the list does not cover this.")
    ask(page, "What does a skip connection copy?")
    expect(last(page)).to_contain_text("Limited to Convolution")
    page.goto(f"{address}/?kind=video")
    ask(page, "How does attention work?")
    expect(last(page).get_by_test_id("stExpander").first).to_contain_text("· video ·")


def test_what_the_list_does_not_cover_is_said_with_what_is_nearest(page: Page) -> None:
    ask(page, "What is the capital of Mongolia?")
    expect(last(page)).to_contain_text("The list does not cover this.")
    expect(last(page).locator("li a")).to_have_count(3)


def test_the_demo_is_marked_with_the_command_that_replaces_it(page: Page) -> None:
    expect(page.get_by_text("This is the demo")).to_be_visible()
    expect(page.get_by_text("build --list YOUR.md")).to_be_visible()


def test_a_hostile_question_does_nothing(page: Page) -> None:
    hostile = '<img src=x onerror="document.title=1"> [a](javascript:alert(1)) https://evil.example $\\href{x}{y}$'
    ask(page, hostile)
    asked = page.get_by_test_id("stChatMessage").first
    expect(asked).to_contain_text(hostile)
    expect(asked.locator("a, img:not([alt*=avatar])")).to_have_count(0)


def test_concepts_are_listed_by_depth(page: Page, address: str) -> None:
    page.goto(f"{address}/concepts")
    box = page.get_by_placeholder("for example: cross-attention")
    box.fill("cross-attention")
    box.press("Enter")
    expect(page.get_by_role("heading", name="Explain it")).to_be_visible()
    expect(page.get_by_role("link", name="Self-attention and cross-attention").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Explain it")).to_be_visible()


def test_the_page_fits_a_phone(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark")
    page = context.new_page()
    page.goto(address)
    ask(page, "x" * 300 + " What is classifier-free guidance, and how is its formula written in code?")
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    assert page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor") == "rgb(20, 23, 26)"
    context.close()


@contextmanager
def away(folder: Path) -> Iterator[None]:
    """Take a folder away for a while."""
    aside = folder.with_name(f"{folder.name}-aside")
    folder.rename(aside)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)


def test_without_an_index_the_page_says_how_to_make_one_and_opens_by_itself(page: Page, home: Path) -> None:
    with away(home / "demo" / "generations"):
        page.reload()
        expect(page.get_by_role("heading", name="There is no index yet")).to_be_visible()
        expect(page.get_by_text("build --list my-list.md")).to_be_visible()
    expect(page.get_by_placeholder("Ask the list …")).to_be_visible()


def test_while_the_first_index_is_built_its_progress_is_shown(page: Page, home: Path) -> None:
    # A build writes this file as it goes; what it says is shown, not how fast it goes.
    shown = Shown(Bars(Progress(console=Console(file=io.StringIO()))), home / PROGRESS_FILE)
    with away(home / "demo" / "generations"):
        shown.start("Embedding chunks", 100)
        shown.advance(100, "the last one")
        page.reload()
        expect(page.get_by_role("heading", name="The index is being built")).to_be_visible()
        expect(page.get_by_text("Embedding chunks: 100 of 100")).to_be_visible()
    (home / PROGRESS_FILE).unlink()
    expect(page.get_by_placeholder("Ask the list …")).to_be_visible()


def test_while_a_new_index_is_built_the_old_one_answers(page: Page, home: Path) -> None:
    shown = Shown(Bars(Progress(console=Console(file=io.StringIO()))), home / PROGRESS_FILE)
    shown.start("Reading", 7)
    page.reload()
    expect(page.get_by_text("A new index is being built (Reading 0 of 7)")).to_be_visible()
    ask(page, QUESTION)
    expect(last(page)).to_contain_text(ANSWER)
    (home / PROGRESS_FILE).unlink()


def test_a_broken_index_is_said_with_the_file_and_the_command(page: Page, home: Path) -> None:
    generations = home / "demo" / "generations"
    with away(generations):
        shutil.copytree(generations.with_name("generations-aside"), generations)
        for store in generations.glob("*/store.sqlite"):
            store.write_bytes(b"not a database")
        page.reload()
        expect(page.get_by_role("heading", name="The index cannot be used")).to_be_visible()
        expect(page.get_by_text("store.sqlite is not what was written")).to_be_visible()
        expect(page.get_by_text("build --demo")).to_be_visible()


def test_a_wrong_setting_is_named(page: Page, home: Path) -> None:
    (home / "settings.toml").write_text("answer_words = 'many'\n", encoding="utf-8")
    page.reload()
    expect(page.get_by_text("setting 'answer_words'")).to_be_visible()
    (home / "settings.toml").unlink()


@contextmanager
def model(home: Path) -> Iterator[threading.Event]:
    """Let a server of ours write the answers; after each piece it holds back until the event is set.

    It speaks the OpenAI interface.
    """
    seen = threading.Event()

    class Model(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for part, reason in (
                ("Classifier-free guidance strengthens ", None),
                ("a condition without a classifier [1].", "stop"),
            ):
                choice = {"index": 0, "delta": {"role": "assistant", "content": part}, "finish_reason": reason}
                delta = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "ours",
                         "choices": [choice]}  # fmt: skip
                try:
                    self.wfile.write(f"data: {json.dumps(delta)}\n\n".encode())
                    self.wfile.flush()
                except OSError:
                    return
                seen.wait(30)
            self.wfile.write(b"data: [DONE]\n\n")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = home / "settings.toml"
    settings.write_text(
        f'llm = "openai-like"\nllm_model = "ours"\nllm_url = "http://127.0.0.1:{server.server_port}/v1"\n',
        encoding="utf-8",
    )
    try:
        yield seen
    finally:
        seen.set()
        settings.unlink()
        server.shutdown()
        server.server_close()


def test_what_a_model_writes_appears_as_it_comes(page: Page, home: Path) -> None:
    with model(home) as seen:
        ask(page, QUESTION)
        expect(page.get_by_text("Classifier-free guidance strengthens")).to_be_visible()
        assert "a condition without a classifier" not in last(page).inner_text()
        seen.set()
        expect(last(page)).to_contain_text("strengthens a condition without a classifier. 1", use_inner_text=True)
        expect(last(page).locator("[class*=st-key-statements] a")).to_have_text("1")


def test_a_question_is_answered_although_its_page_was_left_meanwhile(page: Page, home: Path) -> None:
    with model(home) as seen:
        ask(page, QUESTION)
        expect(page.get_by_text("Classifier-free guidance strengthens")).to_be_visible()
        page.get_by_test_id("stSidebarNav").get_by_text("Resources").click()
        expect(page.get_by_role("heading", name="What was read, and what was not")).to_be_visible()
        seen.set()
        page.get_by_test_id("stSidebarNav").get_by_text("Ask").click()
        expect(last(page)).to_contain_text("strengthens a condition without a classifier. 1", use_inner_text=True)
        expect(page.get_by_test_id("stChatMessage")).to_have_count(2)


def test_a_question_goes_on_from_the_one_before(page: Page) -> None:
    ask(page, QUESTION)
    expect(last(page)).to_contain_text(ANSWER)
    ask(page, "What is its formula?")
    expect(page.get_by_test_id("stChatMessage")).to_have_count(4)
    expect(last(page)).to_contain_text("Understood as: What is classifier-free guidance's formula?")
    expect(last(page).locator("[class*=st-key-statements] .katex").first).to_be_visible()
