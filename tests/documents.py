"""DOCX and PDF files made by hand, as small as the formats allow."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    f'xmlns:r="{_OFFICE}"'
)


def part_xml(root, content, *, namespace=WORD):
    """A part of WordprocessingML: ``content`` inside ``w:root``."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<w:{root} xmlns:w="{namespace}" {_NAMESPACES}>{content}</w:{root}>'
    )


def relationships(**targets):
    """A .rels part with a relationship for each keyword."""
    rows = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items())
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{rows}</Relationships>'


def zip_bytes(parts, *, compression=zipfile.ZIP_DEFLATED):
    """A ZIP archive of the parts, a dict of names to text or bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx_parts(body, *, namespace=WORD, **more):
    """The parts of a DOCX file; ``more`` are parts beside the body, such as ``footnotes``."""
    parts = {
        "_rels/.rels": relationships(officeDocument="word/document.xml"),
        "word/_rels/document.xml.rels": relationships(**{kind: f"{kind}.xml" for kind in more}),
        "word/document.xml": part_xml("document", f"<w:body>{body}</w:body>", namespace=namespace),
    }
    for kind, content in more.items():
        parts[f"word/{kind}.xml"] = part_xml(kind, content, namespace=namespace)
    return parts


def docx(body, **more):
    """A DOCX file around the XML of its body."""
    return zip_bytes(docx_parts(body, **more))


def run(text, properties=""):
    """A ``w:r`` with one ``w:t``."""
    lead = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{lead}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*runs, style=""):
    """A ``w:p``; runs that are no XML yet become plain ones."""
    lead = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    inner = "".join(item if item.startswith("<") else run(item) for item in runs)
    return f"<w:p>{lead}{inner}</w:p>"


def pdf(pages, *, size=10, leading=14, left=60, top=770):
    """A PDF file of pages of lines in Courier, encoded as Windows-1252.

    A line is a text, or a text with what is special about it: ``indent`` and ``down`` in points
    from where it would stand, and the ``size`` of its type.
    """
    streams = []
    for lines in pages:
        height, drawn = top, []
        for line in lines:
            text, special = (line, {}) if isinstance(line, str) else line
            height -= special.get("down", 0)
            at = (special.get("size", size), left + special.get("indent", 0), height)
            drawn.append(b"/F1 %d Tf 1 0 0 1 %d %d Tm " % at + _shown(text) + b" Tj")
            height -= leading
        streams.append(b"BT\n%s\nET" % b"\n".join(drawn))
    return pdf_of_streams(streams)


def _shown(text):
    """A string as PDF has it."""
    encoded = text.encode("cp1252")
    for char in (b"\\", b"(", b")"):
        encoded = encoded.replace(char, b"\\" + char)
    return b"(" + encoded + b")"


def pdf_of_streams(streams, *, trailer=b"", page_entries=b"", stream_entries=b"", to_unicode=None):
    """A PDF file whose pages are drawn by the given content streams.

    ``to_unicode`` has UTF-16 code units by character codes, for the font F1.
    """
    count = len(streams)
    kids = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(count))
    mapping = b"".join(
        b"<%02x> <%s>\n" % (code, text.encode("utf-16-be").hex().encode())
        for code, text in (to_unicode or {}).items()
    )
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def "
        b"/CMapType 2 def 1 begincodespacerange <00> <FF> endcodespacerange "
        b"%d beginbfchar %s endbfchar endcmap end end" % (len(to_unicode or {}), mapping)
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding%s>>"
        % (b"/ToUnicode 4 0 R" if to_unicode else b""),
        b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
    ]
    for number, stream in enumerate(streams):
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
            b"/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R%s>>"
            % (6 + 2 * number, page_entries),
            b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), stream_entries, stream),
        ]
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, trailer)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
