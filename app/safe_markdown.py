"""Text from sources as Streamlit Markdown that shows it, character for character, and does nothing.

Escaping alone does not do it: Streamlit and its parser look at text once more after escapes are
resolved, to make links of bare addresses, arrows of ``->`` and icons of ``:material/…:``. So an
address is shown as inline code, and the rest is parted by a character that is not seen.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# U+2060: no width, no line break.
_WORD_JOINER = "\u2060"

_FORMULA = re.compile(
    r"(?<![\\$])\$(?![\s$])((?:\\.|[^$\n\\])*(?:\\.|[\^_{}=])(?:\\.|[^$\n\\])*|[A-Za-z])(?<!\s)\$(?!\$)"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s`]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&=])")
# What Streamlit replaces in text: arrows, dashes, comparisons, icons.
_REPLACED = re.compile(r"<(?=[-=])|-(?=[->])|[>~](?==)|:(?=material/|streamlit:)")
# What KaTeX would take as a link or a picture of the source's making, as a box over the page, or as
# a command of its own.
_ACTIVE = re.compile(
    r"\\(?:href|url|includegraphics|html\w*|rule|raisebox|[hmk]*kern|[hm]skip|[egx]?def|global|let|futurelet"
    r"|(?:re)?newcommand|providecommand)(?![A-Za-z])"
)
_CONTROL = re.compile(r"[\x00-\x20\x7f<>\\]")


def plain(text: str) -> str:
    """Return Markdown that renders as the text, inline ``$formulas$`` set."""
    parts: list[str] = []
    last = 0
    for match in _FORMULA.finditer(text):
        latex = match.group()[1:-1]
        if not _settable(latex):
            continue
        parts.append(_words(text[last : match.start()]))
        parts.append(f"${_balanced(latex)}$")
        last = match.end()
    parts.append(_words(text[last:]))
    return "".join(parts)


def cell(text: str) -> str:
    """Return the same for a cell of a table, which a pipe in a formula would end."""
    return plain(_FORMULA.sub(lambda match: match.group().replace("\\|", r"\Vert ").replace("|", r"\vert "), text))


def formula(latex: str) -> str:
    """Return Markdown that sets a formula on its own line, or shows its source where that is not safe."""
    flat = " ".join(latex.split())
    return f"$$\n{flat}\n$$" if flat and _settable(flat) and "$" not in flat else code(latex, "latex")


def code(text: str, language: str) -> str:
    """Return a fenced block that the text cannot close."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"{fence}{re.sub(r'[^A-Za-z0-9+#-]', '', language)}\n{text}\n{fence}"


def link(label: str, url: str, title: str = "") -> str:
    """Return a link of ours, with ``title`` as its tooltip; only to http and https addresses, or within the chat."""
    if urlsplit(url).scheme not in ("http", "https") and not url.startswith("source?"):
        return _words(label)
    target = _CONTROL.sub(lambda match: f"%{ord(match.group()):02X}", url).replace("&", "&amp;")
    tooltip = re.sub(r"([\\\"&])", r"\\\1", " ".join(title.split()))
    return f'[{_escaped(label)}](<{target}> "{tooltip}")' if tooltip else f"[{_escaped(label)}](<{target}>)"


def _words(text: str) -> str:
    parts: list[str] = []
    last = 0
    for match in _ADDRESS.finditer(text):
        parts.append(_escaped(text[last : match.start()]))
        parts.append(f"`{match.group()}`")
        last = match.end()
    parts.append(_escaped(text[last:]))
    return "".join(parts)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _REPLACED.sub(lambda match: match.group() + _WORD_JOINER, text))


def _settable(latex: str) -> bool:
    return not _ACTIVE.search(latex)


def _balanced(latex: str) -> str:
    """Return the formula with single brackets, as in ``[0,1)``, by name: Markdown looks for pairs."""
    depth = 0
    for bracket in re.findall(r"[\[\]]", latex):
        depth += 1 if bracket == "[" else -1
        if depth < 0:
            break
    if depth == 0:
        return latex
    return latex.replace("[", r"\lbrack ").replace("]", r"\rbrack ")
