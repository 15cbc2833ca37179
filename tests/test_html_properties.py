"""Generated articles in generated frames: what is in the body is read, what is around it is not."""

from __future__ import annotations

from html import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.bodies import marked_by_comments, score
from ingest.sources.html import read_html
from ingest.sources.html.parse import tidy

_WORDS = st.sampled_from(
    "tide gauge crest trough harbour wheel chain clerk moon sun pull rate phase delay table high low water bay wind "
    "storm pier chart pilot ship depth road signal fog bell rope cargo ballast keel rudder channel buoy shoal".split()
)
_SENTENCE = st.lists(_WORDS, min_size=8, max_size=24).map(lambda words: " ".join(words).capitalize() + ".")
_PROSE = st.lists(_SENTENCE, min_size=1, max_size=4).map(" ".join)
_FOREIGN = st.sampled_from("login cart basket voucher coupon checkout raffle prize jackpot casino".split())
_HEADING = st.lists(_WORDS, min_size=2, max_size=5).map(lambda words: "On " + " ".join(words))


def _element(tag: str) -> st.SearchStrategy[str]:
    return _PROSE.map(lambda text: f"<{tag}>{escape(text)}</{tag}>")


_BLOCK = st.one_of(
    _element("p"),
    _element("p"),
    st.lists(_SENTENCE, min_size=1, max_size=5).map(
        lambda items: f"<ul>{''.join(f'<li>{i}</li>' for i in items)}</ul>"
    ),
    st.lists(_SENTENCE, min_size=1, max_size=5).map(
        lambda items: f"<ol>{''.join(f'<li><p>{i}</p></li>' for i in items)}</ol>"
    ),
    _PROSE.map(lambda text: f"<blockquote><p>{text}</p></blockquote>"),
    st.lists(_SENTENCE, min_size=1, max_size=4).map(lambda lines: "<pre><code>" + "\n".join(lines) + "</code></pre>"),
    _PROSE.map(lambda text: f"<details><summary>{text[:20]}</summary><p>{text}</p></details>"),
    _PROSE.map(lambda text: f"<figure><img src='a.png'><figcaption>{text}</figcaption></figure>"),
    st.lists(st.lists(_WORDS, min_size=3, max_size=3), min_size=2, max_size=5).map(
        lambda rows: (
            "<table><tr><th>a one</th><th>b two</th><th>c three</th></tr>"
            + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
            + "</table>"
        )
    ),
    _PROSE.map(lambda text: f"<dl><dt>{text[:15]}</dt><dd>{text}</dd></dl>"),
)
_SECTION = st.tuples(_HEADING, st.lists(_BLOCK, min_size=1, max_size=5)).map(
    lambda section: f"<h2 id='s{len(section[0])}'>{section[0]}</h2>{''.join(section[1])}"
)
# A body of any length has at least a paragraph to open with, as articles do.
_ARTICLE = st.tuples(
    st.lists(_element("p"), min_size=2, max_size=3).map("".join),
    st.lists(_SECTION, min_size=1, max_size=6).map("".join),
).map("".join)

_BODIES = st.sampled_from(
    [
        "<main><article><h1>{title}</h1>{body}</article></main>",
        "<article><h1>{title}</h1>{body}</article>",
        "<main><h1>{title}</h1><div class='x1'><div>{body}</div></div></main>",
        "<div id='content'><h1>{title}</h1><div class='entry-content'>{body}</div></div>",
        "<div class='css-1a2b'><div class='css-9z'><h1>{title}</h1><div class='css-3c'>{body}</div></div></div>",
        "<table width='100%'><tr><td><h1>{title}</h1>{body}</td></tr></table>",
        "<d-article><h1>{title}</h1>{body}</d-article>",
        "<h1>{title}</h1>{body}",
    ]
)
_BEFORE = st.sampled_from(
    [
        "",
        "<nav><ul><li><a href='/a'>{a} one</a></li><li><a href='/b'>{a} two</a></li></ul></nav>",
        "<header><div class='logo'><a href='/'>{a}</a></div><ul><li><a href='/b'>{a} {a}</a></li></ul></header>",
        "<div class='css-n'><a href='/'>{a}</a><a href='/b'>{a} {a}</a><a href='/c'>{a}</a></div>",
        "<div class='cookie-consent'><p>We {a} use cookies to {a} your {a}.</p><button>Accept {a}</button></div>",
        "<div class='sidebar'><h3>{a}</h3><ul><li><a href='/x'>{a}</a></li><li><a href='/y'>{a}</a></li></ul></div>",
    ]
)
_AFTER = st.sampled_from(
    [
        "",
        "<footer><p>© 2024 {a} {a}. All rights reserved.</p></footer>",
        "<div class='css-f'><div>© 2024 {a} {a}</div></div>",
        "<section class='comments'><h3>2 {a} comments</h3><div><p>{a} {a} {a}, said somebody.</p></div></section>",
        "<div class='css-r'><h3>Related posts</h3><div><a href='/r'>{a}</a></div><div><a href='/s'>{a}</a></div></div>",
        "<aside class='widget'><h4>{a}</h4><ul><li><a href='/x'>{a} {a}</a></li></ul></aside>",
        "<div class='newsletter-signup'><h3>{a}</h3><p>{a} and {a}, once a month.</p><form><input></form></div>",
        "<p><a href='/p'>{a}</a> | <a href='/n'>{a}</a> | <a href='/u'>{a} {a}</a></p>",
    ]
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(_ARTICLE, _HEADING, _BODIES, st.lists(_BEFORE, max_size=2), st.lists(_AFTER, max_size=3), _FOREIGN)
def test_body_is_read_and_frame_is_not(
    article: str, title: str, shape: str, before: list[str], after: list[str], foreign: str
) -> None:
    body = shape.format(title=title, body=f"<!--body-->{article}<!--/body-->")
    around = [part.format(a=foreign) for part in (*before, "{body}", *after) if part != "{body}"]
    head = f"<html><head><title>{title}</title></head><body>"
    html = head + "".join(around[: len(before)]) + body + "".join(around[len(before) :]) + "</body></html>"
    page = marked_by_comments("generated", html)
    read = read_html(page.html, page.content_type, page.url)
    result = score(page, "\n".join(block.text for block in read.blocks))
    assert result.recall >= 0.98, f"lost {result.lost}"
    assert result.precision >= 0.97, f"foreign {result.foreign}"
    assert read.title == title


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=300))
def test_text_is_read_as_it_is_seen(said: str) -> None:
    seen = " ".join(tidy(said).split())
    html = f"<body><p>{escape(said)}</p><p>{'The clerk copied the numbers out in the evening. ' * 8}</p></body>"
    blocks = read_html(html.encode("utf-8", "replace"), "text/html; charset=utf-8", "https://quay.example/").blocks
    assert blocks[-1].text.startswith("The clerk copied")
    assert len(blocks) <= 2 or any(sign in seen for sign in ("\\", "$"))
