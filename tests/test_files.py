"""Finding, reading and replacing files."""

from __future__ import annotations

import os

import pytest

from mtdetect import files


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
        files.read_bytes(folder / "z.txt")


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
        files.read_bytes(name)
    assert files.output_problem(name, [name]) is None
    assert files.output_problem(f"{name}/out", []) == f"there is no folder {name}"
