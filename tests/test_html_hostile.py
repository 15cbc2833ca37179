"""Bytes in any encoding, and pages that no one should send: read, or refused with a reason, within bounds."""

from __future__ import annotations

import unicodedata

import pytest

from config.errors import ReadError
from ingest.archive import Snapshot
from ingest.reading import read_all
from ingest.resource import Resource
from ingest.sources.html import read_html
from ingest.sources.html.parse import LARGEST_BYTES
from ingest.sources.html.tables import MOST_ROWS

_URL = "https://quay.example/tides"
_SENTENCES = "<p>" + "The gauge wrote its numbers down, and the clerk copied them out in the evening. " * 6 + "</p>"


def _paragraph(body: bytes, content_type: str = "text/html") -> str:
    return read_html(body, content_type, _URL).blocks[0].text


@pytest.mark.parametrize(
    ("encoding", "meta", "header"),
    [
        ("utf-8", "", ""),
        ("utf-8", "iso-8859-1", ""),
        ("utf-8", "", "windows-1251"),
        ("utf-8-sig", "iso-8859-1", "iso-8859-1"),
        ("utf-16", "", ""),
        ("cp1252", "iso-8859-1", ""),
        ("cp1252", "utf-8", "iso-8859-1"),
        ("cp1252", "no-such-charset", "cp1252"),
    ],
)
def test_page_is_decoded_whatever_it_says_of_its_charset(encoding: str, meta: str, header: str) -> None:
    said = "Où l’eau monte – à 4 € près – naïvement."
    html = f"<html><head><meta charset='{meta}'></head><body><p>{said}</p>{_SENTENCES}</body></html>"
    assert _paragraph(html.encode(encoding), f"text/html; charset={header}") == said


@pytest.mark.parametrize(
    ("encoding", "name", "said"),
    [
        ("cp1251", "windows-1251", "Прилив приходит дважды в лунные сутки."),
        ("gb18030", "gb2312", "潮水每个太阴日来两次，㐂"),
        ("cp932", "shift_jis", "潮は①日に二度来る。"),
        ("cp949", "euc-kr", "조수는 하루에 두 번 온다."),
    ],
)
def test_declared_charset_is_what_browsers_take_it_for(encoding: str, name: str, said: str) -> None:
    html = f"<html><head><meta charset='{name}'></head><body><p>{said}</p></body></html>"
    assert _paragraph(html.encode(encoding)) == said


def test_one_broken_byte_does_not_change_the_encoding() -> None:
    html = f"<html><body><p>Où l’eau monte.</p>{_SENTENCES * 10}</body></html>".encode()
    assert _paragraph(html.replace(b"evening. </p>", b"evening\xff. </p>", 1)) == "Où l’eau monte."


def test_what_no_reader_sees_is_taken_out() -> None:
    said = "seg\u00admen\u200bta\u200ction\u2060 \u202eof\u202c the cafe\u0301\ufeff"
    text = _paragraph(f"<p>{said}</p>{_SENTENCES}".encode())
    assert text == "segmentation of the café"
    assert unicodedata.is_normalized("NFC", text)


def test_joiners_that_part_letters_are_kept() -> None:
    said = "می\u200cخواهم دریا را بنویسم"
    assert _paragraph(f"<p>{said}</p>{_SENTENCES}".encode()) == said


# --- pages that no one should send -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<p>" + b"tide " * (LARGEST_BYTES // 5) + b"</p>", "larger than"),
        (b"<div>" * 10_000 + b"tide" + b"</div>" * 10_000, "deeper than"),
        (b"<b><i>" * 10_000 + b"tide " * 100, "deeper than"),
        (b"<blockquote><ul><li>" * 5_000 + b"tide " * 100, "deeper than"),
        (b"", "empty"),
        (b" \n\x00\x01 ", "empty"),
        (b"<html></html>", "no text"),
        (b"<!-- <p>tide</p> ", "no page|no text|not a page"),
    ],
)
def test_what_cannot_be_read_has_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read_html(body, "text/html", _URL)


@pytest.mark.parametrize("tag", ["div", "span", "ul><li", "blockquote", "table><tr><td", "details", "section"])
def test_nesting_just_below_the_bound_is_read(tag: str) -> None:
    opened = f"<{tag}>" * (240 // (1 + tag.count("<")))
    assert "the clerk copied" in _paragraph(f"<body>{opened}{_SENTENCES}".encode())


def test_endless_table_is_cut() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>{n % 12}</td></tr>" for n in range(9_000))
    blocks = read_html(f"{_SENTENCES}<table><tr><th>hour</th><th>height</th></tr>{rows}".encode(), "", _URL).blocks
    table = next(block for block in blocks if block.type == "table")
    assert table.text.count("\n") <= MOST_ROWS + 1


@pytest.mark.parametrize(
    "odd",
    [
        "<table><tr><td colspan='99999999' rowspan='-3'>wide</td><td colspan='²'>odd</td></tr></table>",
        "<ol start='99999999999999999999'><li>one</li></ol>",
        "<h2 aria-level='x' role='heading'>head</h2><div role='heading' aria-level='99'>deep</div>",
        "<math><mfrac><mi>a</mi></mfrac><msub></msub></math>",
        "<p>$$ unclosed \\[ and \\( more</p>",
        '<script type=\'application/ld+json\'>[1, {"author": {"name": [2]}}, {"headline": 3}]</script>',
        '<d-front-matter><script>{"title": 1, "authors": [3]}</script></d-front-matter>',
        "<link rel='canonical' href='http://[::1'><meta name='author'><meta property='og:title' content=''>",
        "<img alt='a b c d' src=''><a></a><sup></sup><pre></pre><ul></ul><table></table><code></code>",
        "<svg><foreignObject><p>inside a drawing</p></foreignObject></svg><my-element>own</my-element><p:x>ns</p:x>",
    ],
)
def test_odd_markup_costs_only_itself(odd: str) -> None:
    blocks = read_html(f"<body>{_SENTENCES}{odd}{_SENTENCES}</body>".encode(), "text/html", _URL).blocks
    assert sum("the clerk copied" in block.text for block in blocks) == 2


def test_page_that_takes_too_long_or_kills_its_process_does_not_stop_the_others() -> None:
    good = f"<html><head><title>Tides</title></head><body><h1>Tides</h1>{_SENTENCES}</body></html>".encode()
    deep = b"<div>" * 100_000 + good
    jobs = [
        (Resource(f"{_URL}{number}", "article", ""), Snapshot(f"{_URL}{number}", 200, "text/html", body, ""))
        for number, body in enumerate([good, deep, b"", good, b"\xff\xfe\xff", good, good])
    ]
    results = {
        int(job[0].url.removeprefix(_URL)): result if isinstance(result, str) else result.title
        for job, result in read_all(jobs, 60.0)
    }
    assert [results[number] for number in (0, 3, 5, 6)] == ["Tides"] * 4
    assert "deeper than" in results[1]
    assert "empty" in results[2]
