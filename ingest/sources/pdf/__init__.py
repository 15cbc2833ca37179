"""PDF files → blocks, each with its page."""

from ingest.sources.pdf.structure import PdfText, arxiv_stamp, read_pdf

__all__ = ["PdfText", "arxiv_stamp", "read_pdf"]
