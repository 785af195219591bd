"""The renderers: pure functions of a report, whatever the text holds."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import MODEL, make_report, place
from hypothesis import example, given
from hypothesis import strategies as st

from mtdetect import phrases
from mtdetect.reading import Source
from mtdetect.reading.places import TextCarrier
from mtdetect.render import text as render_text
from mtdetect.render.figures import percent, signed
from mtdetect.render.terminal import clip, clip_middle, columns, excerpt, show, wrap
from mtdetect.render.text import render, render_line
from mtdetect.report import Contribution, Finding, ParagraphRating, Passage, Report
from mtdetect.result import Scored
from mtdetect.text import Span

TEXT = """\
The port will close to visitors from May. According to two people close to the owners.

“We waited for the ferry until the night,” he told the local radio. Harbor Talk.”

The head of the big town administration then carried out the phone with the captain.

See also  Why the seagulls left

Leave a Reply
"""
ATTRIBUTION = (
    "According to two people close to the owners.",
    "detached_attribution",
    "An attribution stands alone as a sentence, cut off from the claim it belongs to.",
    1.9,
)
QUOTE = (
    "Harbor Talk.”",
    "unopened_quote",
    "A closing quotation mark has no opening one in its paragraph.",
    1.1,
)
SEE_ALSO = ("See also  Why the seagulls left", "see_also", "A foreign headline.", 0.0)


def machine_report(text=TEXT, **changes):
    settings = {
        "findings": (ATTRIBUTION, QUOTE, SEE_ALSO),
        "style": (("big town administration", 0.7), ("carried out the phone", 0.9), ("from", -0.3)),
        "passages": (("The port", "Harbor Talk.”", 0.94), ("The head", "captain.", 0.88)),
        "furniture": ("See also", "Leave"),
        "words": 1041,
    }
    return make_report(text, "machine", **settings | changes)


def shown(report, text=TEXT, *, width=100, color=False, explain=False, name="suspect.txt"):
    source = Source(name, text, TextCarrier(text))
    return render(Scored(source, report), width=width, color=color, explain=explain)


FLAGGED = """\
suspect.txt   machine   98 %   (1,041 words; at most 1 in 100 measured human texts score as high)

  ¶ 1–2   94 %
      The port will close to visitors from May. According to two people close to the owners.
                                                ────────────────────────────────────────────
      line 1: An attribution stands alone as a sentence, cut off from the claim it belongs
      to.   +1.9
      “We waited for the ferry until the night,” he told the local radio. Harbor Talk.”
                                                                          ─────────────
      line 3: A closing quotation mark has no opening one in its paragraph.   +1.1

  ¶ 3     88 %   the wording: “carried out the phone”, “big town administration”

  ¶ 4
      See also  Why the seagulls left
      ───────────────────────────────
      line 7: A foreign headline.

  Style +1.3 · 2 kinds of page artifact +3.0 · prior −0.2 · length −0.5 = +3.6
  (flagged above +2.8)
  2 paragraphs of page furniture were left out (“See also Why”, “Leave a Reply”).
"""


def test_a_flagged_text_reads_verdict_then_places_then_sum():
    assert shown(machine_report()) + "\n" == FLAGGED


@pytest.mark.parametrize(
    ("fpr", "share"),
    [
        (0.01, "1 in 100"),
        (0.05, "1 in 20"),
        (0.03, "3 in 100"),
        (0.2, "1 in 5"),
        (0.001, "1 in 1,000"),
    ],
)
def test_the_share_follows_from_the_operating_point(fpr, share):
    first = shown(machine_report(fpr=fpr)).splitlines()[0]
    assert f"at most {share} measured human texts score as high" in first


def test_a_human_text_is_one_line():
    report = make_report(TEXT, "human", findings=(SEE_ALSO,), words=412)
    assert shown(report) == (
        "suspect.txt   human   3 %"
        "   (412 words; below the line that 1 in 100 measured human texts cross)"
    )
    assert shown(report, width=40) == "suspect.txt   human   3 %   (412 words)"


def test_an_insufficient_text_is_one_line_with_the_reason():
    report = make_report("Too short.", "insufficient", reason="2 words of prose; 40 are needed")
    line = shown(report, "Too short.", name="note.txt")
    assert line == "note.txt   insufficient   2 words of prose; 40 are needed"


def test_a_mixed_text_shows_its_passages_only():
    report = make_report(
        TEXT,
        "mixed",
        findings=(ATTRIBUTION, SEE_ALSO),
        passages=(("The port", "owners.", 0.9),),
    )
    lines = shown(report, width=120)
    assert "mixed   40 %" in lines
    assert "1 passage is above" in lines
    assert "According to two people" in lines
    assert "seagulls" not in lines


def test_the_parts_of_the_sum_add_up_as_printed():
    # Each of these rounds down; their sum does not.
    report = machine_report(style=(("port", 0.24), ("ferry", 0.1)), findings=((*QUOTE[:3], 1.04),))
    line = next(line for line in shown(report).splitlines() if "(flagged" in line)
    numbers = [float(n.replace("−", "-")) for n in re.findall(r"[+−]\d+\.\d", line)]
    *parts, total, threshold = numbers
    assert sum(parts) == pytest.approx(total)
    assert total == pytest.approx(report.log_odds, abs=0.0501)
    assert threshold == 2.8
    assert "unopened quote" in line


def test_many_findings_are_cut_with_a_word_about_it_and_explain_has_them_all():
    words = [f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyzäöüß"]
    text = " ".join(words) + "."
    findings = [(word, "odd", f"odd {word}", 0.1 * n) for n, word in enumerate(words, start=1)]
    report = make_report(text, "machine", findings=findings, passages=(("worda", "ß.", 0.9),))
    brief = shown(report, text)
    assert "… and 5 more places (--explain shows all)" in brief
    assert "Odd wordt." in brief
    assert "Odd worde." not in brief
    full = shown(report, text, explain=True)
    assert all(f"Odd {word}." in full for word in words)


def test_the_table_holds_every_contribution_by_size_with_a_running_sum():
    report = machine_report()
    _, table = shown(report, explain=True).split("weight     sum")
    rows = [
        [float(cell.replace("−", "-")) for cell in line.split()[:2]]
        for line in table.splitlines()[1:]
    ]
    assert len(rows) == len(report.contributions)
    sizes = [abs(weight) for weight, _ in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert rows[-1][1] == pytest.approx(report.log_odds, abs=0.01)


def test_the_table_sums_up_what_would_be_shown_as_nothing():
    style = [(word, 0.004) for word in ("port", "visitors", "ferry", "night", "radio")]
    report = machine_report(findings=(ATTRIBUTION,), style=[("owners", 0.7), *style])
    _, table = shown(report, explain=True).split("weight     sum")
    assert "+0.00" not in table
    assert table.splitlines()[-1].split(maxsplit=2) == [
        "+0.02",
        signed(report.log_odds, 2),
        "and 5 smaller ones",
    ]


def test_explain_names_the_signal_behind_each_finding():
    full = shown(machine_report(), explain=True, width=130)
    assert "cut off from the claim it belongs to.   +1.9   (detached_attribution)\n" in full
    assert "A foreign headline.   (see_also)\n" in full


def test_neighbouring_telling_words_are_quoted_as_one_phrase():
    text = "The head of the big town administration spoke. Nobody minded."
    style = (("big", 0.5), ("town", 0.4), ("administration", 0.3), ("Nobody", 0.2))
    report = make_report(
        text, "machine", style=style, passages=(("The head", "minded.", 0.9),), words=10
    )
    assert "the wording: “big town administration”, “Nobody”" in shown(report, text)


def test_unusual_combinations_stand_beside_the_wording_and_not_among_the_findings():
    text = "The head of the big town administration spoke. Nobody minded."
    odd = ("big town", phrases.NAME, phrases.CLAIM, 0.0)
    report = make_report(
        text,
        "machine",
        style=(("administration", 0.3),),
        findings=(odd,),
        passages=(("The head", "minded.", 0.9),),
        words=10,
    )
    lines = shown(report, text).splitlines()
    assert lines[2].endswith("the wording: “administration”")
    assert lines[3].strip() == "unusual combinations: “big town”"
    assert phrases.CLAIM[3:] not in shown(report, text)


def test_a_report_without_explanations_still_renders():
    bare = replace(machine_report(), findings=(), contributions=())
    assert "machine   98 %" in shown(bare)


def test_colour_adds_codes_and_nothing_else():
    plain, coloured = (shown(machine_report(), color=color) for color in (False, True))
    assert "\x1b[1;31mmachine\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_a_long_name_is_cut_in_the_middle_and_whole_in_a_list():
    name = "archive/" + "very/" * 30 + "long.txt"
    report = machine_report()
    first = shown(report, name=name, width=60).splitlines()[0]
    assert re.fullmatch(r"archive/very.*….*/long\.txt   machine   98 %", first)
    assert columns(first) <= 60
    assert render_line(name, report, color=False) == f"{name}   machine   98 %"


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[31mred\x1b[0m", "⟨U+001B⟩[31mred⟨U+001B⟩[0m"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("\u202egnp.exe", "⟨U+202E⟩gnp.exe"),
        ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
        ("a\x07b\x00c\x08", "a⟨U+0007⟩b⟨U+0000⟩c⟨U+0008⟩"),
        ("one\r\ntwo\tthree\u00a0four", "one⏎two three four"),
        ("\udc80", "⟨U+DC80⟩"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
    ],
)
def test_what_could_steer_a_terminal_is_spelt_out(hostile, harmless):
    assert show(hostile) == harmless
    assert show(harmless) == harmless


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("日本", 4), ("e\u0301", 1), ("…", 1), ("😀", 2), ("ｆｕｌｌ", 8), ("שלום", 4)],
)
def test_columns(text, width):
    assert columns(text) == width


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The mayor spoke of 日本語 and of the shut ferry line.", "shut ferry"),
        ("Cafe\u0301 de\u0301ja\u0300 vu near the shut ferry line.", "shut ferry"),
        ("😀😀 emoji first, then the 👩‍🚀 and the shut ferry.", "shut ferry"),
        ("The mayor said 日本語 twice.", "日本語"),
        ("שלום עולם and the shut ferry.", "shut ferry"),
        ("word " * 200 + "shut ferry " + "word " * 200, "shut ferry"),
        ("x" * 500 + " shut ferry " + "x" * 500, "shut ferry"),
    ],
)
@pytest.mark.parametrize("limit", [34, 94, 194])
def test_the_underline_stands_under_the_words(text, words, limit):
    line, row = excerpt(text, place(text, words), Span(0, len(text)), limit)
    indent = len(row) - len(row.lstrip())
    before, after = line.split(words)
    assert own_width(before) == indent
    assert len(row.strip()) == own_width(words)
    assert own_width(before + words + after) <= limit


def test_an_excerpt_is_cut_at_words_and_keeps_to_its_paragraph():
    last = "The harbour master said on the phone that the shut ferry line stays shut."
    text = "Another paragraph.\n\n" + last
    span = place(text, "shut ferry")
    line, _ = excerpt(text, span, Span(text.index("The harbour"), len(text)), 40)
    assert line == "… phone that the shut ferry line …"
    whole, _ = excerpt(text, span, Span(text.index("The harbour"), len(text)), 100)
    assert whole == last


def test_an_empty_place_marks_one_character():
    assert excerpt("He left.", Span(3, 3), Span(0, 8), 40) == ("He left.", "   ─")


def own_width(shown_text):
    """Columns, written apart from the code under test."""
    return sum(
        0
        if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me"}
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in shown_text
        if not "\u1160" <= char <= "\u11ff"
    )


texts = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \n\t\r.“”’…\x1b\x07\x9b\u200b\u200d\u202e\u2066\ufe0f\u0301日😀ש"),
        st.characters(),
        st.sampled_from("abcdefghij "),
    ),
    min_size=1,
    max_size=300,
)


@st.composite
def reports(draw):
    text = draw(texts)
    offsets = st.integers(0, len(text))
    spans = st.tuples(offsets, offsets).map(lambda pair: Span(*sorted(pair)))
    weights = st.floats(-5, 5)
    chances = st.floats(0, 1)
    verdict = draw(st.sampled_from(["machine", "mixed", "human", "insufficient"]))
    chance = None if verdict == "insufficient" else draw(chances)
    report = Report(
        verdict=verdict,
        reason=draw(texts) if chance is None else None,
        log_odds=draw(st.none() | weights) if chance is None else draw(weights),
        probability=chance,
        threshold=draw(st.none() | weights),
        fpr=draw(st.floats(0.001, 0.2)),
        words=draw(st.integers(0, 10**6)),
        origin=None,
        paragraphs=tuple(
            ParagraphRating(
                span,
                draw(st.sampled_from(["prose", "furniture"])),
                0.0,
                draw(st.none() | chances),
                draw(st.sampled_from(["machine", "human", "insufficient"])),
            )
            for span in draw(st.lists(spans, max_size=4))
        ),
        sentences=(),
        passages=tuple(
            Passage(span, draw(st.integers(1, 500)), draw(chances), 1.0, draw(st.booleans()))
            for span in draw(st.lists(spans, max_size=3))
        ),
        findings=tuple(
            Finding("odd_thing", draw(texts), span, span.of(text), draw(weights))
            for span in draw(st.lists(spans, max_size=8))
        ),
        contributions=tuple(
            Contribution(
                span, draw(weights), draw(st.sampled_from(["style", "odd_thing", "prior"]))
            )
            for span in draw(st.lists(st.none() | spans, max_size=8))
        ),
        model=MODEL,
    )
    return text, report


@given(
    pair=reports(),
    name=texts,
    width=st.integers(1, 300),
    explain=st.booleans(),
    color=st.booleans(),
)
def test_rendering_never_fails_nor_leaks_nor_overflows(pair, name, width, explain, color):
    text, report = pair
    result = shown(report, text, name=name, width=width, color=color, explain=explain)
    result = re.sub(r"\x1b\[[\d;]*m", "", result) if color else result
    for line in result.split("\n"):
        assert not any(unicodedata.category(char) in LEAKS for char in line), ascii(line)
        assert own_width(line) <= min(max(width, 40), 200)
    assert "\n" not in render_line(name, report, color=False)


LEAKS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(text=texts, limit=st.integers(20, 200), data=st.data())
@example(text="a\u0301" * 500, limit=20, data=None)
def test_underlines_align_in_any_text(text, limit, data):
    start, end = (
        (5, 9) if data is None else sorted(data.draw(st.integers(0, len(text))) for _ in "ab")
    )
    line, row = excerpt(text, Span(start, end), Span(0, len(text)), limit)
    indent = len(row) - len(row.lstrip(" "))
    assert set(row.strip()) == {"─"}
    assert own_width(line) <= limit
    assert indent <= own_width(line)
    assert len(row) <= limit


@given(text=texts, limit=st.integers(4, 80))
def test_clipping_keeps_to_its_limit(text, limit):
    for shown_text in (clip(text, limit), clip_middle(text, limit), *wrap(text.split(), limit)):
        assert own_width(shown_text) <= limit


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.0, "< 1 %"),
        (0.004, "< 1 %"),
        (0.03, "3 %"),
        (0.98, "98 %"),
        (0.9999, "> 99 %"),
        (1.0, "> 99 %"),
    ],
)
def test_percent_is_never_certain(probability, expected):
    assert percent(probability) == expected


@pytest.mark.parametrize(
    ("weight", "expected"), [(1.94, "+1.9"), (-0.31, "−0.3"), (0.0, "0.0"), (-0.01, "0.0")]
)
def test_signed(weight, expected):
    assert signed(weight) == expected


def test_renderers_do_not_touch_the_disk():
    assert not any(
        re.search(r"\b(open|print)\(|import os\b|pathlib", path.read_text(encoding="utf-8"))
        for path in Path(render_text.__file__).parent.glob("*.py")
    )


def test_a_text_cannot_talk_to_the_runner_that_reads_the_log():
    text = "::stop-commands::x and ##[error] y stood there."
    words = (("::stop-commands::x", "odd", "Odd.", 1.5),)
    report = make_report(text, "machine", findings=words)
    lines = shown(report, text, name="::add-mask::a").splitlines()
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in lines)
    assert any(line.lstrip().startswith("∶:stop-commands::x and ♯#[error] y") for line in lines)
