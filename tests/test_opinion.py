"""How a second opinion is calibrated and measured, on made-up answers of an encoder."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from conftest import load_script

pytest.importorskip("sklearn")

from mtdetect import Detector, deep, model, style
from mtdetect.calibration import Thresholds
from mtdetect.text import Document
from mtdetect.training import calibrate, opinion
from mtdetect.training.calibrate import Measured, Rated
from mtdetect.training.data import fold_of
from mtdetect.training.evaluation import deep as section
from mtdetect.training.evaluation.run import Run
from mtdetect.training.opinion import Heard
from mtdetect.training.units import Sample

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"))
HEADER = model.read_header(model.default_path())
NETWORK = deep.beside(model.default_path())


def sample(label, group, twin, source=None, corpus=""):
    corpus = corpus or group
    return Sample(f"{label} {twin}", label, source or label, corpus, group, "", "", "", twin, 1)


class FakeEncoder:
    """Says how long a text is, and counts what it was asked."""

    sha256 = "one"

    def __init__(self):
        self.asked = []

    def score(self, document, first=0, last=None):
        self.asked.append((document.text, first, last))
        return float(len(document.text))


def heard_of(samples, rng, *, style_says=0.5, encoder_says=1.0):
    """Texts of 20 to 1,000 words, of whose origin both scores tell something."""
    n = len(samples)
    sign = np.array([1.0 if s.label == "mt" else -1.0 for s in samples])
    words = np.exp(rng.uniform(np.log(20), np.log(1000), n)).astype(int).tolist()
    machine = (rng.normal(size=n) + style_says * sign).tolist()
    measured = [Measured(w, 1.0, m, 0.0, {}) for w, m in zip(words, machine, strict=True)]
    terms = calibrate.Calibration.from_header(HEADER["calibration"])
    rated = [
        Rated(w, terms.prior() + terms.length(w) + terms.scale(w) * m, ())
        for w, m in zip(words, machine, strict=True)
    ]
    return Heard(samples, measured, rated, rng.normal(size=n) + encoder_says * sign)


def made_samples(n, groups=("wmt18", "wmt15", "wmt21")):
    """Round trips, forward translations and their human twins, the groups in turn."""
    numbers, found = count(), []
    while len(found) < n:
        i = next(numbers)
        group, source = groups[i % len(groups)], ("native", "ht")[i // len(groups) % 2]
        found += [
            sample(source, group, f"{group} {i}"),
            sample("mt", group, f"{group} {i}", source),
        ]
    return found


class TestCounting:
    def test_both_scores_count_as_much_as_they_tell(self):
        rng = np.random.default_rng(0)
        positive = rng.random(6000) < 0.5
        sign = np.where(positive, 1.0, -1.0)
        scores = [rng.normal(0.4 * sign), 3 * rng.normal(0.25 * sign)]
        words = np.exp(rng.uniform(np.log(15), np.log(1500), 6000)).astype(int)
        scales, offset = calibrate.fit_scales(scores, words, positive, np.ones(6000))
        assert scales[0][0] == pytest.approx(0.8, abs=0.1)  # log-odds are 0.8 a + 0.5 / 3 b
        assert scales[1][0] == pytest.approx(0.5 / 3, abs=0.03)
        assert offset[0] == pytest.approx(0, abs=0.15)

    def test_the_arithmetic_is_that_of_the_rating(self):
        """Log-odds by ``Heard`` are those of a report."""
        texts = [path.read_text(encoding="utf-8") for path in EXAMPLES]
        rater = Detector.default()._rater  # noqa: SLF001 - the weights that speak
        alone = [rater.rate(Document(text), fpr=0.01, explain=False) for text in texts]
        encoder = deep.Encoder(NETWORK)
        heard = Heard(
            [sample("native", "wmt18", text) for text in texts],
            [
                Measured(r.words, 0.0, rater.machine.score(style.read(Document(text))), 0.0, {})
                for r, text in zip(alone, texts, strict=True)
            ],
            [Rated(r.words, r.log_odds, ()) for r in alone],
            np.array([encoder.score(Document(text)) for text in texts]),
        )
        found = heard.log_odds(HEADER, deep.read_header(NETWORK))
        detector = Detector.load(deep=True)
        assert found == pytest.approx([detector.score(text).log_odds for text in texts])

    def test_two_judges_are_surer_than_one(self):
        heard = heard_of(made_samples(4000), np.random.default_rng(1))
        both = heard.log_odds(HEADER, heard.terms())
        machine = np.array([s.label == "mt" for s in heard.samples])
        alone = np.array([r.log_odds for r in heard.rated])
        assert section.auc(both, machine) > section.auc(alone, machine) + 0.1
        assert section.auc(both, machine) > section.auc(heard.said, machine) + 0.01

    def test_a_part_keeps_what_belongs_together(self):
        heard = heard_of(made_samples(40), np.random.default_rng(2))
        part = heard.part(np.array([7, 3]))
        assert part.samples == [heard.samples[7], heard.samples[3]]
        assert part.measured == [heard.measured[7], heard.measured[3]]
        assert part.rated == [heard.rated[7], heard.rated[3]]
        assert part.said.tolist() == [heard.said[7], heard.said[3]]


class TestHearing:
    def test_only_texts_that_the_encoder_has_not_seen(self):
        held = opinion.held_out(made_samples(12, ("wmt18", "wmt16", "wmt22", "wmt15")))
        assert {s.group for s in held} == {"wmt18", "wmt15"}
        assert {fold_of(s.group) for s in held} == set(opinion.HELD)

    def test_an_answer_is_kept_with_the_encoder_that_gave_it(self, monkeypatch, tmp_path):
        monkeypatch.setattr(opinion, "Parallel", lambda n_jobs: list)  # noqa: ARG005 - as joblib's
        monkeypatch.setattr(opinion, "delayed", lambda function: function)
        samples, keep = made_samples(6), tmp_path / "said.npz"
        encoder = FakeEncoder()
        first = opinion.said_of(samples, encoder, keep)
        assert first.tolist() == [len(s.text) for s in samples]
        assert opinion.said_of(samples, encoder, keep).tolist() == first.tolist()
        assert len(encoder.asked) == len(samples)
        opinion.said_of(samples[:4], encoder, keep)
        assert len(encoder.asked) == len(samples) + 4
        encoder.sha256 = "another"
        opinion.said_of(samples[:4], encoder, keep)
        assert len(encoder.asked) == len(samples) + 8

    def test_a_whole_text_is_not_read_again(self):
        document = Document(EXAMPLES[0].read_text(encoding="utf-8"))
        last = len(document.prose_sentences) - 1
        known = {opinion._key(document.text): 7.0}  # noqa: SLF001 - as it is made
        encoder = opinion._Remembering(NETWORK, known)  # noqa: SLF001 - what is tested
        assert encoder.score(document) == encoder.score(document, 0, last) == 7.0
        assert encoder.score(document, 1) == deep.Encoder(NETWORK).score(document, 1) != 7.0

    def test_the_header_says_how_the_opinion_counts(self, monkeypatch):
        rng = np.random.default_rng(3)
        heard = heard_of(made_samples(3000), rng)

        class Encoder:
            path = NETWORK

        given = []

        def rate(samples, raters):
            given.append(raters)
            values = rng.normal(size=len(samples)).tolist()
            words = [m.words for m in heard.measured]
            return [Rated(n, x, ()) for n, x in zip(words, values, strict=False)]

        monkeypatch.setattr(calibrate, "rate", rate)
        monkeypatch.setattr(calibrate, "make_rater", lambda *_: Detector.default()._rater)  # noqa: SLF001 - any
        parts = opinion.calibrated(heard, [], [None], HEADER, Encoder(), progress=lambda _: None)
        header = {"format": deep.FORMAT, "name": "n", "version": "v", "sha256": "s"}
        settings = deep.Settings.from_header({**header, "belongs_to": HEADER["sha256"], **parts})
        assert all(rater.deep is not None for raters in given for rater in raters)
        assert settings.opinion.scale(250) > 0
        assert settings.thresholds.document(250, 0.01) > settings.thresholds.document(250, 0.1)


def made_run(tmp_path, **parts):
    given = {
        "manifest": None,
        "model": tmp_path / "en.npz",
        "work": tmp_path,
        "header": HEADER,
        "fitted": [None] * 6,
        "fpr": 0.01,
        "language_models": Path("none"),
        "progress": lambda _: None,
    }
    return Run(**{**given, **parts})


class TestSection:
    @pytest.fixture
    def court(self, monkeypatch, tmp_path):
        """A court that hears made-up answers: the encoder is right about wmt18 alone."""
        shipped = json.loads(NETWORK.with_suffix(".json").read_text())
        (tmp_path / "en.deep.json").write_text(json.dumps(shipped))

        def hear(samples, folds, header, encoder, *, keep=None):  # noqa: ARG001 - as the real one
            rng = np.random.default_rng(len(samples))
            parts = [
                heard_of([s], rng, encoder_says=3.0 if s.group == "wmt18" else 0.0) for s in samples
            ]
            return Heard(
                samples,
                [p.measured[0] for p in parts],
                [p.rated[0] for p in parts],
                np.array([p.said[0] for p in parts]),
            )

        class Encoder:
            path = tmp_path / "en.deep.onnx"

        monkeypatch.setattr(opinion, "hear", hear)
        monkeypatch.setattr(opinion, "documents", lambda _: made_samples(3000))
        return section._Court(made_run(tmp_path), Encoder())  # noqa: SLF001 - what is tested

    def test_each_fold_is_read_by_what_the_other_says(self, court):
        by_fold = court.counting
        assert set(by_fold) == {*opinion.HELD, section.NO_FOLD}
        # wmt18 is fold 0: without it, the encoder tells nothing.
        assert abs(by_fold[0].terms["opinion"][0]) < 0.2
        assert by_fold[3].terms["opinion"][0] > 1
        assert isinstance(by_fold[0].thresholds, Thresholds)

    def test_texts_never_trained_on_are_read_as_shipped(self, court):
        texts = made_samples(60)
        judged = court.judged(texts, trained=False)
        heard = opinion.hear(texts, None, None, None)
        shipped = deep.read_header(court.encoder.path)
        assert judged.both == pytest.approx(heard.log_odds(HEADER, shipped))
        limits = Thresholds.from_header(shipped["thresholds"])
        over = [
            x > limits.document(m.words, 0.01)
            for x, m in zip(judged.both, heard.measured, strict=True)
        ]
        assert judged.called_both.tolist() == over

    def test_the_table(self, court):
        texts = made_samples(800, ("wmt15", "wmt21"))
        row = section._row(court.judged(texts), {"question": "q", "set": "s", "unit": "u"})  # noqa: SLF001 - the heart of it
        assert row["human"] == row["machine"] == 400
        assert row["gain"] == pytest.approx(row["auc"] - row["alone_auc"])
        low, high = row["gain_interval"]
        assert low <= row["gain"] <= high
        rates = {"alone_rate": 0.0, "machine_rate": 0.0, "machine_upper": 0.3}
        names = {"question": "native vs round trip", "set": "wmt15", "unit": "8 sentences"}
        shown = section.text(
            {"ranking": [{**row, **names}], "human": [{"corpus": "bbc", "n": 9, **rates}]}
        )
        assert "Native vs round trip" in shown
        assert f"{row['alone_auc']:.3f}" in shown
        assert "bbc" in shown


class TestScript:
    @pytest.fixture
    def script(self):
        return load_script("train_deep")

    def test_what_is_missing_is_named(self, script, tmp_path, capsys):
        given = ["--corpora", str(tmp_path), "--encoder", str(tmp_path), "--manifest"]
        assert script.main([*given, str(tmp_path / "none")]) == 2
        assert "none" in capsys.readouterr().err

    def test_the_recipe_by_default(self, script):
        options = script.arguments_of(["--corpora", "c", "--encoder", "e"])
        assert (options.steps, options.rate, options.seed) == (5000, 2e-4, 0)


@pytest.mark.slow
def test_the_file_says_what_the_network_says(tmp_path):
    """In whole numbers of 8 bits a little is lost; the windows and the word pieces are the same."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnxscript")
    from mtdetect.training import encoder  # noqa: PLC0415 - needs PyTorch

    torch.manual_seed(0)
    network = encoder.Network().eval()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcdefghijklmnopqrstuvwxyz,.", "the", "##s"]
    path = tmp_path / "small.deep.onnx"
    encoder.export(network, vocabulary, path)
    loaded = deep.Encoder(path)
    made = deep.tokenizer(vocabulary)
    texts = ["the a b.", "The s, " * 40, "x y z. " * 100]
    said, meant = [], []
    for text in texts:
        document = Document(text)
        said.append(loaded.score(document))
        pieces = made.encode(deep.folded(document.normalised), add_special_tokens=False).ids
        with torch.no_grad():
            windows = [
                network(torch.from_numpy(ids)[None]).item() for ids in deep.cut(pieces, (2, 3))
            ]
        meant.append(np.mean(windows))
    assert said == pytest.approx(meant, abs=0.05)
