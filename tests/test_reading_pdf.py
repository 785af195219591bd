import html
import importlib
import random
import shutil
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path

import pytest
from documents import pdf, pdf_of_streams

from mtdetect.files import UnreadableError
from mtdetect.reading import pdf as reader
from mtdetect.reading import pdf_layout
from mtdetect.text import Span

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pypdfium2 = pytest.importorskip("pypdfium2")
pdf_pages = importlib.import_module("mtdetect.reading.pdf_pages")


FERRY = (
    "The ferry to the northern islands did not leave on Monday, because the captain had not been"
    " paid since the spring and the crew would not sail without him. The company promised to settle"
    " the matter within a week of that day."
)
HARBOUR = (
    "In the harbour of Lower Marn the fishermen waited until noon and then went home. Nobody had"
    " told them anything, and the office was locked on both of its sides."
)
SCHOOL = (
    "The school on the hill stayed open, although the teacher lives on the other side of the water"
    " and had to row across in a borrowed boat."
)


def lines(text, width=72):
    return textwrap.wrap(text, width)


def read_here(data):
    """As the reader does it, without a process of its own, which takes a while to start."""
    return reader.assemble("a.pdf", list(pdf_pages.read_pages(data)))


def read(*pages, **how):
    return read_here(pdf(pages, **how))


def paragraphs(*pages, **how):
    return read(*pages, **how).text.split("\n\n")


def refusal(data):
    with pytest.raises(UnreadableError) as caught:
        reader.read("a.pdf", data)
    return str(caught.value)


# Paragraphs.


def test_lines_are_joined_and_a_gap_parts_paragraphs():
    first, *rest = lines(HARBOUR)
    page = [*lines(FERRY), (first, {"down": 10}), *rest]
    assert paragraphs(page) == [FERRY, HARBOUR]


def test_an_indent_parts_paragraphs():
    page = []
    for text in (FERRY, HARBOUR, SCHOOL):
        first, *rest = lines(f"   {text}", 72)
        page += [(first.strip(), {"indent": 18}), *rest]
    assert paragraphs(page) == [FERRY, HARBOUR, SCHOOL]


def test_a_short_line_parts_paragraphs():
    assert paragraphs(lines(FERRY) + lines(HARBOUR) + lines(SCHOOL)) == [FERRY, HARBOUR, SCHOOL]


def test_double_spacing_is_no_gap():
    assert paragraphs(lines(FERRY) + lines(HARBOUR), leading=28) == [FERRY, HARBOUR]


def test_a_headline_in_larger_type_stands_alone():
    page = [("No ferry on Monday", {"size": 16}), (lines(FERRY)[0], {"down": 4}), *lines(FERRY)[1:]]
    assert paragraphs(page) == ["No ferry on Monday", FERRY]


def test_a_headline_in_the_same_type_stands_alone():
    assert paragraphs(["No ferry on Monday", *lines(FERRY)]) == ["No ferry on Monday", FERRY]


def test_a_sentence_runs_on_beside_and_below_a_picture():
    beside = lines("The picture stands to the left of what one reads here, so that these", 40)
    beside = [(line, {"indent": 200}) for line in beside]
    below = lines("lines are short. " + FERRY, 72)
    start = "The picture stands to the left of what one reads here, so that these lines are short."
    assert paragraphs([*beside, (below[0], {"down": 30}), *below[1:]]) == [f"{start} {FERRY}"]


def test_list_items_are_apart():
    items = ["• The first item is so long that it takes", "two lines of the page.", "• The second."]
    found = paragraphs([*lines(FERRY), *items])
    assert found == [
        FERRY,
        "• The first item is so long that it takes two lines of the page.",
        "• The second.",
    ]


def test_columns_are_read_one_after_the_other():
    left = lines(FERRY + " " + HARBOUR, 34)
    down = -14 * len(left)
    right = lines(SCHOOL, 34)
    page = [
        *left,
        (right[0], {"indent": 240, "down": down}),
        *((x, {"indent": 240}) for x in right[1:]),
    ]
    assert paragraphs(page) == [f"{FERRY} {HARBOUR}", SCHOOL]


def test_a_paragraph_runs_over_a_page():
    first, last = lines(FERRY)[:2], lines(FERRY)[2:]
    source = read([*lines(HARBOUR), *first], [*last, *lines(SCHOOL)])
    assert source.text.split("\n\n") == [HARBOUR, FERRY, SCHOOL]
    place = source.place(Span(source.text.index("The ferry"), source.text.index("within a week")))
    assert (place.page, place.end_page) == (1, 2)
    assert place.brief() == "page 1"


def test_notes_are_left_out_where_a_sentence_runs_over_them():
    first, last = lines(FERRY)[:2], lines(FERRY)[2:]
    note = ("1 See the timetable of the company.", {"size": 7, "down": 30})
    assert paragraphs([*first, note], last) == [FERRY]
    assert paragraphs([*lines(FERRY), note]) == [FERRY, note[0]]


def test_tables_of_numbers_are_left_out():
    table = ["1,204  1,377  982", "12.5   13.1   11.0"]
    assert paragraphs([*lines(FERRY), (table[0], {"down": 20}), table[1]]) == [FERRY]


# What stands on every page.


def test_heads_feet_and_page_numbers_are_left_out():
    bodies = [FERRY, HARBOUR, SCHOOL, "Nobody knew when it would end."]
    pages = [
        [
            "The Marn Messenger",
            (lines(body)[0], {"down": 20}),
            *lines(body)[1:],
            (f"Volume 7, page {number}", {"down": 700 - 14 * len(lines(body))}),
        ]
        for number, body in enumerate(bodies, 1)
    ]
    assert paragraphs(*pages) == bodies


@pytest.mark.parametrize("number", ["3", "- 3 -", "Page 3", "3 of 12", "xiv", "page 3/12"])
def test_a_page_number_is_left_out_on_a_single_page_too(number):
    assert paragraphs([*lines(FERRY), (number, {"down": 500})]) == [FERRY]


@pytest.mark.parametrize("kept", ["3 men came.", "In the year 1984", "vivid", "Page three"])
def test_what_only_resembles_a_page_number_is_kept(kept):
    assert paragraphs([*lines(FERRY), (kept, {"down": 500})]) == [FERRY, kept]


def test_what_a_browser_prints_is_left_out():
    head, foot = "11/21/26, 6:05 PM   The Messenger", "https://messenger.example/a 1/1"
    page = [head, (lines(FERRY)[0], {"down": 20}), *lines(FERRY)[1:], (foot, {"down": 500})]
    assert paragraphs(page) == [FERRY]


# Words.


def test_words_broken_at_a_line_end_are_joined():
    page = ["The travellers asked for the infor-", "mation that nobody at the counter had."]
    text = "The travellers asked for the information that nobody at the counter had."
    assert paragraphs(page) == [text]


def test_hyphens_that_belong_to_a_word_are_kept():
    page = ["The well-known ferry is well-", "known in all of North-", "Marn, a state-of-the-"]
    page += ["art ship since 1990-", "1991."]
    text = (
        "The well-known ferry is well-known in all of North-Marn, a state-of-the-art ship since"
        " 1990-1991."
    )
    assert paragraphs(page) == [text]


def test_a_dash_at_a_line_end_is_no_hyphen():
    assert paragraphs(["The captain, it is said -", "and denied - has left."]) == [
        "The captain, it is said - and denied - has left."
    ]


def drawn(*shown, to_unicode):
    rows = b" ".join(b"1 0 0 1 60 %d Tm (%s) Tj" % (700 - 14 * n, s) for n, s in enumerate(shown))
    return pdf_of_streams([b"BT /F1 10 Tf " + rows + b" ET"], to_unicode=to_unicode)


def test_ligatures_soft_hyphens_and_unknown_glyphs():
    marks = {0x41: "ﬁ", 0x42: "ﬀ", 0x43: "\u00ad", 0x44: "\0", 0x45: "\ue001"}
    source = read_here(drawn(b"the oBicers Anally arCrived D E", to_unicode=marks))
    assert source.text == "the officers finally arrived"


def test_places_count_code_points():
    data = drawn(b"A boat A", b"next A line and on", to_unicode={0x41: "💡"})
    source = read_here(data)
    assert source.text == "💡 boat 💡 next 💡 line and on"
    start = source.text.index("line")
    place = source.place(Span(start, start + 4))
    page = source.carrier.text
    assert page[place.offset : place.end_offset] == "line"
    assert place.to_dict() == {
        "page": 1,
        "offset": page.index("line"),
        "end_page": 1,
        "end_offset": page.index("line") + 4,
    }


def test_glyphs_drawn_one_by_one_in_a_narrow_column_are_words():
    rows, height = [], 780
    for line in lines(FERRY + " " + SCHOOL, 20) * 3:
        rows += [
            b"1 0 0 1 %d %d Tm (%s) Tj" % (60 + 6 * at, height, char.encode())
            for at, char in enumerate(line)
            if char != " "
        ]
        height -= 14
    source = read_here(pdf_of_streams([b"BT /F1 10 Tf " + b"\n".join(rows) + b" ET"]))
    assert FERRY in source.text
    assert SCHOOL in source.text


@pytest.mark.parametrize(
    ("rotation", "matrix"), [(90, b"0 1 -1 0"), (180, b"-1 0 0 -1"), (270, b"0 -1 1 0")]
)
def test_a_page_that_is_shown_turned(rotation, matrix):
    rows = []
    for number, row in enumerate(lines(FERRY) + lines(HARBOUR)):
        at = 14 * number
        across, up = {90: (60 + at, 60), 180: (500, 60 + at), 270: (500 - at, 700)}[rotation]
        rows.append(b"%s %d %d Tm (%s) Tj" % (matrix, across, up, row.encode()))
    stream = b"BT /F1 10 Tf " + b"\n".join(rows) + b" ET"
    data = pdf_of_streams([stream], page_entries=b"/Rotate %d" % rotation)
    assert read_here(data).text == f"{FERRY}\n\n{HARBOUR}"


# Places, by the pieces of the map.


def random_pages(rng):
    words = [*FERRY.split(), *SCHOOL.split(), "café", "well-known", "“No,”", "12", "(again)"]
    pages = []
    for _ in range(rng.randrange(1, 4)):
        page = []
        for _ in range(rng.randrange(1, 8)):
            line = " ".join(rng.choices(words, k=rng.randrange(1, 9))) + rng.choice(("", "-", "."))
            where = {"indent": rng.choice((0, 0, 0, 18, 240)), "down": rng.choice((0, 0, 0, 12))}
            page.append((line, where))
        pages.append(page)
    return pages


def check_places(pages):
    """Every piece of the prose is what stands at its place."""
    source = read_here(pdf(pages))
    covered = 0
    for prose, origin, kind in source.map.pieces(Span(0, len(source.text))):
        assert prose.start == covered
        covered = prose.end
        place = source.place(prose)
        start = source.carrier.starts[place.page - 1] + place.offset
        end = source.carrier.starts[place.end_page - 1] + place.end_offset
        if kind == "same":
            assert source.carrier.text[start:end] == prose.of(source.text)
            on_page = "\n".join(text for text, _ in pages[place.page - 1])
            assert all(word in on_page for word in prose.of(source.text).split())
        else:
            assert prose.of(source.text) in {" ", "-", "\n\n"}
            assert origin.start <= origin.end
    assert covered == len(source.text)
    return len(source.text)


def test_places_in_random_files():
    rng = random.Random(1)  # noqa: S311 - test data
    assert sum(check_places(random_pages(rng)) for _ in range(100)) > 1_000


@pytest.mark.slow
def test_places_in_many_random_files():
    rng = random.Random(2)  # noqa: S311 - test data
    assert sum(check_places(random_pages(rng)) for _ in range(10_000)) > 100_000


STYLES = {
    "gaps": "body {font: 12pt serif}",
    "narrow": "body {font: 11pt serif; text-align: justify; hyphens: auto; width: 9cm}",
    "indents": "body {font: 11pt serif; text-align: justify} p {margin: 0; text-indent: 1.5em}",
    "columns": "body {font: 10pt sans-serif; columns: 2; hyphens: auto} p {text-indent: 1em}",
    "double": "body {font: 12pt serif; line-height: 2}",
}


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize("style", STYLES)
def test_what_a_browser_prints_is_read_as_it_was_written(style, tmp_path):
    example = Path(__file__).parent.parent / "examples" / "native.txt"
    written = [" ".join(text.split()) for text in example.read_text().split("\n\n")]
    body = "".join(f"<p>{html.escape(text, quote=False)}" for text in written)
    page, printed = tmp_path / "a.html", tmp_path / "a.pdf"
    head = f"<html lang=en><meta charset=utf-8><style>{STYLES[style]}</style>"
    page.write_text(f"{head}<body>{body}", encoding="utf-8")
    subprocess.run(  # noqa: S603 - our own page
        [CHROMIUM, "--headless=new", "--no-sandbox", f"--print-to-pdf={printed}", page.as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert reader.read("a.pdf", printed.read_bytes()).text.split("\n\n") == written


# What is refused.


def test_what_is_no_pdf_file_is_named():
    assert refusal(b"") == "a.pdf: not a PDF file"
    assert refusal(b"{\\rtf1 a}") == "a.pdf: not a PDF file (it looks like an RTF document)"
    assert refusal(b"%PDF-1.7\n") == "a.pdf: damaged: no PDF that can be read"


def test_a_file_without_text_needs_ocr():
    reason = "a.pdf: has no text layer; a scanned PDF needs OCR first"
    assert refusal(pdf([[]])) == reason
    assert refusal(pdf([[], []])) == reason
    source = read([], lines(FERRY))
    assert source.warnings == ("1 of 2 pages have no text; scanned ones need OCR",)
    assert source.place(Span(0, 3)).page == 2


def test_an_encrypted_file():
    key = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<00><00>]" % (
        b"11" * 32,
        b"22" * 32,
    )
    assert refusal(pdf_of_streams([b""], trailer=key)) == "a.pdf: encrypted with a password"


def test_without_pypdfium2_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(reader, "find_spec", lambda _: None)
    assert refusal(pdf([["a"]])) == 'a.pdf: needs "pip install mtdetect[pdf]"'


def test_a_child_process_that_dies_is_an_error(monkeypatch):
    monkeypatch.setattr(reader.sys, "executable", "/bin/false")
    assert "PDFium gave up on it" in refusal(pdf([["a"]]))
    monkeypatch.setattr(reader.sys, "executable", "/no/such/program")
    assert "no process can be started to read it" in refusal(pdf([["a"]]))


def test_a_process_of_its_own_reads_the_same():
    data = pdf([lines(FERRY), lines(HARBOUR)])
    source = reader.read("a.pdf", data)
    assert source.text == read_here(data).text == f"{FERRY}\n\n{HARBOUR}"
    assert source.format == "pdf"


def test_files_cut_short_are_read_or_refused():
    whole = pdf([lines(FERRY)])
    for at in range(0, len(whole), 25):
        with suppress(UnreadableError, pdf_pages.RefusedError, pypdfium2.PdfiumError):
            assert read_here(whole[:at]).text in {FERRY, ""}


def test_bounds(monkeypatch):
    data = pdf([lines(FERRY), ["and so on."]])
    for name, reason in (
        ("MOST_PAGES", "has more than 1 pages; split it"),
        ("MOST_LINES", "has more than 1 lines; split it"),
        ("LARGEST_TEXT", "more than 1 characters; split it"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(pdf_pages, name, 1)
            with pytest.raises(pdf_pages.RefusedError, match=reason):
                list(pdf_pages.read_pages(data))


# The parts alone.


def line(text, *, page=0, left=0.0, right=400.0, y=700.0, **more):
    shape = {"height": 10.0, "first_word": 30.0, **more}
    return pdf_layout.Line(0, len(text), text, page, left, right, y, **shape)


def test_no_lines_make_no_paragraphs():
    assert pdf_layout.paragraphs([]) == []


def test_lines_without_size_do_no_harm():
    flat = line("Text without a place", right=0.0, y=0.0, height=1.0, first_word=0.0)
    assert sum(len(p) for p in pdf_layout.paragraphs([flat, flat, flat])) == 3


def test_words_tell_hyphens():
    words = pdf_layout.Words([line("a well-known co-op and its cooperation re-sent resent")])
    assert words.keep_hyphen("is well", "known.")
    assert not words.keep_hyphen("the co", "operation")
    assert not words.keep_hyphen("was re", "sent")
    assert words.keep_hyphen("North", "Marn")
    assert words.keep_hyphen("", "known")
    assert words.keep_hyphen("state-of-the", "art")


def test_the_reader_needs_pypdfium2_only_when_used():
    code = "import sys, mtdetect.reading.pdf; sys.exit('pypdfium2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
