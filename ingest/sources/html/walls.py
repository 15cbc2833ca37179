"""Pages that are no content: shells without their script, walls, error pages sent as successes."""

from __future__ import annotations

import re

from ingest.sources.html.parse import Element

# A page with more words than this says something of its own, whatever else stands in it.
_ENOUGH_WORDS = 250

_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"checking (?:if the site connection is secure|your browser)|verify(?:ing)? (?:that )?you are (?:a )?"
            r"human|"
            r"just a moment\.\.\.|attention required! \| cloudflare|"
            r"enable cookies and reload|unusual traffic from your|"
            r"please complete the (?:security check|captcha)|are you a robot|ddos protection by",
            re.I,
        ),
        "a bot wall answered instead of the page",
    ),
    (
        re.compile(
            r"(?:you need to|please) enable javascript|javascript is (?:required|disabled|not enabled)|"
            r"requires javascript|doesn't work properly without javascript|turn on javascript",
            re.I,
        ),
        "the page is a shell that needs JavaScript",
    ),
    (
        re.compile(
            r"member-only (?:story|post)|"
            r"this (?:post|article|story) is for (?:paid|paying|premium)? ?(?:subscribers|members)|"
            r"subscribe to (?:continue|keep) reading|to (?:continue|keep) reading,? (?:this|subscribe|sign)|"
            r"already a (?:paid )?subscriber\?|create an account to read the full story|become a member to read",
            re.I,
        ),
        "a paywall: only the beginning is shown",
    ),
    (
        re.compile(
            r"we (?:use|value) (?:cookies|your privacy).{0,400}accept(?: all)?|before you continue to ",
            re.I | re.S,
        ),
        "a cookie wall answered instead of the page",
    ),
    (
        re.compile(
            r"(?:sign|log) in to (?:continue|view|see|your account)|you must be logged in|please log in|"
            r"forgot (?:your )?password",
            re.I,
        ),
        "a login page answered instead of the page",
    ),
    (
        re.compile(
            r"this domain (?:is|may be) (?:for sale|parked)|buy this domain|domain parking|related searches:",
            re.I,
        ),
        "the domain is parked",
    ),
    (
        re.compile(
            r"\b404\b|page (?:you(?:'re| are) looking for |you requested )?(?:was |could |can(?:no|')t ?)?"
            r"(?:not|be)? ?(?:be )?found|page not found|nothing (?:was )?found here|no longer (?:available|exists)|"
            r"page doesn.?t exist|410 gone",
            re.I,
        ),
        "the page says that it was not found",
    ),
)
_MEMBER_ONLY = re.compile(
    r"member-only story|this (?:post|article|story) is for (?:paid|paying|premium) (?:subscribers|members)",
    re.I,
)
_APP_ROOTS = ("root", "app", "__next", "___gatsby", "svelte", "__nuxt")


def wall(page: Element, title: str, text: str) -> str:
    """Return why a page is no content, or "" when it is. ``text`` is what a reader of its body sees."""
    words = len(text.split())
    if words >= _ENOUGH_WORDS:
        return ""
    seen = f"{title}\n{text}"
    everything = f"{title}\n{page.text_content()[:20_000]}" if words < 60 else seen
    for sign, reason in _SIGNS:
        if sign.search(everything):
            return reason
    if words < 15:
        scripts = sum(1 for _ in page.iter("script"))
        if scripts and any(page.get_element_by_id(name, None) is not None for name in _APP_ROOTS):
            return "the page is a shell that needs JavaScript"
        return "the page has no text" if words < 5 else ""
    return ""


def stub(text: str) -> str:
    """Return why a page that says something is still only the beginning of it, or ""."""
    return "a paywall: only the beginning is shown" if _MEMBER_ONLY.search(text) and len(text.split()) < 600 else ""
