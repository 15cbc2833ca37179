"""What a page declares of itself: title, authors, date, language, address."""

from __future__ import annotations

import pytest

from ingest.sources.html import HtmlPage, read_html

_SENTENCES = "<p>" + "The gauge wrote its numbers down, and the clerk copied them out in the evening. " * 6 + "</p>"


def _read(head: str, opening: str = "<h1>The clerk's wheel</h1>", attributes: str = "") -> HtmlPage:
    html = f"<html {attributes}><head>{head}</head><body><article>{opening}{_SENTENCES}</article></body></html>"
    return read_html(html.encode(), "text/html; charset=utf-8", "https://quay.example/wheel?utm_source=x")


@pytest.mark.parametrize(
    ("head", "opening", "title"),
    [
        ("<title>The clerk's wheel | Salt Notes</title>", "<h1>The clerk's wheel</h1>", "The clerk's wheel"),
        ("<title>Salt Notes | The clerk's wheel</title>", "<h1>The clerk's wheel</h1>", "The clerk's wheel"),
        ("<title>The clerk's wheel — Harbour 1.2 documentation</title>", "", "The clerk's wheel"),
        ("<title>Quay: The clerk's wheel</title>", "<div class='title'>The clerk's wheel</div>", "The clerk's wheel"),
        ("<title>The clerk's wheel (Harbour 1.2)</title>", "<h2>4.1 The clerk's wheel</h2>", "The clerk's wheel"),
        ("<title>The clerk's wheel (again)</title>", "<h1>The clerk's wheel (again)</h1>",
         "The clerk's wheel (again)"),
        ("<title>The clerk's wheelWe thank the clerk.</title>", "<h1>The clerk's wheel</h1>", "The clerk's wheel"),
        ("<title>Home</title>", "<h1>The clerk's wheel</h1>", "The clerk's wheel"),
        ("<title>Salt Notes</title><meta property='og:site_name' content='Salt Notes'>", "<h1>The clerk's wheel</h1>",
         "The clerk's wheel"),
        ("<title>x</title><meta property='og:title' content='The clerk&#39;s wheel'>", "<h2>Intro</h2>",
         "The clerk's wheel"),
        ("<title>Wheels - Part 2: The chain | Salt Notes</title>", "<h1>Wheels - Part 2: The chain</h1>",
         "Wheels - Part 2: The chain"),
        ("<title>Untitled Document</title><script type='application/ld+json'>{\"@graph\": [{\"@type\": \"WebSite\"}, "
         "{\"@type\": \"BlogPosting\", \"headline\": \"The clerk's wheel\"}]}</script>", "", "The clerk's wheel"),
        ("", "<h1>The clerk's wheel</h1>", "The clerk's wheel"),
        # A heading inside a figure, or far down, is no title: the list's own serves then.
        ("", f"{_SENTENCES}<p>More.</p><p>And more.</p><figure><h4>Layer 3a</h4></figure><h3>One wheel</h3>", ""),
        ("", "<d-front-matter><script type='text/json'>{\"title\": \"The clerk's wheel\", \"authors\": []}</script>"
         "</d-front-matter><figure><h1>Layer 3a</h1></figure>", "The clerk's wheel"),
    ],
)  # fmt: skip
def test_title_is_the_page_s_own(head: str, opening: str, title: str) -> None:
    assert _read(head, opening).title == title


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        ("<meta name='author' content='Ines Harbour'>", ("Ines Harbour",)),
        ("<meta name='author' content='Ines Harbour, Jon Quay and Mia Roads'>",
         ("Ines Harbour", "Jon Quay", "Mia Roads")),
        ("<meta name='author' content='Ines Harbour, PhD'>", ("Ines Harbour, PhD",)),
        ("<meta name='citation_author' content='Harbour, Ines'><meta name='citation_author' content='Quay, Jon'>",
         ("Harbour, Ines", "Quay, Jon")),
        ("<script type='application/ld+json'>{\"@type\": \"Article\", \"author\": [{\"name\": \"Ines Harbour\"}, "
         "\"Jon Quay\"]}</script>", ("Ines Harbour", "Jon Quay")),
        ("<meta name='author' content='ines, quayjon'>", ("ines", "quayjon")),
        ("<meta name='author' content='Harbour, Ines'>", ("Harbour, Ines",)),
        ("<script type='application/ld+json'>{\"@type\": \"Article\", \"author\": [{\"name\": "
         "\"Ines Harbour<sup>*</sup>\"}, \"Jon Quay†\"]}</script>", ("Ines Harbour", "Jon Quay")),
        ("<meta property='article:author' content='https://social.example/ines'>", ()),
    ],
)  # fmt: skip
def test_authors_are_those_declared(head: str, authors: tuple[str, ...]) -> None:
    assert _read(head).authors == authors


@pytest.mark.parametrize(
    ("head", "opening", "date"),
    [
        ("<meta property='article:published_time' content='2021-03-04T10:00:00Z'>", "", "2021-03-04"),
        ("<meta name='citation_publication_date' content='2021/3/4'>", "", "2021-03-04"),
        ("<meta name='date' content='March 4, 2021'>", "", "2021-03-04"),
        ("<script type='application/ld+json'>{\"datePublished\": \"2021-03-04\"}</script>", "", "2021-03-04"),
        ("", "<h1>Wheels</h1><time datetime='2021-03-04'>4 March</time>", "2021-03-04"),
        ("<meta name='date' content='2021-99-99'>", "", ""),
        ("<meta name='date' content='some time ago'>", "", ""),
    ],
)  # fmt: skip
def test_date_is_a_day(head: str, opening: str, date: str) -> None:
    assert _read(head, opening).date == date


def test_language_and_address_are_those_declared() -> None:
    page = _read("<link rel='canonical' href='/wheel'>", attributes="lang='en-GB'")
    assert (page.language, page.canonical) == ("en-GB", "https://quay.example/wheel")
    page = _read("<meta property='og:locale' content='de_AT'><link rel='canonical' href='javascript:alert(1)'>")
    assert (page.language, page.canonical) == ("de-AT", "https://quay.example/wheel?utm_source=x")
    assert _read("", attributes="lang='{{ lang }}'").language == ""
