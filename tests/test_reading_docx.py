import random
import zipfile
from xml.etree import ElementTree as ET

import pytest
from documents import (
    STRICT_WORD,
    WORD,
    docx,
    docx_parts,
    paragraph,
    part_xml,
    relationships,
    run,
    zip_bytes,
)

from mtdetect.files import UnreadableError
from mtdetect.reading import docx as reader
from mtdetect.reading import docx_body, opc
from mtdetect.text import Span


def prose(body, **more):
    return reader.read("a.docx", docx(body, **more)).text


def refusal(data):
    with pytest.raises(UnreadableError) as caught:
        reader.read("a.docx", data)
    return str(caught.value)


def read_or_refused(data):
    """Text or a reason: what any bytes must come to."""
    try:
        return f"text: {reader.read('a.docx', data).text}"
    except UnreadableError as error:
        return error.reason


# What is prose.


def test_paragraphs_are_apart_and_runs_are_not():
    body = paragraph("The har", "bour was ", "quiet.") + paragraph() + paragraph("Nobody came.")
    assert prose(body) == "The harbour was quiet.\n\nNobody came."


def test_strict_documents_are_read():
    assert prose(paragraph("One.") + paragraph("Two."), namespace=STRICT_WORD) == "One.\n\nTwo."


def test_white_space():
    body = (
        paragraph("  Indented.  Two spaces.\tA tab. ")
        + "<w:p><w:r><w:t>a</w:t></w:r><w:r><w:t> b\n  c</w:t></w:r></w:p>"
    )
    assert prose(body) == "Indented.  Two spaces. A tab.\n\na b c"


def test_one_line_break_stays_a_line_break_and_two_end_the_paragraph():
    body = (
        "<w:p><w:r><w:br/><w:t>Roses</w:t><w:br/><w:t xml:space='preserve'> are red.</w:t>"
        "<w:br/><w:cr/><w:t>Violets.</w:t><w:br/></w:r></w:p>"
    )
    assert prose(body) == "Roses\nare red.\n\nViolets."


def test_characters_that_are_elements():
    body = (
        "<w:p><w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>oper</w:t><w:softHyphen/><w:t>ate</w:t>"
        "<w:tab/><w:t>caf</w:t><w:sym w:font='Arial' w:char='00E9'/>"
        "<w:sym w:font='Wingdings' w:char='F04A'/><w:sym w:char='zz'/><w:sym w:char='D800'/>"
        "<w:sym/><w:t>!</w:t></w:r></w:p>"
    )
    assert prose(body) == "co-operate café!"


def test_tabs_of_a_style_are_no_text():
    body = "<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>" + run("A") + "</w:p>"
    assert prose(body) == "A"


def test_tracked_changes_are_read_as_accepted():
    body = (
        f"<w:p>{run('He said ')}<w:ins w:id='1'>{run('yes')}</w:ins>"
        "<w:del w:id='2'><w:r><w:delText>no</w:delText></w:r></w:del>"
        f"<w:moveFrom w:id='3'>{run(' once')}</w:moveFrom><w:moveTo w:id='4'>{run(' twice')}"
        "</w:moveTo></w:p>"
    )
    source = reader.read("a.docx", docx(body))
    assert source.text == "He said yes twice"
    assert source.warnings == ("holds tracked changes; read as if all were accepted",)


def test_a_deleted_paragraph_mark_joins_two_paragraphs():
    first = f"<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>{run('one and ')}</w:p>"
    assert prose(first + paragraph("the same.")) == "one and the same."


def test_hidden_text_is_left_out():
    shown = run("shown", "<w:vanish w:val='0'/>")
    mark = "<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>"
    assert prose(f"<w:p>{mark}{run('hidden ', '<w:vanish/>')}{shown}</w:p>") == "shown"
    was = "<w:rPrChange w:id='1'><w:rPr><w:vanish/></w:rPr></w:rPrChange>"
    assert prose(f"<w:p>{run('shown', was)}</w:p>") == "shown"


def field(code, result, *, separated=True):
    middle = "<w:r><w:fldChar w:fldCharType='separate'/></w:r>" if separated else ""
    return (
        f"<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>"
        f"{middle}{run(result)}<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )


def test_field_codes_are_left_out_and_their_results_are_not():
    nested = field("IF", "").replace("</w:instrText></w:r>", "</w:instrText></w:r>" + run("code"))
    assert prose(f"<w:p>{run('See ')}{field(' REF x ', 'page 3')}.{nested}</w:p>") == "See page 3"
    simple = f"<w:fldSimple w:instr='PAGE'>{run('7')}</w:fldSimple>"
    assert prose(f"<w:p>{run('Page ')}{simple}</w:p>") == "Page 7"


def test_a_field_without_an_end_hides_no_more_than_its_paragraph():
    broken = "<w:p>" + run("Before ") + "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
    body = f"{broken}{run('swallowed')}</w:p>{paragraph('After.')}"
    assert prose(body) == "Before\n\nAfter."
    stray = "<w:p><w:r><w:fldChar w:fldCharType='end'/><w:fldChar w:fldCharType='separate'/></w:r>"
    assert prose(stray + run("Fine.") + "</w:p><w:fldChar w:fldCharType='begin'/>") == "Fine."


def test_wrappers_are_looked_through():
    inner = "<w:smartTag><w:r><w:t>Ghent</w:t></w:r></w:smartTag>"
    body = (
        f"<w:sdt><w:sdtPr/><w:sdtContent><w:p>{run('In ')}<w:hyperlink r:id='x'>{inner}"
        f"</w:hyperlink><w:customXml>{run(' again')}</w:customXml>"
        f"<w:bdo w:val='ltr'>{run('!')}</w:bdo></w:p></w:sdtContent></w:sdt>"
    )
    assert prose(body) == "In Ghent again!"


def test_text_boxes_are_read_once_and_after_their_paragraph():
    box = f"<w:txbxContent>{paragraph('In the box.')}{paragraph('Twice.')}</w:txbxContent>"
    choice = f"<mc:Choice Requires='wps'><wps:txbx>{box}</wps:txbx></mc:Choice>"
    fallback = f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
    both = f"<mc:AlternateContent>{choice}{fallback}</mc:AlternateContent>"
    body = f"<w:p>{run('Around ')}<w:r>{both}</w:r>{run('the box.')}</w:p>{paragraph('Below.')}"
    assert prose(body) == "Around the box.\n\nIn the box.\n\nTwice.\n\nBelow."


def test_an_emoji_that_word_wrote_is_read():
    emoji = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='w16se'><w:drawing/></mc:Choice>"
        "<mc:Fallback><w:t>😊</w:t></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert prose(f"<w:p>{run('Well ')}{emoji}{run('.')}</w:p>") == "Well 😊."


def cell_table(*cells):
    row = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells)
    return f"<w:tbl><w:tr>{row}</w:tr></w:tbl>"


def test_of_tables_sentences_are_read():
    sentence = "The ferry leaves at noon on most days."
    table = cell_table("Port", "1,204", "12.5 %", sentence, "Ghent 1 2 3 4 5 6 7 8.")
    assert prose(paragraph("Above.") + table + paragraph("Below")) == (
        f"Above.\n\n{sentence}\n\nBelow"
    )


def test_notes_follow_the_body():
    separator = f"<w:footnote w:type='separator' w:id='-1'>{paragraph('---')}</w:footnote>"
    foot = f"{separator}<w:footnote w:id='1'>{paragraph('A note.')}</w:footnote>"
    end = f"<w:endnote w:id='1'>{paragraph('The last word.')}</w:endnote>"
    source = reader.read("a.docx", docx(paragraph("Body."), footnotes=foot, endnotes=end))
    assert source.text == "Body.\n\nA note.\n\nThe last word."
    place = source.place(Span(7, 13))
    assert (place.part, place.paragraph, place.run) == ("word/footnotes.xml", 2, 1)
    assert place.brief() == "footnotes, paragraph 2"


def test_headers_and_comments_are_not_read():
    parts = docx_parts(paragraph("Body."))
    parts["word/header1.xml"] = part_xml("hdr", paragraph("Head."))
    parts["word/comments.xml"] = part_xml("comments", paragraph("Remark."))
    assert reader.read("a.docx", zip_bytes(parts)).text == "Body."


def test_ruby_and_contents_are_left_out():
    ruby = (
        f"<w:r><w:ruby><w:rt>{run('kan')}</w:rt><w:rubyBase>{run('K')}</w:rubyBase></w:ruby></w:r>"
    )
    styles = "<w:style w:styleId='Inhalt1'><w:name w:val='toc 1'/></w:style>"
    body = paragraph("Harbour\t3", style="Inhalt1") + f"<w:p>{ruby}</w:p>"
    assert prose(body, styles=styles) == "K"


def test_an_embedded_file_is_warned_of():
    source = reader.read("a.docx", docx(paragraph("A") + "<w:altChunk r:id='x'/>"))
    assert source.warnings == ("holds another file inside, which is not read",)


# Links and quotations.


def marked(source, spans):
    return [span.of(source.text) for span in spans]


def test_links_and_emphasis():
    link = f"<w:hyperlink r:id='x'>{run('the mi')}{run('nister', '<w:b/>')}</w:hyperlink>"
    body = (
        f"<w:p>{run('Ask ')}{link}{run(' or ')}{field('HYPERLINK x', 'them')}{run(', ')}"
        + run("very", "<w:i/>")
        + run(" softly", "<w:b w:val='false'/>")
        + run(" now", "<w:rStyle w:val='Strong'/>")
        + "</w:p>"
        + paragraph(run("All of it", "<w:b/>"), run(" is bold.", "<w:b/>"))
    )
    source = reader.read("a.docx", docx(body))
    assert marked(source, source.links) == ["the mi", "nister", "them", "very", "now"]


def test_quotations_go_by_the_style_and_its_name():
    styles = "<w:style w:styleId='Zitat'><w:name w:val='Quote'/></w:style>"
    was = "<w:pPrChange w:id='1'><w:pPr><w:pStyle w:val='Quote'/></w:pPr></w:pPrChange>"
    body = (
        paragraph("Said he.", style="Zitat")
        + paragraph("Said she.", style="IntenseQuote")
        + f"<w:p><w:pPr>{was}</w:pPr>{run('Plain.')}</w:p>"
    )
    source = reader.read("a.docx", docx(body, styles=styles))
    assert marked(source, source.quotes) == ["Said he.", "Said she."]


# Places.


def test_places_count_paragraphs_runs_and_characters():
    body = paragraph() + paragraph("He ", "💡t", "hinks so.")
    source = reader.read("a.docx", docx(body))
    place = source.place(Span(4, 10))
    assert place.to_dict() == {
        "part": "word/document.xml",
        "paragraph": 2,
        "run": 2,
        "offset": 1,
        "end_part": "word/document.xml",
        "end_paragraph": 2,
        "end_run": 3,
        "end_offset": 5,
    }
    assert place.brief() == "paragraph 2"
    assert source.place(Span(5, 5))[1:4] == (2, 3, 0)
    end = len(source.text)
    assert source.place(Span(end, end)) == ("word/document.xml", 2, 3, 9) * 2


def test_an_empty_document_has_a_place_too():
    source = reader.read("a.docx", docx(""))
    assert source.text == ""
    assert source.place(Span(0, 0)) == ("word/document.xml", 1, 1, 0) * 2


_BITS = (
    "a",
    "word",
    "Zürich",
    "e\u0301",
    "💡",
    "&lt;",
    "<tag>",
    "said\u00a0so",
    " ",
    "  ",
    ",",
    "\t",
)
_ELEMENTS = ("<w:tab/>", "<w:br/>", "<w:noBreakHyphen/>", "<w:softHyphen/>", "<w:cr/>")


def random_run(rng, *, deleted=False):
    kind = "delText" if deleted else "t"
    pieces = []
    for _ in range(rng.randrange(4)):
        text = "".join(rng.choices(_BITS, k=rng.randrange(4)))
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        pieces.append(f"<w:{kind}>{escaped}</w:{kind}>")
        pieces += rng.choices(_ELEMENTS, k=rng.random() < 0.2)
    hidden = "<w:rPr><w:vanish/></w:rPr>" if rng.random() < 0.05 else ""
    return f"<w:r>{hidden}{''.join(pieces)}</w:r>"


def random_runs(rng, depth=0):
    out = []
    for _ in range(rng.randrange(4)):
        kind = rng.choice(("r", "r", "r", "ins", "del", "hyperlink", "box"))
        if kind == "r" or depth > 2:
            out.append(random_run(rng))
        elif kind == "del":
            out.append(f"<w:del>{random_run(rng, deleted=True)}</w:del>")
        elif kind == "box":
            inner = f"<w:txbxContent><w:p>{random_runs(rng, depth + 1)}</w:p></w:txbxContent>"
            out.append(f"<w:r>{inner}<w:t>{rng.choice(('', 'tail'))}</w:t></w:r>")
        else:
            out.append(f"<w:{kind}>{random_runs(rng, depth + 1)}</w:{kind}>")
    return "".join(out)


def random_body(rng):
    paragraphs = [f"<w:p>{random_runs(rng)}</w:p>" for _ in range(rng.randrange(1, 6))]
    if rng.random() < 0.3:
        cell = f"<w:tc>{random_runs(rng)}<w:p>{random_runs(rng)}</w:p></w:tc>"
        paragraphs.insert(0, f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>")
    return "".join(paragraphs)


_CHARACTERS = {"tab": "\t", "br": "\v", "cr": "\v", "noBreakHyphen": "-", "softHyphen": "\u00ad"}


def texts_of_runs(xml):
    """(paragraph, run) to text, by walking a tree."""
    texts = {}
    paragraphs = ET.fromstring(xml).iter(f"{{{WORD}}}p")  # noqa: S314 - our own XML
    for number, element in enumerate(paragraphs, 1):
        runs = [r for r in nearest(element, "p") if r.tag == f"{{{WORD}}}r"]
        for count, item in enumerate(runs, 1):
            text = ""
            for child in nearest(item, "p"):
                local = child.tag.partition("}")[2]
                text += (child.text or "") if local == "t" else _CHARACTERS.get(local, "")
            texts[number, count] = text
    return texts


def nearest(element, stop):
    """Descendants that are not inside another element of the name ``stop``."""
    for child in element:
        if child.tag != f"{{{WORD}}}{stop}":
            yield child
            yield from nearest(child, stop)


def check_places(seed):
    """Every piece of the prose stands where its place says, by an independent reading."""
    rng = random.Random(seed)  # noqa: S311 - test data
    parts = docx_parts(random_body(rng))
    texts = texts_of_runs(parts["word/document.xml"])
    source = reader.read("a.docx", zip_bytes(parts, compression=zipfile.ZIP_STORED))
    covered = 0
    for prose_span, origin, kind in source.map.pieces(Span(0, len(source.text))):
        assert prose_span.start == covered
        covered = prose_span.end
        if kind != "same":
            assert prose_span.of(source.text).isspace()
            continue
        for prose_offset, offset in zip(range(*prose_span), range(*origin), strict=True):
            place = source.carrier.place(Span(offset, offset + 1))
            assert texts[place.paragraph, place.run][place.offset] == source.text[prose_offset]
            assert (place.end_run, place.end_offset) == (place.run, place.offset + 1)
        whole = source.place(prose_span)
        first, last = (whole.paragraph, whole.run), (whole.end_paragraph, whole.end_run)
        between = "".join(text for key, text in sorted(texts.items()) if first <= key <= last)
        tail = len(texts[last]) - whole.end_offset
        assert between[whole.offset : len(between) - tail] == prose_span.of(source.text)
    assert covered == len(source.text)
    return len(source.text)


def test_places_in_random_documents():
    assert sum(check_places(seed) for seed in range(100)) > 1_000


@pytest.mark.slow
def test_places_in_many_random_documents():
    assert sum(check_places(seed) for seed in range(10_000)) > 100_000


# What is refused.


def test_what_is_no_docx_file_is_named():
    assert refusal(b"") == "a.docx: not a DOCX file (it is empty)"
    assert refusal(b"Dear all,") == "a.docx: not a DOCX file (not a ZIP archive)"
    assert refusal(b"{\\rtf1 a}") == "a.docx: not a DOCX file (it looks like an RTF document)"
    assert "old Office document" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "it looks like HTML" in refusal(b"\xef\xbb\xbf\n<html><body>")
    protected = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    assert "encrypted with a password" in refusal(protected)
    other = zip_bytes({"xl/workbook.xml": "<workbook/>"})
    assert refusal(other) == "a.docx: not a DOCX file (no word/document.xml inside)"


def test_a_main_part_of_another_name_is_found():
    parts = docx_parts(paragraph("Found."))
    parts["word/document2.xml"] = parts.pop("word/document.xml")
    parts["_rels/.rels"] = relationships(officeDocument="/Word/Document2.xml")
    assert reader.read("a.docx", zip_bytes(parts)).text == "Found."
    parts["_rels/.rels"] = relationships(officeDocument="word/missing.xml")
    assert "no word/document.xml inside" in refusal(zip_bytes(parts))
    parts["word/document.xml"] = part_xml("hdr", paragraph("A header."))
    assert "word/document.xml holds no Word document" in refusal(zip_bytes(parts))


def test_damaged_archives():
    whole = docx(paragraph("Text."))
    assert refusal(whole[:-40]) == "a.docx: damaged: not a whole ZIP archive (cut short?)"
    for cut in range(0, len(whole), 7):
        assert refusal(whole[:cut]).startswith("a.docx: ")
    stored = bytearray(zip_bytes(docx_parts(paragraph("Text.")), compression=zipfile.ZIP_STORED))
    stored[stored.index(b"Text.")] ^= 1
    assert refusal(bytes(stored)) == "a.docx: damaged: word/document.xml cannot be unpacked"


def test_flipped_bytes_are_read_or_refused():
    rng = random.Random(7)  # noqa: S311 - test data
    whole = docx(paragraph("Text of some length."))
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        assert read_or_refused(bytes(data))


def test_encrypted_and_strangely_packed_parts():
    data = bytearray(docx(paragraph("Text.")))
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(start, at + 1)) >= 0:
            data[at + flags] |= 1
    assert refusal(bytes(data)) == "a.docx: encrypted with a password"
    packed = zip_bytes(docx_parts(paragraph("Text.")), compression=zipfile.ZIP_LZMA)
    assert "packed in a way that DOCX does not know" in refusal(packed)


def test_bounds(monkeypatch):
    monkeypatch.setattr(opc, "LARGEST_PART", 2**20)
    bomb = docx_parts(paragraph(" " * 2**21))
    assert "word/document.xml is larger than 1 MB when unpacked" in refusal(zip_bytes(bomb))
    monkeypatch.setattr(opc, "MOST_PARTS", 50)
    many = docx_parts(paragraph("a")) | {f"media/{number}": "" for number in range(60)}
    assert "holds more than 50 files" in refusal(zip_bytes(many))
    monkeypatch.setattr(docx_body, "LARGEST_TEXT", 100)
    assert "more than 100 characters of prose; split it" in refusal(docx(paragraph("a" * 101)))


def test_xml_that_no_document_needs():
    parts = docx_parts("")
    laughs = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    parts["word/document.xml"] = laughs + part_xml("document", "&b;").partition("\n")[2]
    reason = refusal(zip_bytes(parts))
    assert reason == "a.docx: word/document.xml declares a document type, so it is not read"
    deep = "<w:sdt>" * 2_000 + "</w:sdt>" * 2_000
    assert "nested or mixed beyond all bounds" in refusal(docx(deep))
    assert "not well-formed XML (line 2, column" in refusal(docx("<w:p>"))
    assert "not well-formed XML" in refusal(docx("<w:p>&nbsp;</w:p>"))


def test_elements_where_they_do_not_belong_are_no_trouble():
    assert prose("<w:r><w:t>lost</w:t></w:r><w:t>lost</w:t>" + paragraph("kept")) == "kept"
    odd = "<w:r><w:rPr><w:p/><w:r/><w:tbl/><w:hyperlink/><mc:Choice/></w:rPr><w:t>kept</w:t></w:r>"
    assert prose(f"<w:p>{odd}<mc:Choice>{run('!')}</mc:Choice><w:p>{run('in')}</w:p></w:p>") == (
        "kept!\n\nin"
    )
    assert prose("<w:rPr><w:b/></w:rPr><w:pStyle w:val='Quote'/><w:fldChar/>") == ""


def test_utf16_parts_are_read():
    parts = docx_parts(paragraph("Größe 💡"))
    text = parts["word/document.xml"].replace('encoding="UTF-8"', 'encoding="UTF-16"')
    parts["word/document.xml"] = text.encode("utf-16")
    assert reader.read("a.docx", zip_bytes(parts)).text == "Größe 💡"
