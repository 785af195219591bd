"""Finding, reading and replacing files."""

from __future__ import annotations

import codecs
import io
import os
import zipfile

import pytest

from mtdetect import files

ACCENTED = "The café owner’s reply — “naïve” — ran to 40 pages."


def read_bytes(tmp_path, data):
    path = tmp_path / "page.txt"
    path.write_bytes(data)
    return files.read(path)


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


def docx():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (docx(), "a Word document (DOCX)"),
        (b"PK\x03\x04rest", "a ZIP archive"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF file"),
        (b"{\\rtf1 Hello}", "an RTF document"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
        (b"\x7fELF\x02\x01\x01\0\0\0", "NUL bytes"),
        (b"plain enough, but\0 not quite", "NUL bytes"),
        (bytes(range(128, 256)) + bytes(range(1, 32)) * 3, "control characters"),
    ],
)
def test_what_is_no_text_is_named(tmp_path, data, reason):
    with pytest.raises(files.UnreadableError) as caught:
        read_bytes(tmp_path, data)
    assert reason in caught.value.reason
    assert "plain text only" in caught.value.reason
    assert caught.value.name.endswith("page.txt")


def test_damage_after_a_byte_order_mark_is_an_error_not_a_guess(tmp_path):
    with pytest.raises(files.UnreadableError, match="starts like UTF-8 but is damaged at byte"):
        read_bytes(tmp_path, codecs.BOM_UTF8 + b"caf\xe9 bar")


def test_line_ends_stay_as_they_are(tmp_path):
    assert read_bytes(tmp_path, b"one\r\ntwo\rthree\n").text == "one\r\ntwo\rthree\n"


@pytest.mark.parametrize(
    "start", ["<!DOCTYPE html>\n<p>Hello", "  <html lang=en>", "<BODY>", "\ufeff<head>"]
)
def test_markup_is_read_with_a_warning(tmp_path, start):
    (warning,) = read_bytes(tmp_path, start.encode()).warnings
    assert "markup is scored" in warning


def test_text_that_mentions_markup_is_left_alone(tmp_path):
    assert read_bytes(tmp_path, b"The <html> tag opens a page.").warnings == ()


@pytest.mark.parametrize("data", [b"", b" \n\n"])
def test_an_empty_file_is_a_text(tmp_path, data):
    assert read_bytes(tmp_path, data).text == data.decode()


def test_a_missing_file_and_a_folder_cannot_be_read(tmp_path):
    with pytest.raises(files.UnreadableError, match="no such file"):
        files.read(tmp_path / "absent.txt")
    with pytest.raises(files.UnreadableError, match="directory"):
        files.read(tmp_path)
    with pytest.raises(files.UnreadableError, match="not a file name"):
        files.read("a\0b")


@pytest.fixture
def folder(tmp_path):
    for name in (
        "b.txt",
        "a.txt",
        "note.md",
        ".hidden.txt",
        "sub/d.txt",
        "sub/c.txt",
        ".git/e.txt",
    ):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return tmp_path / "in"


def found(argument, *globs):
    return list(files.find(str(argument), globs or ("*.txt",)))


def test_a_folder_is_walked_in_order_without_hidden_names(folder):
    assert found(folder) == [
        str(folder / name) for name in ("a.txt", "b.txt", "sub/c.txt", "sub/d.txt")
    ]


def test_globs_choose_files_of_folders_only(folder):
    assert found(folder, "*.md", "sub/*.txt") == [
        str(folder / name) for name in ("note.md", "sub/c.txt", "sub/d.txt")
    ]
    assert found(folder / "note.md") == [str(folder / "note.md")]


def test_a_loop_of_links_ends(folder):
    (folder / "sub" / "loop").symlink_to(folder, target_is_directory=True)
    assert len(found(folder)) == 4


def test_a_dangling_link_is_found_and_then_reported(folder):
    (folder / "z.txt").symlink_to(folder / "nowhere")
    assert str(folder / "z.txt") in found(folder)
    with pytest.raises(files.UnreadableError, match="no such file"):
        files.read(folder / "z.txt")


def test_a_folder_without_a_match_is_an_error_with_a_hint(folder):
    (error,) = found(folder, "*.rst")
    assert isinstance(error, files.UnreadableError)
    assert "matches *.rst" in error.reason
    assert "--glob" in error.reason


def test_an_empty_folder_is_an_error(tmp_path):
    (error,) = found(tmp_path)
    assert error.reason == "no file in this folder matches *.txt"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_locked_folder_is_an_error(folder):
    (folder / "sub").chmod(0)
    try:
        *_, error = found(folder)
        assert error.reason == "permission denied"
    finally:
        (folder / "sub").chmod(0o755)


def test_missing_files_and_standard_input_pass_through():
    assert found("absent.txt") == ["absent.txt"]
    assert found("-") == ["-"]


def test_replace_writes_whole_and_leaves_nothing_beside(tmp_path):
    target = tmp_path / "out.txt"
    files.replace(str(target), "old")
    target.chmod(0o640)
    files.replace(str(target), "new – ü")
    assert target.read_text(encoding="utf-8") == "new – ü"
    assert target.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [target]


def test_replace_keeps_the_old_content_when_writing_fails(tmp_path):
    target = tmp_path / "out.txt"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        files.replace(str(target), "new \udc80")
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_replace_keeps_a_link(tmp_path):
    (tmp_path / "real.txt").write_text("old", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to("real.txt")
    files.replace(str(tmp_path / "link.txt"), "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text(encoding="utf-8") == "new"


def test_a_name_that_the_system_refuses_is_reported_by_reading():
    name = "n" * 300
    assert found(name) == [name]
    with pytest.raises(files.UnreadableError, match="too long"):
        files.read(name)
    assert files.output_problem(name, [name]) is None
    assert files.output_problem(f"{name}/out", []) == f"there is no folder {name}"


def test_a_file_in_a_folder_that_may_not_be_entered(monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    for name in ("stat", "read_bytes"):
        monkeypatch.setattr(files.Path, name, refuse)
    assert found("locked/a.txt") == ["locked/a.txt"]
    with pytest.raises(files.UnreadableError, match="permission denied"):
        files.read("locked/a.txt")
