"""Settings: where they are looked for, what is refused, and who wins."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect import config
from mtdetect.config import Config, ConfigError, Settings


@pytest.fixture
def home(tmp_path):
    """A folder below one with settings; whatever lies further up is not reached."""
    (tmp_path / "mtdetect.toml").write_text("", encoding="utf-8")
    folder = tmp_path / "house" / "desk"
    folder.mkdir(parents=True)
    return folder


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_the_nearest_file_upward_is_read(home):
    write(home.parent / "pyproject.toml", "[tool.mtdetect]\nfpr = 0.005")
    assert config.discover(home).settings.fpr == 0.005
    write(home / "pyproject.toml", "[tool.other]\nfpr = 0.1")  # speaks to others
    assert config.discover(home).settings.fpr == 0.005
    write(home / "pyproject.toml", "no = [toml")
    assert config.discover(home).settings.fpr == 0.005
    write(home / "mtdetect.toml", "fpr = 0.02")
    found = config.discover(home)
    assert found.settings.fpr == 0.02
    assert found.path == home / "mtdetect.toml"


def test_every_setting_can_be_given(home):
    text = """
        fpr = 0.02
        model = "models/other.npz"
        deep = true
        select = ["link_capital"]
        ignore = ["doubled_quote"]
        min-words = 60
        skip-quotes = true
        suppressions = true
        baseline = "known.json"
        fail-on = "machine"
        glob = ["*.md"]
        column = "body"
        format = "json"
        color = "never"
    """
    found = config.load(write(home / "mtdetect.toml", text)).settings
    assert found == Settings(
        fpr=0.02,
        model=str(home / "models/other.npz"),
        deep=True,
        select=("link_capital",),
        ignore=("doubled_quote",),
        min_words=60,
        skip_quotes=True,
        suppressions=True,
        baseline=str(home / "known.json"),
        fail_on="machine",
        glob=("*.md",),
        column="body",
        format="json",
        color="never",
    )
    assert set(tomllib.loads(text)) == {
        name.replace("_", "-") for name in Settings.__slots__ if name != "profile"
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("fpp = 0.01", "unknown key 'fpp'; did you mean 'fpr'?"),
        ("min_words = 50", "unknown key 'min_words'; did you mean 'min-words'?"),
        ("zzz = 1", "known: fpr, profile"),
        ("fpr = 1", "fpr: 1 is not a share from 0.001 to 0.2"),
        ("fpr = true", "not a share"),
        ("min-words = 5", "min-words: 5 is not a whole number of words, 40 or more"),
        ("min-words = true", "not a whole number"),
        ('skip-quotes = "yes"', "neither true nor false"),
        ('fail-on = "human"', "'human' is none of machine, mixed, never"),
        ('ignore = "link_capital"', "not a list of texts"),
        ("glob = [1]", "not a list of texts"),
        ('glob = ["."]', "not a pattern"),
        ('column = ""', "not a text"),
        ("fpr = ", "not TOML"),
        ('fpr = 0.01\nprofile = "a.toml"', "two operating points"),
        ("overrides = 1", "overrides: must be an array of tables"),
        ("[[overrides]]\nignore = []", "overrides: paths: None is not a list of texts"),
        ('[[overrides]]\npaths = ["a"]\nfpr = 0.01', "unknown key 'fpr'"),
    ],
)
def test_what_is_wrong_is_named(home, text, complaint):
    path = write(home / "mtdetect.toml", text)
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    assert complaint in str(caught.value)
    assert str(path) in str(caught.value)


def test_files_that_cannot_be_read(home):
    with pytest.raises(ConfigError, match="no such file"):
        config.load(home / "absent.toml")
    (home / "mtdetect.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="not UTF-8"):
        config.load(home / "mtdetect.toml")


def test_the_command_line_wins_over_everything(home):
    path = write(
        home / "mtdetect.toml",
        'fpr = 0.02\nmin-words = 50\n[[overrides]]\npaths = ["drafts"]\nmin-words = 90\n'
        'ignore = ["link_capital"]',
    )
    found = config.load(path)
    draft = str(home / "drafts" / "a.md")
    assert found.settings_for(draft).min_words == 90
    assert found.settings_for(str(home / "a.md")) == found.settings
    forced = found.with_command_line({"min_words": 70, "fpr": 0.05})
    assert forced.settings.fpr == 0.05
    assert forced.settings_for(draft).min_words == 70
    assert forced.settings_for(draft).ignore == ("link_capital",)


def test_one_operating_point_replaces_the_other(home):
    (home / "bbc.toml").touch()
    found = config.load(write(home / "mtdetect.toml", 'profile = "bbc.toml"'))
    assert found.settings.profile == str(home / "bbc.toml")
    assert found.with_command_line({"fpr": 0.02}).settings.profile is None
    other = config.load(write(home / "mtdetect.toml", "fpr = 0.02"))
    assert other.with_command_line({"profile": "b.toml"}).settings.fpr == Settings().fpr


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("drafts", "drafts/a.md", True),
        ("drafts/", "x/drafts/a.md", True),
        ("*.md", "x/y/a.md", True),
        ("*.md", "a.mdx", False),
        ("x/*.md", "x/a.md", True),
        ("x/*.md", "x/y/a.md", False),
        ("x/**/a.md", "x/a.md", True),
        ("x/**/a.md", "x/y/z/a.md", True),
        ("x/**", "x/y/z", True),
        ("a?.txt", "ab.txt", True),
        ("a?.txt", "a/.txt", False),
        ("a[1].txt", "a[1].txt", True),
    ],
)
def test_patterns_of_paths(tmp_path, pattern, path, matches):
    found = Config(path=tmp_path / "mtdetect.toml", overrides=(((pattern,), {"min_words": 99}),))
    assert (found.settings_for(str(tmp_path / path)).min_words == 99) == matches


def test_paths_outside_are_matched_as_given(tmp_path):
    found = Config(path=tmp_path / "mtdetect.toml", overrides=((("*.md",), {"min_words": 99}),))
    assert found.settings_for("/elsewhere/a.md").min_words == 99


def test_what_is_shown_says_where_it_is_from_and_can_be_read_back(home):
    path = write(
        home / "mtdetect.toml",
        'min-words = 50\ncolumn = "a\\"b\\\\c\\u001b"\n'
        '[[overrides]]\npaths = ["x"]\nignore = ["y"]',
    )
    shown = config.show(config.load(path).with_command_line({"fpr": 0.05}))
    assert "fpr = 0.05  # command line\n" in shown
    assert f"min-words = 50  # {path}\n" in shown
    assert 'fail-on = "mixed"  # default\n' in shown
    again = config.load(write(home / "again.toml", shown))
    assert again.settings.column == 'a"b\\c\x1b'
    assert again.settings.fpr == 0.05
    assert again.overrides == ((("x",), {"ignore": ("y",)}),)


@given(
    st.dictionaries(
        st.sampled_from(["fpr", "min-words", "glob", "column", "overrides", "select", "x"])
        | st.text(max_size=5),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()),
    )
)
def test_any_content_is_used_or_refused(content):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "_parsed", lambda _path: content)
        try:
            found = config.load(config.Path("mtdetect.toml"))
        except ConfigError:
            return
    assert isinstance(found.settings, Settings)
