"""KaTeX's picture of a formula → LaTeX, where a page keeps neither its source nor MathML.

KaTeX (0.11 and later, output "html") builds a formula of spans whose classes name atoms and whose shifts tell what is
raised: https://katex.org/docs/options (output), src/buildHTML.js of KaTeX for the classes.
"""

from __future__ import annotations

import re

from ingest.sources.html.parse import Element

_TOP = re.compile(r"top:\s*(-?[\d.]+)em")
_HEIGHT = re.compile(r"height:\s*(-?[\d.]+)em")


def tex_of_picture(picture: Element, signs: dict[str, str]) -> str:
    """Return LaTeX for an element of class katex-html; ``signs`` maps characters to what LaTeX writes for them."""
    return " ".join(_tex(picture, signs).split())


def _tex(element: Element, signs: dict[str, str]) -> str:
    classes = (element.get("class") or "").split()
    if "mfrac" in classes:
        parts = [part for _, part in _levels(element, signs) if part.strip()]
        if len(parts) == 2:
            return rf"\frac{{{parts[1].strip()}}}{{{parts[0].strip()}}}"
    if "msupsub" in classes:
        levels = [(shift, part.strip()) for shift, part in _levels(element, signs) if part.strip()]
        below = "".join(f"_{{{part}}}" for shift, part in levels if shift > 0)
        return below + "".join(f"^{{{part}}}" for shift, part in levels if shift <= 0)
    if "sqrt" in classes:
        return rf"\sqrt{{{''.join(part for _, part in _levels(element, signs)).strip()}}}"
    parts = [_signs(element.text, signs)]
    for child in element:
        if isinstance(child.tag, str) and child.tag != "svg":
            parts.append(_tex(child, signs))
        parts.append(_signs(child.tail, signs))
    return "".join(parts)


def _signs(text: str | None, signs: dict[str, str]) -> str:
    return "".join(signs.get(character, character) for character in text or "")


def _levels(element: Element, signs: dict[str, str]) -> list[tuple[float, str]]:
    """Return what stands above one another, from the lowest, each with its shift in em, downwards positive."""
    stack = next((inner for inner in element.iter("span") if (inner.get("class") or "") == "vlist"), None)
    levels = []
    for level in stack if stack is not None else ():
        top = _TOP.search(level.get("style") or "")
        strut = next((inner for inner in level.iter("span") if (inner.get("class") or "") == "pstrut"), None)
        height = _HEIGHT.search((strut.get("style") or "") if strut is not None else "")
        if top:
            levels.append((float(top.group(1)) + (float(height.group(1)) if height else 2.7), _tex(level, signs)))
    return sorted(levels, key=lambda level: -level[0])
