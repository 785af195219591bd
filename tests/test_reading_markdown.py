"""The prose of Markdown files, and where it stands in them."""

import html
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtdetect.files import UnreadableError
from mtdetect.reading import markdown
from mtdetect.text import Span


def read(text):
    return markdown.read("a.md", text.encode())


def prose(text):
    return read(text).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# The *old* town\n\nIt rained\nall day.", "The old town\n\nIt rained all day."),
        ("The town\n========\n\nIt rained.  \nA lot.", "The town\n\nIt rained. A lot."),
        ("- one day\n- two days\n  1. three", "- one day\n\n- two days\n\n- three"),
        ("- [x] bread\n- [ ] milk", "- bread\n\n- milk"),
        ("> He left.\n> She stayed.", "He left. She stayed."),
        ("> [!NOTE]\n> Doors close at six.", "Doors close at six."),
        ("It rained.[^1] It snowed.\n\n[^1]: In May.", "It rained. It snowed.\n\nIn May."),
        ("Rain\n: Water that falls.", "Rain\n\nWater that falls."),
        ("Ask [the mayor](https://a.b 'x') or [her][m].\n\n[m]: /m", "Ask the mayor or her."),
        ("A ~~dog~~ cat came, ~5 kg or ~6.", "A cat came, ~5 kg or ~6."),
        ("A dog ![of ours](dog.png), which barked.", "A dog, which barked."),
        ("[![build](b.svg)](https://b) [![docs](d.svg)][d]\n\nIt works.\n\n[d]: /d", "It works."),
        ("AT&amp;T \\*met\\* us &mdash; at&#32;last &nosuch;", "AT&T *met* us — at last &nosuch;"),
        ("It&#0;is &#xD800;so &#x85;here", "It\ufffdis \ufffdso here"),
        ("It\u2028ends\there,\x0bhere  and\x0chere.", "It ends here, here and here."),
        ("# Rain &amp;\r*It* rained.\r\rA lot.", "Rain &\n\nIt rained.\n\nA lot."),
        ("\ufeffIt rained.\r\n\r\nIt\r\nsnowed.", "It rained.\n\nIt snowed."),
    ],
)
def test_text_is_what_a_reader_sees(text, expected):
    assert prose(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "```\nIt rained.\n```",
        "    It rained.",
        "![It rained.](a.png)",
        "<!-- It rained. -->",
        "$$\nIt rained.\n$$",
        "[a]: https://example.org 'It rained.'",
        "<pre>It rained.\n\nAll day.</pre>",
        "<script>It.rained()</script>\n<style>p { x: y }</style>",
        "---\ntitle: It rained.\n---",
        "+++\ntitle = 'It rained.'\n+++",
        "---\n# rain\ntitle: It rained.\n...",
        "---\n---",
        "{% include rain.html text='It rained.' %}",
        "{{< figure src='a' caption='It *rained*.' >}}\n\n{: .wide }",
        "| day | rain |\n|-----|------|\n| Monday | 5 |\n| Tuesday | none |",
        "- `rain --all`\n- <https://example.org/rain>\n- https://example.org/rain",
        "~~It rained.~~",
        "![a](b).",
        "<irc://example.org/rain>",
        "",
    ],
)
def test_not_prose(text):
    assert prose(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call `read` or ``a`b`` and wait.", "Call read or a`b and wait."),
        ("> Call `read\n> all` and wait.", "Call read all and wait."),
        ("The root of $x^2$ is $x$ in US$5 to US$6.", "The root of x^2 is x in US$5 to US$6."),
        ("It costs US$5 in US$ notes.", "It costs US$5 in US$ notes."),
        ("See https://www.example.org/a_b?c=(d), please.", "See example.org, please."),
        (
            "See (https://example.org/a_(b)) or www.example.com.",
            "See (example.org) or example.com.",
        ),
        ("Ask <a@example.org> or <https://example.org/x>.", "Ask a@example.org or example.org."),
        ("Write `{{ name }}` and `{% if %}` here.", "Write {{ name }} and {% if %} here."),
    ],
)
def test_a_sentence_gets_no_hole(text, expected):
    assert prose(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>It rained&nbsp;&amp; <b>snowed</b>.</p>", "It rained\xa0& snowed."),
        ("<div>\n<p>One.</p><p>Two\nlines.</p>\n</div>", "One.\n\nTwo lines."),
        ("> <div>\n> One\n> day.</div>", "One day."),
        ("<details><summary>Why?</summary>\n\nIt *rained*.\n\n</details>", "Why?\n\nIt rained."),
        ("It rained<br>all day<br/><br/>and night.", "It rained all day\n\nand night."),
        (
            "It <b title='>'>rained</b> <script>x</script>all <del>week</del> day.",
            "It rained all day.",
        ),
        ("<p>5 < 6 and a<b</p>", "5 < 6 and a"),
        ("<ul><li>bread<li><p>milk</p></ul>so", "- bread\n\n- milk\n\nso"),
        ("<table><tr><td>Monday<td>5</table>", ""),
        ("<p>It rained <img alt='no'>, too.", "It rained, too."),
        ("<p title='It rained", ""),
    ],
)
def test_html_is_read_without_its_tags(text, expected):
    assert prose(text) == expected


def test_rules_are_no_front_matter():
    assert prose("---\n\nIt rained.\n\n---\n\nIt snowed.") == "It rained.\n\nIt snowed."
    assert prose("It rained.\n\n---\nsnow: no\n---") == "It rained.\n\nsnow: no"


def test_a_link_may_hold_a_template():
    source = read("Ask [the mayor]({{ site.url }}/mayor) in {{ month }}.")
    assert source.text == "Ask the mayor in."
    assert [span.of(source.text) for span in source.links] == ["the mayor"]


def test_cells_of_a_table_that_hold_sentences_are_prose():
    text = "|a|b|\n|-|-|\n|It rained all day.|5|\n|one two three four five six seven eight|`x`|\n"
    assert prose(text) == "It rained all day.\n\none two three four five six seven eight"


def test_links_and_emphasis():
    source = read("**It [rained](x)** and *snowed* on <i>the</i> `town`, ![*no*](y) [](z).")
    assert [span.of(source.text) for span in source.links] == ["It rained", "snowed", "the"]


def test_quotations():
    source = read("She said:\n\n> It rained.\n>\n> > It did.\n\nSo.\n\n> [!TIP]\n> Stay.\n\n> Go.")
    assert [span.of(source.text) for span in source.quotes] == ["It rained.\n\nIt did.", "Go."]
    source = read("<blockquote>\n\nIt rained.\n\n</blockquote>\n\nSo.")
    assert [span.of(source.text) for span in source.quotes] == ["It rained."]


def test_comments_know_where_they_stand():
    text = "One.\n\n<!-- a\nb -->\n\nTwo <!--c--> three.\n\n> <!-- d\n> e -->\n\n<p><!-- f\n"
    source = read(text)
    assert [comment.text for comment in source.comments] == [" a\nb ", "c", " d\n> e ", " f\n"]
    assert [source.text[comment.at :][:3] for comment in source.comments] == ["Two", "thr", "", ""]
    assert [comment.span.of(text)[:4] for comment in source.comments] == ["<!--"] * 4
    assert source.comments[1].span.of(text) == "<!--c-->"
    assert all(comment.at <= len(source.text) for comment in source.comments)


def test_places_are_those_of_the_file():
    text = "---\nname: Zoë\n---\n\nÀ la *carte* 😀 &amp; more"
    source = markdown.read("a.md", b"\xef\xbb\xbf" + text.encode())
    start = source.text.index("more")
    place = source.place(Span(start, start + 4))
    assert (place.line, place.column) == (5, 22)
    assert text[place.start : place.end] == "more"
    assert place.byte_start == 3 + len(text.encode()) - 4


def test_too_long_a_file_is_an_error():
    with pytest.raises(UnreadableError, match="8,000,000 characters"):
        markdown.read("a.md", b"a" * (markdown.LARGEST + 1))


# One part for each construct; what is put together is any text that pulls at the parser.
_TOKENS = """
    ** ~~ `` $$ ]( ![ [^1] [a] {{a}} {:.a} - [x] &amp; &#x1F600; &nbsp; &NotEqualTilde; &#10;
    &nosuch; &copy <!-- --> <p> </p> <b> </b> <br> <pre> </pre> <td> <li> <a\thref='>'> <script>
    </script> <blockquote> </blockquote> <s> <? https://a.b/c_(d)?e www.a.b. <https://a.b> a@b.org
    Rain É e\u0301 😀 👩‍👩‍👧 ß \u200d ١
"""
_LINES = ("\n> ", "\n- ", "\n1. ", "\n# ", "\n\n    ", "\n```\n", "\n---\n", "\n+++\n", "\n: ")
_BLOCKS = (
    "\n| a | b |\n|-|-|\n",
    "\n[^1]: ",
    "\n[a]: b\n",
    "{% a\n%}",
    "\n<div>\n",
    "\\\n",
    "  \n",
)
_SPACES = (" ", "  ", "\t", "\n", "\r\n", "\r", "\n\n", "\x0b", "\u2028", "\u00a0", "\ufeff")
_SIGNS = "*_`~#>|[]()<>!\\&;:-+=$^{}%\"'.a"
_PARTS = st.sampled_from([*_TOKENS.split(), *_LINES, *_BLOCKS, *_SPACES, *_SIGNS])
_DOCUMENTS = st.lists(_PARTS | st.text(max_size=3), max_size=40).map("".join)


def _check(text, encoding, mark):
    # A second mark would be one too; a NUL after the mark of UTF-16 makes it that of UTF-32.
    text = text.encode("utf-8", "ignore").decode().lstrip("\ufeff\0")
    data = mark + text.encode(encoding)
    if not mark and b"\0" in data:
        return
    source = markdown.read("a.md", data)
    assert source.carrier.text == text
    end = 0
    for piece in source.map.pieces(Span(0, len(source.text))):
        assert piece.prose.start == end
        end = piece.prose.end
        _check_piece(piece.kind, piece.prose.of(source.text), piece.origin.of(text))
        _check_place(source.carrier.place(piece.origin), piece.origin, data, encoding, mark)
    assert end == len(source.text)
    assert source.text == source.text.strip(" \n")
    for spans in (source.links, source.quotes):
        ends = [offset for span in spans for offset in span]
        assert ends == sorted(ends)
        assert all(0 <= start < end <= len(source.text) for start, end in spans)
    ats = [comment.at for comment in source.comments]
    assert ats == sorted(ats)
    assert all(comment.span.of(text).startswith("<!--") for comment in source.comments)
    assert all(at <= len(source.text) for at in ats)


def _check_piece(kind, piece, origin):
    if kind == "same":
        assert piece == origin
        assert not re.search(r"[\t-\r\x1c-\x1e\x85\u2028\u2029]|  ", piece)
    elif kind == "added":
        assert piece == "\n\n"
    elif piece == "- ":
        assert re.fullmatch(r"[-*+]|\d+[.)]|<li\b[^>]*>?", origin, re.IGNORECASE | re.DOTALL)
    elif piece == " ":
        # White space, with what a reader does not see in it: marks, pictures, comments.
        assert origin
    elif origin[0] == "\\":
        assert piece == origin[1:]
    elif origin[0] == "&":
        assert piece == html.unescape(origin)
    else:  # a code span over several lines of a quotation, or with an escaped bar
        assert re.sub(r"[\s>\\]", "", piece) == re.sub(r"[\s>\\]", "", origin)


def _check_place(place, span, data, encoding, mark):
    text = data[len(mark) :].decode(encoding)
    before = text[: span.start]
    inside_line_end = text[span.start - 1 : span.start + 1] == "\r\n"
    lines = re.split(r"\r\n|\r(?!\Z)|\n" if inside_line_end else r"\r\n|\r|\n", before)
    assert (place.line, place.column) == (len(lines), len(lines[-1]) + 1)
    assert place.utf16_start == len(before.encode("utf-16-le")) // 2
    assert place.utf16_end == len(text[: span.end].encode("utf-16-le")) // 2
    assert data[place.byte_start : place.byte_end].decode(encoding) == span.of(text)


_ENCODINGS = st.sampled_from(
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe")]
)


@settings(max_examples=100, deadline=None)
@given(_DOCUMENTS, _ENCODINGS)
def test_every_piece_has_its_place(text, encoding):
    _check(text, *encoding)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(_DOCUMENTS, _ENCODINGS)
def test_every_piece_has_its_place_in_many_texts(text, encoding):
    _check(text, *encoding)


_HOSTILE = (
    *("[", "*", ">", "`", "<", "&", "\\", "{{", "{%", "{:", "<!--", "<a ", "<a x='", "$a$", "~~"),
    *("> ", "- ", "[a](", "![a](", "*a **b ", "`a`\n", "<b>", "<b>\n", "|", "[^a]", "https://a/)"),
    *("www.a", "&amp;", "\\*", "<p>\n\n", "<td>", "<pre>\n", "a\n", "\t", "1. ", ": a\n", "{{}}"),
)


@pytest.mark.parametrize("part", _HOSTILE)
def test_hostile_text_takes_linear_time(part):
    text = part * (20_000 // len(part))
    started = time.process_time()
    read(text)
    read("<div>\n" + text)
    assert time.process_time() - started < 3


@pytest.mark.slow
@pytest.mark.parametrize("part", _HOSTILE)
def test_a_megabyte_of_hostile_text_takes_seconds(part):
    started = time.process_time()
    read(part * (1_000_000 // len(part)))
    read("<div>\n" + part * (1_000_000 // len(part)))
    assert time.process_time() - started < 90
