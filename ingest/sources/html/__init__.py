"""Pages → blocks."""

from ingest.sources.html.page import HtmlPage, read_html

__all__ = ["HtmlPage", "read_html"]
