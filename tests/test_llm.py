"""Language models behind real HTTP servers: who is asked, what it is sent, and what happens when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answer import llm
from app.answer.ask import ask
from app.answer.llm import provider
from config.errors import UsageError
from config.settings import Settings
from index.search import Searcher
from tests.llm_server import KEY, Server, passages, serving

QUESTION = "What is classifier-free guidance?"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def openai(demo_home: Path, server: Server) -> Iterator[Searcher]:
    """Return the demo's index, answered from by the server through the OpenAI interface."""
    yield from _searcher(
        Settings(
            home=demo_home,
            llm="openai-like",
            llm_model="m",
            llm_url=f"{server.url}/v1",
            llm_key=KEY,
            llm_timeout_seconds=1.0,
        )
    )


@pytest.fixture
def ollama(demo_home: Path, server: Server) -> Iterator[Searcher]:
    """Return the demo's index, answered from by the server through Ollama's interface."""
    yield from _searcher(Settings(home=demo_home, llm="ollama", llm_url=server.url, llm_timeout_seconds=1.0))


def _searcher(settings: Settings) -> Iterator[Searcher]:
    searcher = Searcher(settings)
    yield searcher
    searcher.close()


def test_an_openai_compatible_server_answers_and_is_streamed(openai: Searcher, server: Server) -> None:
    seen: list[str] = []
    answer = ask(QUESTION, openai, on_text=seen.append)
    assert answer.mode == "generative"
    assert len(answer.statements) >= 2
    assert "check out" in answer.notice
    assert len(seen) > 5
    assert [len(text) for text in seen] == sorted(len(text) for text in seen)
    assert server.requests[0]["authorization"] == f"Bearer {KEY}"
    assert server.requests[0]["stream"] is True


def test_ollama_answers_with_the_model_that_it_has(ollama: Searcher, server: Server) -> None:
    answer = ask(QUESTION, ollama)
    assert answer.mode == "generative"
    assert server.requests[0]["model"] == "tiny:latest"


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        ("breaks off", "broke off"),
        ("stalls", "silent for 1 s"),
        ("401", "refused the key"),
        ("404", "has no model 'm'"),
        ("429", "out of quota"),
        ("500", "failed (HTTP 500)"),
        ("rubbish", "did not answer"),
        ("no stream", "did not answer"),
        ("empty", "returned nothing"),
        ("endless", "did not come to an end"),
    ],
)
def test_when_the_model_fails_the_sources_speak(openai: Searcher, server: Server, behaviour: str, why: str) -> None:
    server.behaviour = behaviour
    answer = ask(QUESTION, openai)
    assert answer.mode == "extractive"
    assert answer.statements
    assert why in answer.notice
    assert KEY not in answer.notice
    assert "\n" not in answer.notice


@pytest.mark.parametrize("behaviour", ["breaks off", "stalls", "401", "404", "500", "rubbish", "empty"])
def test_when_ollama_fails_the_sources_speak(ollama: Searcher, server: Server, behaviour: str) -> None:
    server.behaviour = behaviour
    answer = ask(QUESTION, ollama)
    assert answer.mode == "extractive"
    assert answer.statements
    assert answer.notice.startswith("The language model did not answer: ")


@pytest.mark.parametrize(
    "says",
    [
        "I'm sorry, but I can't help with that.",
        "NOT COVERED",
        "asdf qwer zxcv [1] lorem ipsum dolor [2]",
        "Ducks lay 17 eggs a year in Peru. [1] Peru exports copper to 40 countries. [2]",
        "As I said above. [99]",
    ],
)
def test_what_is_no_answer_is_not_passed_on(openai: Searcher, server: Server, says: str) -> None:
    server.says = says
    answer = ask(QUESTION, openai)
    assert answer.mode == "extractive"
    assert answer.notice
    assert not any(statement.text in says for statement in answer.statements)


def test_a_server_that_is_not_there(demo_home: Path) -> None:
    with serving() as gone:
        url = f"{gone.url}/v1"
    searcher = Searcher(
        Settings(home=demo_home, llm="openai-like", llm_model="m", llm_url=url, llm_timeout_seconds=1.0)
    )
    answer = ask(QUESTION, searcher)
    searcher.close()
    assert answer.mode == "extractive"
    assert "cannot be reached" in answer.notice


def test_a_question_that_is_not_covered_is_not_put_to_the_model(openai: Searcher, server: Server) -> None:
    assert ask("Who won the football world cup in 1998?", openai).abstained
    assert not server.requests


def test_what_is_sent_fits_the_window(demo_home: Path, server: Server) -> None:
    sizes = []
    for window in (1024, 8192):
        settings = Settings(
            home=demo_home, llm="openai-like", llm_model="m", llm_url=f"{server.url}/v1", llm_context_tokens=window
        )
        searcher = Searcher(settings)
        ask(QUESTION, searcher)
        searcher.close()
        request = server.requests[-1]
        sizes.append(len(passages(request)))
        sent = sum(len(message["content"]) for message in request["messages"])
        assert sizes[-1] == 1 or sent / 3 + llm.ANSWER_TOKENS <= window
    assert sizes[0] < sizes[1]


def test_auto_finds_ollama_where_it_runs_and_nothing_where_not(
    demo_home: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as other:
        gone = other.url
    for url, found in ((server.url, "ollama"), (gone, "")):
        monkeypatch.setattr(llm, "OLLAMA", url)
        assert provider(Settings(home=demo_home)) == found
    assert provider(Settings(home=demo_home, llm="none", llm_url=server.url)) == ""


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"llm": "openai-like", "llm_url": "http://127.0.0.1:9/v1"}, "llm_model"),
        ({"llm": "openai-like", "llm_model": "m"}, "llm_url"),
    ],
)
def test_settings_that_name_no_model_are_refused(demo_home: Path, settings: dict[str, str], word: str) -> None:
    searcher = Searcher(Settings(home=demo_home, **settings))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=word):
        ask(QUESTION, searcher)
    searcher.close()
