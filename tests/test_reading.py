"""Which reader a file asks for, and bytes to text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect import files, reading
from mtdetect.files import UnreadableError
from mtdetect.reading.encoding import decode
from mtdetect.reading.places import TextCarrier
from mtdetect.reading.sourcemap import Prose
from mtdetect.text import Span

ACCENTED = "The café owner’s reply — “naïve” — ran to 40 pages."


def read(path, **options):
    (source,) = reading.read(path, **options)
    return source


def read_bytes(tmp_path, data, name="page.txt"):
    path = tmp_path / name
    path.write_bytes(data)
    return read(path)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_stated_encodings_are_read_without_a_word(tmp_path, mark, encoding):
    source = read_bytes(tmp_path, mark + ACCENTED.encode(encoding))
    assert source.text == ACCENTED
    assert source.warnings == ()
    assert source.name == str(tmp_path / "page.txt")


@pytest.mark.parametrize(
    ("data", "text", "warning"),
    [
        (ACCENTED.encode("cp1252"), ACCENTED, "0xE9 at offset 7); read as Windows-1252"),
        ("caf\xe9 \x81 bar".encode("latin-1"), "caf\xe9 \x81 bar", "read as Latin-1"),
        (ACCENTED.encode("utf-16-le"), ACCENTED, "read as UTF-16-LE"),
        (ACCENTED.encode("utf-16-be"), ACCENTED, "read as UTF-16-BE"),
    ],
)
def test_a_guess_is_announced(tmp_path, data, text, warning):
    source = read_bytes(tmp_path, data)
    assert source.text == text
    assert len(source.warnings) == 1
    assert warning in source.warnings[0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04rest", "a ZIP archive"),
        (b"{\\rtf1 Hello}", "an RTF document"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
        (b"\x7fELF\x02\x01\x01\0\0\0", "NUL bytes"),
        (b"plain enough, but\0 not quite", "NUL bytes"),
        (bytes(range(128, 256)) + bytes(range(1, 32)) * 3, "control characters"),
    ],
)
def test_what_is_no_text_is_named(tmp_path, data, reason):
    error = read_bytes(tmp_path, data)
    assert isinstance(error, UnreadableError)
    assert reason in error.reason
    assert "not text" in error.reason
    assert error.name.endswith("page.txt")


def test_damage_after_a_byte_order_mark_is_an_error_not_a_guess(tmp_path):
    error = read_bytes(tmp_path, codecs.BOM_UTF8 + b"caf\xe9 bar")
    assert error.reason == "starts like UTF-8 but is damaged at byte 6"


def test_line_ends_stay_as_they_are(tmp_path):
    assert read_bytes(tmp_path, b"one\r\ntwo\rthree\n").text == "one\r\ntwo\rthree\n"


def test_text_that_mentions_markup_is_left_alone(tmp_path):
    assert read_bytes(tmp_path, b"The <html> tag opens a page.").warnings == ()


@pytest.mark.parametrize("data", [b"", b" \n\n"])
def test_an_empty_file_is_a_text(tmp_path, data):
    assert read_bytes(tmp_path, data).text == data.decode()


def test_a_missing_file_and_a_folder_cannot_be_read(tmp_path):
    assert read(tmp_path / "absent.txt").reason == "no such file"
    assert "directory" in read(tmp_path).reason
    assert read("a\0b").reason == "not a file name"
    assert "too long" in read("n" * 300).reason


def test_a_file_in_a_folder_that_may_not_be_entered(monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.Path, "open", refuse)
    assert read("locked/a.txt").reason == "permission denied"


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 2**20)
    assert read_bytes(tmp_path, b"a" * 2**20).text
    assert read_bytes(tmp_path, b"a" * (2**20 + 1)).reason == "larger than 1 MB; split it"
    monkeypatch.setattr(reading, "LARGEST_TEXT", 1000)
    assert "more than 1,000 characters of prose" in read_bytes(tmp_path, b"a" * 1001).reason


@pytest.mark.parametrize("name", ["posts.jsonl", "posts.csv", "posts.TSV", "posts.parquet"])
def test_a_file_with_rows_needs_a_column(tmp_path, name):
    assert "--column" in read_bytes(tmp_path, b"{}", name).reason


@pytest.mark.parametrize(
    ("label", "text", "encoding"),
    [
        ("windows-1251", "Привет", "cp1251"),
        ("ISO-8859-1", "“smart”", "cp1252"),
        ("shift_jis", "日本語", "shift_jis"),
        ("utf-8", "naïve", "utf-8"),
    ],
)
def test_a_declared_encoding_is_believed(label, text, encoding):
    decoded = decode("a.html", text.encode(encoding), declared=label)
    assert decoded.text == text
    assert decoded.encoding == encoding
    assert decoded.warnings == ()


@pytest.mark.parametrize(
    ("label", "warning"),
    [
        ("klingon", "declares an unknown encoding, 'klingon'"),
        ("rot13", "unknown encoding"),
        ("base64", "unknown encoding"),
        ("ascii\0", "unknown encoding"),
        ("euc-kr", "declares the encoding euc-kr, but is not in it"),
    ],
)
def test_a_false_declaration_is_announced(label, warning):
    decoded = decode("a.html", "naïve 😀".encode(), declared=label)
    assert decoded.text == "naïve 😀"
    assert warning in decoded.warnings[0]


def lines_before(text, offset):
    return text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")


TEXTS = st.text(st.sampled_from("ab é\u0301😀\r\n\t"), max_size=40)


@given(
    TEXTS,
    st.integers(0, 40),
    st.integers(0, 10),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16", "utf-32-be"]),
    st.integers(1, 7),
)
def test_places_of_a_text_file(text, start, length, encoding, chunk):
    start = min(start, len(text))
    end = min(start + length, len(text))
    if start and text[start - 1 : start + 1] == "\r\n":
        start -= 1
    data = text.encode(encoding)
    mark = {"utf-8-sig": 3, "utf-16": 2}.get(encoding, 0)
    plain = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    carrier = TextCarrier(text, encoding=plain, mark=mark, size=len(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mtdetect.reading.places._CHUNK", chunk)
        place = carrier.place(Span(start, end))
    assert data[place.byte_start : place.byte_end].decode(plain) == text[start:end]
    utf16 = text.encode("utf-16-le")
    assert utf16[2 * place.utf16_start : 2 * place.utf16_end].decode("utf-16-le") == text[start:end]
    before = lines_before(text, start)
    assert (place.line, place.column) == (len(before), len(before[-1]) + 1)


def test_byte_offsets_in_old_encodings():
    data = "naïve “word”".encode("cp1252")
    place = decode("a", data).carrier.place(Span(6, 12))
    assert data[place.byte_start : place.byte_end].decode("cp1252") == "“word”"
    stateful = "日本".encode("iso2022_jp")
    assert (
        decode("a", stateful, declared="iso-2022-jp").carrier.place(Span(1, 2)).byte_start is None
    )


@given(st.lists(st.tuples(st.sampled_from("sdwp"), st.integers(1, 3)), max_size=12))
def test_prose_points_back_at_its_origin(steps):
    """Characters kept, decoded, white space and paragraph ends, in any order."""
    origin = "".join(chr(ord("a") + n % 26) for n in range(40))
    prose, at, expected = Prose(origin), 0, []
    for kind, length in steps:
        if kind == "s":
            prose.same(at, at + length)
            expected += [(origin[n], n) for n in range(at, at + length)]
        elif kind == "d":
            prose.decoded("&", at, at + length)
            expected.append(("&", at))
        elif kind == "w":
            prose.space(at, at + length)
        else:
            prose.end_paragraph()
        at += length
    text, built = prose.build()
    assert [char for char in text if not char.isspace()] == [char for char, _ in expected]
    kept = [i for i, char in enumerate(text) if not char.isspace()]
    assert [built.origin(Span(i, i + 1)).start for i in kept] == [n for _, n in expected]
    assert text == text.strip()
    assert "".join(p.prose.of(text) for p in built.pieces(Span(0, len(text)))) == text
    whole = built.origin(Span(0, len(text)))
    assert whole.start <= whole.end <= len(origin)
