"""Texts of rows: JSON Lines, CSV, TSV and Parquet, and where each cell stands in the file."""

import csv
import io
import json
import re
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtdetect.files import UnreadableError
from mtdetect.reading import rows
from mtdetect.text import Span


def read(data, kind, column="text"):
    data = data if isinstance(data, bytes) else data.encode()
    return list(rows.read(f"posts.{kind}", data, kind=kind, column=column))


def shown(data, kind, column="text"):
    """Names with texts, or with reasons in brackets."""
    return [
        (row.name, f"[{row.reason}]" if isinstance(row, UnreadableError) else row.text)
        for row in read(data, kind, column)
    ]


def refusal(data, kind, column="text"):
    with pytest.raises(UnreadableError) as caught:
        read(data, kind, column)
    assert caught.value.name == f"posts.{kind}"
    return caught.value.reason


def test_jsonl_in_order_with_errors_in_their_places():
    lines = (
        '{"id": 1, "text": "It rained."}',
        "",
        '{"id": 2, "Text": "It rained."}',
        '{"text": null} ',
        '{"text": 5.5}',
        '{"text": ["It rained."]}',
        '{"text": "It rained.}',
        '{"text": "It rained."} {}',
        '"It rained."',
        "{'text': 'It rained.'}",
        '{"text": "", "x": {"y": [1, {}]}}',
        '{"text": "It snowed.", "text": "It rained.\\n\\nA lot."}',
        '{"text": "a\tb"}',
        "{}",
    )
    assert shown("\n".join(lines), "jsonl") == [
        ("posts.jsonl:1", "It rained."),
        ("posts.jsonl:3", "[no column 'text'; did you mean 'Text'? there is 'id', 'Text']"),
        ("posts.jsonl:4", "['text' is null, not a string]"),
        ("posts.jsonl:5", "['text' is a number, not a string]"),
        ("posts.jsonl:6", "['text' is a list, not a string]"),
        ("posts.jsonl:7", "[bad JSON: Unterminated string starting at column 10]"),
        ("posts.jsonl:8", "[bad JSON: Extra data at column 24]"),
        ("posts.jsonl:9", "[not a JSON object]"),
        ("posts.jsonl:10", "[bad JSON: Expecting a name in double quotes at column 2]"),
        ("posts.jsonl:11", ""),
        ("posts.jsonl:12", "It rained.\n\nA lot."),
        ("posts.jsonl:13", "[bad JSON: Invalid control character at column 12]"),
        ("posts.jsonl:14", "[no column 'text'; there is none]"),
    ]


def test_jsonl_columns_inside_columns():
    row = '{"post": {"body": "It rained.", "a.b": "c", "post": {}}, "post.id": "7"}'
    assert shown(row, "jsonl", "post.body") == [("posts.jsonl:1", "It rained.")]
    assert shown(row, "jsonl", "post.a.b") == [("posts.jsonl:1", "c")]
    assert shown(row, "jsonl", "post.id") == [("posts.jsonl:1", "7")]
    reason = "[no column 'post.day'; did you mean 'post.id'? there is 'post', 'post.id']"
    assert shown(row, "jsonl", "post.day") == [("posts.jsonl:1", reason)]
    assert "no column" in shown(row, "jsonl", "post.post.post")[0][1]


def test_jsonl_escapes_are_pieces():
    text = '{"text": "A \\ud83d\\ude00 \\u201cday\\u201d\\n\\ud83d \\\\ \\/ \\ude00\\ud83d"}'
    (source,) = read(text, "jsonl")
    assert source.text == "A 😀 “day”\n\ufffd \\ / \ufffd\ufffd"
    decoded = [
        (piece.prose.of(source.text), piece.origin.of(text))
        for piece in source.map.pieces(Span(0, len(source.text)))
        if piece.kind == "decoded"
    ]
    assert decoded == [
        ("😀", "\\ud83d\\ude00"),
        ("“", "\\u201c"),
        ("”", "\\u201d"),
        ("\n", "\\n"),
        ("\ufffd", "\\ud83d"),
        ("\\", "\\\\"),
        ("/", "\\/"),
        ("\ufffd", "\\ude00"),
        ("\ufffd", "\\ud83d"),
    ]


def test_a_place_is_a_row_and_a_place_in_the_file():
    text = '{"text": "É"}\r\n\n{"id": "😀", "text": "It \\"rained\\"."}'
    data = text.encode("utf-8-sig")
    source = read(data, "jsonl")[1]
    start = source.text.index("rained")
    place = source.place(Span(start, start + 6))
    assert place.brief() == "row 3"
    inside = place.text
    assert (inside.line, inside.column, inside.end_line, inside.end_column) == (3, 27, 3, 33)
    assert data.decode("utf-8-sig")[inside.start : inside.end] == "rained"
    assert data[inside.byte_start : inside.byte_end] == b"rained"
    assert inside.utf16_start == inside.start + 1
    assert place.to_dict() == {"row": 3, "column": "text", "text": inside.to_dict()}


def test_a_line_that_is_not_utf8_does_not_spoil_the_others():
    data = b'{"text": "caf\xe9"}\n{"text": "caf\xc3\xa9"}\n\x00\n{"text": "x"}'
    first, second, third, fourth = read(data + b" " * 5000, "jsonl")[:4]
    assert (first.text, first.encoding) == ("café", "cp1252")
    assert "read as Windows-1252" in first.warnings[0]
    assert (second.text, second.encoding, second.warnings) == ("café", "utf-8", ())
    assert third.reason == "bad JSON: Expecting value at column 1"
    assert fourth.place(Span(0, 1)).text.byte_start == data.index(b'x"}')


def test_what_is_no_jsonl():
    assert "an object on each line" in refusal('[{"text": "It rained."}]', "jsonl")
    assert "a gzip archive" in refusal(b"\x1f\x8b\x08\x00\n\n", "jsonl")
    assert read("", "jsonl") == []


@pytest.mark.parametrize("value", ["[" * 100_000, '{"a":' * 100_000, "9" * 200_000, "-" * 100_000])
def test_hostile_json_is_an_error(value):
    line = '{"x": ' + value
    started = time.process_time()
    (error,) = read(f"{line}\n", "jsonl")
    assert isinstance(error, UnreadableError)
    assert time.process_time() - started < 1


def test_csv_in_order_with_errors_in_their_places():
    lines = (
        "id,text",
        "1,It rained.",
        '2,"It ""rained"",',
        'a lot."',
        "",
        "3",
        "4,a,b",
        '5,"It "rained"."',
        "6,",
        '7,It "rained".',
        '8,"It rained.',
    )
    assert shown("\r\n".join(lines), "csv") == [
        ("posts.csv:2", "It rained."),
        ("posts.csv:3", 'It "rained",\r\na lot.'),
        ("posts.csv:5", "[the number of cells is 1, in the header 2]"),
        ("posts.csv:6", "[the number of cells is 3, in the header 2]"),
        ("posts.csv:7", "[a quotation mark inside a quoted cell is not doubled]"),
        ("posts.csv:8", ""),
        ("posts.csv:9", 'It "rained".'),
        ("posts.csv:10", "[a quotation mark opens a cell that is never closed]"),
    ]


def test_csv_places():
    data = 'id,text\r\n1,"😀 It ""rained""\nà lot."\r\n'.encode("utf-8-sig")
    (source,) = read(data, "csv")
    start = source.text.index("à")
    place = source.place(Span(start, start + 5))
    assert place.brief() == "row 2"
    assert (place.text.line, place.text.column) == (3, 1)
    assert data[place.text.byte_start : place.text.byte_end].decode() == "à lot"
    assert place.text.utf16_start == place.text.start + 1
    quote = source.text.index('"')
    assert [piece.kind for piece in source.map.pieces(Span(quote, quote + 1))] == ["decoded"]
    assert source.place(Span(quote, quote + 1)).text[3:6] == (9, 2, 11)


def test_csv_headers():
    reason = refusal("id,Text,\x1b[31mred\n1,2,3\n", "csv", "txet")
    assert reason == r"no column 'txet'; did you mean 'Text'? there is 'id', 'Text', '\x1b[31mred'"
    assert refusal("", "csv") == "empty; the first row should name the columns"
    assert refusal("\n\n", "csv") == "empty; the first row should name the columns"
    assert refusal("text,text\n", "csv") == "more than one column is called 'text'"
    assert "never closed" in refusal('id,"text\n1,2\n', "csv")
    assert shown("id;text\n1;It rained, a lot.\n", "csv") == [("posts.csv:2", "It rained, a lot.")]
    assert shown("\n\nid,text\n1,It rained.\n", "csv") == [("posts.csv:4", "It rained.")]
    assert read("text\n", "csv") == []


def test_a_cell_longer_than_the_limit_of_the_csv_module():
    text = "a" * 200_000
    assert read(f'text\n"{text}"\n', "csv")[0].text == text
    assert csv.field_size_limit() >= 16_000_000
    (error,) = read('text\n"' + "a" * 16_000_001 + '"\nIt rained.\n', "csv")
    assert "16,000,000 characters" in error.reason
    assert "the rows after it are not read" in error.reason


def test_tsv_with_and_without_quoting():
    assert shown('id\ttext\n1\t"It ""rained"".\n\tA lot."\n', "tsv") == [
        ("posts.tsv:2", 'It "rained".\n\tA lot.')
    ]
    source, other = read('id\ttext\n1\t"It rained," she said.\n2\t"It\n', "tsv")
    assert (source.text, other.text) == ('"It rained," she said.', '"It')
    assert source.warnings == ("quotation marks do not enclose cells; read as they stand",)
    assert other.warnings == ()
    assert source.place(Span(0, 10)).text.column == 3


def test_warnings_about_a_file_are_said_once():
    data = "text\ncafé\nthé\n".encode("cp1252")
    first, second = read(data, "csv")
    assert (first.text, second.text, second.warnings) == ("café", "thé", ())
    assert "Windows-1252" in first.warnings[0]
    assert data[second.place(Span(1, 3)).text.byte_start :] == b"h\xe9\n"


def test_parquet():
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pa.table(
        {
            "text": ["It rained.", None, "", "A\nlot."],
            "post": [{"body": "It snowed."}, None, {"body": None}, {"body": "x"}],
            "kind": pa.array(["a", "b", "a", None]).dictionary_encode(),
            "a.b": pa.array(["1", "2", "3", "4"], pa.large_string()),
            "id": [1, 2, 3, 4],
        }
    )
    file = io.BytesIO()
    parquet.write_table(table, file, row_group_size=2)
    data = file.getvalue()
    assert shown(data, "parquet") == [
        ("posts.parquet:1", "It rained."),
        ("posts.parquet:2", "['text' is null, not a string]"),
        ("posts.parquet:3", ""),
        ("posts.parquet:4", "A\nlot."),
    ]
    assert [text for _, text in shown(data, "parquet", "post.body")] == [
        "It snowed.",
        "['post.body' is null, not a string]",
        "['post.body' is null, not a string]",
        "x",
    ]
    assert [text for _, text in shown(data, "parquet", "kind")][:3] == ["a", "b", "a"]
    assert [text for _, text in shown(data, "parquet", "a.b")] == ["1", "2", "3", "4"]
    assert refusal(data, "parquet", "id") == "'id' is int64, not strings"
    assert "did you mean 'text'?" in refusal(data, "parquet", "txt")
    assert "no column 'post.day'" in refusal(data, "parquet", "post.day")
    place = read(data, "parquet")[3].place(Span(2, 5))
    assert place.brief() == "row 4"
    assert place.to_dict() == {"row": 4, "column": "text", "text": None}
    for damaged in (b"", b"PAR1", data[:-20], data[:40] + b"\xff" * 60 + data[100:]):
        with pytest.raises(UnreadableError, match="bad Parquet"):
            read(damaged, "parquet")


def test_parquet_without_pyarrow(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert 'pip install "mtdetect[parquet]"' in refusal(b"PAR1", "parquet")


# Positions are compared with those that a plain look at the whole file gives.

_SIGNS = st.sampled_from("aé😀\"'\\,;\t\n\r\u2028\x0b\ufeff") | st.characters()
_TEXTS = st.text(_SIGNS, max_size=9)
_ENCODINGS = st.sampled_from(
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe")]
)


def _check_places(source, data, encoding, mark, row):
    whole = data[len(mark) :].decode(encoding)
    for piece in source.map.pieces(Span(0, len(source.text))):
        origin = piece.origin.of(source.carrier.text)
        assert piece.kind in ("same", "decoded")
        if piece.kind == "same":
            assert piece.prose.of(source.text) == origin
        place = source.place(piece.prose)
        assert (place.row, place.column) == (row, "text")
        place = place.text
        assert whole[place.start : place.end] == origin
        assert data[place.byte_start : place.byte_end].decode(encoding) == origin
        for offset, units, line, column in (
            (place.start, place.utf16_start, place.line, place.column),
            (place.end, place.utf16_end, place.end_line, place.end_column),
        ):
            before = whole[:offset]
            assert units == len(before.encode("utf-16-le")) // 2
            if whole[offset - 1 : offset + 1] != "\r\n":
                lines = re.split(r"\r\n|\r|\n", before)
                assert (line, column) == (len(lines), len(lines[-1]) + 1)


def _without_surrogates(text):
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


_VALUES = st.text(st.sampled_from('aé😀\\"\n\ud83d\ude00') | st.characters(codec=None), max_size=8)
_OTHERS = st.sampled_from([None, True, -1, 1.5e300, float("nan"), [], {}, {"text": [{"a": "}"}]}])
_KEYS = st.sampled_from(["text", "id", "", 'a"\\'])
_ROWS = st.lists(
    st.tuples(st.dictionaries(_KEYS, _VALUES | _OTHERS, max_size=3), st.booleans()), max_size=4
)


def _check_jsonl(values, encoding, mark, end, cut):
    lines = [json.dumps(value, ensure_ascii=ascii_only) for value, ascii_only in values]
    lines = [_without_surrogates(line) for line in lines]
    if lines:
        lines[-1] = lines[-1][: len(lines[-1]) - cut]
    data = mark + end.join(lines).encode(encoding)
    expected = []
    for line in lines:
        try:
            text = json.loads(line).get("text")
        except ValueError:
            text = None
        if line:
            expected.append(_without_surrogates(text) if isinstance(text, str) else None)
    found = read(data, "jsonl")
    assert [getattr(row, "text", None) for row in found] == expected
    for row in found:
        if not isinstance(row, UnreadableError):
            _check_places(row, data, encoding, mark, int(row.name.rpartition(":")[2]))


_JSONL = (_ROWS, _ENCODINGS, st.sampled_from(["\n", "\r\n", "\r", "\n\n"]), st.integers(0, 3))


@settings(max_examples=100)
@given(*_JSONL)
def test_jsonl_reads_as_json_does(values, encoding, end, cut):
    _check_jsonl(values, *encoding, end, cut)


@pytest.mark.slow
@settings(max_examples=10_000)
@given(*_JSONL)
def test_many_jsonl_files(values, encoding, end, cut):
    _check_jsonl(values, *encoding, end, cut)


_TABLE = st.lists(st.tuples(_TEXTS, _TEXTS), max_size=5)
_MESS = st.lists(st.sampled_from([*'",;\t\r\naé😀', '""', '","', '"\n', "text,"]), max_size=20)
_CSV = (
    _TABLE,
    _MESS.map("".join),
    _ENCODINGS,
    st.sampled_from([",", "\t"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)


def _check_csv(table, mess, encoding, delimiter, quoting, end):
    encoding, mark = encoding
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([("id", "text"), *table])
    whole = _without_surrogates(text.getvalue()).replace("\0", "") + mess
    data = mark + whole.encode(encoding)
    found = read(data, "csv" if delimiter == "," else "tsv")
    reader = csv.reader(io.StringIO(whole, newline=""), delimiter=delimiter, strict=True)
    if any("as they stand" in warning for row in found for warning in getattr(row, "warnings", ())):
        reader = csv.reader(
            io.StringIO(whole, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE
        )
    expected, number = [], 0
    while True:
        try:
            number += 1
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            cells = [""]
        if cells and number > 1:
            expected.append((number, cells[1] if len(cells) == 2 else None))
    numbers = [int(row.name.rpartition(":")[2]) for row in found]
    texts = [getattr(row, "text", None) for row in found]
    assert list(zip(numbers, texts, strict=True)) == expected
    for number, row in zip(numbers, found, strict=True):
        if not isinstance(row, UnreadableError):
            _check_places(row, data, encoding, mark, number)


@settings(max_examples=100)
@given(*_CSV)
def test_csv_reads_as_the_csv_module_does(table, mess, encoding, delimiter, quoting, end):
    _check_csv(table, mess, encoding, delimiter, quoting, end)


@pytest.mark.slow
@settings(max_examples=10_000)
@given(*_CSV)
def test_many_csv_files(table, mess, encoding, delimiter, quoting, end):
    _check_csv(table, mess, encoding, delimiter, quoting, end)


def test_a_line_of_too_many_cells_is_an_error_and_ends_the_reading():
    data = b"text,b\nOne.,2\n" + b"a," * 100_001 + b"\nTwo.,3\n"
    found = list(rows.read("a.csv", data, kind="csv", column="text"))
    assert [isinstance(item, UnreadableError) for item in found] == [False, True]
    assert "more than 100,000 cells" in found[1].reason
