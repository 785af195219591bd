"""What is installed: light to import, one way inside, whole as a wheel."""

from __future__ import annotations

import ast
import doctest
import json
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import mtdetect
from mtdetect.model import default_path
from mtdetect.signals import catalogue

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mtdetect"
TRAINING_ONLY = ("sklearn", "scipy", "joblib", "openpyxl", "torch", "onnx", "safetensors")
HEAVY = ("numpy", "onnxruntime", "tokenizers", *TRAINING_ONLY)


def python(*arguments, interpreter=sys.executable, cwd=ROOT):
    """Run Python in a fresh process and give back what it printed."""
    done = subprocess.run(  # noqa: S603 - this interpreter, on words from below
        [str(interpreter), *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def imported_by(code, names):
    """Which of ``names`` are loaded after running ``code`` in a fresh process."""
    tail = f"\nimport json, sys; print(json.dumps([n for n in {names!r} if n in sys.modules]))"
    return json.loads(python("-c", code + tail).splitlines()[-1])


def test_scoring_needs_no_training_library():
    code = "import mtdetect\nfor _ in mtdetect.score_many(['The ferry left late.'] * 3): pass"
    assert imported_by(code, HEAVY) == ["numpy"]


def test_importing_alone_loads_nothing_heavy():
    names = (*HEAVY, "mtdetect.rating", "mtdetect.signals")
    assert imported_by("import mtdetect", names) == []


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_the_command_answers_without_numpy(option):
    code = (
        "import runpy, sys\n"
        f"sys.argv = ['mtdetect', {option!r}]\n"
        "try: runpy.run_module('mtdetect', run_name='__main__', alter_sys=True)\n"
        "except SystemExit as stop: assert not stop.code"
    )
    assert imported_by(code, HEAVY) == []


def test_python_m_prints_the_version():
    assert mtdetect.__version__ in python("-m", "mtdetect", "--version")


def imports_of(path):
    """The modules that a source file imports, types and late imports included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


LAYERS = {
    "text": ("mtdetect.text",),
    "signals": ("mtdetect.text", "mtdetect.signals"),
    "reading": ("mtdetect.text", "mtdetect.files", "mtdetect.reading"),
}
"""What the modules of a folder may import of this package; upper layers may see lower ones."""


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT))
)
def test_imports_point_one_way(path):
    layer = path.relative_to(PACKAGE).parts[0]
    found = set(imports_of(path))
    if layer not in {"training", "sklearn.py"}:
        assert not [n for n in found if n.split(".")[0] in TRAINING_ONLY]
    if layer != "training":
        assert not [n for n in found if n.startswith("mtdetect.training")]
    if layer not in {"cli", "__main__.py"}:
        assert not [n for n in found if n.startswith("mtdetect.cli")]
    own = [n for n in found if n.startswith("mtdetect.")]
    if layer in LAYERS:
        assert all(n.startswith(LAYERS[layer]) for n in own), own
    if layer == "style.py":
        assert all(n.startswith("mtdetect.text") for n in own), own


def test_the_public_names():
    for name in mtdetect.__all__:
        assert getattr(mtdetect, name) is not None
    namespace = {}
    exec("from mtdetect import *", namespace)  # noqa: S102 - a star import needs a module of its own
    assert set(mtdetect.__all__) <= set(namespace)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = mtdetect.no_such_name


def test_the_version_is_stated_once_and_again():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == mtdetect.__version__
    assert project["dependencies"] == ["numpy>=1.26", "pyromark>=0.9.14"]


def test_the_example_in_the_docstring():
    tried = doctest.testmod(mtdetect)
    assert tried.attempted
    assert not tried.failed


def test_every_signal_is_declared_once():
    names = [
        node.name
        for path in (PACKAGE / "signals").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(d, ast.Call) and isinstance(d.func, ast.Name) and d.func.id == "signal"
            for d in node.decorator_list
        )
    ]
    assert sorted(names) == sorted(catalogue())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    python("-m", "build", "--wheel", "--outdir", str(folder), str(ROOT), cwd=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.mark.slow
def test_the_wheel_holds_model_data_and_types(wheel):
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
        model = archive.read("mtdetect/models/en.npz")
    source = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert source <= inside
    assert {"mtdetect/py.typed", "mtdetect/models/en.npz", "mtdetect/models/en.json"} <= inside
    assert {"mtdetect/models/en.evidence.json", "mtdetect/models/en.seen.npz"} <= inside
    assert {"mtdetect/models/en.deep.onnx", "mtdetect/models/en.deep.json"} <= inside
    assert model == default_path().read_bytes()
    unwanted = ("tests/", "scripts/", "examples/", "models/")
    assert not [name for name in inside if name.startswith(unwanted)]


@pytest.mark.slow
def test_the_wheel_works_elsewhere(wheel, tmp_path):
    """Installed beside nothing but NumPy, it scores as the checkout does."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    interpreter = scripts / "python"
    site = Path(
        python(
            "-c", "import site; print(site.getsitepackages()[0])", interpreter=interpreter
        ).strip()
    )
    python("-m", "pip", "--python", str(interpreter), "install", "--no-deps", "--quiet", str(wheel))
    import numpy as np  # noqa: PLC0415 - only to find where it lives

    libraries = Path(np.__file__).parent.parent
    for name in ("numpy", "numpy.libs"):  # the same NumPy: no network is needed
        if (libraries / name).exists():
            (site / name).symlink_to(libraries / name, target_is_directory=True)
    text = (ROOT / "examples" / "round_trip.txt").read_text(encoding="utf-8")
    (tmp_path / "page.txt").write_text(text, encoding="utf-8")
    code = (
        "import mtdetect, pathlib, sys\n"
        "print(mtdetect.__file__)\n"
        "print(mtdetect.score(pathlib.Path('page.txt').read_text(encoding='utf-8')).to_json())"
    )
    where, found = python("-I", "-c", code, interpreter=interpreter, cwd=tmp_path).splitlines()
    assert Path(where).is_relative_to(site)
    assert found == mtdetect.score(text).to_json()
    command = subprocess.run(  # noqa: S603 - the command just installed
        [scripts / "mtdetect", "page.txt"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert command.returncode == 1, command.stderr
    assert command.stdout.startswith("page.txt   machine")
