"""Text as spans: paragraphs, sentences and words over a string that is never altered."""

from mtdetect.text.document import Document, Paragraph
from mtdetect.text.span import Span

__all__ = ["Document", "Paragraph", "Span"]
