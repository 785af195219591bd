"""The Markdown report, read by the parser that GitHub uses: nothing of a text is markup."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import cmarkgfm
import pytest
from conftest import MODEL
from hypothesis import given, settings
from hypothesis import strategies as st
from made_results import (
    TEXT,
    gone,
    hostile,
    human,
    insufficient,
    machine,
    mixed,
    result_lists,
    source,
)

from mtdetect.reading import Mark
from mtdetect.render import markdown
from mtdetect.render.terminal import show
from mtdetect.report import Finding
from mtdetect.result import Hidden
from mtdetect.text import Span

ALLOWED = {
    *("p", "strong", "h3", "blockquote", "ul", "li"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


def render(*results):
    return markdown.render(results, version="1.2.3", model=MODEL)


def as_html(text):
    return cmarkgfm.github_flavored_markdown_to_html(text)


def as_text(page):
    """What a reader sees, without the marks that nobody sees."""
    return html.unescape(re.sub(r"<[^>]*>", "", page)).replace("\u200b", "")


REPORT = """\
**mtdetect: 1 of 3 texts flagged**

1 file could not be read.
The percentage is the probability of machine translation at even odds: a reason to look,
never a proof.

| file | verdict | probability | words |
| --- | --- | --: | --: |
| suspect.txt | **machine** | 98 % | 1,041 |
| gone.txt | not read: no such file |  |  |
| fine.txt | human | 3 % | 52 |
| note.txt | insufficient: 2 words of prose; 40 are needed |  | 2 |

### suspect.txt

**From line 1, 60 words, 94 %**

> “The port will close to visitors from May. According to two people close to the owners. “We\
 waited for the ferry until the night,” he told the local radio. Harbor Talk.””

- “According to two people close to the owners.” (line 1, +1.9): an attribution stands alone as a\
 sentence, cut off from the claim it belongs to
- “Harbor Talk.”” (line 3, +1.1): a closing quotation mark has no opening one in its paragraph

**From line 5, 60 words, 88 %**

> “The head of the big town administration then carried out the phone with the captain.”

**Beside the passages**

- “See also Why the seagulls left” (line 7): a pointer to another story

mtdetect 1.2.3, model en 1.0."""


def test_a_summary_a_table_and_a_section_for_each_flagged_text():
    text = render(human(name="fine.txt"), machine(), gone(), insufficient())
    assert text == REPORT


def test_hidden_findings_are_counted_and_known_texts_have_no_section():
    hidden = (Hidden(machine().report.findings[1], "suppressed"),)
    text = render(machine(hidden=hidden))
    assert "an attribution" not in text
    assert "1 finding suppressed or known to the baseline." in text
    known = render(machine(known=True))
    assert "0 of 1 text flagged" in known
    assert "1 more text would be, but for the baseline" in known
    assert "| suspect.txt | machine (known) |" in known
    assert "###" not in known


def test_a_mixed_text_shows_its_flagged_passages_only():
    text = render(mixed())
    assert "unopened" not in text
    assert "- “Harbor Talk.””" in text
    assert "Beside" not in text
    assert "attribution" not in text


def test_traces_of_tools_are_listed_apart():
    marks = tuple(Mark("tool", f"made by <b>{n}</b>", Span(0, 3)) for n in range(25))
    marks += (Mark("widget_offer", "the page offers translation", Span(0, 3)),)
    text = render(replace(human(), source=source(TEXT, marks=marks)))
    assert "- In suspect.txt, line 1: made by &lt;b&gt;0&lt;/b&gt;\n" in text
    assert "- … and 5 more\n" in text


def test_many_findings_and_many_texts_are_cut_with_a_word_about_it():
    text = "word " * 60
    base = machine(text, findings=(), passages=(), furniture=())
    finding = Finding("unopened_quote", "odd", Span(0, 4), "word", 1.0)
    findings = tuple(replace(finding, span=Span(n, n + 4)) for n in range(0, len(text), 5))
    result = replace(base, report=replace(base.report, findings=findings))
    assert "- … and 50 more" in render(result)
    many = render(*[human(name=f"{n}.txt") for n in range(150)])
    assert "| … and 50 more, none of them flagged | | | |" in many
    long = render(*[replace(result, source=source(text, name=f"{n}.txt")) for n in range(400)])
    assert len(long) <= markdown.LONGEST
    assert "and 300 more, 300 of them flagged" in long
    cut = r"… There is no room here for the rest of this text, and \d+ more flagged texts\.\n\nmtd"
    assert re.search(cut, long)


def test_a_table_of_long_names_leaves_room_for_the_texts():
    marks = [Mark("tool", "&" * 200, Span(0, 3))] * 20
    page = replace(human(), source=source(TEXT, name="<" * 200, marks=marks))
    results = [machine(name="&" * 199 + str(n)) for n in range(100)]
    text = render(*results, page)
    assert len(text) <= markdown.LONGEST
    assert re.search(r"\| … and \d+ more, \d+ of them flagged", text)
    assert text.count("\n### ") > 3


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/a.png)",
        "[click](javascript:alert(1))",
        "[a]: https://evil.example",
        "https://evil.example and www.evil.example and me@evil.example",
        "<https://evil.example>",
        "@owner and @org/team and owner/repo@1234567",
        "see #12 and owner/repo#3 and GH-4 and CVE-2020-1 and !7",
        "`code` and ``more`` ~~gone~~ $x$ $$y$$",
        "| a | b |",
        "# head",
        "&lt;b&gt; &#64;owner &commat;owner",
        "*bold* _it_ __b__ \\*",
        "[^1] - [ ] task :smile: :+1:",
        "ends with a backslash \\",
    ],
)
def test_nothing_of_a_text_is_markup(text):
    finding = (text, "unopened_quote", text, 1.0)
    result = machine(text, name=text, findings=(finding,), passages=(), furniture=())
    rendered = render(result)
    page = as_html(rendered)
    assert {*re.findall(r"</?([a-z0-9]+)", page)} <= ALLOWED
    seen = as_text(page)
    assert seen.count(" ".join(text.split())) == 4  # in the table, the heading, and the finding
    # GitHub looks for these in the text that a reader sees.
    bare = html.unescape(re.sub(r"<[^>]*>", "", page))
    assert not re.search(r"@\w|#\d|\bGH-\d|\bCVE-\d|://|www\.|:smile:|:\+1:", bare)


def escaped_holds(text):
    page = as_html(f"| “{markdown.escape(text)}” |\n| --- |\n\n“{markdown.escape(text)}”")
    assert {*re.findall(r"</?([a-z0-9]+)", page)} <= ALLOWED
    # In the table and in the paragraph it reads as on a terminal.
    assert as_text(page).count(f"“{show(text)}”") == 2


@given(text=hostile)
def test_any_text_reads_as_it_is(text):
    escaped_holds(text)


@pytest.mark.slow
@given(text=hostile | st.text())
@settings(max_examples=10_000)
def test_any_of_ten_thousand_texts_reads_as_it_is(text):
    escaped_holds(text)


@given(results=result_lists)
@settings(max_examples=40)
def test_any_results_make_a_page_without_markup_of_theirs(results):
    rendered = markdown.render(results, version="1", model=MODEL)
    rendered.encode()
    assert len(rendered) <= markdown.LONGEST
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", rendered)
    assert {*re.findall(r"</?([a-z0-9]+)", as_html(rendered))} <= ALLOWED
    assert rendered == markdown.render(results, version="1", model=MODEL)
