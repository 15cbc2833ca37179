"""What a person has → the archive: each file checked, taken or not with the reason; twice changes nothing."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import brotli
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest.archive import Archive
from ingest.importing import Imported, import_paths
from tests.typeset import BOLD, HEIGHT, Paper, sentences

PAGE = b"<html><head><title>Page</title></head><body><p>Said.</p></body></html>"
URL = "https://a.example/page"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive") as opened:
        yield opened


def take(archive: Archive, *paths: Path, url: str | None = None) -> list[Imported]:
    return list(import_paths(paths, archive, url))


def file(folder: Path, name: str, body: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def warc(*records: dict[str, object], packed: bool = True) -> bytes:
    """Return a WARC file; a record is its url, body, status, headers, type and WARC headers."""
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=packed, warc_version="1.1")
    for record in records:
        kind = str(record.get("type", "response"))
        headers = record.get("headers", [("Content-Type", "text/html")])
        http = StatusAndHeaders(str(record.get("status", "200 OK")), headers, protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                str(record.get("url", URL)), kind, payload=io.BytesIO(record.get("body", PAGE)),  # type: ignore[arg-type]
                http_headers=http if kind in ("response", "revisit") else None,
                warc_headers_dict=record.get("warc", {"WARC-Date": "2026-01-02T03:04:05Z"}),
            )
        )  # fmt: skip
    return stream.getvalue()


# --- web archives -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_warc_is_taken_with_its_dates_and_twice_changes_nothing(archive: Archive, tmp_path: Path, name: str) -> None:
    body = warc(
        {"type": "warcinfo", "url": "", "body": b"software: x"},
        {"body": b"<p>old</p>"},
        {"body": b"<p>new</p>", "warc": {"WARC-Date": "2026-02-02T03:04:05Z"}},
        {"url": "https://a.example/b"},
        packed=name.endswith(".gz"),
    )
    path = file(tmp_path, name, body)
    assert [(r.url, r.taken, r.reason) for r in take(archive, path)] == [
        (URL, True, "new"), (URL, True, "new"), ("https://a.example/b", True, "new"),
    ]  # fmt: skip
    snapshot = archive.get(URL)
    assert snapshot is not None and (snapshot.body, snapshot.fetched) == (b"<p>new</p>", "2026-02-02T03:04:05Z")
    assert [r.reason for r in take(archive, path)] == ["unchanged"] * 3


CHUNKED = [("Transfer-Encoding", "chunked"), ("Content-Type", "text/html")]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (CHUNKED, b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)),
        ([("Content-Encoding", "gzip")], gzip.compress(PAGE)),
        ([("Content-Encoding", "br")], brotli.compress(PAGE)),
        (
            [*CHUNKED, ("Content-Encoding", "gzip")],
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(gzip.compress(PAGE)), gzip.compress(PAGE)),
        ),
        # Many tools store what they decoded and leave the header as it was.
        ([("Content-Encoding", "gzip")], PAGE),
        ([("Content-Encoding", "br")], PAGE),
        (CHUNKED, PAGE),
        ([("Content-Encoding", "gzip")], gzip.compress(gzip.compress(PAGE))),
    ],
    ids=["chunked", "gzip", "br", "chunked gzip", "gzip undone", "br undone", "chunks undone", "gzip twice"],
)
def test_bodies_are_stored_as_a_reader_sees_them(
    archive: Archive, tmp_path: Path, headers: list[tuple[str, str]], body: bytes
) -> None:
    (result,) = take(archive, file(tmp_path, "a.warc.gz", warc({"headers": headers, "body": body})))
    assert result.taken, result.reason
    snapshot = archive.get(URL)
    assert snapshot is not None and snapshot.body == PAGE


@pytest.mark.parametrize(
    ("record", "word"),
    [
        ({"status": "404 Not Found"}, "an error page (status 404)"),
        ({"status": "503 Busy"}, "an error page (status 503)"),
        ({"body": b""}, "the record is empty"),
        ({"url": "dns:a.example", "type": "resource"}, "not a web address"),
        ({"url": "file:///etc/passwd"}, "not a web address"),
        ({"warc": {"WARC-Date": "2026-01-01T00:00:00Z", "WARC-Truncated": "length"}}, "recorded only in part"),
        ({"headers": [("Content-Encoding", "gzip")], "body": gzip.compress(PAGE)[:-9]}, "breaks off"),
        ({"headers": [("Content-Encoding", "br")], "body": brotli.compress(bytes(300_000_000))}, "larger than 200 MB"),
        ({"headers": [("Content-Encoding", "gzip")], "body": gzip.compress(bytes(300_000_000))}, "larger than 200 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_record_that_is_no_page_is_not_taken(
    archive: Archive, tmp_path: Path, record: dict[str, object], word: str
) -> None:
    results = take(archive, file(tmp_path, "a.warc.gz", warc(record, {"url": "https://a.example/good"})))
    assert [result.taken for result in results] == [False, True]
    assert word in results[0].reason


@pytest.mark.parametrize("suffix", [".html", ".md", ".mhtml", ".ipynb", ".srt", ".json"])
@pytest.mark.parametrize("url", [None, URL])
def test_bytes_that_are_no_text_are_said_to_be_of_no_kind(
    archive: Archive, tmp_path: Path, suffix: str, url: str | None
) -> None:
    noise = random.Random(5).randbytes(300)
    (result,) = take(archive, file(tmp_path, f"a{suffix}", noise), url=url)
    assert not result.taken
    assert "of no kind that can be read" in result.reason
    assert "--url" not in result.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso2022_jp", "shift_jis", "koi8-r"])
def test_text_in_any_encoding_is_taken_for_text(archive: Archive, tmp_path: Path, encoding: str) -> None:
    said = "Привет" if encoding == "koi8-r" else "こんにちは"
    (result,) = take(archive, file(tmp_path, "a.html", f"<p>{said * 50}</p>".encode(encoding)), url=URL)
    assert result.taken, result.reason


def test_redirects_are_taken_and_followed(archive: Archive, tmp_path: Path) -> None:
    moved = {"url": "https://a.example/old", "status": "301 Moved", "headers": [("Location", "/page")], "body": b""}
    take(archive, file(tmp_path, "a.warc.gz", warc(moved, {})))
    snapshot = archive.get("https://a.example/old")
    assert snapshot is not None and snapshot.url == URL


def test_a_revisit_brings_what_it_refers_to(archive: Archive, tmp_path: Path) -> None:
    again = {"type": "revisit", "url": "https://a.example/same", "body": b"",
             "warc": {"WARC-Date": "2026-03-01T00:00:00Z", "WARC-Refers-To-Target-URI": URL}}  # fmt: skip
    own = {"type": "revisit", "body": b"", "warc": {"WARC-Date": "2026-03-01T00:00:00Z"}}
    alone = {
        "type": "revisit",
        "url": "https://a.example/never",
        "body": b"",
        "warc": {"WARC-Date": "2026-03-01T00:00:00Z"},
    }
    results = take(archive, file(tmp_path, "a.warc.gz", warc({}, again, own, alone)))
    assert [(r.taken, r.reason) for r in results] == [
        (True, "new"), (True, "new"), (True, "unchanged"),
        (False, "a revisit record of a page that is not in the archive"),
    ]  # fmt: skip
    snapshot = archive.get("https://a.example/same")
    assert snapshot is not None and snapshot.body == PAGE


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("cut", [30, 120, 300])
def test_a_warc_that_breaks_off_gives_what_is_whole_and_says_so(
    archive: Archive, tmp_path: Path, packed: bool, cut: int
) -> None:
    body = warc({}, {"url": "https://a.example/2", "body": os.urandom(600)}, packed=packed)[:-cut]
    results = take(archive, file(tmp_path, "a.warc.gz" if packed else "a.warc", body))
    assert (results[0].url, results[0].taken) == (URL, True)
    assert not any(result.taken for result in results[1:])
    assert "breaks off" in results[-1].reason or "cannot be read" in results[-1].reason
    assert archive.get("https://a.example/2") is None


def test_a_record_that_claims_four_gigabytes_is_refused(archive: Archive, tmp_path: Path) -> None:
    head = (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
    )
    head += b"Content-Type: application/http\r\nContent-Length: 4294967296\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
    results = take(archive, file(tmp_path, "a.warc", head + PAGE))
    assert not any(result.taken for result in results)
    assert "breaks off" in results[0].reason


@pytest.mark.parametrize("body", [b"", b"nothing of one", b"\x1f\x8b\x08", gzip.compress(b"nothing"), os.urandom(500)])
def test_what_is_no_warc_says_so(archive: Archive, tmp_path: Path, body: bytes) -> None:
    results = take(archive, file(tmp_path, "a.warc.gz", body))
    assert results and not any(result.taken for result in results)


def wacz(entries: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as bundle:
        for name, body in entries.items():
            bundle.writestr(name, body)
    return stream.getvalue()


def test_a_wacz_is_taken_and_its_names_lead_nowhere(archive: Archive, tmp_path: Path) -> None:
    bundle = wacz({"../../../evil.warc.gz": warc({}), "archive/data.warc.gz": warc({"url": "https://a.example/2"}),
                   "datapackage.json": b"{}"})  # fmt: skip
    results = take(archive, file(tmp_path / "in", "a.wacz", bundle))
    assert [(result.url, result.taken) for result in results] == [(URL, True), ("https://a.example/2", True)]
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (wacz({"a.warc": bytes(150_000_000)}, zipfile.ZIP_DEFLATED), "too large"),
        (wacz({"pages.jsonl": b"{}"}), "no WARC in it"),
        (wacz({"a.warc.gz": warc({})})[:-40], "not a readable WACZ"),
        (b"PK\x03\x04", "not a readable WACZ"),
    ],
    ids=["a bomb", "no warc", "cut off", "nothing"],
)
def test_a_wacz_that_is_no_good_says_why(archive: Archive, tmp_path: Path, body: bytes, word: str) -> None:
    (result,) = take(archive, file(tmp_path, "a.wacz", body))
    assert not result.taken and word in result.reason


# --- saved files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE html>\n<!-- saved from url=(0022)https://a.example/page -->\n",
        b"<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: https://a.example/page \n saved date: x -->",
        b"<html><head><link rel='canonical' href='https://a.example/page'></head>",
        b"<html><head><meta property='og:url' content=' https://a.example/page '></head>",
    ],
)
def test_a_saved_page_names_its_address(archive: Archive, tmp_path: Path, head: bytes) -> None:
    (result,) = take(archive, file(tmp_path, "Page.html", head + PAGE))
    assert (result.url, result.taken, result.reason) == (URL, True, "new")


def test_mhtml_is_taken_as_its_page(archive: Archive, tmp_path: Path) -> None:
    message = EmailMessage()
    message["Snapshot-Content-Location"] = URL
    message["Subject"] = "Page"
    message.add_related(PAGE.decode() + "é" * 300, subtype="html", cte="quoted-printable")
    message.add_related(b"\x89PNG", "image", "png")
    (result,) = take(archive, file(tmp_path, "Page.mhtml", message.as_bytes()))
    assert (result.url, result.taken) == (URL, True)
    snapshot = archive.get(URL)
    assert snapshot is not None and snapshot.body.startswith(PAGE) and "é".encode() in snapshot.body


def stamped() -> bytes:
    paper = Paper()
    paper.canvas.saveState()
    paper.canvas.translate(30, HEIGHT - 500)
    paper.canvas.rotate(90)
    paper.canvas.drawString(0, 0, "arXiv:2101.00001v2 [cs.CV] 7 Mar 2021")
    paper.canvas.restoreState()
    paper.line("A Stamped Paper", 17, BOLD)
    paper.paragraph(sentences("stamp", 12))
    return paper.bytes()


NOTEBOOK = {"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "Said."}]}


@pytest.mark.parametrize(
    ("name", "body", "address"),
    [
        ("1711.00937v2.pdf", b"%PDF-1.4 x", "https://arxiv.org/pdf/1711.00937"),
        ("2101.00001 (1).pdf", b"%PDF-1.4 x", "https://arxiv.org/pdf/2101.00001"),
        ("A paper.pdf", stamped(), "https://arxiv.org/pdf/2101.00001"),
        ("a.ipynb", json.dumps(NOTEBOOK | {"metadata": {"colab": {"provenance": [{"file_id": "1" * 33}]}}}).encode(),
         "https://colab.research.google.com/drive/" + "1" * 33),
        ("a.ipynb", json.dumps(NOTEBOOK | {"metadata": {"colab": {"provenance": [
            {"file_id": "https://github.com/o/r/blob/main/a.ipynb"}]}}}).encode(), "https://github.com/o/r/blob/main/a.ipynb"),
        ("Talk [abcdefghijk].en.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n",
         "https://www.youtube.com/watch?v=abcdefghijk"),
        ("Talk [abcdefghijk].en.json3", b'{"events": [{"tStartMs": 1, "segs": [{"utf8": "Hi"}]}]}',
         "https://www.youtube.com/watch?v=abcdefghijk"),
        ("youtube_abcdefghijk.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello.\n",
         "https://www.youtube.com/watch?v=abcdefghijk"),
    ],
)  # fmt: skip
def test_a_file_tells_whose_it_is(archive: Archive, tmp_path: Path, name: str, body: bytes, address: str) -> None:
    path = file(tmp_path, name, body)
    (result,) = take(archive, path)
    assert (result.url, result.taken, result.reason) == (address, True, "new")
    assert [r.reason for r in take(archive, path)] == ["unchanged"]


@pytest.mark.parametrize(
    ("name", "body", "word"),
    [
        ("a.html", b"", "the file is empty"),
        ("a.html", PAGE, "does not say its address"),
        ("a.html", b"<link rel=canonical href='javascript:alert(1)'>" + PAGE, "does not say its address"),
        ("a.pdf", PAGE, "named PDF but is none"),
        ("a.ipynb", b"<html>", "not a notebook"),
        ("a.ipynb", b"[]", "not a notebook"),
        ("a.ipynb", json.dumps(NOTEBOOK).encode(), "does not say its address"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello.\n", "which video"),
        ("abcdefghijk.vtt", b"WEBVTT\n", "no captions"),
        ("abcdefghijk.json", b"{}", "not captions"),
        ("a.mhtml", b"Subject: x\n\nnothing", "no page in it"),
        ("a.exe", b"MZ", "not a kind of file"),
        ("a.md", b"# Said\n", "does not say its address"),
    ],
)
def test_a_file_that_is_no_good_says_why(archive: Archive, tmp_path: Path, name: str, body: bytes, word: str) -> None:
    (result,) = take(archive, file(tmp_path, name, body))
    assert not result.taken and word in result.reason


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "javascript:alert(1)", "page.html", "https://", "https://a b/", "http://[x"]
)
def test_an_address_that_is_none_is_refused(archive: Archive, tmp_path: Path, url: str) -> None:
    for name in ("a.html", "a.srt"):
        (result,) = take(archive, file(tmp_path, name, PAGE), url=url)
        assert not result.taken and "is not a web address" in result.reason


def test_the_address_given_wins_for_a_single_file_alone(archive: Archive, tmp_path: Path) -> None:
    one = file(tmp_path, "a.html", b"<!-- saved from url=(0022)https://a.example/page -->" + PAGE)
    two = file(tmp_path, "b.html", PAGE)
    assert [r.url for r in take(archive, one, url="https://b.example/")] == ["https://b.example/"]
    assert [(r.url, r.taken) for r in take(archive, one, two, url="https://c.example/")] == [(URL, True), (None, False)]


def test_a_folder_brings_what_is_in_it_and_not_what_belongs_to_a_page(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    saved = b"<!-- saved from url=(0022)https://a.example/page -->" + PAGE
    file(folder, "Page.html", saved)
    file(folder, "Page_files/ad.html", saved.replace(b"a.example", b"ads.example"))
    file(folder, "Page_files/style.css", b"p {}")
    file(folder, ".DS_Store", b"x")
    file(folder, "deep/er/all.warc.gz", warc({"url": "https://a.example/w"}))
    file(folder, "deep/other.bin", b"x")
    results = take(archive, folder)
    assert [(result.path.name, result.url, result.taken) for result in results] == [
        ("Page.html", URL, True), ("all.warc.gz", "https://a.example/w", True), ("other.bin", None, False),
    ]  # fmt: skip
    (empty,) = take(archive, tmp_path / "saved" / "nothing")
    assert not empty.taken


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
def test_what_is_no_file_is_no_error(archive: Archive, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    results = take(archive, tmp_path / "nowhere.html", tmp_path / "pipe.html")
    assert [result.taken for result in results] == [False, False]
    assert "No such file" in results[0].reason and results[1].reason == "not a file"


def test_a_file_that_is_too_large_is_refused_unread(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    with path.open("wb") as stream:
        stream.truncate(4_294_967_296)
    (result,) = take(archive, path)
    assert result.reason == "the file is larger than 100 MB"
