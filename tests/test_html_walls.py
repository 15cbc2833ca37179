"""Pages that are no content are refused with their reason; pages that speak of such things are read."""

from __future__ import annotations

import pytest

from config.errors import ReadError
from ingest.sources.html import read_html

_URL = "https://quay.example/tides"
_TEXT = (
    "The gauge wrote its numbers down, and the clerk copied them out in the evening. Nobody read them in full, but a "
    "table was made of them once a year, and it was right more often than one would guess. "
)


def _page(title: str, body: str, head: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


_MEMBERS = (
    f"<article><p>Member-only story</p><h1>Tides</h1><p>{_TEXT * 4}</p></article>"
    "<div><h2>Create an account to read the full story.</h2><p>The author made this story available to Medium members "
    "only.</p><p>Already have an account? <a href='/s'>Sign in</a></p></div>"
)
_PAID = (
    f"<article><h1>Tides</h1><div class='available-content'><p>{_TEXT * 3}</p></div><div data-testid='paywall' "
    "class='paywall'><h2>This post is for paid subscribers</h2><a href='/s'>Subscribe</a><p>Already a paid subscriber? "
    "<a>Sign in</a></p></div></article>"
)
_CLOSED = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
_CONSENT = (
    "<h1>We value your privacy</h1><p>We and our 842 partners store and/or access information on a device, such as "
    "unique IDs in cookies, to process personal data. You may accept or manage your choices by clicking below, "
    "including your right to object where legitimate interest is used.</p><button>Accept all</button>"
    "<button>Reject all</button>"
)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (_page("Just a moment...", "<h1>quay.example</h1><p>Verifying you are human. This may take a few seconds.</p>"
               "<p>quay.example needs to review the security of your connection before proceeding.</p>"), "bot wall"),
        (_page("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1><p>You are unable to access "
               "quay.example. This website is using a security service.</p>"), "bot wall"),
        (_page("quay.example", "<p>Please complete the captcha to go on.</p>"), "bot wall"),
        (_page("Access denied", "<p>Your request looked automated.</p>"), "bot wall"),
        (_page("Loading", '<p>One moment</p><script src="/cdn-cgi/challenge-platform/h/b"></script>'), "bot wall"),
        (_page("Tides", '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>'
               '<script src="/main.js"></script>'), "JavaScript"),
        (_page("Tides", '<app-root></app-root><script src="/main.js"></script>'), "JavaScript"),
        (_page("Tides", '<div id="__next"><p>Loading...</p></div><script src="/_next/x.js"></script>'), "JavaScript"),
        (_page("Sign in - Quay", "<h1>Welcome back</h1><form><input type='email'><input type='password'>"
               "<a>Forgot password?</a></form><p>New here? Create an account.</p>"), "login"),
        (_page("Quay", "<p>You must be logged in to view this page.</p>"), "login"),
        (_page("Before you continue", _CONSENT), "cookie wall"),
        (_page("Tides", _CONSENT), "cookie wall"),
        (_page("quay.example is for sale", "<p>The domain quay.example is for sale. Make an offer.</p>"), "parked"),
        (_page("quay.example", "<p>This domain may be for sale. Related searches: harbours, tides</p>"), "parked"),
        (_page("404 Not Found", "<h1>404</h1><p>nginx</p>"), "not found"),
        (_page("Page not found | Salt Notes", f"<nav>menu</nav><h1>Page not found</h1><p>{_TEXT[:80]}</p>"),
         "not found"),
        (_page("Salt Notes", "<h1>Oops!</h1><p>The page you are looking for doesn't exist or has moved.</p>"),
         "not found"),
        (_page("Tides", _MEMBERS), "paywall"),
        (_page("Tides", _PAID), "paywall"),
        (_page("Tides", f"<article><h1>Tides</h1><p>{_TEXT}</p></article>", _CLOSED), "paywall"),
        (_page("Tides", ""), "no text"),
    ],
)  # fmt: skip
def test_wall_is_named_and_never_read(page: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read_html(page, "text/html; charset=utf-8", _URL)


def test_long_beginning_behind_a_paywall_is_read_in_part() -> None:
    body = _MEMBERS.replace(_TEXT * 4, _TEXT * 14)
    assert "paywall" in read_html(_page("Tides", body), "text/html", _URL).partial


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("What a 404 really means", "When a page was not found, a server answers 404 Not Found, and says no more."),
        ("Why sites break without scripts", "Some say: please enable JavaScript. Others show an empty page instead."),
        ("How captchas work", "Are you a robot? The page asks you to verify you are human, and counts your clicks."),
        ("Cookie banners, measured", "We use cookies, they say, and offer to accept all or to manage settings."),
        ("Passwords and the people who forget them", "Forgot your password? It says: please log in to continue."),
        ("On buying names", "This domain is for sale, says the page, and names a sum with many zeros."),
        ("The trade in letters", "This post is for paid subscribers, says every second letter that I open."),
        ("Just a moment: what time is", "Just a moment... is what we say when we mean a minute."),
    ],
)
def test_article_that_speaks_of_walls_is_read(title: str, said: str) -> None:
    body = f"<article><h1>{title}</h1><p>{_TEXT}</p><p>{said}</p><p>{_TEXT * 3}</p></article>"
    assert said in [block.text for block in read_html(_page(title, body), "text/html", _URL).blocks]


def test_open_article_with_invitations_around_it_is_whole() -> None:
    body = (
        f"<article><h1>Tides</h1><p>{_TEXT * 8}</p></article>"
        "<div class='comments'><p>Please log in to comment.</p></div>"
        "<div class='newsletter'><h3>Subscribe to keep reading about the sea</h3></div>"
        "<noscript>Please enable JavaScript to view the comments.</noscript>"
    )
    read = read_html(_page("Tides", body), "text/html", _URL)
    assert not read.partial
    assert [block.type for block in read.blocks] == ["heading", "paragraph"]


def test_note_of_a_few_lines_is_read() -> None:
    read = read_html(_page("Tides", f"<h1>Tides</h1><p>{_TEXT}</p>"), "text/html", _URL)
    assert len(read.blocks) == 2
