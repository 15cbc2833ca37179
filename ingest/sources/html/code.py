"""Code on a page: its lines as they were written, without their numbers, and its language."""

from __future__ import annotations

import re

from ingest.sources.html.frame import names
from ingest.sources.html.parse import Element

_LINE_NUMBERS = re.compile(
    r"linenos?|linenumbers?|linenumberrows|gutter|linenodiv|lnt|(?:hljs-)?ln-numbers?|line-numbers?(?:-rows)?|blob-num"
)
# What a pointer over a name shows, and where to have the code as a file.
_BESIDE_CODE = frozenset(("ttc", "ltx_listing_data"))
_MAY_BE_CODE = frozenset("d-code dt-code code tt samp kbd div".split())
_LINES = ("div", "p", "tr", "li")
_NAMED = (
    re.compile(r"(?:^|\s)(?:(?:language|lang)[-:]|ltx_lst_language_)([\w+#-]+)"),
    re.compile(r"(?:^|\s)(?:highlight-source|brush:?|highlight|hljs|sourceCode|src)[-:\s]+([\w+#-]+)"),
)
_LANGUAGES = frozenset(
    "python py python3 pycon ipython r c cpp c++ csharp java javascript js typescript ts jsx tsx go golang rust julia "
    "matlab octave bash sh shell console zsh powershell sql json yaml yml toml xml html css scss ruby perl php scala "
    "kotlin swift haskell ocaml fortran lua latex tex makefile cmake dockerfile cuda glsl lisp scheme clojure elixir "
    "erlang dart diff ini nasm asm wolfram mathematica stan".split()
)
_NO_LANGUAGE = frozenset(
    "plaintext text txt none source highlight default numbersource notranslate nohighlight code hljs wrapper block "
    "container line lines undefined output auto".split()
)


def code_text(element: Element) -> str:
    """Return the lines of a code element."""
    parts: list[str] = []
    _gather(element, parts, element.tag == "div")
    lines = [line.rstrip() for line in "".join(parts).expandtabs(4).replace("\u00a0", " ").split("\n")]
    return "\n".join(lines).strip("\n")


def language_of(element: Element) -> str:
    """Return the language that a code element or one around it names, "" where none does."""
    above = [around for around, _ in zip(element.iterancestors(), range(5), strict=False)]
    for place in (element, *element.iter("code"), *above):
        for name in ("data-lang", "data-language", "data-code-language"):
            if place.get(name):
                return str(place.get(name)).lower()
        classes = place.get("class") or ""
        for pattern in _NAMED:
            found = pattern.search(classes)
            if found and found.group(1).lower() not in _NO_LANGUAGE:
                return found.group(1).lower()
        if place.tag in ("pre", "code", "figure", "div"):
            known = [name for name in classes.lower().split() if name in _LANGUAGES]
            if known:
                return known[0]
    return ""


def is_code(element: Element) -> bool:
    """Whether an element is a block of code."""
    tag = element.tag
    if tag == "pre":
        return True
    if tag not in _MAY_BE_CODE:
        return False
    if tag in ("d-code", "dt-code"):
        return element.get("block") is not None
    if tag in ("code", "tt", "samp", "kbd"):
        # Lines parted by <br>, nothing else beside them: code that was set without <pre>.
        return len(list(element.iter("br"))) > 1 and _is_alone(element)
    if tag != "div" or not element.get("class"):
        return False
    # A division a line: Doxygen's, editors' saved as they show, and LaTeXML's, who sets algorithms so as well.
    classes = set(element.get("class").split())
    lines = [child for child in element if {"line", "ltx_listingline"} & set((child.get("class") or "").split())]
    return bool(lines) and bool({"fragment", "ltx_listing"} & classes) and element.find(".//math") is None


def code_in_table(element: Element) -> Element | None:
    """Return the code of a table that only puts line numbers beside it."""
    if next(element.iter("pre"), None) is None:
        return _numbered_lines(element)
    pres = list(element.iter("pre"))
    if len(list(element.iter("tr"))) > 1:
        return None
    return max(pres, key=lambda pre: len(re.sub(r"[\d\s]", "", pre.text_content())))


def _numbered_lines(element: Element) -> Element | None:
    """Return a table of which each row is a number and a line of code, as code hosts show files."""
    rows = list(element.iter("tr"))
    numbered = [row for row in rows if len(row) == 2 and _is_gutter(row[0])]
    return element if rows and len(numbered) == len(rows) else None


def _gather(element: Element, parts: list[str], divided: bool) -> None:
    """Add the text below an element; ``divided``: its divisions part the lines, and breaks in its source do not."""
    parts.append(_unbroken(element.text, divided))
    for child in element:
        if isinstance(child.tag, str) and not _is_gutter(child):
            line = child.tag in _LINES
            if line:
                _end_line(parts)
            if child.tag == "br":
                parts.append("\n")
            if _BESIDE_CODE.isdisjoint((child.get("class") or "").split()):
                _gather(child, parts, divided)
            if line:
                _end_line(parts)
        parts.append(_unbroken(child.tail, divided))


def _unbroken(text: str | None, divided: bool) -> str:
    return (text or "").replace("\n", "") if divided else text or ""


def _end_line(parts: list[str]) -> None:
    written = next((part for part in reversed(parts) if part), "\n")
    if not written.endswith("\n"):
        parts.append("\n")


def _is_gutter(element: Element) -> bool:
    """Whether an element holds the numbers of lines."""
    classes = (element.get("class") or "").split()
    if not (any(_LINE_NUMBERS.fullmatch(name) for name in classes) or names(element) & {"lineno", "linenos", "gutter"}):
        return False
    return re.fullmatch(r"[\s\d]*", element.text_content()) is not None


def _is_alone(element: Element) -> bool:
    parent = element.getparent()
    return (
        parent is not None
        and not (parent.text or "").strip()
        and all(child is element or not child.text_content().strip() for child in parent if isinstance(child.tag, str))
        and not any((child.tail or "").strip() for child in parent)
    )
