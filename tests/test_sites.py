"""Blogs and books: which pages are theirs, from feeds, sitemaps, index pages and what the archive holds."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from ingest.archive import Archive, Snapshot
from ingest.pipeline import gather
from ingest.progress import Silent
from ingest.reading_list import Entry
from ingest.resource import Kind, Resource, resources_from
from ingest.sources.registry import SOURCES
from tests.typeset import BOLD, Paper, sentences

AT = "2026-11-01T00:00:00Z"
BODY = (
    b"<title>Post</title><article><h1>Post</h1><p>" + b"Words of a post that says something. " * 30 + b"</p></article>"
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive") as opened:
        yield opened


def put(archive: Archive, url: str, body: bytes | str = BODY, kind: str = "text/html; charset=utf-8") -> None:
    archive.put(Snapshot(url, 200, kind, body.encode() if isinstance(body, str) else body, AT))


def children(archive: Archive, url: str, kind: Kind = "blog", most: int = 200) -> list[str]:
    root = Resource(url, kind, "Root")
    return [child.url for child in SOURCES[kind].children(root, archive, most)]


def rss(*links: str) -> str:
    items = "".join(f"<item><title>T</title><link>{link}</link></item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><link>https://b.example/</link>{items}</channel></rss>'


def sitemap(*links: str) -> str:
    urls = "".join(f"<url><loc>{link}</loc></url>" for link in links)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def test_posts_are_those_of_feed_index_page_and_sitemap_together(archive: Archive) -> None:
    put(archive, "https://b.example/", '<main><a href="/posts/b/">B</a></main>')
    put(archive, "https://b.example/feed.xml", rss("https://b.example/posts/a/"), "application/rss+xml")
    put(archive, "https://b.example/sitemap.xml", sitemap("https://b.example/posts/c/"), "application/xml")
    put(archive, "https://b.example/posts/d/")
    assert children(archive, "https://b.example") == [f"https://b.example/posts/{name}/" for name in "abcd"]


@pytest.mark.parametrize(
    "page",
    ["tags/python/", "categories/", "category/ai/", "author/jo/", "about/", "page/2/", "welcome-to-jekyll.html",
     "resume/", "search", "posts/", "2024/a.png"],
)  # fmt: skip
def test_what_stands_beside_posts_in_a_sitemap_is_no_post(archive: Archive, page: str) -> None:
    listed = [f"https://b.example/{page}", *(f"https://b.example/posts/{name}/" for name in "abc")]
    put(archive, "https://b.example/sitemap.xml", sitemap(*listed), "application/xml")
    assert children(archive, "https://b.example/") == listed[1:]


def test_a_feed_of_a_generators_sample_alone_does_not_hide_the_index_page(archive: Archive) -> None:
    put(
        archive, "https://b.example/feed.xml", rss("https://b.example/up/2024/10/26/welcome-to-jekyll.html"), "text/xml"
    )
    put(
        archive,
        "https://b.example/blog/",
        '<div><nav><a href="/thoughts/">Thoughts</a><a href="/cooking/">Cooking</a><a href="/music/">Music</a></nav>'
        '<a href="/blogs/one/"><img src="x.png"></a><a href="/blogs/one/">Continue reading</a>'
        '<h2><a href="/blogs/two/">Two</a></h2></div>',
    )
    assert children(archive, "https://b.example/blog/") == [
        "https://b.example/blogs/one/",
        "https://b.example/blogs/two/",
    ]


def test_links_of_the_frame_are_no_posts_where_posts_stand_right_below_the_host(archive: Archive) -> None:
    put(
        archive,
        "https://b.example/",
        '<header><nav><a href="/music/">Music</a><a href="/garden/">Garden</a></nav></header>'
        '<main><ul><li><a href="/how-attention-works/">How</a></li><li><a href="/on-gradients/">On</a></li></ul></main>'
        '<footer><a href="/imprint/">Imprint</a></footer>',
    )
    assert children(archive, "https://b.example/") == [
        "https://b.example/how-attention-works/",
        "https://b.example/on-gradients/",
    ]


def test_posts_of_a_blog_whose_root_is_missing_are_found_in_the_archive(archive: Archive) -> None:
    put(archive, "https://b.example/2026/nla/index.html")
    put(archive, "https://b.example/feed", rss(), "application/rss+xml")
    put(archive, "https://b.example/style.css", "p {}", "text/css")
    put(archive, "https://other.example/2026/nla/index.html")
    assert children(archive, "https://b.example") == ["https://b.example/2026/nla/index.html"]


def test_json_feeds_compressed_sitemaps_and_indexes_of_sitemaps_are_read(archive: Archive) -> None:
    feed = (
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/posts/a", "title": "A"}, {"url": 3}, 7]}'
    )
    put(archive, "https://b.example/", '<link rel="alternate" type="application/feed+json" href="/own.json">')
    put(archive, "https://b.example/own.json", feed, "application/feed+json")
    index = "<sitemapindex><sitemap><loc>https://b.example/post-sitemap.xml.gz</loc></sitemap></sitemapindex>"
    put(archive, "https://b.example/sitemap_index.xml", index, "application/xml")
    put(
        archive,
        "https://b.example/post-sitemap.xml.gz",
        gzip.compress(sitemap("/posts/b").encode()),
        "application/gzip",
    )
    assert children(archive, "https://b.example/") == ["https://b.example/posts/a", "https://b.example/posts/b"]


def test_one_post_under_several_forms_of_its_address_is_one_child_as_it_was_received(archive: Archive) -> None:
    listed = ("http://b.example/posts/a/index.html", "https://www.b.example/posts/a", "https://b.example/posts/a/")
    put(archive, "https://b.example/feed.xml", rss(*listed), "application/rss+xml")
    put(archive, "https://b.example/posts/a/")
    assert children(archive, "https://b.example/") == ["https://b.example/posts/a/"]


@pytest.mark.parametrize("body", ["<rss><channel><item><link>http://[bad", "\x00\x01", "{", "<a", "[" * 5000])
def test_a_feed_that_is_none_lists_nothing(archive: Archive, body: str) -> None:
    put(archive, "https://b.example/feed.xml", body, "application/rss+xml")
    assert children(archive, "https://b.example/") == []


def test_what_to_ask_for_next_ends(archive: Archive) -> None:
    root = Resource("https://u.example/blog", "blog", "Blog")
    ask = SOURCES["blog"].discovery
    first = ask(root, archive)
    assert "https://u.example/blog/feed.xml" in first and "https://u.example/feed.xml" in first
    put(archive, "https://u.example/feed.xml", rss("https://u.example/blog/a"), "application/rss+xml")
    second = ask(root, archive)
    assert "https://u.example/blog/sitemap.xml" in second and "https://u.example/sitemap-index.xml" in second
    archive.record_failure("https://u.example/sitemap.xml", "404 not found", permanent=True)
    assert ask(root, archive) == ("https://u.example/feed.xml",)


def test_chapters_come_in_the_order_of_the_books_contents_without_the_book_itself(archive: Archive) -> None:
    put(
        archive,
        "https://b.example/book/",
        '<nav><a href="/book/index">0. Intro</a><a href="two">2. Two</a><a href="one.html#s">1. One</a>'
        '<a href="/book/genindex.html">Index</a><a href="/book/book.pdf">PDF</a><a href="/else/">Else</a></nav>',
    )
    put(archive, "https://b.example/book/appendix/")
    found = children(archive, "https://b.example/book/", "book")
    assert found == [
        "https://b.example/book/two",
        "https://b.example/book/one.html",
        "https://b.example/book/appendix/",
    ]


def manual(archive: Archive, *pages: str, folder: str = "https://b.example/manual/", text: str = BODY.decode()) -> None:
    """Put a manual's pages, each with the contents of all in its sidebar, as generators of manuals write them."""
    for page in pages:
        links = {other: f'href="{folder}{other}"' for other in pages} | {page: 'href="#" class="current"'}
        items = "".join(f"<li class='chapter-item'><a {links[other]}>The page {other}</a></li>" for other in pages)
        put(
            archive,
            folder + page,
            f'<a href="#content">Skip</a><nav><a href="#top">Top</a><a href="#">Menu</a><ol>{items}</ol></nav>'
            f'<ul class="on-this-page"><li><a href="#a">A</a></li><li><a href="#b">B</a></li></ul><main>{text}</main>'
            f'<a rel="prev" href="{folder}{pages[0]}">Previous</a><a rel="next" href="{folder}{pages[-1]}">Next</a>',
        )


@pytest.mark.parametrize(
    ("pages", "leaf"),
    [
        (("foreword.html", "ch01.html", "ch02.html", "ch03.html"), "ch02.html"),
        (("foreword.html", "ch01.html", "ch02.html", "ch03.html"), "ch03.html"),
        (("intro", "install", "reading-a-chart", "glossary"), "install"),
        (("intro/", "install/", "reading-a-chart/", "glossary/"), "glossary/"),
        (("index.html", "part/one.html", "part/two.html", "end.html"), "part/one.html"),
    ],
)
def test_a_page_deep_inside_a_manual_is_an_article_without_chapters(
    archive: Archive, tmp_path: Path, pages: tuple[str, ...], leaf: str
) -> None:
    manual(archive, *pages)
    assert children(archive, f"https://b.example/manual/{leaf}", "book") == []
    reading_list = tmp_path / "list.md"
    reading_list.write_text(f"# Books\n\n- [Leaf](https://b.example/manual/{leaf})\n", encoding="utf-8")
    (outcome,) = gather(reading_list, archive, Settings(home=tmp_path), Silent(), offline=True)
    assert (outcome.resource.kind, outcome.state) == ("article", "read")


@pytest.mark.parametrize(
    ("pages", "root"),
    [
        (("foreword.html", "ch01.html", "ch02.html", "ch03.html"), "foreword.html"),
        (("intro", "install", "reading-a-chart", "glossary"), "intro"),
        (("index.html", "part/one.html", "part/two.html", "end.html"), "index.html"),
        (("", "ch01.html", "ch02.html", "ch03.html"), ""),
    ],
)
def test_the_first_page_of_a_manual_stands_for_all_of_it(archive: Archive, pages: tuple[str, ...], root: str) -> None:
    manual(archive, *pages)
    found = children(archive, f"https://b.example/manual/{root}", "book")
    assert found == [f"https://b.example/manual/{page}" for page in pages if page != root]


def test_contents_in_a_frame_are_asked_for_and_read(archive: Archive) -> None:
    frame = '<nav id="sidebar"><noscript><iframe class="sidebar-iframe-outer" src="toc.html"></iframe></noscript></nav>'
    for name in ("", "title.html", "rope.html", "chain.html"):
        put(archive, f"https://b.example/manual/{name}", f"{frame}<iframe src='demo.html'></iframe>{BODY.decode()}")
    for name in ("", "rope.html"):
        asked = SOURCES["book"].discovery(Resource(f"https://b.example/manual/{name}", "book", "B"), archive)
        assert asked == ("https://b.example/manual/toc.html",)
    items = "".join(
        f'<li><a href="{name}.html" target="_parent">{name}</a></li>' for name in ("title", "chain", "rope")
    )
    put(archive, "https://b.example/manual/toc.html", f"<ol class='chapter'>{items}</ol>")
    listed = [f"https://b.example/manual/{name}.html" for name in ("title", "chain", "rope")]
    assert children(archive, "https://b.example/manual/", "book") == listed
    assert children(archive, "https://b.example/manual/title.html", "book") == listed[1:]
    leaf = Resource("https://b.example/manual/rope.html", "book", "B")
    assert SOURCES["book"].settled(leaf, archive).kind == "article"
    assert children(archive, leaf.url, "book") == []


def test_a_page_of_little_else_than_contents_stands_for_what_it_lists(archive: Archive) -> None:
    chapters = "".join(f"<p><a href='{name}.html'>On {name} and its uses</a></p>" for name in ("rope", "chain", "bell"))
    frame = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/manual/imprint.html'>Imprint</a></li></ul></nav>"
    put(archive, "https://b.example/manual/contents.html", f"{frame}<h1>Contents</h1>{chapters}")
    put(archive, "https://b.example/manual/rope.html", f"{frame}<h1>On rope</h1>{BODY.decode()}{chapters}")
    listed = [f"https://b.example/manual/{name}.html" for name in ("rope", "chain", "bell")]
    assert children(archive, "https://b.example/manual/contents.html", "book") == listed
    assert children(archive, "https://b.example/manual/rope.html", "book") == []


def test_a_book_of_one_page_stays_a_book(archive: Archive, tmp_path: Path) -> None:
    menu = "".join(f"<li><a href='/{name}'>To {name}</a></li>" for name in ("", "tides", "me"))
    put(archive, "https://b.example/tides", f"<nav><ul>{menu}</ul></nav><main>{BODY.decode()}</main>")
    put(archive, "https://b.example/books/sea.html")
    put(archive, "https://b.example/books/land.html", BODY.replace(b"something", b"quite another thing"))
    reading_list = tmp_path / "list.md"
    reading_list.write_text(
        "# Books\n\n- [Tides](https://b.example/tides)\n- [Sea](https://b.example/books/sea.html)\n", encoding="utf-8"
    )
    outcomes = gather(reading_list, archive, Settings(home=tmp_path), Silent(), offline=True)
    assert [(outcome.resource.url, outcome.resource.kind) for outcome in outcomes] == [
        ("https://b.example/tides", "book"),
        ("https://b.example/books/sea.html", "book"),
    ]


def test_no_more_children_than_asked_for(archive: Archive) -> None:
    put(archive, "https://b.example/feed.xml", rss(*(f"https://b.example/posts/{n}" for n in range(50))), "text/xml")
    assert len(children(archive, "https://b.example/", most=7)) == 7


def test_a_post_that_the_list_names_in_another_form_is_one_resource_with_the_blog_as_parent(
    archive: Archive, tmp_path: Path
) -> None:
    put(archive, "https://b.example/feed.xml", rss("https://b.example/posts/a/", "https://b.example/posts/b/"))
    put(archive, "https://b.example/posts/a/")
    put(archive, "https://b.example/posts/b/", BODY.replace(b"something", b"quite another thing"))
    reading_list = tmp_path / "list.md"
    reading_list.write_text(
        "# Reading\n\n- [A](http://www.b.example/posts/a)\n- [A again](https://b.example/posts/a/index.html)\n"
        "- [The blog](https://b.example/blog)\n",
        encoding="utf-8",
    )
    outcomes = gather(reading_list, archive, Settings(home=tmp_path), Silent(), offline=True)
    found = {outcome.resource.url: (outcome.state, outcome.resource.parent) for outcome in outcomes}
    assert found == {
        "http://www.b.example/posts/a": ("read", "https://b.example/blog"),
        "https://b.example/blog": ("missing", None),
        "https://b.example/posts/b/": ("read", "https://b.example/blog"),
    }


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://b.example/", "blog"),
        ("https://b.example/2020/circuits/", "blog"),
        ("https://b.example/~jo/blog", "blog"),
        ("https://b.example/illustrated-transformer-explained/", "article"),
        ("https://b.example/posts/attention/", "article"),
        ("https://b.example/2023/07/01/attention", "article"),
        ("https://b.example/attention.html", "article"),
    ],
)
def test_a_post_that_a_list_puts_under_blogs_is_no_blog(url: str, kind: Kind) -> None:
    (resource,) = resources_from([Entry("A", url, ("Blogs",), "", 1)])
    assert resource.kind == kind


def test_a_root_below_a_path_of_its_own_speaks_for_itself_alone(archive: Archive) -> None:
    links = ("https://b.example/thread/one/", "https://b.example/thread/two/", "https://b.example/posts/other/")
    put(archive, "https://b.example/feed.xml", rss(*links), "application/rss+xml")
    assert children(archive, "https://b.example/thread/") == list(links[:2])
    assert children(archive, "https://b.example/empty-thread/") == []


def test_a_landing_page_leads_to_the_paper(archive: Archive, tmp_path: Path) -> None:
    abstract = (
        '<head><title>Reading Papers</title><meta name="citation_pdf_url" content="/papers/1.pdf"></head>'
        "<body><main><h1>Reading Papers</h1><p>" + "We read papers and say what they say. " * 12 + "</p></main></body>"
    )
    paper = Paper()
    paper.line("Reading Papers", 17, BOLD)
    paper.paragraph(sentences("paper", 40))
    reading_list = tmp_path / "list.md"
    reading_list.write_text("- [A paper](https://j.example/paper/1)\n", encoding="utf-8")
    put(archive, "https://j.example/paper/1", abstract)
    (outcome,) = gather(reading_list, archive, Settings(home=tmp_path), Silent(), offline=True)
    assert (outcome.state, outcome.reason) == (
        "partial",
        "the page has the abstract alone; the paper is a PDF elsewhere",
    )
    put(archive, "https://j.example/papers/1.pdf", paper.bytes(), "application/pdf")
    (outcome,) = gather(reading_list, archive, Settings(home=tmp_path), Silent(), offline=True)
    assert outcome.state == "read" and outcome.document is not None
    assert (outcome.document.media, outcome.document.url) == ("pdf", "https://j.example/papers/1.pdf")
