"""HTML to prose: what counts as running text, and where each stretch of it stands."""

from __future__ import annotations

import html as entities
import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtdetect.files import UnreadableError
from mtdetect.reading import html, html_page, parse
from mtdetect.reading.html_tokens import Broken, Text, tokenize
from mtdetect.text import Span

ONE = "The ferry to the northern islands was cancelled again on Tuesday morning."
TWO = "Its captain said that the engine had failed twice within a single week."
THREE = "Passengers waited on the pier for hours, and some of them slept there."
NOISE = "Our readers write long letters to us, and we print the best of them here."


def source(markup):
    return html.read("page.html", markup.encode())


def prose(markup):
    return source(markup).text


def page(body, head=""):
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def quoted(found, spans):
    return [found.text[span.start : span.end] for span in spans]


# What is prose.


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<p>One.<p>Two.", "One.\n\nTwo."),
        ("<div>One.</div>Two.<h2>Three</h2>", "One.\n\nTwo.\n\nThree"),
        ("<ul><li>One.<li>Two.</ul>", "- One.\n\n- Two."),
        ("one<br>two", "one\ntwo"),
        ("one <br/> two", "one\ntwo"),
        ("one<br><br>two", "one\n\ntwo"),
        ("one<br /> &nbsp;\n<br>two", "one\n\ntwo"),
        ("one</br>two", "one\ntwo"),
        ("<p>one<br></p><p><br>two</p>", "one\n\ntwo"),
        ("  one \t\r\n two  ", "one two"),
        ("<b> one </b> two", "one two"),
        ("one<b> two</b>", "one two"),
        ("one<!-- x -->two", "onetwo"),
        ("<p>Un<b>believ</b>able</p>", "Unbelievable"),
        ("a &lt b &amp; c&ampd &hellip;", "a < b & cd …".replace("cd", "c&d")),
        ("x&nbsp;&nbsp;y", "x\u00a0\u00a0y"),
        ("&#8220;x&#x201D; &#147;y&#148;", "“x” “y”"),
        ("x&#32;&#10;&Tab; y", "x y"),
        ("&notit; &unknown; &", "¬it; &unknown; &"),
        ("&#xD800;&#1114112;&#" + "9" * 5000 + ";", "\ufffd\ufffd\ufffd"),
        ("inter&shy;national trans\u00adlation", "international translation"),
        ("a < b, 3 <4 and </ done", "a < b, 3 <4 and"),
        ("<p>&nbsp;</p><p>\u200b</p><p>x</p>", "x"),
        ("<P CLASS=x>One.</P>", "One."),
        ('<p title="a > b" data-x=\'"\'>One.</p>', "One."),
        ('<p title="never closed>One.</p><p>Two.</p>', "One.\n\nTwo."),
    ],
)
def test_markup_becomes_text_as_a_browser_shows_it(markup, expected):
    assert prose(markup) == expected


@pytest.mark.parametrize(
    "left_out",
    [
        "<script>if (a < b) alert('<p>No.</p>')</script>",
        "<style>p::after { content: 'No.' }</style>",
        "<template><p>No.</p></template>",
        "<noscript><p>No.</p></noscript>",
        "<svg><title>No.</title><text>No.</text></svg>",
        "<svg/>",
        "<math><mi>No</mi></math>",
        "<pre>No.</pre>",
        "<pre><code>No.</code></pre>",
        "<p><code>no()</code></p>",
        "<nav><p>No.</p></nav>",
        "<aside><p>No.</p></aside>",
        "<footer><p>No.</p></footer>",
        "<figure><img src=x><figcaption>No.</figcaption></figure>",
        "<form><label>No</label> <input value=No> <select><option>No</select></form>",
        "<button>No</button>",
        "<textarea>No.</textarea>",
        "<menu><li>No</menu>",
        "<iframe>No.</iframe>",
        "<video>No.</video>",
        "<p hidden>No.</p>",
        "<div hidden=until-found><p>No.</p></div>",
        "<p style='color: red; DISPLAY:none'>No.</p>",
        "<p><span aria-hidden=true>No</span></p>",
        "<div role=navigation>No.</div>",
        '<div class="sr-only">No.</div>',
        "<div class='post-comments'><p>No.</p></div>",
        "<div id=disqus_thread><p>No.</p></div>",
        "<div class='relatedPosts'><p>No.</p></div>",
        "<div class='share-bar'><p>No.</p></div>",
        "<div class='cookie-notice'><p>No.</p></div>",
        "<section id='newsletter_box'><p>No.</p></section>",
        "<table><tr><th>No<td>1,024<td>12</table>",
        "<title>No.</title>",
        "<!-- <p>No.</p> -->",
        "<![CDATA[No.]]>",
        "<?php no ?>",
    ],
)
def test_what_is_not_running_text_is_left_out(left_out):
    assert prose(f"<p>{ONE}</p>{left_out}<p>{TWO}</p>") == f"{ONE}\n\n{TWO}"
    assert prose(page(f"<p>{ONE}</p>{left_out}<p>{TWO}</p>")) == f"{ONE}\n\n{TWO}"


@pytest.mark.parametrize(
    "kept",
    [
        f"<table><tr><td>{TWO}</td></tr></table>",
        f"<details><summary>{TWO}</summary></details>",
        f"<section class='section'>{TWO}</section>",
        f"<div class='market-news shadow headline'>{TWO}</div>",
        f"<p style='display: block' aria-hidden=false>{TWO}</p>",
        f"<figure><blockquote>{TWO}</blockquote></figure>",
        f"<font color=red><center>{TWO}</center></font>",
        f"<p id=p1 class='tag-comments category-cookies'>{TWO}</p>",
    ],
)
def test_what_looks_like_furniture_but_is_none_stays(kept):
    assert prose(page(f"<p>{ONE}</p>{kept}")) == f"{ONE}\n\n{TWO}"


def test_inline_code_stays_so_that_no_sentence_has_a_hole():
    assert prose("<p>Call <code>open()</code> and press <kbd>Enter</kbd>.</p>") == (
        "Call open() and press Enter."
    )


def test_no_space_is_left_before_a_stop_where_an_icon_was():
    assert prose("<p>Press <svg><path/></svg>, then <img src=x>. Done <b>now</b>.") == (
        "Press, then. Done now."
    )
    assert prose("<p>Press <img src=x> then.") == "Press then."


def test_unclosed_constructs_end_the_text_with_a_warning():
    for markup, what in (
        ("<p>One.<script>Two.", "<script>"),
        ("<p>One.<title>Two.", "<title>"),
        ("<p>One.<textarea>Two.</p>", "<textarea>"),
        ("<p>One.<plaintext>Two.</plaintext>", "<plaintext>"),
        ("<p>One.<!-- Two.", "comment"),
        ("<p>One.<a href='x", "tag"),
    ):
        found = source(markup)
        assert found.text == "One."
        assert found.warnings == (f"a {what} is never closed; what follows it is left out",)


def test_end_tags_without_start_close_nothing():
    assert prose("<div><table><tr><td>One is a sentence.</div></td></tr></table>Two.</div>") == (
        "One is a sentence.\n\nTwo."
    )
    assert prose("</script></title>One</b></i>.<p>Two</x>.</p></p></p>") == "One.\n\nTwo."


def test_an_unclosed_hidden_element_ends_with_its_parent():
    assert prose("<div>One.<span hidden>No.</div><p>Two.") == "One.\n\nTwo."
    assert prose("One<button><div>No.</button> and two.") == "One and two."


def test_the_head_ends_where_the_body_begins_even_without_tags():
    assert prose("<html><head><title>No</title><meta charset=utf-8><p>One.") == "One."


def test_a_self_closed_element_is_empty_in_xml_and_svg_only():
    assert prose("<div hidden/>One.") == ""
    assert prose("<?xml version='1.0'?><html><body><div hidden=''/>One.</body></html>") == "One."
    assert prose("<svg><g/></svg>One.") == "One."


def test_a_page_without_prose_is_empty_with_a_warning():
    found = source(page("<nav><a href=x>Home</a></nav>"))
    assert (found.text, found.warnings) == ("", ("no running text found",))
    assert list(found.map.pieces(Span(0, 0))) == []
    assert source("").text == ""


# Which part of a page is the article.

SIDE = f"<div class=column><p>{NOISE}</p></div>"
ARTICLE = f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>"
READ = f"{ONE}\n\n{TWO}\n\n{THREE}"


@pytest.mark.parametrize(
    "markup",
    [
        f"{SIDE}<article>{ARTICLE}</article>{SIDE}",
        f"{SIDE}<main>{ARTICLE}</main>{SIDE}",
        f"{SIDE}<div role=main>{ARTICLE}</div>{SIDE}",
        f"{SIDE}<div itemprop='articleBody'>{ARTICLE}</div>{SIDE}",
        f"{SIDE}<div class='td-post-content x'>{ARTICLE}</div>{SIDE}",
        f"<article>{SIDE}<div class='article__body'>{ARTICLE}</div>{SIDE}</article>",
        f"<main>{SIDE}<article>{ARTICLE}</article>{SIDE}</main>",
        f"<div><div><div>{ARTICLE}</div>{SIDE}</div></div>",
        f"<table><tr><td>Home<td>{ARTICLE}<td>{SIDE}</table>",
        f"<article>{ARTICLE}</article><article class=card><p>A short teaser.</p></article>",
        f"<article>{ARTICLE}</article><div id=comments><article><p>{NOISE}</p></article></div>",
        f"<form id=aspnetForm><div>{ARTICLE}</div></form><form><p>{NOISE}</p></form>",
        f"<div class='has-sidebar comments-open nav-fixed'><article>{ARTICLE}</article></div>",
        f"<div class='modal-open sidebar-right'><h1></h1><div>{ARTICLE}</div></div>",
        f"<main aria-hidden=true>{ARTICLE}</main>",
        f"<div class='social-science'>{ARTICLE}</div><p class=copyright>{NOISE}</p>",
        f"<article><h1></h1><div class='comments'>{SIDE * 9}</div>{ARTICLE}</article>",
        f"<article>{ARTICLE}<p><a href=x>{NOISE}</a></p><ul><li><a href=y>More</a></ul></article>",
        f"<article>{ARTICLE}<div class=related-links><p>{NOISE}</p></div></article>",
        f"<header><p>{NOISE}</p></header><div>{ARTICLE}</div>",
        f"<article><section><p>{ONE}</p></section><section><p>{TWO}</p><p>{THREE}</p></section>",
    ],
)
def test_the_article_is_preferred_to_the_rest_of_the_page(markup):
    assert prose(page(markup)) == READ


def test_headings_and_the_header_of_an_article_are_prose():
    markup = f"<header>Site</header><article><header><h1>Ferry</h1></header>{ARTICLE}</article>"
    assert prose(page(markup)) == f"Ferry\n\n{READ}"


def test_a_listing_page_is_read_whole_but_for_its_links():
    items = "".join(
        f"<article><h2><a href=x>Item</a></h2><h3>Part</h3><p>{text}</p></article>"
        for text in (ONE, TWO, THREE)
    )
    assert prose(page(SIDE + items)) == "\n\n".join(f"Part\n\n{t}" for t in (ONE, TWO, THREE))


def test_where_nothing_stands_out_the_whole_body_is_read():
    halves = f"<div><p>{ONE}</p><p>{TWO}</p></div><div><p>{THREE}</p><p>{NOISE}</p></div>"
    assert prose(page(halves)) == f"{READ}\n\n{NOISE}"
    assert prose(page("<p>Short.</p><p>And sweet</p>")) == "Short.\n\nAnd sweet"


def test_a_small_article_element_does_not_hide_the_text():
    assert (
        prose(page(f"<article><p>A teaser stands here.</p></article><div>{ARTICLE}</div>")) == READ
    )


def test_misleading_class_names_do_not_hide_everything():
    assert prose(page(f"<div class=sidebar><p>{ONE}</p></div>")) == ONE
    assert prose(f"<div class='share'><p>{ONE}</p></div>") == ONE
    assert prose(page("<div class=sidebar><p>No.</p></div><p>Yes.</p>")) == "Yes."


def test_a_fragment_is_read_whole():
    assert prose(f"<header><h1>Ferry</h1></header>{ARTICLE}<div><a href=x>{NOISE}</a></div>") == (
        f"Ferry\n\n{READ}\n\n{NOISE}"
    )


# Links, quotations, comments.


def test_links_and_emphasis_are_spans_of_the_prose():
    found = source(
        "<p>The <a href=x> old <b>bridge</b> </a>was <em>not</em><i>ed</i>; <a>no</a> x."
    )
    assert found.text == "The old bridge was noted; no x."
    assert quoted(found, found.links) == ["old bridge", "not", "ed"]


def test_quotations_are_spans_of_the_prose():
    found = source(f"<p>{ONE}<blockquote><p>{TWO}<p>He <q>nodded</q>.</blockquote>x <q>y</q>.")
    assert quoted(found, found.quotes) == [f"{TWO}\n\nHe nodded.", "y"]


def test_comments_know_where_they_stand():
    markup = "<!-- a --><p>One.<!--b--></p><!-- c --><p>Two<!----> three.</p><p>&#1;</p><!-- d -->"
    found = source(markup)
    assert [comment.text for comment in found.comments] == [" a ", "b", " c ", "", " d "]
    assert [found.text[comment.at :] for comment in found.comments] == [
        "One.\n\nTwo three.",
        "\n\nTwo three.",
        "Two three.",
        " three.",
        "",
    ]
    assert [markup[slice(*comment.span)] for comment in found.comments][1] == "<!--b-->"


def test_marks_are_found_along_the_way():
    (mark,) = source(f'<html class="translated-ltr"><body><p>{ONE}').marks
    assert mark.name == "google_translated"


# Encodings.


@pytest.mark.parametrize(
    ("data", "encoding", "expected"),
    [
        (b"<meta charset=iso-8859-1><p>caf\xe9", "cp1252", "café"),
        (b'<META content="text/html; charset=koi8-r" http-equiv=x><p>\xc1', "koi8-r", "а"),
        (b"<?xml version='1.0' encoding='iso-8859-2'?><p>\xb1", "iso8859-2", "ą"),
        (b"<!-- <meta charset=koi8-r> --><p>caf\xc3\xa9", "utf-8", "café"),
        (b"<p>caf\xc3\xa9", "utf-8", "café"),
        (b"\xef\xbb\xbf<meta charset=koi8-r><p>caf\xc3\xa9", "utf-8", "café"),
        ("\ufeff<p>café".encode("utf-16-le"), "utf-16-le", "café"),
        (b"<meta charset=utf-8><p>ok", "utf-8", "ok"),
    ],
)
def test_the_encoding_is_the_declared_one(data, encoding, expected):
    found = html.read("x", data)
    assert (found.encoding, found.text) == (encoding, expected)
    place = found.place(Span(0, len(found.text)))
    assert data[place.byte_start : place.byte_end].decode(encoding) == expected


def test_a_page_that_plainly_is_utf_8_is_read_so_whatever_it_declares():
    found = html.read("x", b"<meta charset=iso-8859-1><p>caf\xc3\xa9")
    assert found.text == "café"
    assert found.warnings == ("declares the encoding iso-8859-1, but is UTF-8",)


def test_the_reader_is_found_by_ending_and_by_content():
    for name, data in (("a.htm", b"<p>One."), ("a", b" <!doctype HTML><p>One.")):
        (found,) = parse(name, data)
        assert (found.format, found.text) == ("html", "One.")


# Places.

CHUNKS = st.sampled_from(
    [
        "word", "Ünï", "e\u0301", "🙂", "a b", "  ", "\n", "\r\n", "\t", "\u00a0", "\u2028", "<",
        ">", '"', "&", "&amp;", "&ampx", "&nbsp;", "&nbsp", "&#8217;", "&#x1F600;", "&#10;",
        "&NotEqualTilde;", "&bogus;", "&shy;", "\u00ad", "&#xD800;", "&#1;", "<p>", "</p>", "<b>",
        "</b>", "<i class='x y'>", "</i>", '<a href="?a=1&amp;b=2>3">', "</a>", "<a href>", "<br>",
        "<br />", "<div>", "</div>", "<div class='comments'>", "<blockquote>", "</blockquote>",
        "<q>", "</q>", "<span hidden>", "</span>", "<!-- c -->", "<!---->",
        "<script>x<b></script>", "<script>", "</script>", "<svg>", "</svg>", "<img src=x>",
        "<table>", "<tr>", "<td>", "</td>", "</table>", "<ul>", "<li>", "</ul>", "<h1>", "</h2>",
        "<code>", "</code>", "<article>", "</article>", "<html>", "<body>", "<title>", "</title>",
        "<nav>", "</nav>", "<p title='", "<!", "</", "A sentence of some length, with a stop.",
    ]
)  # fmt: skip
ENCODED = st.sampled_from([("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-be", b"\xfe\xff")])


def line_and_column(text, offset):
    """Counted the plain way: a line ends with CR LF, LF or CR."""
    lines = re.split(r"\r\n|\r|\n", text[:offset])
    inside = text[offset - 1 : offset + 1] == "\r\n"  # no piece of prose starts there
    return len(lines) - inside, len(lines[-1]) + 1


def check_places(chunks, encoded, data):
    encoding, mark = encoded
    markup = "".join(chunks)
    raw = mark + markup.encode(encoding)
    found = html.read("x.html", raw)
    start = data.draw(st.integers(0, len(found.text)))
    end = data.draw(st.integers(start, len(found.text)))
    at = start
    for piece in found.map.pieces(Span(start, end)):
        assert piece.prose.start == at
        at = piece.prose.end
        text, origin = found.text[slice(*piece.prose)], markup[slice(*piece.origin)]
        whole = next(found.map.pieces(Span(piece.prose.start, piece.prose.start + 1)))
        if piece.kind == "same":
            assert text == origin
        elif piece.kind == "added":
            assert text in {"\n\n", "\n"}
        elif text == "\n" and origin.startswith("<"):
            assert re.fullmatch(r"</?br[^>]*>", origin)
        elif origin.startswith("<"):
            assert text in "- "
            assert re.match(r"<li\b", origin, re.IGNORECASE)
        else:
            assert text in re.sub(r"[ \t\r\n\f]+", " ", entities.unescape(origin))
        assert whole.kind == piece.kind
        place = found.carrier.place(piece.origin)
        assert raw[place.byte_start : place.byte_end].decode(encoding) == origin
        assert (place.line, place.column) == line_and_column(markup, piece.origin.start)
    assert at == end
    for spans in (found.links, found.quotes):
        assert all(span.start < span.end <= len(found.text) for span in spans)
        assert all(a.end <= b.start for a, b in pairwise(spans))
    for comment in found.comments:
        assert markup[slice(*comment.span)] == f"<!--{comment.text}-->"
        assert 0 <= comment.at <= len(found.text)


@settings(max_examples=100)
@given(st.lists(CHUNKS, max_size=40), ENCODED, st.data())
def test_every_place_leads_back_to_the_file(chunks, encoded, data):
    check_places(chunks, encoded, data)


@pytest.mark.slow
@settings(max_examples=10_000)
@given(st.lists(CHUNKS, max_size=60), ENCODED, st.data())
def test_every_place_leads_back_to_the_file_in_10_000_pages(chunks, encoded, data):
    check_places(chunks, encoded, data)


WORDS = st.sampled_from(
    [
        ("bridge", "bridge"), ("café", "caf&eacute;"), ("“no”", "&ldquo;no&#8221;"),
        ("R&D", "R&amp;D"), ("R&D", "R&D"), ("🙂", "&#128578;"), ("old", "<b>old</b>"),
        ("link", "<a href='x'>link</a>"), ("half", "ha<i>lf</i>"), ("note", "<!-- > -->note"),
        ("a\u00a0b", "a&nbsp;b"), ("<3", "&lt;3"), ("naïve", "na&shy;ïve"),
        ("x", "<script>a</script>x"), ("y.", "y.<span hidden> z</span>"),
        ("said", "<span>said</span>"), ("q", "<q>q</q>"), ("code", "<code>code</code>"),
    ]
)  # fmt: skip
GAPS = st.sampled_from([" ", "  ", "\n", "\r\n\t", " <!-- c --> ", " <wbr> ", "</u> ", " <u>"])
TAGS = st.sampled_from(["p", "div", "h2", "li", "section", "blockquote", "dd"])


@settings(max_examples=100)
@given(
    st.lists(st.tuples(TAGS, st.lists(st.tuples(WORDS, GAPS), min_size=1, max_size=6)), max_size=5)
)
def test_paragraphs_come_out_as_they_went_in(paragraphs):
    markup = "".join(
        f"<{tag}>text {''.join(written + gap for (_, written), gap in words)}</{tag}>\n"
        for tag, words in paragraphs
    )
    expected = [
        " ".join(["- text" if tag == "li" else "text", *(read for (read, _), _ in words)])
        for tag, words in paragraphs
    ]
    assert prose(markup) == "\n\n".join(expected)


@settings(max_examples=100)
@given(st.lists(CHUNKS, max_size=40))
def test_tokens_are_the_whole_text(chunks):
    text, at = "".join(chunks), 0
    for token in tokenize(text):
        if isinstance(token, Broken):
            assert text[token.start] == "<"
            return
        assert token.start == at
        at = token.end
        if isinstance(token, Text):
            assert token.start < token.end
    assert at == len(text)


# Hostile input.


@pytest.mark.parametrize(
    "part",
    [
        "<!--", "<!---->", "<a ", "</a", "<![CDATA[", "<?", "<!", "<", "&", "<script>", '<a b="',
        "<a b='", "<a =", "&#", "</", "<p>", "</p>", "<b>", "<td>", "<a href=x>y", "<li>x",
        "<title>", "<plaintext>", "&#xD800;", "<svg/>", "<div><i></b></p>", "<br>", "x<br>",
        "<b hidden>", " ", "a ", "&nbsp;", "<p class='x comment y'>",
        "<script>var t_jp = {</script>", '<font style="vertical-align: inherit;">',
    ],
)  # fmt: skip
def test_time_is_linear(part):
    def seconds(size):
        began = time.process_time()
        html.read("x", (part * (size // len(part))).encode())
        return time.process_time() - began

    seconds(1_000)
    # Quadratic time would make the second four times as large as twice the first; clocks are rough.
    assert seconds(20_000) < 3 * (2 * seconds(10_000)) + 0.05


def test_deep_nesting_is_no_problem():
    assert prose("<div><b>" * 5_000 + "deep" + "</b></div>" * 5_000) == "deep"


def test_too_many_tags_are_refused(monkeypatch):
    monkeypatch.setattr(html_page, "MOST_TAGS", 5)
    assert prose("<b>" * 5 + "x") == "x"
    for markup in ("<b>" * 6, "<br>" * 6, "<!---->" * 6):
        with pytest.raises(UnreadableError, match="more than 5 tags and comments; split it"):
            prose(markup)


def test_too_much_prose_is_refused(monkeypatch):
    monkeypatch.setattr(html, "LARGEST_TEXT", 100)
    assert prose("<p>" + "x" * 100) == "x" * 100
    for markup in ("x" * 101, "<p>word " * 40, "&amp;" * 101):
        with pytest.raises(UnreadableError, match="more than 100 characters of prose; split it"):
            prose(markup)


def test_a_binary_file_is_refused():
    with pytest.raises(UnreadableError, match="PNG image"):
        html.read("x.html", b"\x89PNG\r\n\x1a\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    "part",
    [b"<!--", b"<a ", b"</a", b"<![CDATA[", b"<?", b'<a b="', b"<script>", b"word ", b"<p>\r\n"],
)
def test_five_megabytes_are_read_or_refused_in_seconds(part):
    began = time.process_time()
    try:
        html.read("x", part * (5_000_000 // len(part)))
    except UnreadableError as error:
        assert "split it" in error.reason  # noqa: PT017 - either is right
    assert time.process_time() - began < 60


def test_items_of_a_list_are_marked_as_such():
    """A paragraph that begins with a small letter is suspect; an item of a list is not."""
    found = source(
        "<p>Bring</p><ul><li>a towel<li><p>soap</p><p>and salt</p></li><li></li></ul>end"
    )
    assert found.text == "Bring\n\n- a towel\n\n- soap\n\nand salt\n\nend"
