"""Papers as PDF: reading order, words, what is not text of the paper, structure, and files that are no good."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from config.errors import ReadError
from ingest.archive import Snapshot
from ingest.document import Block
from ingest.reading import read_one
from ingest.resource import Resource
from ingest.sources.pdf import PdfText, read_pdf
from ingest.sources.pdf.join import join_lines, vocabulary
from ingest.sources.pdf.ligatures import ligatures
from ingest.sources.registry import SOURCES
from tests.typeset import BOLD, CODE, HEIGHT, Paper, sentences

BODY = sentences("reader", 30)


def of(text: PdfText, kind: str) -> list[str]:
    return [block.text for block in text.blocks if block.type == kind]


def running(text: PdfText) -> str:
    return "\n".join(block.text for block in text.blocks if block.type in ("paragraph", "list"))


def paper_of(*paragraphs: str) -> bytes:
    paper = Paper()
    paper.line("A Study of Reading Order", 17, BOLD)
    for paragraph in paragraphs:
        paper.paragraph(paragraph)
    return paper.bytes()


# --- order --------------------------------------------------------------------------------------------------------


def test_the_left_column_is_read_before_the_right_though_the_file_has_them_line_by_line() -> None:
    paper = Paper()
    paper.line("Columns Considered Together", 17, BOLD)
    left, right = sentences("left column", 24).split(". "), sentences("right column", 24).split(". ")
    y = 130.0
    for one, other in zip(left, right, strict=True):
        # Each line holds one sentence, put down across the page as some programs write.
        paper.at(54, y, one.rstrip(".") + ".")
        paper.at(318, y, other.rstrip(".") + ".")
        y += 12
    text = running(read_pdf(paper.bytes()))
    assert text.count("left column") == text.count("right column") == 24
    assert text.rindex("left column") < text.index("right column")
    assert text.index("volume 1.") < text.index("volume 2.") < text.index("volume 24.")


def test_what_spans_both_columns_parts_them_and_a_sentence_goes_on_over_them() -> None:
    paper = Paper()
    paper.line("Columns Considered Together", 17, BOLD)
    words = sentences("reader", 60).split()
    paper.column(54, 130, 240)
    first = list(paper._filled(" ".join(words), 10, "Times-Roman", 0))
    paper.lines(*first[:20])
    paper.column(318, 130, 240)
    paper.lines(*first[20:40])
    paper.column(54, 400, 504)
    paper.paragraph(
        "Figure 1: What spans the page is neither in the left column nor in the right, and has its own place.", 9
    )
    paper.column(54, 440, 240)
    paper.lines(*first[40:])
    found = read_pdf(paper.bytes())
    assert of(found, "caption") == [
        "Figure 1: What spans the page is neither in the left column nor in the right, and has its own place."
    ]
    assert " ".join(running(found).split()) == " ".join(words)


def test_a_paragraph_that_a_figure_and_a_page_interrupt_stays_one_with_its_first_page() -> None:
    paper = Paper()
    paper.line("Floats Float", 17, BOLD)
    paper.paragraph(BODY)
    paper.lines("This sentence begins before the figure and it is said that", size=10)
    paper.page()
    paper.y += 90
    paper.paragraph("Figure 2. The caption of what floated to the head of the page.", 9, indent=0)
    paper.y += 14
    paper.lines("it ends only here, after it. Then another one is said on this page.")
    found = read_pdf(paper.bytes())
    whole = "This sentence begins before the figure and it is said that it ends only here, after it."
    block = next(block for block in found.blocks if whole in block.text)
    assert block.locator.value == 1
    assert of(found, "caption") == ["Figure 2. The caption of what floated to the head of the page."]
    after = next(block for block in found.blocks if "Then another one" in block.text)
    assert after.locator.value == 2


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "elsewhere", "joined"),
    [
        (("image seg-", "mentation"), "segmentation", "image segmentation"),
        (("a state-of-the-", "art result"), "state-of-the-art", "a state-of-the-art result"),
        (("a state-of-the-", "art result"), "", "a state-of-the-art result"),
        (("a fully-", "connected layer"), "fully connected", "a fully-connected layer"),
        (("the represen-", "tation"), "", "the representation"),
        (("a pre-", "trained model"), "pretrained", "a pretrained model"),
        (("a pre-", "trained model"), "pre-trained", "a pre-trained model"),
        (("OF LARGE LAN-", "GUAGE MODELS"), "language", "OF LARGE LANGUAGE MODELS"),
        (("by Sohl-", "Dickstein et al."), "", "by Sohl-Dickstein et al."),
        (("each 64-", "component vector"), "", "each 64-component vector"),
        (("between 3-", "5 layers"), "", "between 3- 5 layers"),
        (("see (a) -", "then b"), "", "see (a) - then b"),
        (("the non\x02", "linear part"), "nonlinear", "the nonlinear part"),
    ],
)
def test_words_parted_at_line_ends_are_joined_as_the_document_writes_them(
    lines: tuple[str, ...], elsewhere: str, joined: str
) -> None:
    assert join_lines(lines, vocabulary([*lines, elsewhere])) == joined


@given(st.lists(st.text(alphabet="abcdefghij", min_size=3, max_size=9), min_size=2, max_size=40), st.data())
@settings(max_examples=60, deadline=None)
def test_a_word_that_the_document_writes_whole_is_found_whole_wherever_it_is_parted(
    words: list[str], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(words) - 1))
    word = words[number]
    at = data.draw(st.integers(2, len(word) - 1)) if len(word) > 2 else 2
    lines = [" ".join([*words[:number], word[:at] + "-"]), " ".join([word[at:], *words[number + 1 :]])]
    assert join_lines(lines, vocabulary([*lines, word])).split() == words


def test_accents_and_scripts_stand_with_their_letters() -> None:
    paper = Paper()
    paper.line("Letters and Signs", 17, BOLD)
    paper.paragraph(BODY)
    paper.y += 20
    y = paper.y
    # As TeX does: the accent by itself over the letter, before it in the file.
    x = 72 + paper.canvas.stringWidth("We thank Mr Kr", "Times-Roman", 10)
    paper.at(72, y, "We thank Mr Kr")
    paper.at(x + 0.5, y, "\u00a8")
    paper.at(x, y, "ahenbuhl of Zurich for W")
    x += paper.canvas.stringWidth("ahenbuhl of Zurich for W", "Times-Roman", 10)
    paper.at(x, y + 2, "0", 7)
    x += 4
    paper.at(x, y, " in R")
    x += paper.canvas.stringWidth(" in R", "Times-Roman", 10)
    paper.at(x, y - 4, "dk", 7)
    paper.at(x + 8, y, " and for the methods")
    x += 8 + paper.canvas.stringWidth(" and for the methods", "Times-Roman", 10)
    paper.at(x, y - 4, "3", 7)
    paper.at(x + 4, y, " that follow.")
    assert "We thank Mr Krähenbuhl of Zurich for W_0 in R^{dk} and for the methods that follow." in running(
        read_pdf(paper.bytes())
    )


# --- what is not the paper's text -------------------------------------------------------------------------------------


def running_heads(pages: int) -> bytes:
    paper = Paper()
    for number in range(1, pages + 1):
        paper.at(72, 40, f"{number}    A. Author and B. Author")
        paper.at(300, 760, str(number + 9))
        if number == 1:
            paper.canvas.saveState()
            paper.canvas.translate(30, HEIGHT - 500)
            paper.canvas.rotate(90)
            paper.canvas.setFont("Times-Roman", 16)
            paper.canvas.drawString(0, 0, "arXiv:2101.00001v2 [cs.CV] 7 Mar 2021")
            paper.canvas.restoreState()
            paper.line("A Paper with Heads and Feet", 17, BOLD)
        paper.paragraph(sentences(f"page {'abcdefgh'[number]}", 12))
        paper.page()
    return paper.bytes()


def test_running_heads_page_numbers_and_arxivs_stamp_are_gone_and_date_it() -> None:
    found = read_pdf(running_heads(5))
    text = "\n".join(block.text for block in found.blocks)
    assert "A. Author and B. Author" not in text
    assert "arXiv" not in text
    assert not re.search(r"^\d+$", text, re.MULTILINE)
    assert found.title == "A Paper with Heads and Feet"
    assert found.date == "2021-03-07"
    assert [text.count(f"page {letter} ") for letter in "bcdef"] == [12] * 5


def test_numbers_of_a_manuscripts_lines_are_gone() -> None:
    paper = Paper()
    paper.line("A Manuscript under Review", 17, BOLD)
    start = paper.y
    paper.paragraph(sentences("reviewer", 40))
    count = round((paper.y - start) / 12)
    for number in range(count):
        paper.at(40, start + 10 + 12 * number, f"{number + 1:03d}", 7)
    text = running(read_pdf(paper.bytes()))
    assert text == sentences("reviewer", 40)


def test_footnotes_stand_apart_from_the_sentence_that_they_interrupt() -> None:
    paper = Paper()
    paper.line("Notes at the Foot", 17, BOLD)
    paper.paragraph(BODY)
    paper.lines("The last line of this page breaks off in the middle of a defor-")
    paper.column(72, 700)
    paper.lines("1 The first note says where the data is from.", "2 The second note thanks.", size=8)
    paper.page()
    paper.lines("mation, and goes on here.")
    paper.paragraph(sentences("deformation", 12))
    text = running(read_pdf(paper.bytes()))
    assert "breaks off in the middle of a deformation, and goes on here." in text
    assert "\n1 The first note says where the data is from.\n2 The second note thanks." in text


# --- structure ------------------------------------------------------------------------------------------------------


def structured() -> Paper:
    paper = Paper(author="Ada Byron; Emmy Noether")
    paper.line("On the Structure of Papers", 17, BOLD)
    paper.heading("Abstract", 10)
    paper.paragraph(sentences("abstract", 4))
    paper.heading("1 Introduction")
    paper.paragraph(sentences("introduction", 8))
    paper.lines("• the first item of a list of things that were found,", "• the second item of it.")
    paper.y += 6
    paper.paragraph("Fig. 3 and Table 1 are named in running text, as is what is shown in")
    paper.lines("Figure 3. That is no caption, though a line begins with it.")
    paper.heading("1.1 Deeper Matters", 11)
    paper.paragraph(sentences("matter", 8))
    paper.y += 8
    paper.row((60, "Method"), (200, "Accuracy"), (300, "Loss"))
    paper.row((60, "Small model"), (200, "71.8"), (300, "0.31"))
    paper.row((60, "Large model"), (200, "75.1"), (300, "0.27"))
    paper.paragraph("Table 1: Accuracy and loss of both models on the test set.", 9, indent=0)
    paper.y += 10
    paper.lines("def read(page):", "    return page", font=CODE, size=9)
    paper.heading("References")
    paper.lines("[1] A. Byron. Notes upon the memoir. Journal of", "Engines, 1843.", size=9)
    paper.lines("[2] E. Noether. Invariante Variationsprobleme. 1918.", size=9)
    paper.page()
    paper.heading("A Proofs")
    paper.paragraph(sentences("appendix", 8))
    return paper


def test_headings_captions_tables_code_lists_references_and_appendix_are_told_apart() -> None:
    found = read_pdf(structured().bytes())
    headings = [(block.text, block.level, block.locator.value) for block in found.blocks if block.type == "heading"]
    assert headings == [
        ("Abstract", 2, 1), ("1 Introduction", 2, 1), ("1.1 Deeper Matters", 3, 1), ("References", 2, 1),
        ("A Proofs", 2, 2),
    ]  # fmt: skip
    assert of(found, "caption") == ["Table 1: Accuracy and loss of both models on the test set."]
    assert of(found, "table") == [
        "| Method | Accuracy | Loss |\n| Small model | 71.8 | 0.31 |\n| Large model | 75.1 | 0.27 |"
    ]
    assert of(found, "code") == ["def read(page):\n    return page"]
    assert of(found, "list") == ["- the first item of a list of things that were found,\n- the second item of it."]
    assert of(found, "reference") == [
        "[1] A. Byron. Notes upon the memoir. Journal of Engines, 1843.",
        "[2] E. Noether. Invariante Variationsprobleme. 1918.",
    ]
    assert "as is what is shown in Figure 3. That is no caption, though a line begins with it." in running(found)
    assert sentences("appendix", 8) in running(found)
    assert found.authors == ("Ada Byron", "Emmy Noether")
    assert found.coverage > 0.97


def test_the_outline_names_headings_that_the_type_does_not_show() -> None:
    paper = Paper()
    paper.line("An Outlined Paper", 17, BOLD)
    for number, name in enumerate(("What was asked", "What was found")):
        paper.canvas.bookmarkPage(name)
        paper.canvas.addOutlineEntry(name, name, number)
        paper.y += 14
        paper.line(name)
        paper.paragraph(sentences("outline", 8))
    headings = [(b.text, b.level) for b in read_pdf(paper.bytes()).blocks if b.type == "heading"]
    assert headings == [("What was asked", 2), ("What was found", 3)]


def test_a_formula_is_read_from_left_to_right_with_its_number_last() -> None:
    paper = Paper()
    paper.line("Formulas in a Paper", 17, BOLD)
    paper.paragraph(sentences("formula", 8) + " It is given by")
    y = paper.y + 24
    for x, shift, text in ((200, 0, "y ="), (222, -7, "1"), (218, 7, "C(x)"), (245, 0, "f(x, z)g(z)"), (500, 0, "(7)")):
        paper.at(x, y + shift, text)
    paper.y = y + 24
    paper.paragraph("where f compares two positions of the input and g represents one of them.", indent=0)
    found = read_pdf(paper.bytes())
    assert [f.replace("C(x) 1", "1 C(x)") for f in of(found, "formula")] == ["y = 1 C(x) f(x, z)g(z) (7)"]
    # The sentence that the formula is a part of is read in its order.
    kinds = [(block.type, block.text[-30:]) for block in found.blocks]
    assert [kind for kind, _ in kinds] == ["paragraph", "formula", "paragraph"]
    assert kinds[0][1].endswith("It is given by") and kinds[2][1].endswith("represents one of them.")


def test_lines_of_text_that_are_full_of_formulas_are_text() -> None:
    paper = Paper()
    paper.line("Formulas in a Line", 17, BOLD)
    paper.column(72, 130, 240)
    paper.paragraph(sentences("formula", 8))
    paper.line("Another trick can be used to further re-", indent=12)
    paper.line("duce the work. We modify Eq.(1) as: y(i) =")
    paper.at(78, paper.y + 4, "1", 7)
    paper.at(72, paper.y + 12, "C(x) + f(x, y) g(y), where y is a small part")
    paper.y += 16
    paper.lines("of x (by pooling). Then all is said.")
    [*_, last] = of(read_pdf(paper.bytes()), "paragraph")
    assert last.startswith("Another trick can be used to further reduce the work. We modify Eq.(1) as: y(i) = 1 C(x)")
    assert last.endswith("where y is a small part of x (by pooling). Then all is said.")


def test_space_between_paragraphs_parts_them_where_nothing_is_indented() -> None:
    paper = Paper()
    paper.line("Paragraphs Set Apart", 17, BOLD)
    parts = [sentences(subject, 12) for subject in ("first", "second", "third")]
    for part in parts:
        paper.paragraph(part, indent=0)
        # Less than half a line, as many conferences set it.
        paper.y += 5
    assert of(read_pdf(paper.bytes()), "paragraph") == parts


def test_words_of_a_figure_on_the_next_page_are_no_part_of_the_sentence_that_goes_on_below_it() -> None:
    paper = Paper()
    paper.line("Figures with Words", 17, BOLD)
    paper.paragraph(BODY)
    paper.lines("This sentence begins at the foot of a page and its words are a region around that pixel")
    paper.page()
    paper.at(300, 90, "copy and crop")
    paper.y += 120
    paper.paragraph("Figure 2. The architecture, in which something is copied and cropped.", 9, indent=0)
    paper.y += 14
    paper.lines("as its input. Then another one is said on this page.")
    found = read_pdf(paper.bytes())
    assert "a region around that pixel as its input." in running(found)


def test_head_of_a_table_that_has_but_one_cell_is_its_first_row() -> None:
    paper = Paper()
    paper.line("Tables with Heads", 17, BOLD)
    paper.paragraph(BODY)
    paper.y += 8
    paper.paragraph("Table 2. Results on both data sets of the challenge.", 9, indent=0)
    paper.y += 8
    paper.line("Name PhC-U373 DIC-HeLa of the challenge", 9, indent=60)
    # Where the rule below the head is drawn.
    paper.y += 6
    for row in (("IMCB", "0.2669", "0.2935"), ("KTH", "0.7953", "0.4607")):
        paper.row((60, row[0]), (200, row[1]), (300, row[2]), size=9)
    assert of(read_pdf(paper.bytes()), "table") == [
        "| Name PhC-U373 DIC-HeLa of the challenge |\n| IMCB | 0.2669 | 0.2935 |\n| KTH | 0.7953 | 0.4607 |"
    ]


def test_footnote_below_the_references_is_none_of_them() -> None:
    paper = Paper()
    paper.line("Notes below References", 17, BOLD)
    paper.paragraph(BODY)
    paper.heading("References")
    paper.lines("1. Byron, A.: Notes upon the memoir. Journal of Engines (1843)", size=9)
    paper.lines("2. Noether, E.: Invariante Variationsprobleme, http://a.example/noether/", size=9)
    paper.y += 20
    paper.lines("4 The program is at http://a.example/program, and so are", "the data sets.", size=9)
    found = read_pdf(paper.bytes())
    assert [reference[:8] for reference in of(found, "reference")] == ["1. Byron", "2. Noeth"]
    assert of(found, "paragraph")[-1] == "4 The program is at http://a.example/program, and so are the data sets."


@pytest.mark.parametrize(
    ("names", "authors"),
    [
        ("Ada Byron, Emmy Noether, and Maria Goeppert Mayer", ("Ada Byron", "Emmy Noether", "Maria Goeppert Mayer")),
        ("University of Nowhere, Department of Reading", ()),
    ],
)
def test_authors_stand_between_title_and_abstract(names: str, authors: tuple[str, ...]) -> None:
    paper = Paper()
    paper.line("Who Wrote This Paper", 17, BOLD)
    paper.line(names)
    paper.line("Institute of Things, Somewhere, ada@things.example")
    paper.heading("Abstract")
    paper.paragraph(BODY)
    assert read_pdf(paper.bytes()).authors == authors


def test_a_page_that_is_turned_is_read_like_any_other() -> None:
    paper = Paper()
    paper.canvas.translate(HEIGHT, 0)
    paper.canvas.rotate(90)
    paper.line("A Page in Landscape", 17, BOLD)
    paper.paragraph(BODY)
    assert running(read_pdf(paper.bytes())) == BODY


# --- files that are no good -----------------------------------------------------------------------------------------


def scanned(pages: int, with_text: int = 0) -> bytes:
    paper = Paper()
    for number in range(pages):
        paper.canvas.rect(72, 72, 400, 600, fill=1)
        if number < with_text:
            paper.canvas.setFillGray(0)
            paper.paragraph(BODY)
        paper.page()
    return paper.bytes()


def encrypted() -> bytes:
    from io import BytesIO

    file = BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(72, 700, "Nobody reads this.")
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"%PDF-1.7\nnothing of one", "broken"),
        (paper_of(BODY)[:900], "broken"),
        (encrypted(), "encrypted"),
        (scanned(3), "scanned"),
    ],
    ids=["nothing", "cut off", "encrypted", "scanned"],
)
def test_a_file_that_cannot_be_read_says_why(body: bytes, word: str) -> None:
    with pytest.raises(ReadError, match=word):
        read_pdf(body)
    resource = Resource("https://p.example/a.pdf", "paper", "A")
    reason = read_one((resource, Snapshot(resource.url, 200, "application/pdf", body, "")))
    assert isinstance(reason, str) and word in reason


def test_scanned_pages_among_others_are_named() -> None:
    found = read_pdf(scanned(6, with_text=2))
    assert found.partial == "no text layer on 4 of 6 pages (scanned or pictures): 3, 4, 5, 6"


def test_a_book_of_thousands_of_pages_is_read_in_part_and_says_so() -> None:
    paper = Paper()
    for number in range(1100):
        paper.line(f"Page of number {number} and no more.")
        paper.page()
    found = read_pdf(paper.bytes())
    assert found.partial == "only the first 1000 of 1100 pages were read"
    assert "number 999 and" in running(found) and "number 1000 and" not in running(found)


def test_a_page_with_a_million_characters_is_bounded() -> None:
    paper = Paper()
    paper.line("Too Much on One Page", 17, BOLD)
    text = paper.canvas.beginText(10, 700)
    text.setFont("Times-Roman", 1)
    for number in range(1500):
        text.textLine(f"This is line number {number} of a page that nobody printed so far.")
    paper.canvas.drawText(text)
    found = read_pdf(paper.bytes())
    assert 30_000 < sum(len(block.text) for block in found.blocks) < 50_000
    assert "too many characters" in found.partial


def test_a_paper_of_arxiv_is_read_as_html_before_pdf_and_the_stand_ins_are_no_paper() -> None:
    resource = Resource("https://arxiv.org/abs/2101.00001", "paper", "P")
    source = SOURCES["paper"]
    assert source.addresses(resource) == (
        "https://arxiv.org/html/2101.00001",
        "https://ar5iv.labs.arxiv.org/html/2101.00001",
        "https://arxiv.org/pdf/2101.00001",
    )
    failed = b"<html><body><p>Conversion to HTML had a Fatal error and exited abruptly.</p></body></html>"
    assert not source.accepts(Snapshot("https://ar5iv.labs.arxiv.org/html/2101.00001", 200, "text/html", failed, ""))
    assert not source.accepts(Snapshot("https://arxiv.org/abs/2101.00001", 200, "text/html", b"<p>Abstract</p>", ""))


LATEXML = b"""<!DOCTYPE html><html lang="en"><head><title>Reading Papers as Pages</title>
<meta name="citation_author" content="Byron, Ada"></head><body>
<nav class="ltx_page_navbar"><nav class="ltx_TOC"><ol><li><a href="#S1">1 Introduction</a></li></ol></nav></nav>
<div class="ltx_page_main"><div class="ltx_page_content"><article class="ltx_document">
<h1 class="ltx_title ltx_title_document">Reading Papers as Pages</h1>
<div class="ltx_authors"><span class="ltx_personname">Ada Byron</span></div>
<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract</h6>
<p class="ltx_p">We read papers as pages and lose nothing that they say, which is shown below at length and
with care.</p></div>
<section id="S1" class="ltx_section"><h2 class="ltx_title ltx_title_section">
<span class="ltx_tag ltx_tag_section">1 </span>Introduction</h2>
<div class="ltx_para"><p class="ltx_p">The loss <math class="ltx_Math" alttext="L(\\theta)"><mi>L</mi></math> of a model
is what it costs to be wrong, <cite class="ltx_cite">[<a href="#bib.bib1" class="ltx_ref">1</a>]</cite> and we lower it
step by step until nothing more is gained by it.</p>
<table class="ltx_equation ltx_eqn_table"><tbody><tr class="ltx_equation ltx_eqn_row"><td class="ltx_eqn_cell">
<math class="ltx_Math" display="block" alttext="L=\\sum_{i}\\ell_{i}"><mi>L</mi></math></td>
<td class="ltx_eqn_cell ltx_eqn_eqno"><span class="ltx_tag_equation">(1)</span></td></tr></tbody></table>
</div>
<figure class="ltx_figure"><img src="x1.png" alt="Refer to caption"><figcaption class="ltx_caption">
<span class="ltx_tag ltx_tag_figure">Figure 1: </span>The loss falls while the model learns to read.</figcaption>
</figure>
</section>
<section id="bib" class="ltx_bibliography"><h2 class="ltx_title ltx_title_bibliography">References</h2>
<ul class="ltx_biblist"><li id="bib.bib1" class="ltx_bibitem"><span class="ltx_tag">[1]</span>
<span class="ltx_bibblock">E. Noether. Invariante Variationsprobleme, 1918.</span></li></ul></section>
</article></div><footer class="ltx_page_footer">Generated by LaTeXML</footer></div></body></html>"""


def test_a_paper_as_latexml_writes_it_keeps_formulas_sections_captions_and_references() -> None:
    resource = Resource("https://arxiv.org/abs/2101.00001", "paper", "P")
    snapshot = Snapshot("https://arxiv.org/html/2101.00001", 200, "text/html", LATEXML, "")
    document = SOURCES["paper"].read(snapshot, resource)
    blocks: list[Block] = list(document.blocks)
    text = {kind: [block.text for block in blocks if block.type == kind] for kind in {b.type for b in blocks}}
    assert document.title == "Reading Papers as Pages"
    assert any(h.endswith("Introduction") for h in text["heading"])
    introduction = next(block for block in blocks if block.text.startswith("The loss $L(\\theta)$ of a model"))
    assert introduction.locator.element_id == "S1"
    assert "L=\\sum_{i}\\ell_{i}" in text["formula"]
    assert "Figure 1: The loss falls while the model learns to read." in text["caption"]
    assert any("Invariante Variationsprobleme" in reference for reference in text["reference"])
    assert not any("Generated by" in block.text or block.text == "1 Introduction\n" for block in blocks)


def test_ligatures_that_the_file_does_not_name_are_known_by_the_words_they_make() -> None:
    known = vocabulary(["the classifier was confined"])
    lines = ["a \x1brst \x1celd of the classi\x1ber", "di\x1derent and e\x1ecient con\x1bned", "no \x1fword"]
    found = ligatures(lines, known)
    assert found == {"\x1b": "fi", "\x1c": "fi", "\x1d": "ff", "\x1e": "ffi"}


def test_a_table_over_both_columns_keeps_its_rows_whole() -> None:
    paper = Paper()
    paper.line("Tables Wider than a Column", 17, BOLD)
    paper.column(54, 110, 504)
    rows = [("model", "data", "top-1", "top-5"), ("C2D", "RGB", "71.8", "89.7"), ("I3D", "RGB + flow", "74.2", "91.3")]
    for row in rows:
        paper.row(*zip((0.0, 120.0, 300.0, 420.0), row, strict=True))
    paper.y += 6
    paper.paragraph(
        "Table 1: Accuracy of both models on the validation set, which spans the page as the table does.", 9
    )
    paper.column(54, 200, 240)
    paper.paragraph(sentences("left column", 24))
    paper.column(318, 200, 240)
    paper.paragraph(sentences("right column", 24))
    found = read_pdf(paper.bytes())
    assert of(found, "table") == ["\n".join("| " + " | ".join(row) + " |" for row in rows)]
    assert running(found) == sentences("left column", 24) + "\n" + sentences("right column", 24)


def test_an_algorithm_keeps_its_lines() -> None:
    paper = Paper()
    paper.line("An Algorithm", 17, BOLD)
    paper.paragraph(BODY)
    paper.y += 12
    paper.line("Algorithm 1 Reading a page", 10, BOLD)
    paper.lines("1: repeat", "2: read a line and keep the words of it", "3: until nothing is left")
    paper.y += 12
    paper.paragraph(sentences("algorithm", 8))
    found = read_pdf(paper.bytes())
    assert of(found, "caption") == ["Algorithm 1 Reading a page"]
    assert of(found, "code") == ["1: repeat\n2: read a line and keep the words of it\n3: until nothing is left"]
