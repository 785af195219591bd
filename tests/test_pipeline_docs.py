"""The guide to pipelines, example by example."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import itertools
import json
import logging
import math
import queue
import re
import time
from pathlib import Path
from typing import NamedTuple

import django
import pandas as pd
import pytest
import yaml
from django.conf import settings as django_settings
from django.test import RequestFactory

import mtdetect
import mtdetect.sklearn
from mtdetect import reading
from mtdetect.cli import main
from mtdetect.profile import ProfileError
from mtdetect.report import Report

ROOT = Path(__file__).parent.parent
PATH = ROOT / "docs" / "pipeline.md"
GUIDE = PATH.read_text(encoding="utf-8")
NATIVE, ROUND_TRIP, SPLICED = (
    ROOT.joinpath("examples", f"{name}.txt").read_text(encoding="utf-8")
    for name in ("native", "round_trip", "spliced")
)


class Block(NamedTuple):
    """A fenced block: its language, its content, and the line at which that begins."""

    language: str
    content: str
    line: int


BLOCKS = [
    Block(match[1], match[2], GUIDE.count("\n", 0, match.start(2)) + 1)
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
]


def blocks(language):
    return [block for block in BLOCKS if block.language == language]


class Run(NamedTuple):
    """The names that the examples leave behind, and (shown, printed, line) of each output."""

    names: dict
    outputs: list


@pytest.fixture(scope="module")
def run():
    """All Python of the guide, run in order in one module from the root of the repository."""
    if not django_settings.configured:
        django_settings.configure(ALLOWED_HOSTS=["testserver"])
        django.setup()
    names, outputs, printed = {"__name__": "guide"}, [], None
    with contextlib.chdir(ROOT):
        for block in BLOCKS:
            if block.language == "python":
                stream = io.StringIO()
                # Lines of the guide in tracebacks.
                code = compile("\n" * (block.line - 1) + block.content, PATH, "exec")
                with contextlib.redirect_stdout(stream):
                    exec(code, names)  # noqa: S102 - our own guide
                printed = stream.getvalue()
            elif block.language == "text":
                outputs.append((block.content, printed, block.line))
                printed = None
    return Run(names, outputs)


def test_every_fence_is_understood():
    assert {block.language for block in BLOCKS} == {"python", "text", "console", "yaml"}
    assert 2 * len(BLOCKS) == GUIDE.count("```")


def test_the_guide_prints_what_it_says(run):
    assert run.outputs
    for shown, printed, line in run.outputs:
        assert shown == printed, f"docs/pipeline.md, line {line}"


def test_no_output_goes_unshown():
    for block, following in itertools.pairwise(BLOCKS):
        if block.language == "python" and "print(" in block.content:
            assert following.language == "text", block


def as_html(text):
    return "".join(f"<p>{paragraph}</p>\n" for paragraph in text.split("\n\n")).encode()


def test_the_note_names_places_of_the_body(run):
    note = run.names["note_for_editor"](as_html(ROUND_TRIP))
    places = re.findall(r"^- line (\d+): .+\n  > (.+)$", note, re.MULTILINE)
    assert len(places) == run.names["MOST"]
    lines = as_html(ROUND_TRIP).decode().splitlines()
    for line, quoted in places:
        start = quoted.removesuffix(" …").split(" ")[0]
        assert start in lines[int(line) - 1]


@pytest.mark.parametrize(
    ("body", "note"),
    [
        (as_html(NATIVE), None),
        (b"", None),
        (b"<p>Too short.", None),
        (b"x" * 1_000_001, "This text is too long to be checked."),
        (b"\x89PNG\r\n\x1a\n\0\0", "This text could not be checked: "),
    ],
    ids=["human", "empty", "short", "long", "image"],
)
def test_where_there_is_nothing_to_note(run, body, note):
    found = run.names["note_for_editor"](body)
    assert found is None if note is None else found.startswith(note)


def test_flask(run):
    client = run.names["app"].test_client()
    reply = client.post("/score", json={"text": ROUND_TRIP})
    assert reply.status_code == 200
    assert_answers(reply.get_json())
    assert client.post("/score", json={"text": "Short."}).get_json()["verdict"] == "insufficient"
    for wrong in ({"text": 5}, {"words": "a"}, ["text"], None):
        assert client.post("/score", json=wrong).status_code == 422
    assert client.post("/score", data=b"{not json").status_code == 422
    long = client.post("/score", data=b"x" * 1_000_001, content_type="application/json")
    assert long.status_code == 413
    assert client.get("/score").status_code == 405


def test_django(run):
    view, requests = run.names["score_view"], RequestFactory()

    def post(body):
        return view(requests.post("/score", body, content_type="application/json"))

    reply = post(json.dumps({"text": ROUND_TRIP}))
    assert reply.status_code == 200
    assert_answers(json.loads(reply.content))
    for wrong in ('{"text": 5}', '{"words": "a"}', '["text"]', "null", "{not json", b"\xff"):
        assert post(wrong).status_code == 422
    with quiet_logs("django.request"):
        assert view(requests.get("/score")).status_code == 405


@contextlib.contextmanager
def quiet_logs(name):
    """Without complaints of a logger about what is tried on purpose."""
    logger = logging.getLogger(name)
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = False


def assert_answers(found):
    assert found["verdict"] == "machine"
    assert 0.5 < found["probability"] <= 1
    assert found["evidence"]
    for item in found["evidence"]:
        assert ROUND_TRIP[item["start"] : item["end"]] == item["text"]
    (passage,) = found["passages"]
    assert 0.5 < passage["probability"] <= 1
    assert found["model"] == mtdetect.Detector.default().model.sha256


def test_a_column_keeps_its_rows(run):
    cells = [NATIVE, None, ROUND_TRIP, float("nan"), "", SPLICED]
    table = pd.DataFrame({"text": cells, "n": range(6)}, index=[7, 7, 3, 1, 1, 0])
    found = run.names["with_scores"](table)
    assert list(found.index) == list(table.index)
    assert list(found["n"]) == list(range(6))
    verdicts = ["human", None, "machine", None, "insufficient", "mixed"]
    assert [None if pd.isna(v) else v for v in found["verdict"]] == verdicts
    assert found["probability"].isna().tolist() == [False, True, False, True, True, False]
    assert found["log_odds"].iloc[2] == mtdetect.score(ROUND_TRIP).log_odds
    assert list(table.columns) == ["text", "n"]


def test_an_empty_column(run):
    table = pd.DataFrame({"text": pd.Series([], dtype=object)})
    assert len(run.names["with_scores"](table)) == 0


@pytest.mark.slow
def test_the_worker_serves_on_after_poison(run, monkeypatch):
    messages, stored, aside = queue.Queue(), [], []
    sent = [
        {"id": 1, "text": ROUND_TRIP},
        {"id": 2},
        {"id": 3, "text": None},
        {"id": 4, "text": ["a list"]},
        {"id": 5, "text": "x" * 200_001},
        {"id": 6, "text": NATIVE},
    ]
    for message in [*sent, None]:
        messages.put(message)
    run.names["work"](messages, lambda m, r: stored.append((m["id"], r.verdict)), collect(aside))
    assert stored == [(1, "machine"), (6, "human")]
    assert [message["id"] for message, _ in aside] == [2, 3, 4, 5]
    assert aside[0][1] == "KeyError('text')"

    monkeypatch.setitem(run.names, "SECONDS", 0.001)
    messages.put(sent[0])
    messages.put(None)
    started = time.monotonic()
    run.names["work"](messages, lambda *_: pytest.fail("too late"), collect(aside))
    assert aside[-1] == (sent[0], "TimeoutError()")
    assert time.monotonic() - started < 20


def collect(found):
    return lambda message, reason: found.append((message, reason))


def test_the_classifier_takes_texts(run):
    classifier = run.names["classifier"]
    features = classifier[0].fit_transform([NATIVE, ROUND_TRIP])
    assert features.shape == (2, len(classifier[0].get_feature_names_out()))


def test_a_stored_row_knows_when_it_is_out_of_date(run):
    row = run.names["record"](SPLICED, mtdetect.score(SPLICED))
    assert json.loads(json.dumps(row)) == row
    assert set(row) - {"text_sha256", "mtdetect"} <= {f.name for f in dataclasses.fields(Report)}
    out_of_date = run.names["out_of_date"]
    assert not out_of_date(row)
    assert out_of_date(row | {"model": "0" * 64})
    assert out_of_date(row | {"mtdetect": "0.0.1"})
    assert run.names["record"]("\ud800", mtdetect.score("\ud800"))["verdict"] == "insufficient"


def test_base_rates(run):
    right, at_base_rate = run.names["right"], run.names["at_base_rate"]
    assert right(0.5, found=0.3, fpr=0.3) == pytest.approx(0.5)
    assert right(0.01, found=1.0, fpr=0.01) == pytest.approx(1 / 1.99)
    assert at_base_rate(0.9, 0.5) == pytest.approx(0.9)
    assert at_base_rate(1.0, 0.01) == 1
    report = mtdetect.score(SPLICED)
    shifted = report.log_odds + math.log(0.02 / 0.98)
    assert at_base_rate(report.probability, 0.02) == pytest.approx(1 / (1 + math.exp(-shifted)))


def test_logs_hold_no_text(run, caplog):
    with caplog.at_level(logging.INFO, logger="articles"):
        for text in (ROUND_TRIP, ""):
            run.names["log_score"]("article 7", mtdetect.score(text))
    first, second = caplog.messages
    assert first.startswith("article 7: machine, log-odds ")
    assert "doubled_quote" in first
    assert "examination" not in first
    assert "insufficient, log-odds None" in second


def options_in(text):
    """Long options, without their values."""
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def test_commands_have_their_options(capsys):
    known = {}
    for command in ("", "calibrate"):
        assert main([command, "--help"] if command else ["--help"]) == 0
        known[command] = options_in(capsys.readouterr().out)
    calls = [line for block in blocks("console") for line in block.content.splitlines()]
    assert len(calls) == 2
    for call in calls:
        command = "calibrate" if call.startswith("$ mtdetect calibrate ") else ""
        assert options_in(call) <= known[command], call
    elsewhere = options_in(re.sub(r"```console.*?```", "", GUIDE, flags=re.DOTALL))
    assert {"--column", "--fail-on", "--no-config"} <= elsewhere
    assert elsewhere <= known[""]


def test_the_house_s_detector_needs_its_profile(run, tmp_path):
    with pytest.raises(ProfileError, match=r"house\.toml"):
        run.names["house_detector"](tmp_path / "house.toml")


def action_steps():
    for block in blocks("yaml"):
        for job in yaml.safe_load(block.content).get("jobs", {}).values():
            yield from (step for step in job["steps"] if "mtdetect" in step["uses"])


def test_the_action_is_called_with_inputs_that_it_has():
    action = yaml.safe_load(ROOT.joinpath("action.yml").read_text(encoding="utf-8"))
    steps = list(action_steps())
    assert len(steps) == 2
    for step in steps:
        assert set(step["with"]) <= set(action["inputs"])


def test_the_hook_is_called_by_its_id():
    (hook,) = yaml.safe_load(ROOT.joinpath(".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (config,) = (c for b in blocks("yaml") if (c := yaml.safe_load(b.content)).get("repos"))
    assert config["repos"][0]["hooks"][0]["id"] == hook["id"]


def contract():
    section = GUIDE.split("## What you may rely on")[1].split("These may change")[0]
    return section.split("\n- ")[1:]


def test_the_contract_in_python():
    python, report, *_ = contract()
    home = None
    for name in re.findall(r"`([\w.]+)`", python):
        if name.startswith("mtdetect."):
            home = mtdetect
            for part in name.split(".")[1:-1]:
                home = getattr(home, part)
            found = getattr(home, name.rpartition(".")[2])
            home = found if isinstance(found, type) else home
        else:  # a member of what was named before
            assert getattr(home, name) is not None
    named = set(re.findall(r"`(\w+)`", report))
    fields = {field.name for field in dataclasses.fields(Report)}
    assert named == fields | {"to_dict", "to_json"}
    assert reading.Source is not None


def test_links_lead_somewhere():
    targets = [t for t in re.findall(r"\]\(([^)]+)\)", GUIDE) if not t.startswith("http")]
    assert targets
    for target in targets:
        name, _, heading = target.partition("#")
        page = PATH.parent.joinpath(name).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
        assert not heading or heading in {h.lower().replace(" ", "-") for h in headings}, target
