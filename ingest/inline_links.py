"""An inline run of Markdown or HTML → its text as it is read, and its links in order with their place in it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html
from markdown_it.tree import SyntaxTreeNode

# Where bare addresses begin in text, as GitHub's autolinks do: after nothing, a space or an opening mark.
_BARE_URL = re.compile(r"https?://[^\s<>\"'`|\\^{}]+|(?<![\w@./:-])www\.[\w-]+\.[^\s<>\"'`|\\^{}]+", re.IGNORECASE)
# "https:/a.example", "htps://a.example", "http//a.example", "https://a.example:99999/": slips of who wrote the list.
_MEANT = re.compile(r"(?:https?:|h[tps]{2,5}:?//|www\.)/*[^\s/]", re.IGNORECASE)
_TAG = re.compile(r"<\s*(/?)\s*([a-z][a-z0-9]*)\b", re.IGNORECASE)
_ATTRIBUTE = r"\b{}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))"
_HREF = re.compile(_ATTRIBUTE.format("href"), re.IGNORECASE)
_SRC = re.compile(_ATTRIBUTE.format("src"), re.IGNORECASE)
_ALT = re.compile(_ATTRIBUTE.format("alt"), re.IGNORECASE)
# A picture that says something of the project, such as its build's state, and is nothing to read.
_BADGE = re.compile(r"badge|shields?\b|\.svg(?:$|[?#])", re.IGNORECASE)
# Further in, a parent's text is a whole page's, and says nothing of one of its links.
_MOST_BESIDE = 20


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the web: its words, "" for a bare address, and where they are in the run's text.

    ``broken``: its address was meant for one of the web and is none.
    """

    label: str
    url: str
    start: int
    end: int
    broken: bool = False


@dataclass(slots=True)
class Inline:
    """What one inline run says. ``inner`` counts links to places in the list itself."""

    text: str = ""
    links: list[Link] = field(default_factory=list)
    inner: int = 0

    @property
    def said(self) -> str:
        """The text with its spaces as they are read."""
        return tidy(self.text)


def tidy(text: str) -> str:
    """Return text with each run of white space as one space."""
    return " ".join(text.split())


def is_address(text: str) -> bool:
    """Whether a text is a web address and nothing else."""
    return _BARE_URL.fullmatch(text) is not None


def inline(nodes: Sequence[SyntaxTreeNode]) -> Inline:
    """Return what some nodes of a Markdown tree say."""
    found = Inline()
    reader = _Reader(found)
    for node in nodes:
        reader.collect(node)
    reader.close()
    return found


def joined(parts: Sequence[Inline]) -> Inline:
    """Return several runs as one, a space between them."""
    whole = Inline()
    for part in parts:
        at = len(whole.text)
        whole.links += [replace(link, start=link.start + at, end=link.end + at) for link in part.links]
        whole.text += part.text + " "
        whole.inner += part.inner
    return whole


class _Reader:
    def __init__(self, found: Inline) -> None:
        self._found = found
        # The HTML anchor that is open: its address and where its words begin.
        self._anchor: tuple[str, int] | None = None

    def collect(self, node: SyntaxTreeNode) -> None:
        found = self._found
        if node.type == "link":
            self._link(node)
        elif node.type == "text":
            self._bare(node.content)
        elif node.type == "code_inline":
            found.text += node.content
        elif node.type in ("softbreak", "hardbreak"):
            found.text += "\n"
        elif node.type == "html_inline":
            self._tag(node.content)
        elif node.type != "image":
            for child in node.children:
                self.collect(child)

    def close(self) -> None:
        """End an HTML anchor that the list does not end."""
        if self._anchor is not None:
            url, start = self._anchor
            self._add(tidy(self._found.text[start:]), url, start)
            self._anchor = None

    def _add(self, label: str, url: str, start: int) -> None:
        self._found.links.append(Link(label, url, start, len(self._found.text), web_address(url) is None))

    def _link(self, node: SyntaxTreeNode) -> None:
        found, start = self._found, len(self._found.text)
        href = str(node.attrs.get("href", ""))
        label = inline(node.children).said
        if not label and node.children and all(child.type == "image" for child in node.children):
            picture = node.children[0]
            label = "" if _BADGE.search(str(picture.attrs.get("src", ""))) else tidy(picture.content)
            if not label:
                return
        elif not is_address(label):
            found.text += label
        if href.startswith("#"):
            found.inner += 1
        elif url := _meant(href):
            self._add("" if is_address(label) else label, url, start)

    def _bare(self, text: str) -> None:
        found, last = self._found, 0
        for match in _BARE_URL.finditer(text):
            address = _without_trailing(match.group())
            found.text += text[last : match.start()]
            last = match.start() + len(address)
            url = _meant(address if "://" in address else f"https://{address}")
            if url and self._anchor is None:
                self._add("", url, len(found.text))
        found.text += text[last:]

    def _tag(self, source: str) -> None:
        tag = _TAG.match(source)
        if tag is None:
            return
        closing, name = bool(tag.group(1)), tag.group(2).lower()
        if name == "a":
            self.close()
            href = "" if closing else _attribute(_HREF, source)
            if href.startswith("#"):
                self._found.inner += 1
            elif url := _meant(href):
                self._anchor = (url, len(self._found.text))
        elif name == "img" and self._anchor is not None:
            if _BADGE.search(_attribute(_SRC, source)):
                self._anchor = None
            else:
                self._found.text += _attribute(_ALT, source)
        elif name == "br":
            self._found.text += "\n"


def _attribute(pattern: re.Pattern[str], tag: str) -> str:
    match = pattern.search(tag)
    return html.unescape(next((group for group in match.groups() if group), "")) if match else ""


def _without_trailing(address: str) -> str:
    while address:
        if (
            address[-1] in ".,;:!?*_~'\"…"
            or (address[-1] == ")" and address.count(")") > address.count("("))
            or (address[-1] == "]" and address.count("]") > address.count("["))
        ):
            address = address[:-1]
        else:
            break
    return address


def web_address(url: str) -> str | None:
    """Return an address of the web as it stands, or None for any other."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and parts.hostname else None


def _meant(href: str) -> str | None:
    """Return an address that is one of the web, or was meant for one; None for any other."""
    return web_address(href) or (href.strip() if _MEANT.match(href.strip()) else None)


# --- HTML blocks ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HtmlPart:
    """A heading (``level`` 1 to 6), the name of a section that folds (7), or a link with the text about it (0)."""

    level: int
    run: Inline


FOLD = 7


def html_parts(source: str) -> Iterator[HtmlPart]:
    """Yield what an HTML block holds of a list, in its order."""
    try:
        fragments = lxml_html.fragments_fromstring(source)
    except (ValueError, etree.LxmlError):
        return
    for fragment in fragments:
        if isinstance(fragment, str) or not isinstance(fragment.tag, str):
            continue
        for element in fragment.iter("a", "summary", "h1", "h2", "h3", "h4", "h5", "h6"):
            if element.tag == "a":
                yield from _anchor(element)
            else:
                level = FOLD if element.tag == "summary" else int(element.tag[1])
                yield HtmlPart(level, Inline(_text_of(element)))


def _anchor(anchor: etree._Element) -> Iterator[HtmlPart]:
    url = _meant(anchor.get("href") or "")
    label = tidy(_text_of(anchor))
    picture = anchor.find(".//img")
    if not label and picture is not None and not _BADGE.search(picture.get("src") or ""):
        label = tidy(picture.get("alt") or "")
    if url is None or not (label or picture is None):
        return
    parent = anchor.getparent()
    around = tidy(_text_of(parent)) if parent is not None and len(parent) < _MOST_BESIDE else label
    start = max(around.find(label), 0)
    bare = is_address(label)
    yield HtmlPart(
        0, Inline(around, [Link("" if bare else label, url, start, start + len(label), web_address(url) is None)])
    )


def _text_of(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext())
