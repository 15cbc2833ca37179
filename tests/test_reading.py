"""Reading in processes of their own: what hangs, crashes or eats memory costs itself alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.archive import Snapshot
from ingest.document import Document
from ingest.reading import Job, read_all
from ingest.resource import Resource

PAGE = "<title>T</title><article><h1>T</h1><p>" + "It says something that is worth reading. " * 30 + "</p></article>"


class Hostile(bytes):
    """A body that does harm where it arrives: in the process that reads it."""

    def __new__(cls, harm: Callable[..., Any], *values: Any) -> Hostile:
        body = super().__new__(cls, b"harm")
        body.harm = (harm, values)  # type: ignore[attr-defined]
        return body

    def __reduce__(self) -> tuple[Callable[..., Any], Any]:
        return self.harm  # type: ignore[attr-defined,no-any-return]


def job(name: str, body: bytes | None = None) -> Job:
    url = f"https://a.example/{name}"
    body = PAGE.replace("It says", f"{name} says").encode() if body is None else body
    return Resource(url, "article", name), Snapshot(url, 200, "text/html; charset=utf-8", body, "")


def results(jobs: list[Job], seconds: float = 30) -> dict[str, Document | str]:
    return {resource.title: result for (resource, _), result in read_all(jobs, seconds)}


def test_nothing_to_read_is_no_work() -> None:
    assert results([]) == {}


def test_every_page_is_read_once() -> None:
    found = results([job(f"page {number}") for number in range(12)])
    assert len(found) == 12
    for name, result in found.items():
        assert isinstance(result, Document) and result.blocks[-1].text.startswith(f"{name} says")


@pytest.mark.parametrize(
    ("body", "seconds", "word"),
    [
        (Hostile(os._exit, 3), 30, "ended the process"),
        (Hostile(os.abort), 30, "ended the process"),
        (Hostile(time.sleep, 600), 1, "not read within 1 s"),
        (Hostile(bytearray, 20_000_000_000), 30, "too large to be read in the memory"),
        (b"<div>" * 100_000, 30, "deeper than"),
        (b"", 30, "empty"),
        (b"%PDF-1.7 nothing", 30, "broken"),
    ],
    ids=["exit", "abort", "endless", "memory", "deep", "empty", "pdf"],
)
def test_a_bad_page_costs_itself_alone(body: bytes, seconds: float, word: str) -> None:
    names = ["first", "second", "third"]
    found = results([job("first"), job("bad", body), job("second"), job("third")], seconds)
    bad = found.pop("bad")
    assert isinstance(bad, str) and word in bad
    assert sorted(found) == names
    assert all(isinstance(result, Document) for result in found.values())


def test_bad_pages_alone_end_too() -> None:
    found = results([job(f"bad {number}", Hostile(os._exit, number)) for number in range(4)])
    assert list(found.values()) == ["reading it ended the process that read it"] * 4


_BUILDS = """
from ingest.archive import Snapshot
from ingest.reading import read_all
from ingest.resource import Resource

page = Snapshot("https://a.example/", 200, "text/html", b"<p>It says something.</p>", "")
list(read_all([(Resource(page.url, "article", "A"), page)] * 3, 30))
"""


@pytest.mark.parametrize("saved", [True, False], ids=["file without a guard", "standard input"])
def test_readers_that_cannot_start_end_the_build_with_what_to_do(tmp_path: Path, saved: bool) -> None:
    script = tmp_path / "mine.py"
    script.write_text(_BUILDS, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, str(script) if saved else "-"],
        input=None if saved else _BUILDS,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 1
    last = ran.stderr.strip().rsplit("\n", 1)[-1]
    assert last.startswith("config.errors.ReaderError: the processes that read pages cannot start: 6 in a row")
    assert "the last: ended with exit code 1" in last and 'below `if __name__ == "__main__":` only' in last
