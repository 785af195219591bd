"""Input made to harm: readers and reports give a right answer or a clear error, within bounds."""

import csv
import io
import json
import os
import pkgutil
import re
import struct
import subprocess
import sys
import unicodedata
import zlib
from html.parser import HTMLParser
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest
from conftest import MODEL, make_report
from documents import docx, docx_parts, paragraph, part_xml, pdf, pdf_of_streams, zip_bytes

import mtdetect
from mtdetect import cli, files, reading, render
from mtdetect.files import UnreadableError
from mtdetect.reading import Mark, Source, opc
from mtdetect.reading.places import TextCarrier
from mtdetect.render import text as text_report
from mtdetect.result import Hidden, Scored
from mtdetect.text import Span

ESC, BEL, CSI, RLO = "\x1b", "\x07", "\x9b", "\u202e"
TITLE = f"{ESC}]0;owned{BEL}"
COLOUR = f"{CSI}31m{ESC}[2J"

PAYLOADS = {
    "markup": '</p></script><script>alert(1)</script><img src=x onerror="alert(2)"> & &lt;b&gt;',
    "comment": "--> <!-- ]]> <![CDATA[ <?php system('ls') ?> <!DOCTYPE x [<!ENTITY a 'b'>]> &a;",
    "link": "[click](javascript:alert(1)) ![x](//evil.example/x) <javascript:alert(1)> `a` |a|b|",
    "terminal": f"{TITLE}{COLOUR} x",
    "bidi": f"{RLO}gnp.exe\u2066 abc \u200f\u061c",
    "formula": "=cmd|' /C calc'!A0 +1+1 -2-2 @SUM(A1) \t=1+1",
    "command": "%0A::set-output name=x::y\n::add-mask::z\r::stop-commands::t",
    "nulls": "a\0b",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f" + "".join(map(chr, range(128, 160))),
    "surrogates": "a \ud83d b \udca9 c",
    "non-characters": "\ufffe \uffff \U0010ffff \ufdd0 \ue000",
    "combining": "e" + "\u0301" * 2000,
    "wide": "﷽" * 200 + "💡" * 50,
    "template": "{{7*7}} ${7*7} {0.__class__} %s %n %(x)s <%= 1 %> \\n \\x1b[0m \\u202e",
}


# Readers: any payload in any format, whole or as it comes.


def in_html(text):
    return f"<!doctype html><title>{text}</title><body><p title='{text}'>{text}</p>"


def in_row(text):
    return json.dumps({"text": text, text: "other"})


def in_cells(text):
    out = io.StringIO()
    csv.writer(out).writerows([["id", "text"], ["1", text], [text, text]])
    return out.getvalue()


def in_docx(text):
    shown = "".join(char for char in text if char.isprintable())
    return docx(paragraph(shown))


def in_pdf(text):
    return pdf([[text.encode("cp1252", "replace").decode("cp1252", "replace").replace("\x81", "")]])


FORMATS = {
    "a.txt": str,
    "a.md": str,
    "a.html": in_html,
    "a.xhtml": in_html,
    "a.jsonl": in_row,
    "a.csv": in_cells,
    "a.tsv": in_cells,
    "a.docx": in_docx,
    "a": str,
}


def outcomes(name, data):
    """What comes of a file; anything but sources and errors with a reason fails."""
    try:
        found = list(reading.parse(name, data, column="text"))
    except UnreadableError as error:
        found = [error]
    for item in found:
        assert isinstance(item, Source | UnreadableError)
        assert item.reason if isinstance(item, UnreadableError) else True
    return found


def check(name, data):
    """Outcomes whose texts can be scored and whose every place can be told."""
    found = outcomes(name, data)
    for source in found:
        if isinstance(source, Source):
            report = mtdetect.score(source.text)
            spans = [paragraph.span for paragraph in report.paragraphs]
            for span in (Span(0, len(source.text)), *spans, *source.links, *source.quotes):
                place = source.place(span)
                assert place.brief()
                json.dumps(place.to_dict())
    return found


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_are_read_or_refused(name, payload):
    whole = FORMATS[name](PAYLOADS[payload])
    data = whole if isinstance(whole, bytes) else whole.encode("utf-8", "surrogatepass")
    assert len(check(name, data)) >= 1


def test_payloads_in_a_pdf_are_read_or_refused():
    pytest.importorskip("pypdfium2")
    pages = [
        [text.encode("cp1252", "ignore").decode("cp1252").replace("\0", "")]
        for text in PAYLOADS.values()
    ]
    (source,) = check("a.pdf", pdf(pages))
    assert "<script>alert(1)</script>" in source.text


@pytest.mark.parametrize("suffix", [*reading.SUFFIXES, ""])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"\0" * 1000,
        b"\xff\xfe",
        b"\xff\xfea",
        b"\xef\xbb\xbf",
        b"\xff\xfe\x00\xd8",
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
        b"PAR1" + b"\xff" * 40 + b"PAR1",
        b"%PDF-1.7",
        b"{",
        b'{"text": "\\ud800"}',
        b'{"text": ' + b"[" * 100_000,
        b'text\n"never closed',
        b"text\n\x80\x81\n",
        b"<" * 1000,
        b"<!--" * 1000,
        b"<p" + b" a" * 1000,
        b"&#xD800;&#0;&#x110000;&#99999999999999999999;",
        b"[" * 10_000,
        b"> " * 5_000 + b"a",
        b"- " * 5_000 + b"a",
        b"\x1b]0;x\x07\x9b31m\r\r\n\n\x0b\x0c",
        bytes(range(256)) * 8,
    ],
    ids=range(25),
)
def test_odd_bytes_are_read_or_refused(suffix, data):
    outcomes(f"a{suffix}", data)


def test_a_very_long_line_is_scored():
    (source,) = check("a.txt", b"word " * 20_000)
    assert len(source.text) == 100_000


def test_text_beyond_the_bounds_is_refused_clearly():
    long = b"word " * (reading.LARGEST_TEXT // 5 + 1)
    (error,) = outcomes("a.txt", long)
    assert str(error) == "a.txt: more than 2,000,000 characters of prose; split it"


# DOCX: what XML and ZIP can be made to do.


def refused(parts):
    data = parts if isinstance(parts, bytes) else zip_bytes(parts)
    (error,) = outcomes("a.docx", data)
    assert isinstance(error, UnreadableError), error
    return error.reason


LAUGHS = (
    "<!DOCTYPE lolz [<!ENTITY lol 'lol'>"
    + "".join(
        f"<!ENTITY lol{n} '{f'&lol{n - 1 or str()};' * 10}'>".replace("&lol0;", "&lol;")
        for n in range(1, 10)
    )
    + "]>"
)


@pytest.mark.parametrize(
    "part",
    [
        "word/document.xml",
        "word/footnotes.xml",
        "word/styles.xml",
        "_rels/.rels",
        "word/_rels/document.xml.rels",
    ],
)
def test_billion_laughs_in_any_part(part):
    parts = docx_parts(paragraph("Text."), footnotes="", styles="")
    whole = parts[part].partition("?>\n")[2] or parts[part]
    parts[part] = LAUGHS + whole.replace("Text.", "&lol9;")
    assert "declares a document type" in refused(parts)


def test_external_entities_are_not_fetched(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    parts = docx_parts("")
    doctype = f"<!DOCTYPE a [<!ENTITY x SYSTEM '{secret.as_uri()}'>]>"
    body = part_xml("document", f"<w:body>{paragraph('A')}&x;</w:body>").partition("\n")[2]
    parts["word/document.xml"] = doctype + body
    assert "declares a document type" in refused(parts)


def test_a_part_that_inflates_without_end(monkeypatch):
    monkeypatch.setattr(opc, "LARGEST_PART", 2**20)
    parts = docx_parts(paragraph("a"))
    parts["word/document.xml"] = parts["word/document.xml"].replace("</w:t>", " " * 2**21)
    assert "larger than 1 MB when unpacked" in refused(parts)


def test_a_part_that_lies_about_its_size():
    parts = docx_parts(paragraph("a" * 100_000))
    data = bytearray(zip_bytes(parts))
    size = len(parts["word/document.xml"])
    at = -1
    while (at := data.find(struct.pack("<L", size), at + 1)) >= 0:
        data[at : at + 4] = struct.pack("<L", 50)
    assert "damaged" in refused(bytes(data))


def test_archives_inside_are_not_opened():
    inner = zip_bytes({"0": "0" * 10**6})
    for _ in range(5):
        inner = zip_bytes({str(n): inner for n in range(20)})
    parts = docx_parts(paragraph("Text.")) | {"word/embeddings/a.zip": inner}
    (source,) = outcomes("a.docx", zip_bytes(parts))
    assert source.text == "Text."


def overlapping(members):
    """A ZIP whose entries all point to one stream, as in the "better zip bomb" of D. Fifield."""
    kernel = zlib.compress(b"0" * 2**20, 9)[2:-4]
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(kernel), 2**20, 1, 0)
    body = local + b"a" + kernel
    head = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(kernel), 2**20,
                       17, 0, 0, 0, 0, 0, 0)  # fmt: skip
    central = b"".join(head + name.encode().ljust(17, b"_")[:17] for name in members)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(members), len(members), len(central),
                      len(body), 0)  # fmt: skip
    return body + central + end


def test_overlapping_entries():
    names = ["word/document.xml", *map(str, range(5000))]
    assert "damaged" in refused(overlapping(names))
    assert "more than 10,000 files" in refused(overlapping([*names, *map(str, range(9000))]))


def test_zip64_nonsense():
    data = docx(paragraph("Text."))
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 2**63, 1)
    end = data.rindex(b"PK\x05\x06")
    outcomes("a.docx", data[:end] + locator + data[end:])
    huge = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, *[2**62] * 4)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    tail = data[end:].replace(data[end + 8 : end + 20], b"\xff" * 12)
    assert "ZIP" in refused(data[:end] + huge + locator + tail)


def test_names_of_parts_lead_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parts = docx_parts(paragraph("Text.")) | {"../../evil": "x", "/etc/evil": "y", "a\0b": "z"}
    parts["word/_rels/document.xml.rels"] = (
        parts["_rels/.rels"]
        .replace('officeDocument"', 'footnotes"')
        .replace("word/document.xml", "../../../../etc/passwd")
    )
    outcomes("a.docx", zip_bytes(parts))
    assert list(tmp_path.iterdir()) == []


# Files that change under one's hands.


def test_a_file_that_is_gone_when_it_is_read(tmp_path):
    for name in ("a.txt", "b.html", "c.docx"):
        (tmp_path / name).write_text("text")
    found = list(files.find(str(tmp_path), ["*"]))
    for path in found:
        Path(path).unlink()
    results = [item for path in found for item in reading.read(path)]
    assert [item.reason for item in results] == ["no such file"] * 3


def test_a_file_that_vanishes_or_breaks_while_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("text")

    class Broken(io.BytesIO):
        def read(self, _size=-1):
            raise OSError(116, "Stale file handle")

    monkeypatch.setattr(Path, "open", lambda *_: Broken())
    (error,) = reading.read(path)
    assert error.reason == "Stale file handle"


def test_a_folder_with_the_name_of_a_file(tmp_path):
    (tmp_path / "a.docx").mkdir()
    (error,) = reading.read(tmp_path / "a.docx")
    assert isinstance(error, UnreadableError)


# Reports.

RENDERERS = [
    import_module(f"mtdetect.render.{found.name}")
    for found in pkgutil.iter_modules(render.__path__)
]
RENDERERS = {
    module.__name__.rpartition(".")[2]: module.render
    for module in RENDERERS
    if hasattr(module, "render") and "version" in signature(module.render).parameters
}
STORY = (
    "The port will close to visitors from May {0}. According to two people {0} close to the"
    " owners.\n\n“We waited for the ferry until {0} the night,” he told the local radio.\n\n"
    "See also  Why {0} left"
)


def hostile_result(payload, name):
    text = STORY.format(payload)
    attribution = text[text.index("According") : text.index("owners.") + 7]
    report = make_report(
        text,
        "machine",
        findings=[(attribution, "detached_attribution", f"stands alone {payload}", 1.9)],
        style=[("waited for", 0.5), (payload, 0.4)],
        passages=[("The port", "local radio.", 0.97)],
        furniture=["See also"],
    )
    source = Source(
        name=name,
        text=text,
        carrier=TextCarrier(text),
        warnings=(f"odd: {payload}",),
        marks=(Mark("translated_class", f"a mark {payload}", Span(0, 3)),),
    )
    return Scored(source, report, hidden=(Hidden(report.findings[0], "suppressed", payload),))


def hostile_results(payload):
    name = f"dir/{payload}.txt"
    shown = hostile_result(payload, name)
    return [shown, Scored(shown.source, shown.report), UnreadableError(name, f"no: {payload}")]


def rendered(name, payload):
    return RENDERERS[name](hostile_results(payload), version="1.0", model=MODEL)


def test_every_renderer_is_tried():
    assert {"html", "json", "sarif", "csv", "github", "markdown"} <= set(RENDERERS)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", RENDERERS)
def test_reports_hold_nothing_that_steers_a_terminal(name, payload):
    report = rendered(name, PAYLOADS[payload])
    report.encode()  # no lone surrogates
    steering = {char for char in report if unicodedata.category(char) == "Cc"} - set("\n\t")
    assert not steering
    if name not in DATA:
        assert not set(report) & set(BIDI)


DATA = {"json", "sarif"}  # a program decodes them; they are not read as they stand
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_reports_hold_nothing_that_steers_a_terminal(payload):
    for result in hostile_results(PAYLOADS[payload])[:2]:
        report = text_report.render(result, width=80, color=False, explain=True)
        report += text_report.render_line(result.source.name, result.report, color=False)
        assert not {c for c in report if unicodedata.category(c) == "Cc"} - {"\n"}
        assert not set(report) & set(BIDI)
        report.encode()


class Page(HTMLParser):
    """What a browser would make of a page: its elements and their attributes."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.scripts, self._open = [], [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self._open = tag
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_data(self, data):
        if self._open == "script":
            self.scripts.append(data)

    def handle_endtag(self, _tag):
        self._open = ""


@pytest.mark.parametrize("payload", PAYLOADS)
def test_html_reports_run_nothing_of_a_text(payload):
    page, harmless = (Page(rendered("html", text)) for text in (PAYLOADS[payload], "harmless"))
    assert set(page.tags) <= set(harmless.tags)
    assert page.tags.count("script") == harmless.tags.count("script")
    assert page.scripts == harmless.scripts
    names = {(tag, name) for tag, name, _ in harmless.attributes}
    assert {(tag, name) for tag, name, _ in page.attributes} <= names
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in {"href", "src", "action"}:
            assert not (value or "").strip().lower().startswith(("javascript:", "//", "http:"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_json_reports_are_json(payload):
    for name in DATA & set(RENDERERS):
        whole = json.loads(rendered(name, PAYLOADS[payload]))
        assert isinstance(whole, dict)


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"  # OWASP, "CSV injection"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_csv_reports_hold_no_formula(payload):
    results = hostile_results(PAYLOADS[payload])
    results += hostile_results("=1+1")
    for start in FORMULA_STARTS:
        text = f"{start}cmd|' /C calc'!A0 is what this text begins with."
        source = Source(name=f"{start}x", text=text, carrier=TextCarrier(text))
        results.append(Scored(source, make_report(text, "human")))
        results.append(UnreadableError(text, text))
    report = RENDERERS["csv"](results, version="1.0", model=MODEL)
    rows = list(csv.reader(io.StringIO(report), strict=True))
    assert len({len(row) for row in rows}) == 1
    for cell in (cell for row in rows for cell in row):
        assert _NUMBER.fullmatch(cell) or not cell.startswith(tuple(FORMULA_STARTS))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_github_reports_give_no_commands_but_annotations(payload):
    harmless = rendered("github", "harmless").splitlines()
    lines = rendered("github", PAYLOADS[payload]).splitlines()
    assert len(lines) == len(harmless)
    for line in lines:
        command, properties = re.fullmatch(r"::(error|warning|notice) ([^:]*)::.*", line).groups()
        assert command
        for pair in properties.split(","):
            assert re.fullmatch(r"(?:file|line|col|endLine|endColumn|title)=.*", pair)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markdown_reports_hold_no_markup_of_a_text(payload):
    report = rendered("markdown", PAYLOADS[payload])
    outside = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", report)
    assert not re.search(r"(?<!\\)<(?:script|img|!--|\?|javascript)", outside)
    assert not re.search(r"(?<!\\)\]\(", outside.replace("](docs", ""))


# The command line, with files whose names are hostile themselves.

NAMES = [
    f"{ESC}]0;owned{BEL}.txt",
    f"{CSI}31m.txt",
    f"{RLO}txt.exe",
    "=cmd|' C calc'!A0.txt",
    "%0A::set-output name=x::y.txt",
    "new\nline::error::x.txt",
    "<img src=x onerror=alert(1)>.txt",
    "`tick` [link](x).txt",
    "-rf.txt",
    b"not utf-8 \xff\xfe.txt",
]


def formats():
    from mtdetect.cli import options  # noqa: PLC0415 - beside its use

    (action,) = (a for a in options.parser()._actions if a.dest == "format")  # noqa: SLF001
    return action.choices


@pytest.mark.parametrize("chosen", formats())
def test_the_command_line_withstands_names_of_files(chosen, tmp_path, capsys):
    for name in NAMES:
        path = tmp_path / os.fsdecode(name)
        path.write_text(STORY.format("<b>") * 3)
    (tmp_path / "z.docx").write_bytes(b"PK\x03\x04")
    code = cli.main(["--no-config", "--format", chosen, "--glob", "*", str(tmp_path)])
    assert code == cli.FAILED
    out, err = capsys.readouterr()
    for text in (out, err):
        text.encode()
        assert not {c for c in text if unicodedata.category(c) == "Cc"} - set("\n\t\r")
        assert not re.search(r"^::(?!error|warning|notice)", text, re.MULTILINE)
    assert "Traceback" not in err
    assert not set(err) & set(BIDI)


# Size: peak memory of a process of its own.

_MEASURE = """
import json, resource, sys
import mtdetect
from mtdetect import reading, render
from mtdetect.result import Scored
from importlib import import_module
results, renderers = [], json.loads(sys.argv[2])
for item in reading.read(sys.argv[1], column="text"):
    if isinstance(item, reading.Source) and renderers is not None:
        results.append(Scored(item, mtdetect.score(item.text)))
    elif len(results) < 10:
        results.append(item)
for name in renderers or ():
    report = results[0].report
    import_module("mtdetect.render." + name).render(results, version="1", model=report.model)
first = results[0]
print(json.dumps({
    "reason": getattr(first, "reason", None),
    "peak": max(resource.getrusage(who).ru_maxrss
                for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * 1024,
}))
"""
MEGABYTE = 2**20


def measured(path, renderers=None):
    """The reason why a file is not read, if so, after a check of the memory that it took.

    With a list of renderers, even an empty one, it is scored.
    """
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", _MEASURE, str(path), json.dumps(renderers)],
        capture_output=True,
        check=False,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["peak"] < 1000 * MEGABYTE
    return outcome["reason"]


RUN = "<w:r><w:t>ab</w:t></w:r>"
LINK = f"<w:hyperlink>{RUN}</w:hyperlink>"
CELL, CELL_END = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"


def in_one_tag(count):
    return " ".join(f'b{number:x}=""' for number in range(count))


HUGE = {
    "line.txt": lambda: b"word " * (12 * MEGABYTE),
    "line.md": lambda: b"word " * (12 * MEGABYTE),
    "line.html": lambda: b"<p>" + b"word " * (12 * MEGABYTE),
    "line.jsonl": lambda: b'{"text": "' + b"word " * (12 * MEGABYTE) + b'"}',
    "line.csv": lambda: b'text\n"' + b"word " * (12 * MEGABYTE) + b'"\n',
    "emoji.txt": lambda: (b"word " * 10 + "💡".encode()) * MEGABYTE,
    "deep.html": lambda: b"<body>" + b"<div>" * 10**6 + b"text" + b"</div>" * 10**6,
    "bold.html": lambda: b"<body>" + b"<b>" * 10**6 + b"text",
    "attributes.html": lambda: b"<body><p " + b"a=b " * (12 * MEGABYTE) + b">text",
    "entities.html": lambda: b"<body>" + b"&amp;" * (8 * MEGABYTE),
    "open.html": lambda: b"<body>" + b"<" * (50 * MEGABYTE),
    "deep.jsonl": lambda: b'{"text": ' + b"[" * (20 * MEGABYTE),
    "columns.csv": lambda: b"text," * (10 * MEGABYTE) + b"\n",
    "deep.md": lambda: b">" * MEGABYTE + b" a",
    "runs.docx": lambda: docx(f"<w:p>{RUN * (2 * MEGABYTE)}</w:p>"),
    "paragraphs.docx": lambda: docx(f"<w:p>{RUN}</w:p>" * (MEGABYTE * 3 // 2)),
    "empty.docx": lambda: docx("<w:p/>" * (9 * MEGABYTE)),
    "links.docx": lambda: docx(f"<w:p>{(RUN + LINK) * (MEGABYTE * 3 // 4)}</w:p>"),
    "attributes.docx": lambda: docx("".join(f'<a b{n:x}=""/>' for n in range(4 * MEGABYTE))),
    "one-tag.docx": lambda: docx(f"<a {in_one_tag(5 * MEGABYTE)}/>"),
    "names.docx": lambda: docx("".join(f"<a{n:x}/>" for n in range(5 * MEGABYTE))),
    "deep.docx": lambda: docx("<w:sdt>" * (8 * MEGABYTE)),
    "deep-cells.docx": lambda: docx(f"{CELL * 10**6}{CELL_END * 10**6}"),
    "comment.docx": lambda: docx(f"<!--{'x' * 60 * MEGABYTE}-->"),
    "bomb.pdf": lambda: bomb(b" " * 2**16, 2**31),
    "text.pdf": lambda: bomb(b"BT /F1 9 Tf 1 0 0 1 60 700 Tm (text) Tj ET\n" * 1000, 2**28),
    "saves.pdf": lambda: bomb(b"q " * 2**15, 2**27),
}


def bomb(unit, size):
    """A PDF whose one page inflates to ``size`` bytes."""
    packer = zlib.compressobj(9)
    packed = [packer.compress(unit) for _ in range(size // len(unit))]
    stream = b"".join([*packed, packer.flush()])
    return pdf_of_streams([stream], stream_entries=b"/Filter/FlateDecode")


@pytest.mark.slow
@pytest.mark.parametrize("name", HUGE)
def test_huge_files_take_less_than_a_gigabyte(name, tmp_path):
    if name.endswith(".pdf"):
        pytest.importorskip("pypdfium2")
    path = tmp_path / name
    path.write_bytes(HUGE[name]())
    reason = measured(path)
    assert reason is None or len(reason) < 200


@pytest.mark.slow
def test_a_file_of_100_megabytes_is_refused_clearly(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"a" * 100 * MEGABYTE)
    assert measured(path) == "larger than 64 MB; split it"


SENTENCE = "He sat. According to officials familiar with it. "


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "renderers"),
    [
        (SENTENCE, []),
        ("a ", []),
        ("a\n\n", []),
        (SENTENCE, ["json"]),
    ],
)
def test_the_longest_text_takes_less_than_a_gigabyte(unit, renderers, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(unit * (reading.LARGEST_TEXT // len(unit)))
    assert measured(path, renderers) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", RENDERERS)
def test_the_report_of_a_book_takes_less_than_a_gigabyte(name, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("He sat down. According to officials familiar with it.\n\n" * 20_000)
    assert measured(path, [name]) is None
