"""Text from sources as Markdown that shows it and does nothing: no links, pictures or markup."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_FORMULA = re.compile(r"\$(?!\s)([^$\n]*[\\^_{}=][^$\n]*|[A-Za-z])(?<!\s)\$")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])")
# What KaTeX would take as a link or a picture of the source's making.
_ACTIVE = re.compile(r"\\(?:href|url|includegraphics|html\w*)\b")


def plain(text: str) -> str:
    """Return Markdown that renders as the text, inline ``$formulas$`` set."""
    parts: list[str] = []
    last = 0
    for match in _FORMULA.finditer(text):
        if _ACTIVE.search(match.group()):
            continue
        parts.append(_escaped(text[last : match.start()]))
        parts.append(match.group())
        last = match.end()
    parts.append(_escaped(text[last:]))
    return "".join(parts)


def formula(latex: str) -> str:
    """Return Markdown that sets a formula on its own line, or shows its source where that is not safe."""
    if _ACTIVE.search(latex) or "$" in latex:
        return code(latex, "latex")
    return f"$$\n{latex}\n$$"


def code(text: str, language: str) -> str:
    """Return a fenced block that the text cannot close."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"{fence}{re.sub(r'[^A-Za-z0-9+#-]', '', language)}\n{text}\n{fence}"


def link(label: str, url: str) -> str:
    """Return a link of ours; only to http and https addresses."""
    if urlsplit(url).scheme not in ("http", "https"):
        return _escaped(label)
    target = url.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    return f"[{_escaped(label)}](<{target}>)"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
