"""Comments that hide findings: where they reach, and what is wrong with the others."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from conftest import make_report
from hypothesis import given
from hypothesis import strategies as st
from made_results import ATTRIBUTION, QUOTE, TEXT, hostile, machine, scored, source

from mtdetect import phrases, reading, suppressions
from mtdetect.reading import Comment, Prose, Source
from mtdetect.reading.places import TextCarrier
from mtdetect.result import Hidden, Scored
from mtdetect.text import Span

PAGE = """\
<h1>News of the port</h1>
{top}
<p>The port will close.{middle} Harbor Talk.” It opens in May.</p>
{between}
<p>We waited there. Harbor Talk.” Nobody came.</p>
<h2>See also</h2>
<p>The pier stays. Harbor Talk.” It will be old.</p>
"""
FIRST, SECOND, THIRD = range(3)


def read(html):
    """The page as a reader of HTML would give it: paragraphs, and comments with their places."""
    prose, comments = Prose(html), []
    for match in re.finditer(r"<!--(.*?)-->|<(/?)\w+>|\n|[^<\n]+", html, re.DOTALL):
        if match[0].startswith("<!--"):
            comments.append(Comment(match[1], Span(*match.span()), prose.next_offset))
        elif match[0].startswith("<"):
            prose.end_paragraph()
        elif match[0] == "\n":
            prose.space(*match.span())
        else:
            prose.same(*match.span())
    text, origins = prose.build()
    return Source("page.html", text, TextCarrier(html), origins, comments=tuple(comments))


def page(top="", middle="", between="", *, signal=QUOTE[1], verdict="machine"):
    """A result with one finding in each of three paragraphs, and comments."""
    found = read(PAGE.format(top=top, middle=middle, between=between))
    report = make_report(
        found.text,
        verdict,
        findings=[("Harbor Talk.”", signal, "a quotation mark", 1.0)],
        furniture=("News", "See also"),
    )
    (finding,) = report.findings
    places = [match.start() for match in re.finditer("Harbor Talk", found.text)]
    findings = tuple(
        replace(finding, span=Span(start, start + len(finding.text))) for start in places
    )
    return Scored(found, replace(report, findings=findings))


def hides(result):
    """(numbers of the findings that comments hide, reasons, messages of the problems)."""
    found, problems = suppressions.apply(result)
    assert found.report is result.report
    assert all(item.why == "suppressed" for item in found.hidden)
    numbers = [result.report.findings.index(item.finding) for item in found.hidden]
    return numbers, [item.note for item in found.hidden], [p.message for p in problems]


IGNORE = "<!-- mtdetect: ignore unopened_quote -- a letter of 1950 -->"


@pytest.mark.parametrize(
    ("where", "number"), [("top", FIRST), ("middle", FIRST), ("between", SECOND)]
)
def test_ignore_holds_for_the_paragraph_around_it_or_the_next_prose(where, number):
    assert hides(page(**{where: IGNORE})) == ([number], ["a letter of 1950"], [])


def test_a_comment_before_page_furniture_holds_for_the_prose_behind_it():
    html = PAGE.format(top="", middle="", between="").replace("<h2>", IGNORE + "<h2>")
    result = replace(page(), source=read(html))
    assert hides(result)[0] == [THIRD]


@pytest.mark.parametrize("html", ["{}<p>{}{}</p>", "<p>{}{}{}</p>", "<p>{}{} {}</p>"])
def test_at_its_edges_a_paragraph_holds_the_comment(html):
    """However the space before the comment is counted."""
    first, second = "We left. Harbor Talk.”", "He stayed. Harbor Talk.”"
    ends = html.endswith("{} {}</p>")
    parts = ("", first, IGNORE) if ends else (IGNORE, first, "")
    result = replace(page(), source=read(f"<p>{second}</p>{html.format(*parts)}<p>{second}</p>"))
    text = result.source.text
    report = make_report(text, "machine")
    finding = page().report.findings[0]
    starts = [match.start() for match in re.finditer("Harbor Talk", text)]
    findings = tuple(replace(finding, span=Span(s, s + 13)) for s in starts)
    assert hides(replace(result, report=replace(report, findings=findings)))[0] == [1]


def test_disable_holds_until_enable():
    disable = "<!-- mtdetect: disable unopened_quote -- as the author wants it -->"
    enable = "<!-- mtdetect: enable unopened_quote -->"
    assert hides(page(top=disable))[0] == [FIRST, SECOND, THIRD]
    assert hides(page(top=disable, between=enable)) == ([FIRST], ["as the author wants it"], [])
    assert hides(page(middle=disable, between=enable))[0] == [FIRST]
    assert hides(page(between=disable))[0] == [SECOND, THIRD]


def test_enabling_one_signal_leaves_the_others_disabled():
    disable = "<!-- mtdetect: disable all -- quoted whole -->"
    assert hides(page(top=disable, between="<!-- mtdetect: enable all -->"))[0] == [FIRST]
    other = page(top=disable, between="<!-- mtdetect: enable detached_attribution -->")
    assert hides(other) == ([FIRST, SECOND, THIRD], ["quoted whole"] * 3, [])


def test_a_finding_is_hidden_once_for_the_first_reason():
    again = IGNORE.replace("1950", "1960")
    numbers, reasons, problems = hides(page(top=IGNORE + again))
    assert (numbers, reasons) == ([FIRST], ["a letter of 1950"])
    assert problems == ["mtdetect: ignore unopened_quote hides nothing"]


@pytest.mark.parametrize(
    "comment",
    [
        "<!--mtdetect:ignore unopened_quote--because it is so-->",
        "<!-- mtdetect: ignore unopened-quote -- because it is so -->",
        "<!-- MTDETECT: Ignore Unopened_Quote — because it is so -->",
        "<!-- mtdetect: ignore\n unopened_quote\n -- because\n it is so -->",
        "<!-- mtdetect: ignore all -- because it is so -->",
    ],
)
def test_ways_to_write_it(comment):
    numbers, reasons, _ = hides(page(top=comment.replace("quote--", "quote --")))
    assert (numbers, reasons) == ([FIRST], ["because it is so"])


def test_several_signals_in_one_comment():
    comment = "<!-- mtdetect: ignore detached_attribution, unopened_quote -- both -->"
    assert hides(page(top=comment)) == (
        [FIRST],
        ["both"],
        ["mtdetect: ignore detached_attribution hides nothing"],
    )


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        (
            "ignore unopened_quote",
            "ignore has no effect without a reason: ignore NAME -- reason",
        ),
        (
            "disable unopened_quote --  ",
            "disable has no effect without a reason: disable NAME -- reason",
        ),
        ("ignore -- why not", "ignore names no signal; all is for every one"),
        ("ignore , -- why not", "ignore names no signal; all is for every one"),
        (
            "ignore unopened_quotes -- a letter",
            "no signal is called “unopened_quotes”; did you mean unopened_quote?",
        ),
        ("ignore 12345 -- a letter", "no signal is called “12345”"),
        (
            "ignore unopened_quots 12345 -- a letter",
            "no signal is called “unopened_quots” (1 more unknown); did you mean unopened_quote?",
        ),
        (
            "ignor unopened_quote -- a letter",
            "no instruction is called “ignor”; did you mean ignore?",
        ),
        ("", "no instruction is called “”"),
        ("enable unopened_quote", "unopened_quote is not disabled here"),
        ("ignore detached_attribution -- a letter", "ignore detached_attribution hides nothing"),
    ],
)
def test_what_is_wrong_is_said_and_has_no_effect(comment, problem):
    result = page(top=f"<!-- mtdetect: {comment} -->")
    assert hides(result) == ([], [], [f"mtdetect: {problem}"])
    (found,) = suppressions.apply(result)[1]
    assert found.place.brief() == "line 2"


def test_a_known_name_beside_an_unknown_one_has_effect():
    comment = "<!-- mtdetect: ignore unopened_quote, nonesuch -- a letter -->"
    numbers, _, problems = hides(page(top=comment))
    assert numbers == [FIRST]
    assert problems == ["mtdetect: no signal is called “nonesuch”"]


def test_problems_come_in_text_order():
    problems = hides(page(top="<!-- mtdetect: ignore all -- x -->" * 2, middle="<!--mtdetect:-->"))[
        2
    ]
    assert problems == [
        "mtdetect: ignore all hides nothing",
        "mtdetect: no instruction is called “”",
    ]


@pytest.mark.parametrize("comment", ["<!-- TODO -->", "<!-- see mtdetect: ignore all -- x -->"])
def test_other_comments_say_nothing(comment):
    result = page(top=comment)
    assert suppressions.apply(result) == (result, [])


def test_in_plain_text_nothing_happens():
    result = machine()
    assert suppressions.apply(result) == (result, [])


def test_the_verdict_and_the_probability_stay():
    result = page(top="<!-- mtdetect: disable all -- everything -->")
    found, _ = suppressions.apply(result)
    assert found.findings == ()
    assert found.report == result.report
    assert not found.known


def test_what_the_baseline_knows_stays_known():
    result = page(top=IGNORE)
    first = result.report.findings[0]
    found, problems = suppressions.apply(replace(result, hidden=(Hidden(first, "known"),)))
    assert found.hidden == (Hidden(first, "known"),)
    assert problems == []


def test_without_findings_nobody_can_tell_what_is_unused():
    result = page(top=IGNORE)
    bare = replace(result, report=replace(result.report, findings=(), contributions=()))
    assert hides(bare) == ([], [], [])


def test_words_in_odd_company_are_looked_for_in_flagged_texts_alone():
    comment = f"<!-- mtdetect: ignore {phrases.NAME} -- a quotation -->"
    assert hides(page(top=comment, verdict="human"))[2] == []
    assert hides(page(top=comment))[2] == [f"mtdetect: ignore {phrases.NAME} hides nothing"]
    assert hides(page(top=comment, signal=phrases.NAME))[0] == [FIRST]


def test_a_text_without_paragraphs():
    found = Source("a.html", "", TextCarrier(IGNORE), comments=read(IGNORE).comments)
    report = replace(make_report("", "insufficient"), contributions=())
    assert suppressions.apply(Scored(found, report)) == (Scored(found, report), [])


@pytest.mark.parametrize(("name", "opening"), [("a.html", "<!doctype html>\n"), ("a.md", "")])
def test_comments_of_files(name, opening):
    """As the readers give them, in front of a paragraph and within one."""
    if name.endswith("html"):
        content = f"{opening}<p>One.</p>{IGNORE}<p>We left. Harbor Talk.”</p><p>He came.</p>"
    else:
        content = f"One.\n\n{IGNORE}\n\nWe left. Harbor Talk.”\n\nHe came."
    (found,) = reading.parse(name, content.encode())
    report = make_report(found.text, "machine", findings=(("Harbor Talk.”", *QUOTE[1:]),))
    assert hides(Scored(found, report)) == ([0], ["a letter of 1950"], [])


def test_a_thousand_instructions_are_enough():
    comment = Comment(" mtdetect: ignore nonesuch -- x ", Span(0, 5), 0)
    result = replace(machine(), source=source(TEXT, comments=(comment,) * 1500))
    messages = [problem.message for problem in suppressions.apply(result)[1]]
    assert len(messages) == suppressions.MOST + 1
    assert messages[-1] == "mtdetect: only the first 1,000 instructions are read"


def test_hostile_instructions_take_no_time():
    names = " ".join(f"name_{i}" for i in range(100_000))
    flip = (" mtdetect: disable all -- x ", " mtdetect: enable all ")
    texts = [f"mtdetect: ignore {names} -- x", f"mtdetect: {'-' * 10**6}", *flip * 50_000]
    comments = tuple(Comment(text, Span(0, 5), 3) for text in texts)
    result = replace(machine(findings=(ATTRIBUTION, QUOTE)), source=source(TEXT, comments=comments))
    start = time.perf_counter()
    suppressions.apply(result)
    assert time.perf_counter() - start < 5


pieces = st.sampled_from(
    [" mtdetect:", "ignore ", "disable ", "enable ", "all", "unopened_quote", ", ", " -- ", "why "]
)


@given(scored(), st.lists(st.lists(pieces | hostile, max_size=6), max_size=6), st.data())
def test_whatever_a_comment_says_the_rest_stays(result, texts, data):
    length = len(result.source.text)
    places = sorted(data.draw(st.integers(0, length)) for _ in texts)
    comments = tuple(
        Comment("".join(parts), Span(0, 0), at) for parts, at in zip(texts, places, strict=True)
    )
    result = replace(result, source=replace(result.source, comments=comments))
    found, problems = suppressions.apply(result)
    assert found.report is result.report
    assert set(result.hidden) <= set(found.hidden)
    hidden = [item.finding for item in found.hidden]
    assert set(hidden) <= set(result.report.findings)
    assert len(hidden) == len(set(hidden))
    assert len(problems) <= 100 * len(texts)
