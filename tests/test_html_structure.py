"""What stands in a body keeps its form: formulas, code, tables, notes, lists, headings with their ids."""

from __future__ import annotations

import pytest

from ingest.document import Block
from ingest.sources.html import read_html

_SENTENCES = "<p>" + "The gauge wrote its numbers down, and the clerk copied them out in the evening. " * 6 + "</p>"


def _blocks(inner: str, head: str = "") -> tuple[Block, ...]:
    html = (
        f"<html><head>{head}</head><body><article><h1>Tides</h1>{_SENTENCES}{inner}{_SENTENCES}</article></body></html>"
    )
    blocks = read_html(html.encode(), "text/html; charset=utf-8", "https://quay.example/tides").blocks
    return blocks[2:-1]


def _texts(inner: str) -> list[tuple[str, str]]:
    return [(block.type, block.text) for block in _blocks(inner)]


# --- formulas --------------------------------------------------------------------------------------------------------

_MATHML = "<mi>a</mi><mo>&lt;</mo><msub><mi>b</mi><mn>2</mn></msub>"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"<p>if $a_1<a_2$ and so on</p>", "if $a_1<a_2$ and so on"),
        (r"<p>if $a_1&lt;a_2$ and so on</p>", "if $a_1<a_2$ and so on"),
        (r"<p>with \(x^2 &lt; y\) here</p>", "with $x^2 < y$ here"),
        (r'<p>with <span class="math inline">\(\alpha\)</span> here</p>', r"with $\alpha$ here"),
        (r'<p>v2 <span class="MathJax_Preview">q</span><span class="MathJax">q̂</span>'
         r'<script type="math/tex">\hat q</script> here</p>', r"v2 $\hat q$ here"),
        (f'<p>v3 <mjx-container><mjx-math aria-hidden="true">glyphs</mjx-math><mjx-assistive-mml><math>{_MATHML}</math>'
         "</mjx-assistive-mml></mjx-container> here</p>", "v3 $a<b_{2}$ here"),
        (r'<p>k <span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>c</mi></mrow>'
         r'<annotation encoding="application/x-tex">c_i</annotation></semantics></math></span>'
         r'<span class="katex-html" aria-hidden="true">ci</span></span> here</p>', "k $c_i$ here"),
        (r'<p>m <math alttext="{\displaystyle E=mc^{2}}"><mi>E</mi></math> here</p>', "m $E=mc^{2}$ here"),
        (f"<p>m <math>{_MATHML}</math> here</p>", "m $a<b_{2}$ here"),
        (r'<p>w <span class="mwe-math-element"><span style="display: none;"><math><mi>z</mi></math></span>'
         r'<img class="mwe-math-fallback-image-inline" alt="{\displaystyle z}" src="/math/z.svg"></span> here</p>',
         "w $z$ here"),
        (r'<p>i <img src="https://latex.codecogs.com/svg?x" alt="\frac{x}{2}"> here</p>', r"i $\frac{x}{2}$ here"),
        (r"<p>d <d-math>p(x)</d-math> here</p>", "d $p(x)$ here"),
    ],
)  # fmt: skip
def test_inline_formula_is_latex_within_its_sentence(written: str, read: str) -> None:
    assert _texts(written) == [("paragraph", read)]


@pytest.mark.parametrize(
    "written",
    [
        r"<p>\[ E = mc^2 \]</p>",
        r"<p>$$E = mc^2$$</p>",
        r'<script type="math/tex; mode=display">E = mc^2</script>',
        r'<span class="katex-display"><span class="katex"><math><annotation encoding="application/x-tex">E = mc^2'
        r"</annotation></math></span></span>",
        r'<math display="block" alttext="E = mc^2"><mi>E</mi></math>',
        r'<math display="block" alttext="\displaystyle E = mc^2"><mi>E</mi></math>',
        r"<d-math block>E = mc^2</d-math>",
        r'<div class="math"><p><img src="m.png" class="math" alt="E = mc^2"></p></div>',
        r'<table class="ltx_equation ltx_eqn_table"><tr class="ltx_eqn_row"><td class="ltx_eqn_cell"></td><td>'
        r'<math alttext="E = mc^2" display="block"><mi>E</mi></math></td><td>(1)</td></tr></table>',
    ],
)
def test_displayed_formula_is_a_block_of_its_own(written: str) -> None:
    assert _texts(written) == [("formula", "E = mc^2")]


def test_mathml_without_a_source_is_converted() -> None:
    fraction = "<mfrac><mrow><mi>∂</mi><mi>f</mi></mrow><msqrt><mi>x</mi></msqrt></mfrac>"
    total = "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>"
    [(kind, tex)] = _texts(f'<math display="block">{total}{fraction}</math>')
    assert kind == "formula"
    assert tex.replace(" ", "") == r"\sum_{i=1}^{n}\frac{\partialf}{\sqrt{x}}"


def test_formula_that_is_only_drawn_is_read_from_its_drawing() -> None:
    def level(top: float, inner: str) -> str:
        return f'<span style="top:{top}em;"><span class="pstrut" style="height:2.7em;"></span>{inner}</span>'

    def stack(*levels: str) -> str:
        return f'<span class="vlist-t"><span class="vlist-r"><span class="vlist">{"".join(levels)}</span></span></span>'

    scripts = f'<span class="msupsub">{stack(level(-2.55, "k"), level(-3.06, "2"))}</span>'
    line = '<span class="frac-line"></span>'
    fraction = f'<span class="mfrac">{stack(level(-2.3, "d"), level(-3.2, line), level(-3.7, "n"))}</span>'
    drawn = f'<span class="mord mathnormal">ϵ</span>{scripts}<span class="mrel">≤</span>{fraction}'
    texts = _texts(
        f'<p>Then <span class="katex"><span class="katex-html" aria-hidden="true"><span class="base">{drawn}'
        "</span></span></span> holds.</p>"
    )
    assert texts == [("paragraph", r"Then $\epsilon _{k}^{2}\le \frac{n}{d}$ holds.")]


@pytest.mark.parametrize(
    "written",
    [
        r"<p>$\newcommand{\E}[1]{\mathbb{E}_{#1}} \def\x{x}$</p>",
        r"<p>\[\DeclareMathOperator*{\argmin}{arg\,min}\]</p>",
        r'<script type="math/tex">\renewcommand{\sq}[1]{~\img{sq-#1.png}{1em}~}</script>',
    ],
)
def test_formula_that_only_defines_commands_shows_nothing(written: str) -> None:
    assert _texts(f"{written}<p>They are high.</p>") == [("paragraph", "They are high.")]


def test_formula_that_uses_what_it_defines_is_read() -> None:
    assert _texts(r"<p>\[\def\x{x^2} \x + 1\]</p>") == [("formula", r"\def\x{x^2} \x + 1")]


# --- code ------------------------------------------------------------------------------------------------------------

_CODE = "def high(water):\n    return max(water)"


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ('<pre><code class="language-python">def high(water):\n    return max(water)\n</code></pre>', "python"),
        ('<pre class="hljs python"><span class="k">def</span> high(water):<br>    return max(water)</pre>', "python"),
        ('<pre><code class="hljs language-python"><span class="hljs-keyword">def</span> high(water):\n'
         "    <span>return</span> max(water)</code></pre>", "python"),
        ('<div class="highlight-python notranslate"><div class="highlight"><pre><span></span><span class="k">def</span>'
         ' <span class="nf">high</span>(water):\n    <span class="k">return</span> max(water)\n</pre></div></div>',
         "python"),
        ('<figure class="highlight python"><table><tr><td class="gutter"><pre><span class="line">1</span><br>'
         '<span class="line">2</span><br></pre></td><td class="code"><pre><span class="line">def high(water):</span>'
         "<br>"
         '<span class="line">    return max(water)</span><br></pre></td></tr></table></figure>', "python"),
        ('<table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre>1\n2</pre></div></td>'
         '<td class="code"><div class="highlight"><pre>def high(water):\n    return max(water)</pre></div></td></tr>'
         "</table>", ""),
        ('<div class="sourceCode"><pre class="sourceCode r"><code class="sourceCode r"><span id="cb1-1">'
         '<a href="#cb1-1" aria-hidden="true"></a>def high(water):</span>\n<span id="cb1-2">    return max(water)'
         "</span></code></pre></div>",
         "r"),
        ('<pre><code><table class="hljs-ln"><tr><td class="hljs-ln-numbers"><div class="hljs-ln-n">1</div></td>'
         '<td class="hljs-ln-code">def high(water):</td></tr><tr><td class="hljs-ln-numbers"><div>2</div></td>'
         '<td class="hljs-ln-code">    return max(water)</td></tr></table></code></pre>', ""),
        ('<pre class="prettyprint lang-py"><ol><li>def high(water):</li><li>    return max(water)</li></ol></pre>',
         "py"),
        ('<div class="fragment"><div class="line"><span class="lineno">    1</span>def high(water):</div>'
         '<div class="line">    return max(water)</div></div>', ""),
        ('<table class="js-file-line-container"><tr><td class="blob-num" data-line-number="1"></td>'
         '<td class="blob-code">def high(water):</td></tr><tr><td class="blob-num" data-line-number="2"></td>'
         '<td class="blob-code">    return max(water)</td></tr></table>', ""),
        ('<div class="ltx_listing ltx_lst_language_Python"><div class="ltx_listing_data"><a href="data:,">⬇</a></div>\n'
         '<div class="ltx_listingline">\n<span>def high(water):</span>\n</div>\n<div class="ltx_listingline">\n'
         '<span class="ltx_lst_space">    </span>return max(water)</div></div>', "python"),
        ("<p><code>def high(water):<br>\u00a0\u00a0\u00a0\u00a0return max(water)<br></code></p>", ""),
    ],
)  # fmt: skip
def test_code_keeps_its_lines_without_their_numbers(written: str, language: str) -> None:
    [block] = _blocks(written)
    assert (block.type, block.text, block.language) == ("code", _CODE, language)


def test_code_within_a_sentence_stays_there() -> None:
    assert _texts("<p>Call <code>high(water)</code> twice.</p>") == [("paragraph", "Call high(water) twice.")]


# --- tables ----------------------------------------------------------------------------------------------------------


def test_cells_over_columns_and_rows_keep_the_others_in_their_place() -> None:
    [(kind, text)] = _texts(
        "<table><caption>Heights</caption><tr><th rowspan=2>Harbour</th><th colspan=2>Tide</th></tr>"
        "<tr><th>High</th><th>Low</th></tr><tr><td>Quay</td><td>4 m</td><td>1 m</td></tr></table>"
    )[1:]
    assert kind == "table"
    assert text.split("\n") == [
        "| Harbour | Tide |  |",
        "| --- | --- | --- |",
        "|  | High | Low |",
        "| Quay | 4 m | 1 m |",
    ]


def test_table_that_only_places_things_is_read_through() -> None:
    layout = f"<table role='presentation'><tr><td><p>Left says one thing.</p></td><td>{_SENTENCES}</td></tr></table>"
    assert [kind for kind, _ in _texts(layout)] == ["paragraph", "paragraph"]


# --- notes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "note",
    [
        "<d-footnote>Twice a lunar day.</d-footnote>",
        "<dt-fn>Twice a lunar day.</dt-fn>",
        '<label for="n1" class="margin-toggle sidenote-number"></label><input type="checkbox" id="n1">'
        '<span class="sidenote">Twice a lunar day.</span>',
        '<span class="marginnote">Twice a lunar day.</span>',
        '<span id="footnote1" class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">1</sup><span '
        'class="ltx_note_outer"><span class="ltx_note_content"><sup class="ltx_note_mark">1</sup><span class="ltx_tag '
        'ltx_tag_note">1</span>Twice a lunar day.</span></span></span>',
    ],
)
def test_note_follows_the_paragraph_that_it_stands_in(note: str) -> None:
    expected = [("paragraph", "It rises. Then it falls."), ("paragraph", "Twice a lunar day.")]
    assert _texts(f"<p>It rises.{note} Then it falls.</p>") == expected
    listed = _texts(f"<ul><li>It rises.{note} Then it falls.</li></ul>")
    assert listed == [("list", "- It rises. Then it falls."), ("paragraph", "Twice a lunar day.")]


def test_footnotes_at_the_end_are_read_without_their_signs() -> None:
    texts = _texts(
        '<p>It rises.<sup id="r1"><a href="#n1">1</a></sup> It falls.<d-cite key="a"></d-cite>'
        '<a class="footnote-anchor" href="#n2">2</a></p>'
        '<footer class="footnotes"><ol><li id="n1">Twice a lunar day. <a href="#r1" class="footnote-backref">↩︎</a></li>'
        "</ol></footer>"
    )
    assert texts == [("paragraph", "It rises. It falls."), ("list", "1. Twice a lunar day.")]


def test_notes_that_a_template_sets_after_the_body_belong_to_it() -> None:
    html = (
        f"<html><body><main><h1>Tides</h1><div class='post-content'>{_SENTENCES * 3}</div><section class='footnotes'>"
        "<ol><li>Twice a lunar day.</li></ol></section><div class='author-bio'><p>Ines keeps bees.</p></div></main>"
        "<section id='references'><h2>References</h2><ol><li>A. Clerk. Wheels. 1901.</li></ol></section></body></html>"
    )
    blocks = read_html(html.encode(), "text/html", "https://quay.example/tides").blocks
    assert [(block.type, block.text) for block in blocks if "clerk copied" not in block.text] == [
        ("heading", "Tides"),
        ("list", "1. Twice a lunar day."),
        ("heading", "References"),
        ("reference", "A. Clerk. Wheels. 1901."),
    ]


def test_menu_beside_the_title_is_left_out() -> None:
    html = (
        "<html><body><div id='content'><header><h1>Tides</h1><ul><li><a href='/a'>Other harbours</a></li>"
        f"<li><a href='/b'>Other seas</a></li></ul></header><h2>Springs</h2>{_SENTENCES}</div></body></html>"
    )
    blocks = read_html(html.encode(), "text/html", "https://quay.example/tides").blocks
    assert [block.type for block in blocks] == ["heading", "heading", "paragraph"]


def test_references_are_told_apart() -> None:
    kinds = [
        kind for kind, _ in _texts("<h2>References</h2><ol><li>A. Clerk. Wheels. 1901.</li><li>B. 1902.</li></ol>")
    ]
    assert kinds == ["heading", "reference", "reference"]


def test_what_is_folded_or_under_a_tab_is_read() -> None:
    texts = _texts(
        "<details><summary>Why?</summary><p>Because of the moon.</p></details>"
        '<ul role="tablist"><li role="tab">One</li></ul><div role="tabpanel" hidden><p>Under the second tab.</p></div>'
        '<h2><button aria-expanded="false">A section that opens</button></h2>'
    )
    assert [text for _, text in texts] == [
        "Why?",
        "Because of the moon.",
        "Under the second tab.",
        "A section that opens",
    ]


def test_references_end_where_code_begins() -> None:
    texts = _texts(
        "<h2>References</h2><p>A. Clerk. Wheels. 1901.</p><pre>@book{clerk}</pre><p>B. Clerk. Chains. 1902.</p>"
        "<pre>import tides</pre><p>Then the crank turns.</p>"
    )
    assert [kind for kind, _ in texts] == ["heading", "reference", "code", "reference", "code", "paragraph"]


# --- what leads on, and what nobody sees ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        '<p>Next: <a href="b.html" accesskey="n">Neap tides</a>, Previous: <a href="a.html">Wheels</a>, Up: '
        '<a href="i.html">Top</a> &nbsp; [<a href="i.html#c">Contents</a>][<a href="x.html">Index</a>]</p>',
        '<table class="header"><tr><td>[ <a href="a.html"> &lt; </a> ]</td><td>[ <a href="i.html">Up</a> ]</td>'
        '<td>[<a href="i.html">Top</a>]</td><td>[<a href="i.html#c">Contents</a>]</td></tr></table>',
        '<div><span><a href="a.html">previous</a></span> | <span><a href="b.html">next</a></span></div>',
        '<p><a rel="prev" href="a.html">« Of wheels</a> <a rel="next" href="b.html">Of fog and bells »</a></p>',
        '<p>Available Languages: <a hreflang="en" rel="alternate" href="/en">en</a> | <a hreflang="fr" rel="alternate" '
        'href="/fr">Français</a></p>',
        '<p class="Layout-visually-hidden">Skip over the tides</p>',
        '<div class="element-invisible"><p>You are here</p></div>',
        '<p style="position: absolute; left: -9999px">Jump over the tides</p>',
        '<span style="position:absolute;clip:rect(1px, 1px, 1px, 1px)">Press enter to hear the tides</span>',
    ],
)
def test_lines_that_lead_on_or_that_nobody_sees_are_left_out(written: str) -> None:
    assert _texts(f"<h2>Springs</h2>{written}<p>They are high.</p>") == [
        ("heading", "Springs"),
        ("paragraph", "They are high."),
    ]


@pytest.mark.parametrize(
    "written",
    [
        '<p>Next, the clerk turns to <a href="b.html">the neap tides</a>.</p>',
        '<p><a href="b.html">The next tide</a></p>',
        '<p>Contents of the box: <a href="b.html">wheels</a></p>',
        '<ul><li><a href="b.html">Up and down</a></li><li><a href="c.html">Next of kin</a></li></ul>',
    ],
)
def test_sentences_and_lists_that_speak_of_what_is_next_are_read(written: str) -> None:
    assert len(_texts(f"<h2>Springs</h2>{written}<p>They are high.</p>")) == 3


def test_element_that_holds_the_pages_own_mark_is_no_frame_whatever_it_is_called() -> None:
    menu = "".join(f"<li><a href='/{n}'>The page on subject number {n}</a></li>" for n in range(80))
    links = "".join(f"<li><p>See <a href='/s{n}'>the source at line {n}</a></p></li>" for n in range(12))
    html = (
        f"<html><body><div class='nav-side'><ul>{menu}</ul></div><section class='nav-content-wrap'><div role='main'>"
        f"<h1>Listings</h1><p>All that there is.</p><ul>{links}</ul></div></section></body></html>"
    )
    blocks = read_html(html.encode(), "text/html", "https://quay.example/listings").blocks
    assert [block.type for block in blocks] == ["heading", "paragraph", "list"]
    assert blocks[-1].text.count("See the source") == 12


def test_text_that_opens_with_something_to_run_is_read() -> None:
    html = f"<body><article><p>Run the notebook twice, and the tide comes out.</p>{_SENTENCES * 2}</article></body>"
    blocks = read_html(html.encode(), "text/html", "https://quay.example/tides").blocks
    assert blocks[0].text == "Run the notebook twice, and the tide comes out."


# --- headings, lists, pictures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "text", "name"),
    [
        ('<h2 id="neap">Neap tides<a class="headerlink" href="#neap">¶</a></h2>', "Neap tides", "neap"),
        ('<h2><a id="neap"></a>Neap tides</h2>', "Neap tides", "neap"),
        ('<a name="neap"></a><h2>Neap tides</h2>', "Neap tides", "neap"),
        ('<section id="neap"><h2>Neap tides</h2></section>', "Neap tides", "neap"),
        ('<div class="markdown-heading"><h2>Neap tides</h2><a id="neap" href="#neap"></a></div>', "Neap tides", None),
        ('<h2><span id="neap">Neap tides</span> <a href="#neap">#</a></h2>', "Neap tides", "neap"),
    ],
)
def test_heading_has_the_id_that_an_address_can_name(written: str, text: str, name: str | None) -> None:
    block = _blocks(written + "<p>They are low.</p>")[0]
    assert (block.type, block.text, block.level) == ("heading", text, 2)
    assert block.locator.element_id == name


def test_text_that_is_set_in_a_heading_for_its_size_is_a_paragraph() -> None:
    long = "The tide rises twice a day. " + "At spring tide it rises higher than at neap tide. " * 3
    question = "Why does the tide rise twice a day, though the moon passes over the harbour but once?"
    blocks = _blocks(f"<h2>{long}</h2><h2>{question}</h2><p>Because of the other side.</p>")
    assert [block.type for block in blocks] == ["paragraph", "heading", "paragraph"]
    assert blocks[0].text == long.strip()


def test_mark_of_a_note_is_no_place_of_what_follows() -> None:
    mark = '<a href="#fn2" class="footnoteRef" id="fnref2"><sup>2</sup></a>'
    blocks = _blocks(f'<h2 id="neap">Neap tides</h2><p>They are low.{mark} So are boats.</p><p>They come twice.</p>')
    assert [block.text for block in blocks[1:]] == ["They are low. So are boats.", "They come twice."]
    assert {block.locator.element_id for block in blocks} == {"neap"}


@pytest.mark.parametrize(
    "written",
    [
        '<dl><dt id="why">Why does the tide rise twice?</dt><dd><p>Because of the moon.</p></dd></dl>',
        '<details><summary id="why">Why does the tide rise twice?</summary><p>Because of the moon.</p></details>',
        '<div class="faq-question" id="why">Why does the tide rise twice?</div><div><p>Because of the moon.</p></div>',
        '<button id="why">Why does the tide rise twice?</button><div><p>Because of the moon.</p></div>',
        '<table><tr class="question" id="why"><td></td><td><p>Why does the tide rise twice?</p></td></tr>'
        '<tr class="answer"><td></td><td><p>Because of the moon.</p></td></tr></table>',
    ],
)
def test_question_is_a_heading_of_its_answer(written: str) -> None:
    heading, answer = _blocks(f"<h2>Questions</h2>{written}")[1:]
    assert (heading.type, heading.text, heading.level) == ("heading", "Why does the tide rise twice?", 3)
    assert (answer.text, answer.locator.value) == ("Because of the moon.", heading.text)
    assert answer.locator.element_id == "why"


def test_term_is_no_question() -> None:
    texts = _texts(
        "<dl><dt>?config</dt><dd>The settings.</dd><dt>contains-key?</dt><dd>Whether.</dd></dl>"
        "<dl><dt><a href='#why'>Why does the tide rise twice?</a></dt><dt><a href='#how'>How is it told?</a></dt></dl>"
    )
    assert [kind for kind, _ in texts] == ["paragraph"] * 6


def test_rows_that_part_a_line_into_cells_are_lines() -> None:
    texts = _texts(
        "<table class='memberdecls'><tr><td colspan='2'><h2 id='fun'>Functions</h2></td></tr>"
        "<tr><td>unsigned int&nbsp;</td><td><a href='#high'>high</a> (const Water &amp;water)</td></tr>"
        "<tr><td>&nbsp;</td><td>The highest water.</td></tr></table>"
        "<table><tr><td>unsigned int Tide::high</td><td>(</td><td>const Water &amp;</td><td>water,</td></tr>"
        "<tr><td></td><td></td><td>int</td><td>hour</td></tr><tr><td></td><td>)</td><td></td><td></td></tr></table>"
    )
    assert texts == [
        ("heading", "Functions"),
        ("paragraph", "unsigned int high (const Water &water)"),
        ("paragraph", "The highest water."),
        ("paragraph", "unsigned int Tide::high ( const Water & water, int hour )"),
    ]


def test_title_is_the_first_heading_and_what_stands_above_it_is_left_out() -> None:
    body = f"<h2>Springs</h2>{_SENTENCES}"
    box = (
        '<div class="projectname">Harbour 1.2</div><div class="summary"><a href="#a">Functions</a> | <a href="#b">Types'
    )
    for html in (
        f"<title>Harbour: Tides of the bay</title><body>{box}</a></div><div class='title'>Tides of the bay</div>{body}",
        f"<title>Tides of the bay</title><body>{box}</a></div><h1>Tides of the bay</h1>{body}",
        f"<title>Tides of the bay</title><body><div class='hero'><h1>Tides of the bay</h1></div><main>{body}</main>",
    ):
        blocks = read_html(html.encode(), "text/html", "https://quay.example/bay").blocks
        assert [(block.type, block.level) for block in blocks] == [("heading", 1), ("heading", 2), ("paragraph", 0)]
        assert blocks[0].text == "Tides of the bay"


@pytest.mark.parametrize(
    "opening",
    [
        "<d-title><h1>Tides</h1><p>{told}</p></d-title><d-byline>Ines</d-byline><d-article>{body}</d-article>",
        "<header class='post-header'><h1>Tides</h1><p class='dek'>{told}</p><p>By Ines, in March</p></header>"
        "<div class='post-content'>{body}</div>",
    ],
)
def test_standfirst_beside_the_title_is_read(opening: str) -> None:
    told = "Why the water rises twice a day, and how a clerk came to know it an hour ahead."
    html = f"<title>Tides</title><body>{opening.format(told=told, body='<h2>Springs</h2>' + _SENTENCES * 3)}</body>"
    blocks = read_html(html.encode(), "text/html", "https://quay.example/tides").blocks
    assert [(block.type, block.text) for block in blocks[:3]] == [
        ("heading", "Tides"),
        ("paragraph", told),
        ("heading", "Springs"),
    ]


def test_markers_that_a_list_writes_out_are_not_said_twice() -> None:
    texts = _texts(
        '<ul><li><span class="ltx_tag">•</span> <div><p>First look.</p></div></li><li><span>•</span> Then go.</li></ul>'
        "<ol><li><span>1.</span> <p>One more.</p></li></ol><ul><li><span>Low</span> water.</li></ul>"
    )
    assert [text for _, text in texts] == ["- First look.\n- Then go.", "1. One more.", "- Low water."]


def test_list_with_code_in_it_keeps_both() -> None:
    texts = _texts("<ol><li>First look.<pre>ls</pre></li><li>Then go.</li></ol>")
    assert texts == [("paragraph", "First look."), ("code", "ls"), ("paragraph", "Then go.")]


def test_alternative_text_is_said_once_and_only_where_it_says_something() -> None:
    texts = _texts(
        '<img src="a.png" alt="A wheel of brass"><img src="b.png" alt="A wheel of brass">'
        '<img src="c.png" alt="wheel.png"><img src="e.png" alt="Refer to caption"><img src="f.svg" alt="Open In Colab">'
        '<figure><img src="d.png" alt="The clerk at work"><figcaption>The clerk at work, 1901.</figcaption></figure>'
        '<a href="big.png"><img src="small.png" alt="The chain over all wheels"></a>'
    )
    assert texts == [
        ("caption", "A wheel of brass"),
        ("caption", "The clerk at work, 1901."),
        ("caption", "The chain over all wheels"),
    ]


def test_numbers_under_a_row_of_pictures_are_one_paragraph() -> None:
    row = "".join(f"<div><img src='{n}.png'><div>{n}</div></div>" for n in (9, 53, 54))
    assert _texts(f"<div>{row}</div><p>Three wheels.</p>") == [("paragraph", "9 53 54"), ("paragraph", "Three wheels.")]


def test_box_that_the_text_sets_beside_itself_is_read() -> None:
    texts = _texts(
        '<p>Before.</p><div class="sidebar"><p>Going further: the clerk kept two books.</p></div><p>After.</p>'
    )
    assert ("paragraph", "Going further: the clerk kept two books.") in texts


def test_box_within_what_the_page_calls_its_main_part_is_read() -> None:
    html = (
        f"<html><body><div role='main'><h1>Tides</h1><div>{_SENTENCES * 2}</div><aside class='topic'><p>Examples:</p>"
        f"<ul><li>The wheel of the clerk</li></ul></aside>{_SENTENCES}</div><aside><p>Buy rope.</p></aside></body>"
    )
    blocks = read_html(html.encode(), "text/html", "https://quay.example/tides").blocks
    said = [block.text for block in blocks if "clerk copied" not in block.text]
    assert said == ["Tides", "Examples:", "- The wheel of the clerk"]
