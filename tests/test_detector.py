"""The public contract, on the shipped model and any text."""

from __future__ import annotations

import itertools
import json
import math
import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, replace
from functools import cache
from itertools import islice, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mtdetect
from mtdetect import Detector, ModelError, phrases
from mtdetect.chain import sigmoid
from mtdetect.detector import CHUNK
from mtdetect.model import model_header
from mtdetect.report import Report
from mtdetect.signals import catalogue
from mtdetect.text import Span

EXAMPLES = Path(__file__).parent.parent / "examples"
SENTENCES = (
    "The ferry was late again on Monday, and nobody on the quay had the heart to complain.",
    "“It's the tide,” the captain said – and she wasn't joking!",
    "It is foreseen that the works of the mentioned building will be finalised in May.",
    "He put his hand in his pocket, and there wasn't so much as a button in it.",
    "The committee underlined that it is about a question that returns to the competent side.",
    "According to two clerks familiar with the file.",
    "She'd been told to wait by the gate, so that's where she waited until it got dark.",
    "The number of the visitors has arrived to 1,200 persons during the last period , he added.",
)
FURNITURE = (
    "Share this article",
    "See also  Storm warning for the north | Weather",
    "Ann Reed, Tom Lund and Ida Holm She contributed to this report",
)
DAMAGE = tuple(text for signal in catalogue().values() for text in signal.fires)
SEPARATORS = (" ", " ", " ", "\n\n", "\n\n", "\n", "", " . ", "” ", " “", "\t", "\u00a0", "😀")


@st.composite
def page(draw):
    """Sentences, page damage and furniture, run together or apart: what scraping leaves."""
    part = st.sampled_from(SENTENCES) | st.sampled_from(SENTENCES + DAMAGE + FURNITURE)
    parts = draw(st.lists(st.tuples(part, st.sampled_from(SEPARATORS)), max_size=20))
    return "".join(itertools.chain.from_iterable(parts))


texts = page() | page() | st.text(max_size=300)
NATIVE, ROUND_TRIP, SPLICED = (
    EXAMPLES.joinpath(f"{name}.txt").read_text(encoding="utf-8")
    for name in ("native", "round_trip", "spliced")
)
SPANISH = (
    "El ayuntamiento se reunió el lunes y habló durante dos horas del puerto antes de que alguien "
    "mencionara el barco. Nadie se sorprendió por la votación, que salió como todos habían dicho "
    "que saldría. El alcalde no quiso hablar con los periodistas que lo esperaban en la puerta."
)


def for_any(*strategies):
    """``given``, without a clock: the first text waits for the model."""
    return lambda test: settings(max_examples=30, deadline=None)(given(*strategies)(test))


def words(n):
    """English prose of exactly ``n`` words."""
    return " ".join(("the ferry left late and it came back " * n).split()[:n]).capitalize() + "."


@cache
def detector():
    return Detector.default()


def score(text, **options):
    return detector().score(text, **options)


class TestSum:
    @for_any(texts)
    def test_log_odds_are_the_sum_of_all_contributions(self, text):
        report = score(text)
        total = sum(c.weight for c in report.contributions)
        assert total == pytest.approx(report.log_odds or 0.0, abs=1e-6)

    @pytest.mark.parametrize("text", [NATIVE, ROUND_TRIP, SPLICED, NATIVE * 5, SPANISH, words(7)])
    def test_of_real_pages_too(self, text):
        report = score(text)
        assert sum(c.weight for c in report.contributions) == pytest.approx(
            report.log_odds, abs=1e-6
        )

    @for_any(texts)
    def test_log_odds_are_none_only_for_a_text_without_a_word(self, text):
        has_words = any(char.isalnum() for char in text)
        assert (score(text).log_odds is None) is not has_words

    @for_any(texts)
    def test_signals_contribute_what_their_findings_weigh(self, text):
        report = score(text)
        named = [
            (c.span, c.signal, c.weight)
            for c in report.contributions
            if c.signal not in {"style", "prior", "length"}
        ]
        assert sorted(named) == sorted(
            (f.span, f.signal, f.weight) for f in report.findings if f.weight
        )

    @for_any(texts)
    def test_sentences_and_furniture_findings_make_the_rest(self, text):
        report = score(text)
        unplaced = sum(c.weight for c in report.contributions if c.span is None)
        sentences = [s.span for s in report.sentences]
        outside = sum(
            f.weight
            for f in report.findings
            if not any(s.start <= f.span.start < s.end for s in sentences)
        )
        total = sum(s.log_odds for s in report.sentences) + unplaced + outside
        assert total == pytest.approx(report.log_odds or 0.0, abs=1e-6)

    @for_any(texts)
    def test_prose_paragraphs_hold_the_sums_of_their_sentences(self, text):
        report = score(text)
        for paragraph in report.paragraphs:
            if paragraph.kind == "prose":
                inside = [s.log_odds for s in report.sentences if paragraph.span.covers(s.span)]
                assert paragraph.log_odds == pytest.approx(sum(inside), abs=1e-9)


class TestExplain:
    @for_any(texts, st.sampled_from((0.001, 0.01, 0.2)))
    def test_without_it_only_the_explanation_is_missing(self, text, fpr):
        full, bare = (score(text, fpr=fpr, explain=explain) for explain in (True, False))
        assert bare.findings == bare.contributions == ()
        for name in Report.__dataclass_fields__:
            if name not in {"findings", "contributions"}:
                assert getattr(bare, name) == getattr(full, name), name


class TestSpans:
    @for_any(texts)
    def test_parts_are_in_bounds_in_order_and_apart(self, text):
        report = score(text)
        for parts in (report.paragraphs, report.sentences, report.passages):
            assert all(0 <= part.span.start < part.span.end <= len(text) for part in parts)
            assert all(a.span.end <= b.span.start for a, b in pairwise(parts))

    @for_any(texts)
    def test_findings_quote_the_text(self, text):
        signals = catalogue()
        report = score(text)
        findings = report.findings
        assert [f.span for f in findings] == sorted(f.span for f in findings)
        for finding in findings:
            assert 0 <= finding.span.start <= finding.span.end <= len(text)
            assert finding.text == text[finding.span.start : finding.span.end]
            if finding.signal == phrases.NAME:
                assert (finding.message, finding.weight) == (phrases.CLAIM, 0)
                assert report.verdict in {"machine", "mixed"}
            else:
                assert finding.message.startswith(signals[finding.signal].claim)

    @for_any(texts)
    def test_contributions_are_in_text_order_and_end_with_prior_and_length(self, text):
        report = score(text)
        if report.log_odds is None:
            assert report.contributions == ()
            return
        *placed, prior, length = report.contributions
        assert [(c.signal, c.span) for c in (prior, length)] == [("prior", None), ("length", None)]
        spans = [c.span for c in placed]
        assert all(0 <= start <= end <= len(text) for start, end in spans)
        assert spans == sorted(spans)
        style = [c.span for c in placed if c.signal == "style"]
        assert all(a.end <= b.start for a, b in pairwise(style))

    @for_any(texts)
    def test_sentences_lie_in_prose_and_passages_are_made_of_them(self, text):
        report = score(text)
        prose = [p.span for p in report.paragraphs if p.kind == "prose"]
        assert all(any(p.covers(s.span) for p in prose) for s in report.sentences)
        starts = {s.span.start for s in report.sentences}
        ends = {s.span.end for s in report.sentences}
        for passage in report.passages:
            assert passage.span.start in starts
            assert passage.span.end in ends

    @for_any(page(), st.sampled_from(("\n", "\n\n", "\n \n\t\n")))
    def test_blank_lines_before_a_text_only_move_it(self, text, blank):
        plain, moved = score(text), score(blank + text)
        assert moved.log_odds == plain.log_odds
        assert moved.verdict == plain.verdict
        shifted = [(p.span.start + len(blank), p.span.end + len(blank)) for p in plain.paragraphs]
        assert [p.span for p in moved.paragraphs] == shifted


class TestProbability:
    @for_any(texts)
    def test_it_is_given_with_every_verdict_and_only_then(self, text):
        report = score(text)
        parts = [report.probability, report.origin]
        parts += [s.probability for s in report.sentences]
        parts += [p.probability for p in report.paragraphs if p.kind == "prose"]
        decided = report.verdict != "insufficient"
        assert all((part is not None) is decided for part in parts)
        assert (report.reason is None) is decided
        if decided:
            assert report.probability == sigmoid(report.log_odds)
        assert all(p.probability is None for p in report.paragraphs if p.kind == "furniture")

    @for_any(st.lists(st.permutations(SENTENCES), min_size=2, max_size=4))
    def test_it_rises_with_the_log_odds_at_equal_length(self, orders):
        reports = [score(" ".join(order)) for order in orders]
        reports += [score("\n\n".join(order)) for order in orders]
        assert len({r.words for r in reports}) == 1
        reports.sort(key=lambda r: r.log_odds)
        probabilities = [r.probability for r in reports]
        assert probabilities == pytest.approx(sorted(probabilities), abs=1e-9)

    @for_any(texts)
    def test_the_three_origins_make_one(self, text):
        report = score(text)
        if report.origin is not None:
            assert list(report.origin) == ["native", "human_translated", "machine_translated"]
            assert sum(report.origin.values()) == pytest.approx(1, abs=1e-9)
            assert all(0 <= p <= 1 for p in report.origin.values())
            assert report.origin["machine_translated"] == report.probability


class TestInsufficient:
    @pytest.mark.parametrize("text", ["", " ", "\n\n\t \u00a0\n", "\ufeff", "— … —", "😀 😀", "."])
    def test_a_text_without_a_word(self, text):
        report = score(text)
        assert (report.verdict, report.reason) == ("insufficient", "no words")
        assert report.log_odds is None
        assert report.words == 0

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            (words(1), "1 word of prose; 40 are needed"),
            (words(39), "39 words of prose; 40 are needed"),
            ("\n\n".join(FURNITURE), "nothing but page furniture"),
            (words(39) + "\n\n" + FURNITURE[0], "39 words of prose; 40 are needed"),
            (SPANISH, "not English: looks like Spanish"),
        ],
    )
    def test_the_reason_is_told_and_log_odds_are_given(self, text, reason):
        report = score(text)
        assert (report.verdict, report.reason) == ("insufficient", reason)
        assert math.isfinite(report.log_odds)
        assert math.isfinite(report.threshold)
        assert report.probability is report.origin is None
        assert report.passages == ()
        assert {p.verdict for p in report.paragraphs} == {"insufficient"}

    def test_forty_words_are_enough(self):
        report = score(words(40))
        assert report.words == 40
        assert report.verdict != "insufficient"
        assert report.reason is None

    @for_any(texts)
    def test_a_reason_comes_with_insufficient_alone(self, text):
        report = score(text)
        assert (report.reason is not None) is (report.verdict == "insufficient")
        if report.words < 40:
            assert report.verdict == "insufficient"


class TestVerdict:
    @for_any(texts, st.sampled_from((0.001, 0.01, 0.05, 0.2)))
    def test_it_follows_its_rules(self, text, fpr):
        report = score(text, fpr=fpr)
        assert report.fpr == fpr
        if report.reason is not None:
            assert report.verdict == "insufficient"
        elif report.log_odds > report.threshold:
            assert report.verdict == "machine"
        elif any(passage.flagged for passage in report.passages):
            assert report.verdict == "mixed"
        else:
            assert report.verdict == "human"
        assert all(p.words >= 40 for p in report.passages if p.flagged)
        allowed = {
            "insufficient": {"insufficient"},
            "human": {"human"},
            "mixed": {"human", "machine"},
            "machine": {"human", "machine"},
        }
        for paragraph in report.paragraphs:
            if paragraph.kind == "furniture":
                assert paragraph.verdict == "insufficient"
            else:
                assert paragraph.verdict in allowed[report.verdict]

    @pytest.mark.parametrize(
        ("text", "verdict"),
        [(NATIVE, "human"), (ROUND_TRIP, "machine")],
        ids=["native", "round_trip"],
    )
    def test_the_examples(self, text, verdict):
        assert score(text).verdict == verdict

    def test_in_the_spliced_example_the_foreign_paragraphs_stand_out(self):
        paragraphs = [p.probability for p in score(SPLICED).paragraphs]
        assert min(paragraphs[3:6]) > max(paragraphs[0], *paragraphs[7:])


class TestOperatingPoint:
    @pytest.mark.parametrize("fpr", [0, -0.01, 1, 1.5, 1e-9, math.nan, math.inf])
    @pytest.mark.parametrize("text", ["", words(5), NATIVE], ids=["empty", "short", "native"])
    def test_rates_that_were_not_measured_are_refused(self, text, fpr):
        with pytest.raises(ValueError, match="fpr must lie between"):
            score(text, fpr=fpr)

    def test_the_rates_that_were_measured_are_accepted(self):
        for fpr in model_header()["thresholds"]["fpr"]:
            assert score(NATIVE, fpr=fpr).fpr == fpr

    @pytest.mark.parametrize("n", [1, 30, 60, 250, 900, 3000])
    def test_a_lower_rate_never_has_a_lower_threshold(self, n):
        text = words(n)
        rates = [0.001 * 1.2**i for i in range(30)]
        thresholds = [score(text, fpr=min(f, 0.2), explain=False).threshold for f in rates]
        assert thresholds == sorted(thresholds, reverse=True)

    @for_any(texts, st.floats(0.001, 0.2), st.floats(0.001, 0.2))
    def test_it_changes_nothing_but_threshold_and_verdicts(self, text, one, other):
        strict, lax = (score(text, fpr=fpr) for fpr in sorted((one, other)))
        assert strict.log_odds == lax.log_odds
        assert strict.probability == lax.probability
        assert strict.contributions == lax.contributions
        if strict.verdict == "machine":
            assert lax.verdict == "machine"


class TestPlainData:
    @for_any(texts)
    def test_json_round_trips(self, text):
        report = score(text)
        data = json.loads(report.to_json())
        assert data == json.loads(report.to_json(indent=2))
        assert list(data) == list(Report.__dataclass_fields__)
        assert data["verdict"] == report.verdict
        assert data["log_odds"] == report.log_odds
        assert [f["text"] for f in data["findings"]] == [f.text for f in report.findings]
        assert [tuple(s["span"]) for s in data["sentences"]] == [s.span for s in report.sentences]
        assert len(data["contributions"]) == len(report.contributions)

    def test_json_keeps_characters_as_they_are(self):
        report = score(ROUND_TRIP)
        assert any("“" in finding.text for finding in report.findings)
        assert "“" in report.to_json()
        assert "\\u" not in report.to_json()

    @pytest.mark.parametrize("text", ["", ROUND_TRIP], ids=["empty", "round_trip"])
    def test_to_dict_is_what_json_gives_back(self, text):
        report = score(text)
        data = report.to_dict()
        assert data == json.loads(report.to_json())
        assert {type(part) for part in walk(data)} <= {
            dict,
            list,
            str,
            int,
            float,
            bool,
            type(None),
        }

    def test_reports_are_frozen(self):
        with pytest.raises(AttributeError):
            score("").verdict = "machine"

    def test_the_model_is_named(self):
        header = model_header()
        identity = score("").model
        assert identity == detector().model
        assert (identity.name, identity.version) == (header["name"], header["version"])
        assert identity.sha256 == header["sha256"]


def walk(value):
    """The value and everything inside it."""
    yield value
    inside = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list | tuple):
        for part in inside:
            yield from walk(part)


class TestManyTexts:
    batch = (NATIVE, "", ROUND_TRIP, SPANISH, SPLICED, *SENTENCES, *DAMAGE[:40])

    def test_the_same_text_has_the_same_report(self):
        assert score(SPLICED) == score(SPLICED)
        assert mtdetect.score(SPLICED) == score(SPLICED)

    def test_eight_threads_agree_with_one(self):
        alone = [score(text) for text in self.batch]
        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(score, self.batch * 4))
        assert together == alone * 4

    def test_a_report_out_for_every_text_in_order(self):
        reports = list(mtdetect.score_many(self.batch, fpr=0.05))
        assert reports == [score(text, fpr=0.05) for text in self.batch]
        assert list(mtdetect.score_many([])) == []

    def test_options_reach_every_text(self):
        for report in mtdetect.score_many([SPLICED] * 2, fpr=0.1, explain=False):
            assert report == score(SPLICED, fpr=0.1, explain=False)

    def test_workers_agree_with_this_process(self):
        texts = self.batch * 2
        assert len(texts) > 2 * CHUNK
        assert list(mtdetect.score_many(iter(texts), n_jobs=2)) == [score(t) for t in texts]

    @pytest.mark.parametrize(("n_jobs", "ahead"), [(1, 1), (2, 6 * CHUNK)])
    def test_texts_are_read_only_a_little_ahead(self, n_jobs, ahead):
        taken = []

        def source():
            for number in range(100 * CHUNK):
                taken.append(number)
                yield f"{number} boats."

        reports = mtdetect.score_many(source(), n_jobs=n_jobs)
        assert not taken  # nothing is read before a report is asked for
        assert len(list(islice(reports, 3))) == 3
        reports.close()
        assert len(taken) <= 3 + ahead

    @pytest.mark.parametrize("n_jobs", [0, -2])
    def test_a_number_of_jobs_that_makes_no_sense(self, n_jobs):
        with pytest.raises(ValueError, match="n_jobs"):
            mtdetect.score_many([NATIVE], n_jobs=n_jobs)

    @pytest.mark.parametrize("n_jobs", [1, 2])
    def test_errors_come_through(self, n_jobs):
        with pytest.raises(ValueError, match="fpr"):
            list(mtdetect.score_many([NATIVE], fpr=0.9, n_jobs=n_jobs))
        with pytest.raises(TypeError, match="bytes"):
            list(mtdetect.score_many([b"The ferry."], n_jobs=n_jobs))


@pytest.mark.parametrize("text", [b"The ferry left.", None, 3, ["The ferry left."]])
def test_only_strings_are_texts(text):
    with pytest.raises(TypeError, match=f"not {type(text).__name__}"):
        mtdetect.score(text)


def test_loading_says_which_file_is_missing(tmp_path):
    with pytest.raises(ModelError, match=r"none\.json"):
        Detector.load(tmp_path / "none.npz")


def test_the_default_is_read_once():
    assert Detector.default() is Detector.default()


def test_surrogates_and_odd_characters_do_no_harm():
    for text in ("\ud800" * 50, f"{words(50)} \udcff", "\x00" * 100, "\u200b".join(words(60))):
        report = score(text)
        assert json.loads(report.to_json())["words"] == report.words


@pytest.mark.parametrize(
    "unit",
    ["word ", "a.", "“", "( ", ". ", "\n", "He said “", "According to X. ", "A b. ", "1,2 ", "-"],
)
def test_time_grows_with_the_length_alone(unit):
    def seconds(text):
        start = time.perf_counter()
        score(text, explain=False)
        return time.perf_counter() - start

    short, long = unit * (4_000 // len(unit)), unit * (32_000 // len(unit))
    seconds(short)
    # Eight times the text, so 64 times the work if anything were quadratic.
    assert seconds(long) < 30 * seconds(short) + 0.3


@pytest.mark.parametrize("explain", [True, False])
@pytest.mark.parametrize("text", ["", "Too short.", "The ferry left late. " * 20])
def test_a_report_goes_from_process_to_process_unchanged(text, explain):
    report = mtdetect.score(text, explain=explain)
    again = pickle.loads(pickle.dumps(report))  # noqa: S301 - our own words
    assert again == report
    assert all(type(c.span) in {Span, type(None)} for c in again.contributions)


CONTRIBUTING = "“It leaves at noon .” said the man. " + "The ferry left late again. " * 12


def test_a_report_read_and_one_unread_are_the_same():
    read, unread = (mtdetect.score(CONTRIBUTING) for _ in range(2))
    assert len(read.contributions) > 60
    assert read.contributions is read.contributions
    sent = pickle.loads(pickle.dumps(unread))  # noqa: S301 - our own words
    assert sent.contributions == read.contributions
    assert unread == read == sent
    assert repr(mtdetect.score(CONTRIBUTING)) == repr(read)
    assert mtdetect.score(CONTRIBUTING).to_json() == read.to_json()


def test_what_is_read_late_belongs_to_the_report_as_it_was():
    report = mtdetect.score(CONTRIBUTING)
    changed = replace(report, sentences=())
    assert changed.contributions == report.contributions
    assert replace(report, contributions=()).contributions == ()
    with pytest.raises(FrozenInstanceError):
        report.contributions = ()


def test_threads_that_read_at_once_read_the_same():
    report = mtdetect.score(CONTRIBUTING)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: report.contributions, range(16)))
    assert all(contributions == found[0] for contributions in found)
