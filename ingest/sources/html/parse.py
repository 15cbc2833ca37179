"""Bytes of a page → a tree, whatever it says of its encoding."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Any

import charset_normalizer
from lxml import etree
from lxml import html as lxml_html

from config.errors import ReadError

# lxml has no types of its own, and its stubs know HtmlElement no better.
Element = Any

LARGEST_BYTES = 30_000_000
_DEEPEST = 250
_TOO_DEEP = etree.XPath(f"boolean(//*[count(ancestor::*) > {_DEEPEST}])")
_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Soft hyphens, zero-width and bidirectional controls, byte order marks: seen by no reader.
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def decode(body: bytes, content_type: str) -> str:
    """Return the text of a page: byte order mark, UTF-8 if it is that, header, meta, then a guess.

    A page that is valid UTF-8 is UTF-8 whatever it declares (WHATWG leaves this to the declaration,
    but on the web a wrong declaration is commoner than other bytes that happen to be valid UTF-8).
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        # One broken byte in a long UTF-8 page does not make it another encoding.
        first_bad = error.start
    header, meta = _HEADER.search(content_type), _META.search(body[:4096])
    declared = [header.group(1)] if header else []
    declared += [meta.group(1).decode("ascii")] if meta else []
    for name in declared:
        name = "windows-1252" if name.lower() in ("iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii") else name
        try:
            return body.decode(name, errors="replace" if name.lower() in ("utf-8", "utf8") else "strict")
        except (LookupError, UnicodeDecodeError):
            continue
    broken = body.decode("utf-8", errors="replace")
    if first_bad > 2000 and broken.count("\ufffd") < len(broken) / 1000:
        return broken
    guess = charset_normalizer.from_bytes(body[:200_000]).best()
    return body.decode(guess.encoding if guess else "utf-8", errors="replace")


def tidy(text: str) -> str:
    """Return text in NFC without what no reader sees."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def parse(body: bytes, content_type: str) -> Element:
    """Return the page's root element. Raises ReadError when it is too large, too deep or no page."""
    if len(body) > LARGEST_BYTES:
        raise ReadError(f"the page is larger than {LARGEST_BYTES // 1_000_000} MB")
    text = _CONTROL.sub("", tidy(decode(body, content_type)))
    # lxml takes no text with an encoding declaration.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if not text.strip():
        raise ReadError("the page is empty")
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root: Element = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ReadError(f"not a page that can be parsed: {error}") from error
    if _TOO_DEEP(root):
        raise ReadError(f"the page nests elements deeper than {_DEEPEST}")
    return root
