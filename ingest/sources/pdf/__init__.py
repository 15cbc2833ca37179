"""PDF files → blocks, each with its page."""

from ingest.sources.pdf.structure import PdfText, read_pdf

__all__ = ["PdfText", "read_pdf"]
