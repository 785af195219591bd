"""The HTML report: what it says, that all else in it is text, and that nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from conftest import MODEL, make_report, place
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mtdetect import phrases
from mtdetect.files import UnreadableError
from mtdetect.reading import Mark, Source
from mtdetect.reading.places import TextCarrier
from mtdetect.render import html, wordings
from mtdetect.render.figures import rounded
from mtdetect.render.html_segments import Marking, segments
from mtdetect.render.html_strip import MOST_BARS, strip
from mtdetect.render.html_sum import rows
from mtdetect.report import (
    Contribution,
    Finding,
    ParagraphRating,
    Passage,
    Report,
    SentenceRating,
)
from mtdetect.result import Hidden, Scored
from mtdetect.text import Document, Span

TEXT = """\
The port will close to visitors from May. According to two people close to the owners.

“We waited for the ferry until the night,” he told the local radio. Harbor Talk.”

The head of the big town administration then carried out the phone with the captain,
sort of.

See also  Why the seagulls left

Leave a Reply
"""
ATTRIBUTION = (
    "According to two people close to the owners.",
    "detached_attribution",
    "an attribution stands alone as a sentence",
    1.9,
)
QUOTE = ("Harbor Talk.”", "unopened_quote", "a closing quotation mark has no opening one", 1.1)
HEDGE = ("sort of", "hedges", "a hedge or an afterthought of English prose", -0.5)
ODD = ("carried out the phone", phrases.NAME, "an unusual combination", 0.0)
SEE_ALSO = ("See also  Why the seagulls left", "see_also_line", "a foreign headline", 0.0)

VOID = {"meta", "link", "br"}
RAW = {"style", "script"}
# All that the renderer writes. Nothing a text holds may add to it.
ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        """html head meta link title style body main header footer article section figure
        figcaption h1 h2 h3 p dl dt dd div span a b bdi q code mark ul li details summary table
        thead tbody tfoot tr th td svg path rect script""",
    )
)
ATTRIBUTES = frozenset(
    re.findall(
        r"[\w-]+",
        """charset http-equiv content name rel href lang class id tabindex open scope colspan role
        aria-label aria-hidden data-n data-key data-sort viewbox preserveaspectratio d x y width
        height""",
    )
)


class Node:
    """An element with its children in order; text is a str."""

    def __init__(self, name, attributes, parent):
        self.name, self.attributes, self.parent = name, attributes, parent
        self.children = []

    def all(self, name=None, **wanted):
        """The elements inside, in order, with the name and attributes; a class may be one of
        several."""
        for child in self.children:
            if isinstance(child, Node):
                if name in {None, child.name} and all(
                    value in (child.attributes.get(key.rstrip("_")) or "").split()
                    for key, value in wanted.items()
                ):
                    yield child
                yield from child.all(name, **wanted)

    def one(self, name=None, **wanted):
        (found,) = self.all(name, **wanted)
        return found

    @property
    def text(self):
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class Tree(HTMLParser):
    """Parses a page and insists that every element is closed where it should be."""

    def __init__(self, page):
        super().__init__()
        self.root = self.at = Node("root", {}, None)
        self.feed(page)
        self.close()
        assert self.at is self.root

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), f"an attribute of {tag} twice"
        node = Node(tag, dict(attrs), self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_endtag(self, tag):
        assert tag == self.at.name
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.children.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data!r}")

    def handle_pi(self, data):
        raise AssertionError(f"a processing instruction: {data!r}")


def scored(report, text=TEXT, **fields):
    source = Source("suspect.txt", text, TextCarrier(text), encoding="utf-8")
    return Scored(replace(source, **fields), report)


def page(*results):
    return html.render(results, version="1.2.3", model=MODEL)


def tree(*results):
    return Tree(page(*results)).root


def machine_report(**changes):
    settings = {
        "findings": (ATTRIBUTION, QUOTE, HEDGE, ODD, SEE_ALSO),
        "style": (("big town administration", 0.7), ("with the captain", 0.9), ("from", -0.3)),
        "passages": (("The port", "sort of", 0.94),),
        "furniture": ("See also", "Leave"),
        "words": 1041,
    }
    report = make_report(TEXT, "machine", **settings | changes)
    return replace(report, findings=tuple(sorted(report.findings, key=lambda f: f.span)))


def shown(text):
    """What a reader sees of a text: as the renderer should do it, said another way."""
    return "".join(map(shown_char, text))


def shown_char(char):
    if char == "\r":
        return ""
    harmless = char in "\n\t\u00ad\u200c\u200d"
    spelt = unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return f"⟨U+{ord(char):04X}⟩" if spelt and not harmless else char


def paragraphs(root):
    """The text of every paragraph by its number, furniture and all."""
    return {
        int(para.attributes["id"].rpartition("-p")[2]): next(para.all("p")).text
        for para in root.all("div", class_="para")
    }


def test_the_head_says_verdict_probability_and_what_they_mean():
    head = next(tree(scored(machine_report())).one("article").all("header"))
    assert head.one("h1").text == "Looks machine-translated"
    assert head.one(class_="figure").text == "98 %"
    assert head.one(class_="name").text == "suspect.txt"
    assert "At most 1 in 100 measured human texts score as high." in head.text
    facts = {next(d.all("dt")).text: next(d.all("dd")).text for d in head.one("dl").all("div")}
    assert facts == {
        "Verdict": "machine",
        "Words": "1,041",
        "Log-odds": "+3.1",
        "Flagged above": "+2.8",
        "Read as": "plain text, UTF-8",
    }


@pytest.mark.parametrize(
    ("verdict", "headline", "standing"),
    [
        ("mixed", "One passage looks machine-translated", "one passage is above the line"),
        ("human", "Reads as human", "Below the line that 1 in 100 measured human texts cross."),
    ],
)
def test_each_verdict_in_words(verdict, headline, standing):
    passages = (("The port", "Harbor Talk.”", 0.94),) if verdict == "mixed" else ()
    root = tree(scored(make_report(TEXT, verdict, passages=passages)))
    assert root.one("h1").text == headline
    assert standing in root.one("p", class_="standing").text
    assert root.one("article").attributes["class"] == f"report {verdict}"


def test_several_passages_are_counted():
    passages = (("The port", "Harbor Talk.”", 0.94), ("The head", "sort of.", 0.88))
    root = tree(scored(make_report(TEXT, "mixed", passages=passages)))
    assert root.one("h1").text == "2 passages look machine-translated"
    links = [a.text for a in root.one(class_="passages").all("a")]
    assert links == ["¶ 1–2", "¶ 3"]


def test_a_human_text_at_more_than_even_odds_says_so():
    root = tree(scored(make_report(TEXT, "human", probability=0.8)))
    assert "more than an even bet" in root.one("p", class_="standing").text


def test_an_insufficient_text_has_a_reason_and_no_figures():
    report = make_report("Too short.", "insufficient", reason="2 words of prose; 40 are needed")
    root = tree(scored(report, "Too short."))
    assert root.one("h1").text == "No verdict"
    assert root.one("p", class_="standing").text.startswith("2 words of prose; 40 are needed.")
    assert not [*root.all(class_="figure"), *root.all(class_="strip"), *root.all("table")]
    assert paragraphs(root) == {1: "Too short."}


def test_the_article_is_there_paragraph_by_paragraph():
    report = machine_report()
    expected = {n: p.span.of(TEXT) for n, p in enumerate(report.paragraphs, start=1)}
    assert paragraphs(tree(scored(report))) == expected


def test_furniture_is_folded_and_open_where_something_weighs():
    furniture = tree(scored(machine_report())).one("details", class_="furniture")
    assert "2 paragraphs of page furniture, left out" in furniture.one("summary").text
    assert "open" not in furniture.attributes
    weighing = (("Leave a Reply", "stray_stop", "something", 1.0),)
    root = tree(scored(machine_report(findings=weighing)))
    assert "open" in root.one("details", class_="furniture").attributes


def test_findings_are_marked_exactly_with_a_note_beside():
    root = tree(scored(machine_report()))
    marks = [(mark.attributes["class"], mark.text) for mark in root.one(class_="text").all("mark")]
    assert marks == [
        ("damage", ATTRIBUTION[0]),
        ("damage", QUOTE[0]),
        ("odd", ODD[0]),
        ("hand", HEDGE[0]),
        ("light", SEE_ALSO[0]),
    ]
    notes = [note.text for note in root.all("li", class_="note")]
    assert notes == [
        "1 An attribution stands alone as a sentence. +1.9 · line 1 · detached attribution",
        "2 A closing quotation mark has no opening one. +1.1 · line 3 · unopened quote",
        "3 A hedge or an afterthought of English prose. −0.5 for a human hand · line 6 · hedges",
        "Unusual together: “carried out the phone”. odd collocation",
        "4 A foreign headline. weighs nothing here · line 8 · see also line",
    ]


def test_notes_of_one_claim_are_taken_together():
    twice = (
        ("The port", "link_capital", "a capital", 2.0),
        ("May", "link_capital", "a capital", 1),
    )
    root = tree(scored(machine_report(findings=twice)))
    assert root.one("li", class_="note").text == "1 2 A capital. +3.0 · line 1 · link capital"


def test_many_notes_of_one_paragraph_are_folded():
    words = list(dict.fromkeys(TEXT.partition("\n")[0].split()))[:11]
    many = tuple((word, "link_capital", f"claim on {word}", 1.0) for word in words)
    root = tree(scored(machine_report(findings=many)))
    notes = root.one("div", class_="notes")
    assert len(list(notes.all("li"))) == len(words)
    assert notes.one("summary").text == "and 3 more notes"


def test_telling_wording_is_underlined_in_suspect_paragraphs_only():
    style = (("big town administration", 0.7), ("then", 0.2), ("visitors", 0.9))
    report = machine_report(style=style, findings=(), passages=(("The head", "sort of", 0.9),))
    root = tree(scored(report))
    assert [s.text for s in root.one(class_="text").all("span", class_="telling")] == [
        "big town administration then"
    ]


def test_the_steps_of_shading():
    report = make_report(TEXT, "machine", furniture=("See also", "Leave"))
    probabilities = [0.49, 0.5, 0.8, None, None]
    spans = [paragraph.span for paragraph in report.paragraphs]
    sentences = [SentenceRating(s, 0.0, p) for s, p in zip(spans, probabilities, strict=True)]
    rated = [
        replace(p, probability=q) for p, q in zip(report.paragraphs, probabilities, strict=True)
    ]
    root = tree(scored(replace(report, sentences=tuple(sentences), paragraphs=tuple(rated))))
    classes = [para.attributes["class"].split()[1] for para in root.all("div", class_="para")]
    assert classes == ["l0", "l1", "l2", "l0", "l0"]
    article = root.one(class_="text")
    assert [s.text for s in article.all("span", class_="s1")] == [spans[1].of(TEXT)]
    assert [s.text for s in article.all("span", class_="s2")] == [spans[2].of(TEXT)]


def test_the_chance_stands_beside_a_suspect_paragraph_in_figures():
    gutters = [gutter.text for gutter in tree(scored(machine_report())).all("div", class_="gutter")]
    assert gutters == ["¶ 198 %", "¶ 298 %", "¶ 398 %", "¶ 4", "¶ 5"]


# -- evidence and sums ----------------------------------------------------------------------------


def test_the_table_adds_up_to_the_log_odds():
    table = tree(scored(machine_report())).one("table", class_="sums")
    body = [
        (next(row.all("th")).text, *(c.text for c in row.all("td", class_="num")))
        for row in table.one("tbody").all("tr")
    ]
    assert body == [
        ("style 3 words", "+1.3", "+1.3"),
        ("detached attribution 1 place", "+1.9", "+3.2"),
        ("unopened quote 1 place", "+1.1", "+4.3"),
        ("hedges 1 place", "−0.5", "+3.8"),
        ("prior", "−0.2", "+3.6"),
        ("length", "−0.5", "+3.1"),
    ]
    assert [c.text for c in table.one("tfoot").all("td", class_="num")] == ["+3.1", "= 98 %"]


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=30), st.integers(1, 3))
def test_rounded_values_add_up(values, decimals):
    shares = rounded(values, sum(values), decimals=decimals)
    assert sum(shares) == pytest.approx(round(sum(values), decimals), abs=1e-6)
    assert all(abs(a - b) <= 1.5 * 10**-decimals for a, b in zip(shares, values, strict=True))


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=12))
def test_rows_add_up_whatever_the_weights(weights):
    names = ["style", "hedges", "link_capital", "prior", "length", "stray_stop"]
    contributions = tuple(
        Contribution(None, weight, names[i % 6]) for i, weight in enumerate(weights)
    )
    report = replace(machine_report(), contributions=contributions, log_odds=sum(weights))
    total = sum(row.weight for row in rows(report))
    assert total == pytest.approx(round(sum(weights), 1), abs=1e-6)


def test_without_explanations_there_is_no_table():
    report = replace(machine_report(), findings=(), contributions=())
    assert not [*tree(scored(report)).all("table")]


@pytest.mark.parametrize(
    ("origin", "shares"),
    [
        ((0.333, 0.333, 0.334), ["33 %", "33 %", "34 %"]),
        ((0.004, 0.0001, 0.9959), ["< 1 %", "< 1 %", "> 99 %"]),
        ((0.005, 0.005, 0.99), ["1 %", "< 1 %", "99 %"]),
    ],
)
def test_the_origins_add_up(origin, shares):
    names = ("native", "human_translated", "machine_translated")
    report = replace(machine_report(), origin=dict(zip(names, origin, strict=True)))
    found = [b.text for b in tree(scored(report)).one("ul", class_="origins").all("b")]
    assert sorted(found) == sorted(shares)


def test_every_kind_of_evidence_is_explained():
    root = tree(scored(machine_report()))
    explained = {d.attributes["id"]: d for d in root.all("details", class_="explained")}
    assert set(explained) == {
        f"signal-{name}"
        for name in (
            *("style", "detached_attribution", "unopened_quote", "see_also_line", "hedges"),
            *(phrases.NAME, "prior", "length"),
        )
    }
    assert "mtdetect explain hedges" in explained["signal-hedges"].text
    assert "``" not in root.text


def test_program_model_and_operating_point_are_named():
    report = replace(machine_report(), fpr=0.05)
    facts = tree(scored(report)).one("dl", class_="colophon").text
    for fact in ("mtdetect 1.2.3", "en 1.0", "ab" * 32, "at most 1 in 20 measured human texts"):
        assert fact in facts


# -- hidden findings and provenance ---------------------------------------------------------------


def test_hidden_findings_are_listed_with_their_reason_and_not_marked():
    report = machine_report()
    attribution, quote = report.findings[:2]
    hidden = (Hidden(attribution, "suppressed", "house style"), Hidden(quote, "known"))
    root = tree(replace(scored(report), hidden=hidden))
    marks = [mark.text for mark in root.one(class_="text").all("mark")]
    assert ATTRIBUTION[0] not in marks
    assert QUOTE[0] not in marks
    listed = root.one("details", class_="hidden")
    assert listed.one("summary").text == (
        "2 findings hidden by a comment in the text or known to the baseline"
    )
    first, second = listed.all("li")
    assert "hidden by a comment in the text: house style" in first.text
    assert first.one("q").text == ATTRIBUTION[0]
    assert "known to the baseline" in second.text
    assert "+1.1" in second.text


def test_a_known_result_says_so():
    root = tree(replace(scored(machine_report()), known=True))
    assert "known, not new" in root.one("dl", class_="facts").text


def test_provenance_stands_in_a_box_of_its_own():
    marks = [Mark("font", "text is wrapped in <font>", place(TEXT, w)) for w in ("port", "Talk")]
    box = tree(scored(machine_report(), marks=tuple(marks))).one(class_="provenance")
    assert box.one("li").text == "Text is wrapped in <font>. line 1, line 3"


def test_warnings_and_format_are_told():
    result = scored(
        machine_report(),
        warnings=("not UTF-8; read as Windows-1252",),
        format="html",
        encoding="cp1252",
    )
    head = next(tree(result).one("article").all("header")).text
    assert "Not UTF-8; read as Windows-1252." in head
    assert "HTML, Windows-1252" in head


# -- several texts --------------------------------------------------------------------------------


def test_several_texts_have_a_table_and_a_fold_each():
    human = make_report(TEXT, "human", words=1)
    error = UnreadableError("scan.pdf", "holds pictures of pages and no text")
    root = tree(scored(machine_report()), scored(human), error)
    assert root.one("h1").text == "2 texts: 1 machine, 1 human; 1 could not be read"
    table = root.one("table", id="index")
    cells = [
        [cell.text for cell in row.all() if cell.name in {"td", "th"}]
        for row in table.one("tbody").all("tr")
    ]
    assert cells == [
        ["suspect.txt", "", "machine", "98 %", "+3.1", "1,041", "5"],
        ["suspect.txt", "", "human", "3 %", "−0.7", "1", "0"],
        ["scan.pdf", "could not be read: holds pictures of pages and no text"],
    ]
    assert [a.attributes["href"] for a in table.all("a")] == ["#t1", "#t2", "#t3"]
    assert [a.attributes["id"] for a in root.all("article")] == ["t1", "t2", "t3"]
    assert len(list(root.all("details", class_="file"))) == 3
    assert len(list(root.all("h1"))) == 1


def test_an_error_alone_and_nothing_at_all():
    root = tree(UnreadableError("scan.pdf", "no text"))
    assert root.one("h1").text == "Could not be read"
    assert "No text." in root.one("main").text
    assert tree().one("h1").text == "0 texts"


# -- the strip ------------------------------------------------------------------------------------


def long_report(sentences):
    text = "\n\n".join(["Word after word. " * 9 + "The end."] * (sentences // 10))
    document = Document(text)
    report = replace(
        make_report("A b c.", "machine"),
        paragraphs=tuple(
            ParagraphRating(span, "prose", 0.0, 0.9, "machine") for span, _ in document.paragraphs
        ),
        sentences=tuple(
            SentenceRating(span, 0.0, (i % 100) / 100) for i, span in enumerate(document.sentences)
        ),
        contributions=(),
    )
    return text, report


@pytest.mark.parametrize("sentences", [10, 300, 3000])
def test_the_strip_has_a_bar_for_each_sentence_or_bins(sentences):
    text, report = long_report(sentences)
    drawing = Tree(strip(scored(report, text), "t1")).root
    paths = [p.attributes["d"] for p in drawing.all("path") if p.attributes["class"][0] == "c"]
    bars = sum(d.count("M") for d in paths)
    assert bars == sentences if sentences <= MOST_BARS else MOST_BARS * 0.9 <= bars <= MOST_BARS
    edges = [float(x) for d in paths for x in re.findall(r"M([\d.]+)", d)]
    assert edges == sorted(edges)
    assert edges[0] == 0
    assert 900 < edges[-1] < 1000
    assert drawing.one("svg").attributes["role"] == "img"
    assert f"{sentences:,} sentences" in drawing.one("svg").attributes["aria-label"]


def test_the_strip_links_to_the_paragraphs_and_shows_findings():
    root = tree(scored(machine_report()))
    drawing = root.one("div", class_="strip")
    assert [a.attributes["href"] for a in drawing.all("a")] == [f"#t1-p{i}" for i in range(1, 6)]
    assert drawing.one("path", class_="damage").attributes["d"].count("M") == 2
    assert drawing.one("path", class_="hand").attributes["d"].count("M") == 1


def test_a_long_text_makes_a_page_in_proportion():
    sizes = []
    for sentences in (1000, 4000):
        text, report = long_report(sentences)
        sizes.append((len(page(scored(report, text))), len(text)))
    (small, short), (large, long) = sizes
    assert (large - small) / (long - short) < 4


# -- segments -------------------------------------------------------------------------------------

SPANS = st.builds(lambda a, n: Span(a, a + n), st.integers(-3, 30), st.integers(0, 20))


@given(st.lists(st.tuples(SPANS, st.sampled_from("abc"))), st.lists(st.integers(-3, 40)))
def test_segments_cover_the_stretch_and_know_what_lies_over_them(marked, ends):
    within = Span(2, 30)
    references = [(end, number) for number, end in enumerate(ends)]
    cut = list(segments(within, [], [Marking(*m) for m in marked], references))
    assert [s.span.start for s in cut if s.span.start < s.span.end] == sorted(
        {s.span.start for s in cut if s.span.start < s.span.end}
    )
    covered = [offset for s in cut for offset in range(*s.span)]
    assert covered == list(range(*within))
    for segment in cut:
        for offset in range(*segment.span):
            for label in "abc":
                over = sum(s.start <= offset < s.end for s, other in marked if other == label)
                assert segment.labels.get(label, 0) == over
    placed = {n: segment.span.end for segment in cut for n in segment.references}
    assert placed == {n: min(max(end, 2), 30) for end, n in references}


def test_space_between_sentences_is_shaded_like_both():
    levels = [(Span(0, 5), 2), (Span(6, 9), 2), (Span(10, 14), 0), (Span(15, 20), 3)]
    cut = [(s.span, s.level) for s in segments(Span(0, 20), levels, [])]
    assert cut == [((0, 9), 2), ((9, 10), 0), ((10, 15), 0), ((15, 20), 3)]


def test_the_most_telling_phrases_do_not_overlap():
    words = [("The", 0.1), ("head", 0.2), ("of", 0.5), ("the", -0.9), ("big", 0.3), ("town", 0.3)]
    text = "The head of the big town"
    contributions = [Contribution(place(text, word), w, "style") for word, w in words]
    contributions[3] = replace(contributions[3], span=Span(12, 15))
    contributions.append(Contribution(None, 0.1, "prior"))
    found = wordings.telling(Span(0, 24), contributions, text, most=3)
    assert [span.of(text) for span in found] == ["The head of", "big town"]
    assert not wordings.telling(Span(0, 24), contributions, text, most=0)


# -- a page that does nothing but show -------------------------------------------------------------


def check(content):
    """What holds of every page; returns its tree."""
    content.encode()  # no lone surrogate
    root = Tree(content).root
    nodes = list(root.all())
    assert {node.name for node in nodes} <= ELEMENTS
    assert {key for node in nodes for key in node.attributes} <= ATTRIBUTES
    ids = [node.attributes["id"] for node in nodes if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    links = {node.attributes["href"] for node in nodes if "href" in node.attributes}
    assert links <= {"data:,", *(f"#{name}" for name in ids)}
    assert not [n for n in nodes if n.name in RAW and n.parent.name not in {"head", "body"}]
    return root


def test_the_page_is_sealed():
    root = check(page(scored(machine_report())))
    policy = next(m for m in root.all("meta") if "http-equiv" in m.attributes).attributes["content"]
    for name in ("style", "script"):
        digest = hashlib.sha256(root.one(name).text.encode()).digest()
        assert f"{name}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    style, script = root.one("style").text, root.one("script").text
    assert not re.search(r"url\(|@import|https?:", style)
    assert not re.search(r"https?:|fetch|XMLHttp|innerHTML|eval", script)


def test_every_class_on_the_page_has_a_style():
    root = tree(
        replace(scored(machine_report()), hidden=(Hidden(machine_report().findings[0], "known"),)),
        UnreadableError("a", "b"),
    )
    used = {c for node in root.all() for c in (node.attributes.get("class") or "").split()}
    styled = set(re.findall(r"\.([a-z][a-z0-9_-]*)", root.one("style").text))
    assert used - styled <= {"report", "suspect", "mixed", "l0", "facts"} | {"verdict", "native"}


def test_headings_do_not_skip_a_level():
    for results in ([scored(machine_report())], [scored(machine_report())] * 2):
        levels = [int(n.name[1]) for n in tree(*results).all() if re.fullmatch("h[1-6]", n.name)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


CHARACTERS = st.characters(exclude_categories=())
HOSTILE = st.one_of(
    st.text(CHARACTERS, max_size=80),
    st.lists(
        st.sampled_from(
            [
                *("<script>alert(1)</script>", "</p>", "</style>", "<!--", "-->", "]]>", "&lt;"),
                *("&#x3c;", '" onload="x', "' x='", "\x00", "\x1b[31m", "\u202e", "\u2066", "\n"),
                *("\r\n", "\n\n", "\ud800", "\ufeff", "The end. ", "“A word,” he said. ", "<"),
            ]
        ),
        max_size=12,
    ).map("".join),
)


@st.composite
def results(draw):
    """A result on any text, with parts that lie anywhere in it."""
    text, name, words = draw(HOSTILE), draw(HOSTILE), draw(HOSTILE)
    document = Document(text)
    edges = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(edges, edges).map(lambda e: Span(min(e), max(e))), max_size=6))
    names = st.sampled_from(["link_capital", "hedges", phrases.NAME, words or "x"])
    weights = st.sampled_from([-1.0, 0.0, 1.0])
    findings = tuple(
        Finding(draw(names), words, span, span.of(text), draw(weights)) for span in sorted(spans)
    )
    contributions = (
        *(Contribution(f.span, f.weight, f.signal) for f in findings),
        Contribution(None, 0.5, "prior"),
    )
    report = Report(
        verdict=draw(st.sampled_from(["machine", "mixed", "human"])),
        reason=None,
        log_odds=sum(c.weight for c in contributions),
        probability=draw(st.floats(0, 1)),
        threshold=2.8,
        fpr=0.01,
        words=len(document.words),
        origin={"native": 0.2, "human_translated": 0.2, "machine_translated": 0.6},
        paragraphs=tuple(
            ParagraphRating(
                span,
                kind,
                0.0,
                draw(st.floats(0, 1)) if kind == "prose" else None,
                draw(st.sampled_from(["machine", "human"])),
            )
            for span, kind in document.paragraphs
        ),
        sentences=tuple(
            SentenceRating(span, 0.0, draw(st.floats(0, 1))) for span in document.prose_sentences
        ),
        passages=tuple(Passage(s, 30, 0.9, 3.0, flagged=True) for s in sorted(spans)[:1]),
        findings=findings,
        contributions=contributions,
        model=MODEL,
    )
    hidden = tuple(Hidden(f, "suppressed", words) for f in findings[:1])
    marks = tuple(Mark("font", words, span) for span in spans[:2])
    result = scored(report, text, name=name, warnings=(words,), marks=marks, encoding=name)
    return replace(result, hidden=hidden)


def check_text(result):
    root = check(page(result))
    text = result.source.text
    assert paragraphs(root) == {
        number: shown(p.span.of(text)) for number, p in enumerate(result.report.paragraphs, start=1)
    }
    assert "\u202e" not in root.text
    assert "\u2066" not in root.text


@settings(max_examples=60)
@given(results())
@example(scored(machine_report()))
def test_whatever_the_text_holds_is_text(result):
    check_text(result)


@pytest.mark.slow
@settings(max_examples=10_000, suppress_health_check=list(HealthCheck))
@given(results())
def test_ten_thousand_texts_are_text(result):
    check_text(result)


@settings(max_examples=30)
@given(st.lists(st.one_of(results(), st.builds(UnreadableError, HOSTILE, HOSTILE)), max_size=3))
def test_whatever_the_texts_are_called_is_text(found):
    root = check(page(*found))
    assert len(list(root.all("article"))) == len(found)


@pytest.mark.slow
def test_the_shipped_examples_make_good_pages():
    from pathlib import Path  # noqa: PLC0415 - only here

    from mtdetect.detector import Detector  # noqa: PLC0415 - brings in the model
    from mtdetect.reading import read  # noqa: PLC0415 - beside its use

    detector = Detector.default()
    sources = [s for p in sorted(Path("examples").glob("*.txt")) for s in read(p)]
    content = html.render(
        [Scored(source, detector.score(source.text)) for source in sources],
        version="1",
        model=detector.model,
    )
    assert len(content) < 300_000
    root = check(content)
    verdicts = [
        row.attributes["class"] for row in root.one("table", id="index").one("tbody").all("tr")
    ]
    assert verdicts == ["human", "machine", "mixed"]
