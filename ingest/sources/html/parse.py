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
_INVISIBLE = (
    "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
# A non-joiner parts letters in Persian and the scripts of India; elsewhere it is seen by no reader either.
_NON_JOINER = re.compile("(?<![\u0600-\u06ff\u0750-\u077f\u0900-\u0dff])\u200c")
# No element has such a name: it is a formula's "less than" that was not written as &lt;.
_LESS_THAN = re.compile(r"<(?=[A-Za-z]\w{0,8}[_^$\\{}+*=,])")
_RAW = re.compile(r"(<(script|style|textarea|xmp)\b.*?</\2\s*>|<!--.*?-->)", re.IGNORECASE | re.DOTALL)
# What browsers take these names for (WHATWG Encoding).
_ALIASES = {
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "shift_jis": "cp932",
    "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "iso-8859-9": "cp1254", "big5": "big5hkscs", "iso-8859-11": "cp874", "tis-620": "cp874",
}  # fmt: skip
_CONTROLS = "".join(map(chr, (*range(9), 11, 12, *range(14, 32), 127)))


def decode(body: bytes, content_type: str) -> str:
    """Return the text of a page: byte order mark, UTF-8 if it is that, header, meta, then a guess.

    A page that is valid UTF-8 is UTF-8 whatever it declares (WHATWG leaves this to the declaration,
    but on the web a wrong declaration is commoner than other bytes that happen to be valid UTF-8).
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, errors="replace")
    broken = body.decode("utf-8", errors="replace")
    unreadable = broken.count("\ufffd")
    if unreadable == 0:
        return broken
    # A broken byte in a UTF-8 page does not make it another encoding: there most that is not ASCII is whole.
    beyond_ascii = sum(1 for character in broken if character > "\x7f") - unreadable
    if beyond_ascii >= 2 * unreadable:
        return broken
    header, meta = _HEADER.search(content_type), _META.search(body[:4096])
    declared = [header.group(1)] if header else []
    declared += [meta.group(1).decode("ascii")] if meta else []
    for name in declared:
        name = _ALIASES.get(name.lower(), name)
        try:
            return body.decode(name, errors="replace" if name.lower() in ("utf-8", "utf8") else "strict")
        except (LookupError, UnicodeDecodeError):
            continue
    guess = charset_normalizer.from_bytes(body[:200_000]).best()
    return body.decode(guess.encoding if guess else "utf-8", errors="replace")


def tidy(text: str) -> str:
    """Return text in NFC without what no reader sees."""
    if text.isascii():
        return text
    # To look for one character is many times faster than for any of a class.
    for sign in _INVISIBLE:
        if sign in text:
            text = text.replace(sign, "")
    if "\u200c" in text:
        text = _NON_JOINER.sub("", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def parse(body: bytes, content_type: str) -> Element:
    """Return the page's root element. Raises ReadError when it is too large, too deep or no page."""
    if len(body) > LARGEST_BYTES:
        raise ReadError(f"the page is larger than {LARGEST_BYTES // 1_000_000} MB")
    text = _without_controls(tidy(decode(body, content_type)))
    # lxml takes no text with an encoding declaration.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if not text.strip():
        raise ReadError("the page is empty")
    if _LESS_THAN.search(text):
        pieces = _RAW.split(text)
        # Of each three pieces the first is markup; the others are what stood raw, and its name.
        text = "".join(
            _LESS_THAN.sub("&lt;", piece) if number % 3 == 0 else piece
            for number, piece in enumerate(pieces)
            if number % 3 != 2
        )
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root: Element = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ReadError(f"not a page that can be parsed: {error}") from error
    if _TOO_DEEP(root):
        raise ReadError(f"the page nests elements deeper than {_DEEPEST}")
    return root


def _without_controls(text: str) -> str:
    for sign in _CONTROLS:
        if sign in text:
            text = text.replace(sign, "")
    return text
