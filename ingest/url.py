"""Addresses: what makes two of them the same resource, and the same record of the archive."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

# Parameters that say where a reader came from, never what is read.
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref_src|ref_url|_hs\w+|spm|si|feature|source)$",
    re.I,
)
_YOUTUBE_ID = re.compile(r"^[\w-]{11}$")
_ARXIV = re.compile(
    r"^/(?:abs|pdf|html|ps|format)/((?:[a-z-]+(?:\.[A-Z]{2})?/\d{7})|\d{4}\.\d{4,5})(?:v\d+)?(?:\.pdf)?/?$"
)
_YOUTUBE_HOSTS = frozenset(
    ("youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com",
     "www.youtube-nocookie.com", "youtu.be")
)  # fmt: skip
_ARXIV_HOSTS = frozenset(("arxiv.org", "www.arxiv.org", "export.arxiv.org", "ar5iv.org", "ar5iv.labs.arxiv.org"))
_NOT_REPOSITORIES = frozenset(
    "about apps blog collections contact customer-stories enterprise events explore features login marketplace "
    "notifications orgs pricing search security settings signup site sponsors topics trending users".split()
)


def canonical_url(url: str) -> str:
    """Return the address that a resource is known by.

    Tracking parameters and the fragment are gone, the host is in lower case, and the well-known
    forms of one thing (arXiv, YouTube, GitHub, Colab) become one form.
    """
    parts = _split(url)
    host = parts.hostname or ""
    if host in _YOUTUBE_HOSTS:
        video = youtube_id(url)
        if video:
            return f"https://www.youtube.com/watch?v={video}"
        return urlunsplit(("https", "www.youtube.com", parts.path.rstrip("/"), _kept(parts.query), ""))
    if host in _ARXIV_HOSTS and (paper := arxiv_id(url)):
        return f"https://arxiv.org/abs/{paper}"
    if host == "colab.research.google.com":
        if parts.path.startswith("/github/"):
            return canonical_url("https://github.com/" + parts.path.removeprefix("/github/"))
        if parts.path.startswith("/drive/"):
            return urlunsplit(("https", host, parts.path.rstrip("/"), "", ""))
    if host in ("github.com", "www.github.com") and (repository := github_repository(url)):
        return repository
    netloc = host + (f":{parts.port}" if parts.port and parts.port != _default_port(parts.scheme) else "")
    return urlunsplit((parts.scheme, netloc, parts.path or "", _kept(parts.query), ""))


def archive_key(url: str) -> str:
    """Return the key under which the archive looks an address up.

    Looser than the identity of a resource: scheme, ``www.``, a slash, ``index`` or ``index.html`` at the end,
    the order of parameters, tracking and the fragment make no difference. What is no address is its own key.
    """
    try:
        parts = _split(url)
    except ValueError:
        return url.strip()
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    path = re.sub(r"/(?:index(?:\.html?)?)?$", "", unquote(parts.path))
    if host == "youtube.com" and path == "/watch":
        video = parse_qs(parts.query).get("v", [""])[0]
        return f"youtube.com/watch?v={video}"
    query = urlencode(sorted(parse_qsl(_kept(parts.query), keep_blank_values=True)))
    return f"{host}{port}{path}" + (f"?{query}" if query else "")


def youtube_id(url: str) -> str | None:
    """Return the eleven characters that name a video, if the address is one's."""
    parts = _split(url)
    if parts.hostname not in _YOUTUBE_HOSTS:
        return None
    pieces = [piece for piece in parts.path.split("/") if piece]
    candidate = ""
    if parts.hostname == "youtu.be":
        candidate = pieces[0] if pieces else ""
    elif pieces[:1] == ["watch"]:
        candidate = parse_qs(parts.query).get("v", [""])[0]
    elif len(pieces) > 1 and pieces[0] in ("embed", "shorts", "live", "v"):
        candidate = pieces[1]
    return candidate if _YOUTUBE_ID.match(candidate) else None


def arxiv_id(url: str) -> str | None:
    """Return a paper's arXiv identifier without its version, if the address is one's."""
    parts = _split(url)
    if parts.hostname not in _ARXIV_HOSTS:
        return None
    match = _ARXIV.match(parts.path)
    return match.group(1) if match else None


def github_repository(url: str) -> str | None:
    """Return ``https://github.com/OWNER/NAME`` if the address is a repository's front page."""
    parts = _split(url)
    pieces = [piece for piece in parts.path.split("/") if piece]
    if parts.hostname not in ("github.com", "www.github.com") or len(pieces) < 2 or pieces[0] in _NOT_REPOSITORIES:
        return None
    rest = [piece.lower() for piece in pieces[2:]]
    if not rest or rest == ["tree", "head"] or rest in (["blob", b, "readme.md"] for b in ("main", "master", "head")):
        return f"https://github.com/{pieces[0]}/{pieces[1].removesuffix('.git')}"
    return None


def start_seconds(url: str) -> int | None:
    """Return the second at which a YouTube address starts (``t=90``, ``t=1m30s``, ``start=90``)."""
    if youtube_id(url) is None:
        return None
    parts = _split(url)
    query = parse_qs(parts.query) | parse_qs(parts.fragment)
    value = (query.get("t") or query.get("start") or [""])[0]
    match = re.fullmatch(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?", value)
    if not value or match is None:
        return None
    hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _split(url: str) -> SplitResult:
    parts = urlsplit(url.strip())
    # Reading the port is what raises on a bad one; let no later caller be surprised.
    _ = parts.port
    return parts._replace(scheme=parts.scheme.lower())


def _kept(query: str) -> str:
    pairs = query.split("&") if query else []
    return "&".join(pair for pair in pairs if not _TRACKING.match(pair.split("=", 1)[0]))


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80
