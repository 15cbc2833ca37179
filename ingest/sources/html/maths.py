"""Formulas of a page → LaTeX: MathJax sources, KaTeX and MathML annotations, MathML itself."""

from __future__ import annotations

import re

from ingest.sources.html.katex import tex_of_picture
from ingest.sources.html.parse import Element

_FORMULAS = frozenset(("script", "d-math", "math", "mjx-container", "img"))
_INLINE = re.compile(r"\\\((.+?)\\\)", re.DOTALL)
_DISPLAY = re.compile(
    r"\\\[(.+?)\\\]|\$\$(.+?)\$\$|(\\begin\{(align|equation|gather|multline)\*?\}.+?\\end\{\4\*?\})",
    re.DOTALL,
)
_DEFINES = re.compile(r"\\(?:(?:re|provide)?newcommand|providecommand|DeclareMathOperator|[gex]?def|let)\b")
_PART_OF_DEFINITION = re.compile(r"\\[A-Za-z]+\*?|\[[^\]]*\]|#\d|=")
_IMAGE_SOURCE = re.compile(r"latex|codecogs|mathtex|/math/", re.IGNORECASE)
_IMAGE_CLASS = re.compile(r"(?:^|\s|-)(?:latex|tex|math|mwe-math\S*|ql-\S+)(?:$|\s|-)", re.IGNORECASE)
_RENDERED = ("MathJax", "MathJax_Preview", "MathJax_Display", "MathJax_SVG")
_WRAPPED = re.compile(r"^\{\\(?:display|text)style\s+(.*)\}$", re.DOTALL)
_STYLE = re.compile(r"^\s*\\(?:display|text)style(?![A-Za-z])\s*")
_OPERATORS = {
    "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "×": r"\times ",
    "⋅": r"\cdot ", "∈": r"\in ", "→": r"\to ", "∞": r"\infty ", "≈": r"\approx ", "∂": r"\partial ",
    "∇": r"\nabla ", "−": "-", "‖": r"\Vert ", "∥": r"\Vert ", "∣": r"\mid ", "∼": r"\sim ", "⊤": r"\top ", "∗": "*",
    "\u200b": "", "\u2061": "", "\u2062": "", "\u2063": ",",
}  # fmt: skip
_FUNCTIONS = frozenset("exp log ln sin cos tan max min arg lim det softmax".split())
_GREEK = dict(
    zip(
        "αβγδεϵζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
        r"\alpha \beta \gamma \delta \epsilon \epsilon \zeta \eta \theta \iota \kappa \lambda \mu \nu \xi \pi "
        r"\rho \sigma \tau \upsilon \phi \chi \psi \omega \Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma "
        r"\Phi \Psi \Omega".split(),
        strict=False,
    )
)
_SIGNS = {**{letter: f"{command} " for letter, command in _GREEK.items()}, **_OPERATORS}


def formula(element: Element) -> tuple[str, bool] | None:
    """Return (LaTeX, whether displayed) if the element is a formula, else None. "" for one without source."""
    tag, named = element.tag, element.get("class")
    if not named and tag not in _FORMULAS:
        return None
    classes = f" {named or ''} "
    if tag == "script" and (element.get("type") or "").startswith("math/tex"):
        return _clean(element.text or ""), "mode=display" in (element.get("type") or "")
    if tag == "d-math":
        return _clean(element.text_content()), element.get("block") is not None
    if tag == "math":
        return _from_mathml(element), element.get("display") == "block" or element.get("mode") == "display"
    if tag == "mjx-container":
        math = element.find(".//math")
        return ("" if math is None else _from_mathml(math)), element.get("display") == "true"
    if " katex-display " in classes:
        return _annotation(element), True
    if " katex " in classes:
        return _annotation(element), False
    if "MathJax" in classes and any(f" {name} " in classes for name in _RENDERED):
        return "", False
    if tag == "img" and (element.get("alt") or "").strip():
        alt = element.get("alt") or ""
        if _IMAGE_CLASS.search(classes) or (_IMAGE_SOURCE.search(element.get("src") or "") and "\\" in alt):
            return _clean(alt), "display" in classes
    return None


def only_defines(tex: str) -> bool:
    """Whether a formula shows nothing: it is all definitions of commands for those that come after it."""
    rest = tex.strip()
    if not _DEFINES.match(rest):
        return False
    while rest:
        part = _PART_OF_DEFINITION.match(rest)
        if part is not None:
            rest = rest[part.end() :].lstrip()
        elif rest[0] == "{" and (end := _end_of_group(rest)):
            rest = rest[end:].lstrip()
        else:
            return False
    return True


def _end_of_group(tex: str) -> int:
    """Return where the group that a text begins with ends; 0 where it does not."""
    depth = 0
    for match in re.finditer(r"(?<!\\)[{}]", tex):
        depth += 1 if match.group() == "{" else -1
        if not depth:
            return match.end()
    return 0


def normalised(text: str) -> list[tuple[str, bool]]:
    """Return the pieces of running text as (piece, whether it is a displayed formula).

    ``\\(…\\)`` becomes ``$…$``; ``\\[…\\]``, ``$$…$$`` and TeX's display environments stand alone.
    """
    if "\\(" in text:
        text = _INLINE.sub(lambda match: f"${match.group(1).strip()}$", text)
    if "\\[" not in text and "$$" not in text and "\\begin{" not in text:
        return [(text, False)]
    pieces: list[tuple[str, bool]] = []
    last = 0
    for match in _DISPLAY.finditer(text):
        if match.group(2) and _within_line(text, *match.span()):
            # Kramdown and others write what stands inside a line with two dollars, too.
            pieces.append((f"{text[last : match.start()]}${_clean(match.group(2))}$", False))
            last = match.end()
            continue
        pieces.append((text[last : match.start()], False))
        pieces.append((_clean(next(group for group in match.groups() if group)), True))
        last = match.end()
    pieces.append((text[last:], False))
    return _rejoined(pieces)


def _within_line(text: str, start: int, end: int) -> bool:
    """Whether words stand on the same line before or after a formula."""
    before = text[:start].rsplit("\n", 1)[-1]
    after = text[end:].split("\n", 1)[0]
    return bool(re.search(r"\w", before) or re.search(r"\w", after))


def _rejoined(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    joined: list[tuple[str, bool]] = []
    for piece, shown in pieces:
        if joined and not shown and not joined[-1][1]:
            joined[-1] = (joined[-1][0] + piece, False)
        elif piece:
            joined.append((piece, shown))
    return [(piece, shown) for piece, shown in joined if piece.strip()]


def _clean(tex: str) -> str:
    tex = re.sub(r"^\s*%\s*<!\[CDATA\[|%?\s*\]\]>\s*$", "", tex.strip())
    tex = re.sub(r"^\$\$?|\$\$?$|^\\[\[(]|\\[\])]$", "", tex.strip())
    match = _WRAPPED.match(tex.strip())
    return " ".join(_STYLE.sub("", match.group(1) if match else tex).split())


def _annotation(element: Element) -> str:
    for annotation in element.iter("annotation"):
        if "tex" in (annotation.get("encoding") or "").lower():
            return _clean(annotation.text_content())
    math = element.find(".//math")
    if math is not None:
        return _from_mathml(math)
    picture = next((inner for inner in element.iter("span") if (inner.get("class") or "") == "katex-html"), None)
    return "" if picture is None else tex_of_picture(picture, _SIGNS)


def _from_mathml(element: Element) -> str:
    for annotation in element.iter("annotation"):
        if "tex" in (annotation.get("encoding") or "").lower():
            return _clean(annotation.text_content())
    if element.get("alttext"):
        return _clean(element.get("alttext") or "")
    return " ".join(_tex(element).split())


def _tex(element: Element) -> str:
    tag = str(element.tag)
    children = [child for child in element if isinstance(child.tag, str) and not child.tag.startswith("annotation")]
    if tag in ("mi", "mn", "mo", "mtext", "ms"):
        text = (element.text_content() or "").strip()
        if tag == "mtext":
            return rf"\text{{{text}}}"
        if text in _FUNCTIONS and text != "softmax":
            return rf"\{text} "
        if tag == "mi" and len(text) > 1 and text.isalpha() and text.isascii():
            return rf"\mathrm{{{text}}}"
        return "".join(_SIGNS.get(character, character) for character in text)
    parts = [_tex(child) for child in children]
    if tag in ("msup", "msub", "mover", "munder", "mfrac", "mroot") and len(parts) == 2:
        base, other = parts
        if tag == "mfrac":
            return rf"\frac{{{base}}}{{{other}}}"
        if tag == "mroot":
            return rf"\sqrt[{other}]{{{base}}}"
        if tag == "mover" and other.strip() in ("^", "¯", "~", "→"):
            accent = {"^": "hat", "¯": "bar", "~": "tilde", "→": "vec"}[other.strip()]
            return rf"\{accent}{{{base}}}"
        return f"{base}{'^' if tag in ('msup', 'mover') else '_'}{{{other}}}"
    if tag in ("msubsup", "munderover") and len(parts) == 3:
        return f"{parts[0]}_{{{parts[1]}}}^{{{parts[2]}}}"
    if tag == "msqrt":
        return rf"\sqrt{{{''.join(parts)}}}"
    if tag == "mtable":
        return r"\begin{matrix}" + r" \\ ".join(parts) + r"\end{matrix}"
    if tag == "mtr":
        return " & ".join(parts)
    if tag == "mspace":
        return " "
    return "".join(parts)
