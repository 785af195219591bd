"""The command line: what goes where, and which exit code comes back."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MODEL, make_report

import mtdetect
from mtdetect.cli import main
from mtdetect.signals import catalogue

EXAMPLES = Path(__file__).parent.parent / "examples"
ARTICLE = "The plant will close in May. According to a person close to the owners."


class FakeDetector:
    """Takes the verdict from the text's first word."""

    model = MODEL

    def adapted(self, **_settings):
        return self

    def score(self, text, *, fpr, explain, links=()):
        assert links == ()
        verdict = text.split()[0].lower() if text.split() else "insufficient"
        if verdict == "interrupt":
            raise KeyboardInterrupt
        findings = [("close", "odd", "Odd.", 1.5)] if explain and "close" in text else []
        return make_report(text, verdict, findings=findings, reason="too short", fpr=fpr)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch, tmp_path):
    for name in ("NO_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)  # so that no settings are found but a test's own


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setattr("mtdetect.cli.score._detector", lambda _path: FakeDetector())


@pytest.fixture
def header(monkeypatch):
    first = next(iter(catalogue()))
    content = {
        "name": "en",
        "version": "1.0",
        "sha256": "ab" * 32,
        "signals": {first: {"weight": 1.9}},
    }
    monkeypatch.setattr("mtdetect.model.model_header", lambda: content)
    return content


@pytest.fixture
def page(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    return write


def give(monkeypatch, data):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


@pytest.mark.usefixtures("fake")
class TestExitCodes:
    @pytest.mark.parametrize(
        ("texts", "code"),
        [
            (["human text"], 0),
            (["insufficient"], 0),
            ([""], 0),
            (["machine text"], 1),
            (["mixed text"], 1),
            (["human text", "machine text", "human text"], 1),
            (["human text", b"%PDF-1.4"], 2),
            (["machine text", b"%PDF-1.4"], 2),
        ],
    )
    @pytest.mark.parametrize("extra", [[], ["--quiet"], ["--format", "json"], ["--explain"]])
    def test_by_what_was_found(self, page, texts, code, extra):
        paths = [page(f"{n}.txt", text) for n, text in enumerate(texts)]
        assert main([*extra, *paths]) == code
        out = str(Path(paths[0]).parent / "out")
        assert main([*extra, "-o", out, *paths]) == code

    @pytest.mark.parametrize(
        ("argv", "complaint"),
        [
            (["--fpr", "0", "-"], "'0' is not a share from 0.001 to 0.2"),
            (["--fpr", "0.5", "-"], "not a share"),
            (["--fpr", "nan", "-"], "not a share"),
            (["--fpr", "much", "-"], "not a share"),
            (["--format", "xml", "-"], "invalid choice"),
            (["--quiet", "--explain", "-"], "not allowed with"),
            (["--quiet", "--format", "json", "-"], "--quiet goes with"),
            (["-", "-"], "may be given once"),
            (["--nonsense"], "unrecognized"),
            (["--glob", "", "-"], "not a pattern"),
            (["--glob", ".", "-"], "not a pattern"),
            (["--quie", "-"], "unrecognized"),
        ],
    )
    def test_wrong_usage(self, argv, complaint, capsys):
        assert main(argv) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert complaint in err

    def test_no_file_on_a_terminal_is_wrong_usage(self, monkeypatch, capsys):
        monkeypatch.setattr("sys.stdin", Terminal())
        assert main([]) == 2
        assert capsys.readouterr().err.startswith("usage: mtdetect")

    def test_interruption_is_quiet(self, page, capsys):
        assert main([page("a.txt", "interrupt me")]) == 130
        assert capsys.readouterr() == ("", "")

    def test_a_closed_pipe_is_quiet(self, page, monkeypatch, capsys):
        class Closed(io.StringIO):
            def write(self, _text):
                raise BrokenPipeError

        path = page("a.txt", "human text")
        monkeypatch.setattr("sys.stdout", Closed())
        assert main([path]) == 141
        assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("fake")
class TestInput:
    @pytest.mark.parametrize("argv", [[], ["-"]])
    def test_standard_input(self, argv, monkeypatch, capsys):
        give(monkeypatch, "\ufeffmachine – text".encode())
        assert main(argv) == 1
        assert capsys.readouterr().out.startswith("<stdin>   machine   98 %   (3 words;")

    def test_what_cannot_be_read_is_named_and_the_rest_is_scored(self, page, capsys):
        good, bad = page("good.txt", "human text"), page("bad.txt", b"\x89PNG\r\n")
        assert main(["absent.txt", bad, good]) == 2
        out, err = capsys.readouterr()
        assert out.startswith(f"{good}   human")
        assert err.splitlines() == [
            "mtdetect: absent.txt: no such file",
            f"mtdetect: {bad}: looks like a PNG image, not text",
            "mtdetect: 1 text scored: 1 human; 2 could not be read",
        ]

    def test_a_guessed_encoding_is_announced(self, page, capsys):
        path = page("a.txt", "human caf\xe9".encode("cp1252"))
        assert main([path]) == 0
        assert capsys.readouterr().err == (
            f"mtdetect: {path}: not UTF-8 (byte 0xE9 at offset 9); read as Windows-1252\n"
        )

    def test_a_folder(self, page, tmp_path, capsys):
        for name in ("b.txt", "a.txt", "c.md", "e.csv", "sub/d.html"):
            page(name, "human text")
        assert main([str(tmp_path)]) == 0
        out, err = capsys.readouterr()
        names = [Path(line.split("   ")[0]).name for line in out.splitlines()]
        assert names == ["a.txt", "b.txt", "c.md", "d.html"]
        assert err == "mtdetect: 4 texts scored: 4 human\n"
        assert main(["--glob", "*.md", "--glob", "b.*", str(tmp_path)]) == 0
        assert len(capsys.readouterr().out.splitlines()) == 2

    def test_a_folder_without_a_match(self, tmp_path, capsys):
        assert main([str(tmp_path)]) == 2
        assert "no file in this folder matches *.txt" in capsys.readouterr().err

    def test_what_is_given_twice_is_answered_twice_in_order(self, page, capsys):
        a, b = page("a.txt", "human text"), page("b.txt", "machine text")
        assert main(["--format", "json", b, a, b]) == 1
        rows = json.loads(capsys.readouterr().out)["files"]
        assert [row["name"] for row in rows] == [b, a, b]

    def test_files_called_like_a_command(self, page, tmp_path, monkeypatch, capsys):
        page("signals", "machine text")
        monkeypatch.chdir(tmp_path)
        assert main(["./signals"]) == 1
        assert main(["--quiet", "signals"]) == 1
        assert main(["--quiet", "explain"]) == 2
        assert "the command 'explain' comes first" in capsys.readouterr().err

    def test_a_name_cannot_steer_the_terminal(self, page, capsys):
        path = page("a\x1b[2J.txt", "machine text")
        assert main([path, "gone\x1b[2J"]) == 2
        out, err = capsys.readouterr()
        assert "\x1b" not in out + err
        assert "a⟨U+001B⟩[2J.txt" in out
        assert "gone⟨U+001B⟩[2J" in err


@pytest.mark.usefixtures("fake")
class TestOutput:
    def test_quiet_is_a_line_for_each_flagged_file(self, page, capsys):
        paths = [
            page(f"{n}.txt", f"{verdict} text")
            for n, verdict in enumerate(["human", "machine", "insufficient", "mixed"])
        ]
        assert main(["--quiet", *paths]) == 1
        assert capsys.readouterr() == (
            f"{paths[1]}   machine   98 %\n{paths[3]}   mixed   40 %\n",
            "",
        )

    def test_json_holds_errors_and_warnings_in_order(self, page, capsys):
        paths = [page("a.txt", b"machine \xe9"), "absent.txt", page("b.txt", "human text")]
        assert main(["--format", "json", *paths]) == 2
        content = json.loads(capsys.readouterr().out)
        assert content["schema"] == "mtdetect-report/1"
        assert content["version"] == mtdetect.__version__
        assert content["model"]["sha256"] == MODEL.sha256
        a, absent, b = content["files"]
        assert "Windows-1252" in a["warnings"][0]
        assert a["report"]["verdict"] == "machine"
        assert absent == {"name": "absent.txt", "error": "no such file"}
        assert b["report"]["verdict"] == "human"

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_a_file_gets_what_standard_output_would(self, page, tmp_path, form, capsys):
        path, out = page("a.txt", "machine – text"), tmp_path / "out"
        main(["--format", form, path])
        expected = capsys.readouterr().out
        assert main(["--format", form, "-o", str(out), path]) == 1
        assert capsys.readouterr().out == ""
        assert out.read_text(encoding="utf-8") == expected
        assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "out"]

    def test_an_output_that_cannot_be_written_is_said_before_work(self, page, tmp_path, capsys):
        path = page("a.txt", "interrupt")
        for output in (str(tmp_path), str(tmp_path / "no" / "out"), path):
            assert main(["-o", output, path]) == 2
            assert "--output" in capsys.readouterr().err
        assert Path(path).read_text(encoding="utf-8") == "interrupt"

    def test_an_interrupted_run_leaves_the_old_output(self, page, tmp_path):
        out = tmp_path / "out"
        out.write_text("old", encoding="utf-8")
        assert main(["-o", str(out), page("a.txt", "interrupt")]) == 130
        assert out.read_text(encoding="utf-8") == "old"

    @pytest.mark.parametrize(
        ("argv", "environment", "terminal", "coloured"),
        [
            ([], {}, True, True),
            ([], {}, False, False),
            ([], {"NO_COLOR": "1"}, True, False),
            ([], {"NO_COLOR": ""}, True, True),
            ([], {"TERM": "dumb"}, True, False),
            (["--color", "always"], {"NO_COLOR": "1"}, False, True),
            (["--color", "never"], {}, True, False),
        ],
    )
    def test_colour(self, page, monkeypatch, *, argv, environment, terminal, coloured):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        out = Terminal() if terminal else io.StringIO()
        monkeypatch.setattr("sys.stdout", out)
        main([*argv, page("a.txt", "machine text")])
        assert ("\x1b[" in out.getvalue()) is coloured

    @pytest.mark.parametrize("width", [40, 77, 200])
    def test_the_width_follows_the_terminal(self, page, monkeypatch, width, capsys):
        monkeypatch.setenv("COLUMNS", str(width))
        main(["--explain", page("a.txt", "machine text " + "so close to the harbour " * 20)])
        assert max(map(len, capsys.readouterr().out.splitlines())) <= width

    def test_progress_shows_on_a_terminal_while_results_go_elsewhere(
        self, page, tmp_path, monkeypatch
    ):
        for n in range(30):
            page(f"{n}.txt", "human text")
        err = Terminal()
        monkeypatch.setattr("sys.stderr", err)
        assert main(["-o", str(tmp_path / "out"), str(tmp_path)]) == 0
        assert "\r\x1b[K30 of 30\r\x1b[K" in err.getvalue()
        assert err.getvalue().endswith("mtdetect: 30 texts scored: 30 human\n")

    def test_the_operating_point_reaches_the_detector(self, page, capsys):
        main(["--fpr", "0.2", page("a.txt", "machine text")])
        assert "1 in 5 measured human texts" in capsys.readouterr().out


class TestCommands:
    def test_signals_lists_the_catalogue_in_order(self, header, capsys):
        assert main(["signals"]) == 0
        rows = capsys.readouterr().out.splitlines()
        assert [row.split()[0] for row in rows] == list(catalogue())
        (first,) = header["signals"]
        for row, known in zip(rows, catalogue().values(), strict=True):
            assert known.claim in row
            assert row.split()[1] == known.family
            assert row.split()[2] == ("+1.90" if known.name == first else "—")

    @pytest.mark.usefixtures("header")
    def test_explain_prints_the_whole_signal(self, capsys):
        for name, known in catalogue().items():
            assert main(["explain", name.replace("_", "-")]) == 0
            out = capsys.readouterr().out
            assert name in out
            assert known.unit in out
            assert known.doc in out
            assert "─" in out
            assert re.search(r"Weight:  (\+1\.90|not yet weighted) \(model en 1\.0\)", out)

    def test_explain_of_an_unknown_name_suggests_one(self, capsys):
        known = next(iter(catalogue()))
        assert main(["explain", known[:-2]]) == 2
        assert f"did you mean {known}?" in capsys.readouterr().err
        assert main(["explain", "xyzzy\x1b"]) == 2
        err = capsys.readouterr().err
        assert "did you mean" not in err
        assert "\x1b" not in err

    @pytest.mark.parametrize("name", ["style", "prior", "length"])
    def test_explain_knows_every_term_of_a_sum(self, name, capsys):
        assert main(["explain", name]) == 0
        assert capsys.readouterr().out.startswith(name)

    @pytest.mark.parametrize("argv", [["explain"], ["explain", "a", "b"], ["signals", "x"]])
    def test_wrong_usage_of_a_command(self, argv):
        assert main(argv) == 2

    @pytest.mark.usefixtures("header")
    def test_version(self, capsys):
        assert main(["--version"]) == 0
        out = capsys.readouterr().out
        assert out == f"mtdetect {mtdetect.__version__} (model en 1.0, abababababab)\n"

    @pytest.mark.parametrize("argv", [["--help"], ["signals", "--help"], ["explain", "-h"]])
    def test_help(self, argv, capsys):
        assert main(argv) == 0
        assert "mtdetect" in capsys.readouterr().out

    def test_help_tells_of_commands_codes_and_examples(self, capsys):
        main(["--help"])
        out = capsys.readouterr().out
        for said in ("exit codes:", "examples:", "mtdetect explain NAME", "./signals"):
            assert said in out

    @pytest.mark.parametrize("argv", [["--model", "no.npz", "-"], ["signals", "--model", "no.npz"]])
    def test_a_missing_model_is_a_plain_error(self, argv, monkeypatch, capsys):
        give(monkeypatch, b"text")
        assert main(argv) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert re.fullmatch(r"mtdetect: no\.npz, no\.json: No such file or directory\n", err)


@pytest.mark.usefixtures("fake")
class TestClosedStreams:
    def test_no_standard_input(self, monkeypatch, capsys):
        monkeypatch.setattr("sys.stdin", None)
        assert main([]) == 2
        assert "give a file" in capsys.readouterr().err
        assert main(["-"]) == 2
        assert capsys.readouterr().err == "mtdetect: <stdin>: standard input is closed\n"

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_no_standard_output(self, page, tmp_path, monkeypatch, form, capsys):
        path = page("a.txt", "machine text")
        monkeypatch.setattr("sys.stdout", None)
        assert main(["--format", form, path]) == 2
        assert capsys.readouterr().err == ("mtdetect: cannot write: standard output is closed\n")
        assert main(["signals"]) == 2
        assert main(["--format", form, "-o", str(tmp_path / "out"), path]) == 1

    def test_no_standard_error(self, page, monkeypatch, capsys):
        monkeypatch.setattr("sys.stderr", None)
        assert main(["absent.txt", page("a.txt", "machine text")]) == 2
        assert "machine" in capsys.readouterr().out

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
    @pytest.mark.parametrize("argv", [["--format", "text"], ["--format", "json"], ["--version"]])
    def test_a_full_disk(self, argv):
        with Path("/dev/full").open("wb") as full:
            done = run_to(full, "-m", "mtdetect", *argv, str(EXAMPLES / "native.txt"))
        assert done.returncode == 2
        assert done.stderr == b"mtdetect: cannot write: No space left on device\n"


ODD = "The plant will close in May. He gave pumpkins to everybody, the mayor told the reporters."


class TestSettings:
    @pytest.mark.parametrize(
        ("fail_on", "codes"), [("machine", (1, 0, 0)), ("mixed", (1, 1, 0)), ("never", (0, 0, 0))]
    )
    @pytest.mark.usefixtures("fake")
    def test_from_which_verdict_on_the_exit_code_is_1(self, page, fail_on, codes):
        verdicts = ("machine", "mixed", "human")
        paths = [page(f"{verdict}.txt", f"{verdict} text") for verdict in verdicts]
        assert tuple(main(["--fail-on", fail_on, path]) for path in paths) == codes
        assert main(["--fail-on", fail_on, "absent.txt"]) == 2

    @pytest.mark.usefixtures("fake")
    def test_a_file_of_settings_is_found_named_and_overruled(self, page, capsys):
        page("mtdetect.toml", 'fail-on = "never"\nformat = "json"')
        path = page("a.txt", "machine text")
        assert main([path]) == 0
        assert json.loads(capsys.readouterr().out)["files"][0]["name"] == path
        assert main(["--fail-on", "mixed", "--format", "text", path]) == 1
        assert main(["--no-config", path]) == 1
        assert main(["--config", page("other.toml", 'fail-on = "machine"'), path]) == 1
        capsys.readouterr()
        assert main(["--show-config", "--fpr", "0.05"]) == 0
        shown = capsys.readouterr().out
        assert 'fail-on = "never"  # mtdetect.toml\n' in shown
        assert "fpr = 0.05  # command line\n" in shown

    def test_a_wrong_file_of_settings_is_a_plain_error(self, page, capsys):
        page("mtdetect.toml", "fpp = 0.01")
        assert main([page("a.txt", "text")]) == 2
        assert capsys.readouterr().err == (
            "mtdetect: mtdetect.toml: unknown key 'fpp'; did you mean 'fpr'?\n"
        )

    @pytest.mark.parametrize(
        ("argv", "complaint"),
        [
            (["--ignore", "lnk_capital"], "no signal is called 'lnk_capital'; did you mean"),
            (["--select", "nonsense"], "no signal is called 'nonsense'"),
            (["--ignore", "link_capital,native_idioms"], "speaks for a human hand"),
            (["--ignore", ","], "not a list of names"),
            (["--min-words", "39"], "40 or more"),
            (["--fpr", "0.01", "--profile", "a.toml"], "not allowed with"),
            (["--explain", "--format", "json"], "--explain goes with"),
        ],
    )
    def test_wrong_settings(self, page, argv, complaint, capsys):
        assert main([*argv, page("a.txt", ODD)]) == 2
        assert complaint in capsys.readouterr().err

    def test_ignored_signals_do_not_count(self, page, capsys):
        path = page("a.txt", (EXAMPLES / "round_trip.txt").read_text(encoding="utf-8"))

        def signals(*argv):
            main(["--format", "json", *argv, path])
            report = json.loads(capsys.readouterr().out)["files"][0]["report"]
            return report["log_odds"], {finding["signal"] for finding in report["findings"]}

        log_odds, names = signals()
        assert {"link_capital", "doubled_quote"} < names
        less, left = signals("--ignore", "link-capital,doubled_quote")
        assert less < log_odds
        assert left.isdisjoint({"link_capital", "doubled_quote"})
        least, only = signals("--select", "link_capital")
        assert least < less
        families = {name: known.family for name, known in catalogue().items()}
        assert {name for name in only if families.get(name, "human") != "human"} == {"link_capital"}

    def test_fewer_words_than_wanted_give_no_verdict(self, page, capsys):
        path = page("a.txt", (EXAMPLES / "round_trip.txt").read_text(encoding="utf-8"))
        assert main(["--min-words", "1000", path]) == 0
        assert "words of prose; 1,000 are needed" in capsys.readouterr().out

    def test_settings_for_some_paths(self, page, capsys):
        text = (EXAMPLES / "round_trip.txt").read_text(encoding="utf-8")
        page("mtdetect.toml", '[[overrides]]\npaths = ["drafts"]\nmin-words = 1000')
        assert main([page("drafts/a.txt", text), page("b.txt", text)]) == 1
        assert capsys.readouterr().err == ("mtdetect: 2 texts scored: 1 machine, 1 insufficient\n")

    def test_quotations_may_be_left_out(self, page, capsys):
        path = page("a.txt", f"He began: “{ODD}” That was all, and nobody had an answer to it.")
        main([path])
        assert "28 words" in capsys.readouterr().out
        main(["--skip-quotes", path])
        assert "12 words" in capsys.readouterr().out

    def test_standard_input_is_read_as_its_name_asks(self, monkeypatch, capsys):
        give(monkeypatch, b"# Title\n\nSome *words* here.")
        main(["--format", "json", "--stdin-filename", "a.md", "-"])
        (row,) = json.loads(capsys.readouterr().out)["files"]
        assert row["format"] == "markdown"
        assert row["report"]["words"] == 4

    def test_a_column_of_rows(self, page, capsys):
        path = page("a.jsonl", '{"body": "One text."}\n{"other": 1}\n{"body": "Another."}\n')
        assert main(["--format", "json", "--column", "body", path]) == 2
        out, err = capsys.readouterr()
        rows = json.loads(out)["files"]
        assert [row["name"] for row in rows] == [f"{path}:{n}" for n in (1, 2, 3)]
        assert "error" in rows[1]
        assert "2 texts scored" in err


def test_a_rate_that_a_model_was_not_measured_at(page, monkeypatch, capsys):
    class Narrow(FakeDetector):
        def score(self, text, *, fpr, explain, links=()):  # noqa: ARG002 - as the real one
            raise ValueError(f"fpr must lie between 0.01 and 0.1, not {fpr} {text} {explain}")

    monkeypatch.setattr("mtdetect.cli.score._detector", lambda _path: Narrow())
    assert main(["--fpr", "0.2", page("a.txt", "text")]) == 2
    assert "--fpr: fpr must lie between" in capsys.readouterr().err


def run_to(stdout, *argv):
    environment = os.environ | {"PYTHONPATH": str(Path(mtdetect.__file__).parent.parent)}
    return subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, *argv],
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        env=environment,
    )


def run(*argv, **options):
    environment = os.environ | {"PYTHONPATH": str(Path(mtdetect.__file__).parent.parent)}
    return subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, *argv], capture_output=True, check=False, env=environment, **options
    )


@pytest.mark.parametrize("argv", [["--version"], ["--help"], ["signals", "--help"]])
def test_a_short_answer_needs_no_numpy(argv):
    script = f"import sys, mtdetect.cli as c; c.main({argv}); sys.exit('numpy' in sys.modules)"
    done = run("-c", script)
    assert done.returncode == 0, done.stderr
    assert b"mtdetect" in done.stdout


def test_the_module_runs_as_a_command_in_any_locale(tmp_path):
    path = tmp_path / "absent\udce9.txt"
    done = run("-m", "mtdetect", str(path))
    assert done.returncode == 2
    assert b"no such file" in done.stderr
    assert b"Traceback" not in done.stderr


class TestWithTheShippedModel:
    """From the file to the exit code, nothing replaced."""

    @pytest.mark.parametrize(
        ("name", "verdict", "code"),
        [("round_trip", "machine", 1), ("native", "human", 0), ("spliced", "mixed", 1)],
    )
    def test_the_examples(self, name, verdict, code, capsys):
        path = str(EXAMPLES / f"{name}.txt")
        assert main([path]) == code
        assert capsys.readouterr().out.startswith(f"{path}   {verdict}")

    def test_json_of_an_example(self, capsys):
        path = EXAMPLES / "round_trip.txt"
        assert main(["--format", "json", str(path)]) == 1
        (row,) = json.loads(capsys.readouterr().out)["files"]
        report = row["report"]
        assert sum(c["weight"] for c in report["contributions"]) == pytest.approx(
            report["log_odds"], abs=1e-6
        )
        text = path.read_text(encoding="utf-8")
        assert report["findings"]
        for finding in report["findings"]:
            assert text[slice(*finding["span"])] == finding["text"]

    def test_the_first_find_of_the_round_trip_is_underlined(self, capsys):
        main([str(EXAMPLES / "round_trip.txt")])
        out = capsys.readouterr().out
        assert "According to three engineers familiar" in out
        assert "───" in out
        assert "page furniture" in out

    def test_every_operating_point_that_is_offered_works(self, monkeypatch, capsys):
        for fpr in ("0.001", "0.2"):
            give(monkeypatch, ARTICLE.encode())
            assert main(["--fpr", fpr, "-"]) == 0
            assert "insufficient" in capsys.readouterr().out

    def test_control_characters_of_a_text_stay_off_the_terminal(self, page, capsys):
        text = (EXAMPLES / "round_trip.txt").read_text(encoding="utf-8")
        main(["--explain", page("a.txt", text.replace("familiar", "fam\x1b[2Jiliar\u202e"))])
        out = capsys.readouterr().out
        assert "fam⟨U+001B⟩[2Jiliar⟨U+202E⟩" in out
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)

    def test_version_names_the_model(self, capsys):
        assert main(["--version"]) == 0
        assert re.fullmatch(
            r"mtdetect \S+ \(model en \S+, [0-9a-f]{12}\)\n", capsys.readouterr().out
        )

    @pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")
    def test_a_reader_that_goes_away_gets_no_stack_trace(self):
        paths = " ".join([str(EXAMPLES / "round_trip.txt")] * 40)
        script = f"{sys.executable} -m mtdetect --explain {paths} | head -n 1"
        done = run("-c", f"import os; os.system({script!r})")
        assert b"machine" in done.stdout
        assert done.stderr == b""

    @pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")
    def test_ctrl_c_while_waiting_for_input_is_quiet(self):
        script = (
            "import signal, threading, os, mtdetect.cli as c;"
            "threading.Timer(3, os.kill, (os.getpid(), signal.SIGINT)).start();"
            "raise SystemExit(c.main(['-']))"
        )
        reading, writing = os.pipe()
        try:
            done = run("-c", script, stdin=reading, timeout=60)
        finally:
            os.close(reading)
            os.close(writing)
        assert done.returncode == 128 + signal.SIGINT
        assert done.stderr == b""
