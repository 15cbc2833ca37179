"""Papers made for tests: lines of type put where a typesetter would put them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 612.0, 792.0
LEADING = 1.2
TEXT, BOLD, CODE = "Times-Roman", "Times-Bold", "Courier"


class Paper:
    """A PDF that is being written, down one column from ``x``; sizes and places in points from the top."""

    def __init__(self, **info: str) -> None:
        self._file = BytesIO()
        self.canvas = Canvas(self._file, pagesize=(WIDTH, HEIGHT), encrypt=None)
        for name, value in info.items():
            getattr(self.canvas, f"set{name.title()}")(value)
        self.column(72)

    def column(self, x: float, y: float = 72, width: float = 468) -> None:
        """Go on at the top of another column."""
        self.x, self.y, self.width = x, y, width

    def page(self) -> None:
        """Go on on the next page."""
        self.canvas.showPage()
        self.column(72)

    def at(self, x: float, y: float, text: str, size: float = 10, font: str = TEXT) -> None:
        """Put a text at a place."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, HEIGHT - y, text)

    def line(self, text: str, size: float = 10, font: str = TEXT, indent: float = 0) -> None:
        """Put a line at the current place and go down."""
        self.at(self.x + indent, self.y + size, text, size, font)
        self.y += LEADING * size

    def lines(self, *texts: str, size: float = 10, font: str = TEXT, indent: float = 0) -> None:
        """Put lines as they are."""
        for number, text in enumerate(texts):
            self.line(text, size, font, indent if number == 0 else 0)

    def paragraph(self, text: str, size: float = 10, font: str = TEXT, indent: float = 12) -> None:
        """Fill lines with the words of a text."""
        self.lines(*self._filled(text, size, font, indent), size=size, font=font, indent=indent)

    def heading(self, text: str, size: float = 12) -> None:
        """Put a heading with the space around it."""
        self.y += 12
        self.line(text, size, BOLD)
        self.y += 6

    def row(self, *cells: tuple[float, str], size: float = 10) -> None:
        """Put cells side by side, each with its distance from the left."""
        for x, text in cells:
            self.at(self.x + x, self.y + size, text, size)
        self.y += LEADING * size

    def bytes(self) -> bytes:
        """Return the file."""
        self.canvas.save()
        return self._file.getvalue()

    def _filled(self, text: str, size: float, font: str, indent: float) -> Iterator[str]:
        line: list[str] = []
        for word in text.split():
            room = self.width - (indent if not line else 0)
            if line and self.canvas.stringWidth(" ".join([*line, word]), font, size) > room:
                yield " ".join(line)
                line = []
            line.append(word)
        if line:
            yield " ".join(line)


def sentences(subject: str, count: int) -> str:
    """Return different sentences about something."""
    verbs: Sequence[str] = "reads writes keeps finds joins shows splits moves holds sends".split()
    objects: Sequence[str] = "pages columns tables figures letters captions headings numbers words notes".split()
    said = (f"The {subject} {verbs[n % 10]} the {objects[n * 3 % 10]} of volume {n + 1}." for n in range(count))
    return " ".join(said)
