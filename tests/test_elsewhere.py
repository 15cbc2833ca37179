"""Where a thing is when it is not where one looks first: what addresses, pages and interfaces tell, over real TLS."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from config.settings import Settings
from ingest import wayback
from ingest.archive import Archive, Snapshot
from ingest.elsewhere import by_form, named_by
from ingest.pipeline import gather
from ingest.progress import Silent
from ingest.report import Outcome
from tests.loopback import Answer, Reply, Request, Web, article, moved

API = "api.github.com/repos"
RESET = int(time.time()) + 1800
GITHUB = """
- [Plain](https://github.com/o/plain)
- [Docs](https://github.com/o/docs)
- [Link](https://github.com/o/link)
- [Renamed](https://github.com/o/renamed)
- [Rubbish](https://github.com/o/rubbish)
- [Gone](https://github.com/o/gone)
- [Spent](https://github.com/o/spent)
- [After](https://github.com/o/after)
"""
DRIVE = """
- [Scanned](https://colab.research.google.com/drive/1scanned)
- [Asks](https://colab.research.google.com/drive/1asks)
- [Leads away](https://colab.research.google.com/drive/1away)
- [Closed](https://colab.research.google.com/drive/1closed)
"""


def words(subject: str) -> str:
    return f"The {subject} turns its wheel at dawn and rests for hours after that."


def told(name: str, text: str) -> Reply:
    answer = {"name": name, "path": f"docs/{name}", "encoding": "base64", "content": base64.encodebytes(text.encode())}
    return Reply(body=json.dumps(answer, default=bytes.decode).encode(), kind="application/json; charset=utf-8")


def spent(request: Request) -> Reply:
    headers = (("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", str(RESET)))
    return Reply(403, b'{"message": "API rate limit exceeded"}', "application/json", headers)


def notebook(subject: str) -> Reply:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": f"# {subject.title()}\n\n{words(subject)}"}]
    return Reply(body=json.dumps({"nbformat": 4, "cells": cells}).encode(), kind="application/octet-stream")


def asking(action: str, key: str) -> Reply:
    """Return the page that Drive shows instead of what it could not scan."""
    fields = {"id": key, "export": "download", "confirm": "t", "uuid": "0-1-2"}
    hidden = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
    form = f'<form id="download-form" action="{escape(action)}" method="get"><input type="submit">{hidden}</form>'
    return Reply(body=f"<html><title>Google Drive - Virus scan warning</title><body>{form}</body></html>".encode())


def web_of() -> dict[str, Reply | Answer]:
    usercontent = "drive.usercontent.google.com/download?id={}&export=download"
    confirmed = "&confirm=t&uuid=0-1-2"
    download = "https://drive.usercontent.google.com/download"
    return {
        "raw.githubusercontent.com/o/plain/HEAD/README.md": Reply(body=words("plain mill").encode(), kind="text/plain"),
        "api.github.com/robots.txt": Reply(body=b"User-agent: *\nDisallow: /", kind="text/plain"),
        f"{API}/o/docs/readme": told("ReadMe.rst", f"Mill\n====\n\n{words('documented mill')}\n"),
        "raw.githubusercontent.com/o/link/HEAD/README.md": Reply(body=b"docs/README.md", kind="text/plain"),
        f"{API}/o/link/readme": told("README.md", words("linked mill")),
        f"{API}/o/renamed/readme": moved("/repositories/7/readme"),
        "api.github.com/repositories/7/readme": told("README", words("renamed mill")),
        f"{API}/o/rubbish/readme": Reply(body=b'{"name": "README.md"}', kind="application/json"),
        f"{API}/o/spent/readme": spent,
        f"{API}/o/after/readme": told("README.md", words("unasked mill")),
        "github.com/o/after": Reply(body=article("After", words("pictured mill") * 12)),
        **{f"drive.google.com/uc?export=download&id={key}": moved(f"https://{usercontent.format(key)}", 303)
           for key in ("1scanned", "1asks", "1away", "1closed")},
        usercontent.format("1scanned"): notebook("scanned mill"),
        usercontent.format("1asks"): asking(download, "1asks"),
        usercontent.format("1asks") + confirmed: notebook("asking mill"),
        usercontent.format("1away"): asking("https://away.example/download", "1away"),
        "away.example*": notebook("wrong mill"),
        usercontent.format("1closed"): Reply(body=b"<title>Sign in - Google Accounts</title><body>?</body>"),
    }  # fmt: skip


@dataclass(frozen=True)
class Gathered:
    outcomes: Mapping[str, Outcome]
    asked: list[str]
    again: list[str]
    """What a second build asked for."""
    failures: Mapping[str, str]


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Gathered:
    return gathered(GITHUB, tmp_path_factory.mktemp("github"))


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Gathered:
    return gathered(DRIVE, tmp_path_factory.mktemp("drive"))


def gathered(text: str, folder: Path) -> Gathered:
    """Gather a list twice."""
    listing = folder / "list.md"
    listing.write_text(text, encoding="utf-8")
    with Web() as web:
        web.pages |= web_of()
        file = folder / "authority.pem"
        web.authority.cert_pem.write_to_path(str(file))
        settings = Settings(
            home=folder, fetch_connect_to=f"127.0.0.1:{web.address[1]}", fetch_certificates=file, web_archive=False,
            fetch_pause_seconds=0, fetch_pauses={}, fetch_retry_seconds=0, render=False,
        )  # fmt: skip
        with Archive.open(settings.archive_folder) as archive:
            found = gather(listing, archive, settings, Silent(), offline=False)
            asked = web.asked()
            gather(listing, archive, settings, Silent(), offline=False)
            failures = {url: archive.failure(url) or "" for url in asked}
        return Gathered({o.resource.entries[0].title: o for o in found}, asked, web.asked()[len(asked) :], failures)


def said(outcome: Outcome) -> str:
    return "" if outcome.document is None else " ".join(block.text for block in outcome.document.blocks)


def test_its_interface_finds_what_the_raw_names_do_not(github: Gathered) -> None:
    found = {title: said(outcome) for title, outcome in github.outcomes.items()}
    assert words("plain mill") in found["Plain"]
    assert found["Docs"] == f"Mill {words('documented mill')}"
    assert found["Link"] == words("linked mill")
    assert found["Renamed"] == words("renamed mill")
    urls = {outcome.document.url for outcome in github.outcomes.values() if outcome.document}
    assert all(url.startswith("https://github.com/o/") for url in urls)


def test_it_is_asked_only_where_it_must_be(github: Gathered) -> None:
    assert not [url for url in github.asked if "api.github.com" in url and "/plain/" in url]
    assert len(github.asked) == len(set(github.asked))
    names = ("/o/plain", "/o/docs", "/o/link", "/o/renamed", "/o/after")
    assert not [url for url in github.again for name in names if name in url and "/after/readme" not in url]


def test_a_limit_that_is_used_up_is_told_apart_and_the_host_left_alone(github: Gathered) -> None:
    until = f"{datetime.fromtimestamp(RESET, UTC):%Y-%m-%d %H:%M} UTC"
    reason = f"403: its limit of requests is used up until {until}"
    assert github.failures["https://api.github.com/repos/o/spent/readme"] == reason
    assert github.outcomes["Spent"].state == "failed"
    assert github.outcomes["Spent"].reason.startswith(reason)
    assert "https://api.github.com/repos/o/after/readme" not in github.asked
    assert words("pictured mill") in said(github.outcomes["After"])


def test_the_web_archive_is_not_asked_where_the_setting_says_so(github: Gathered) -> None:
    assert github.outcomes["Gone"].reason.startswith("404 Not Found")
    assert not [url for url in github.asked if "archive.org" in url]


def test_an_answer_that_is_none_says_so(github: Gathered) -> None:
    assert github.outcomes["Rubbish"].reason.startswith("GitHub's answer about the README cannot be read")


# --- what answers, pages and addresses tell -------------------------------------------------------------------------


def _available(**changed: object) -> bytes:
    closest = {
        "available": True, "status": "200", "timestamp": "20190304050607",
        "url": "http://web.archive.org/web/20190304050607/https://gone.example/g", **changed,
    }  # fmt: skip
    return json.dumps({"archived_snapshots": {"closest": closest}}).encode()


@pytest.mark.parametrize(
    "answer",
    [
        _available(available=False),
        _available(status="404"),
        _available(url="http://evil.example/web/20190304050607/https://gone.example/g"),
        _available(url="http://web.archive.org/save/https://gone.example/g"),
        b'{"archived_snapshots": {}}',
        b"[]",
        b"{",
        b"[" * 100_000,
    ],
)
def test_the_web_archive_has_only_what_it_says_it_has(answer: bytes) -> None:
    assert wayback.held_at(Snapshot("https://archive.org/x", 200, "application/json", answer, "")) is None


def test_a_page_of_the_web_archive_is_had_as_received_and_cited_as_shown() -> None:
    place = wayback.held_at(Snapshot("https://archive.org/x", 200, "application/json", _available(), ""))
    assert place == "https://web.archive.org/web/20190304050607id_/https://gone.example/g"
    assert wayback.cited(place) == "https://web.archive.org/web/20190304050607/https://gone.example/g"
    assert wayback.date_of(place) == "2019-03-04"
    assert wayback.cited("https://gone.example/g") is wayback.date_of("https://gone.example/g") is None


@pytest.mark.parametrize(
    ("url", "places"),
    [
        ("https://substack.com/inbox/post/12345", ("https://substack.com/api/v1/posts/by-id/12345",
                                                   "https://substack.com/home/post/p-12345")),
        ("https://substack.com/inbox/post/twelve", ()),
        ("https://medium.com/towards-data-science/quiet-gears-0123456789ab",
         ("https://towardsdatascience.com/quiet-gears-0123456789ab/", "https://towardsdatascience.com/quiet-gears/")),
        ("https://medium.com/another-magazine/quiet-gears-0123456789ab", ()),
        ("https://[::1", ()),
    ],
)  # fmt: skip
def test_an_address_s_form_tells_where_else(url: str, places: tuple[str, ...]) -> None:
    assert by_form(url) == places


@pytest.mark.parametrize(
    ("head", "named"),
    [
        ("<link rel=canonical href=/own>", "https://page.example/own"),
        ("<meta property=og:url content=https://home.example/a>", "https://home.example/a"),
        ("<meta name=citation_pdf_url content=/a.pdf><link rel=canonical href=/own>", "https://page.example/a.pdf"),
        ("<link rel=canonical href=https://page.example/a>", None),
        ("<link rel=canonical href=https://home.example/>", None),
        ("<link rel=canonical href=file:///etc/passwd>", None),
        ("<link rel=canonical href='https://[::1'>", None),
        ("", None),
    ],
)
def test_a_page_names_its_own_address(head: str, named: str | None) -> None:
    body = f"<html><head><title>A</title>{head}</head><body><p>A.</p></body></html>".encode()
    assert named_by(Snapshot("https://page.example/a", 200, "text/html", body, "")) == named


def test_what_was_not_scanned_is_had_by_its_form(drive: Gathered) -> None:
    assert words("scanned mill") in said(drive.outcomes["Scanned"])
    assert words("asking mill") in said(drive.outcomes["Asks"])
    assert not [url for url in drive.again if "1asks" in url or "1scanned" in url]


def test_a_form_that_leads_elsewhere_is_not_followed(drive: Gathered) -> None:
    assert not [url for url in (*drive.asked, *drive.again) if "away.example" in url]
    outcome = drive.outcomes["Leads away"]
    assert outcome.state == "failed"
    assert "a page came instead (“Google Drive - Virus scan warning”" in outcome.reason


def test_a_page_that_asks_for_a_login_is_named(drive: Gathered) -> None:
    assert "“Sign in - Google Accounts”; it may need a login" in drive.outcomes["Closed"].reason
