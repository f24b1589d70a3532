"""The contracts of pyproject.toml hold, and each of them notices when its rule is broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    environ = dict(os.environ) | {"PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", code, "--no-cache"]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=120)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("app", "ui"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_layers_hold(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("app/document/storage.py", "import ui.theme"),
        ("ui/theme.py", "import torch"),
        ("app/models/library.py", "import transformers"),
        ("app/worker/inbox.py", "import tokenizers"),
        ("app/cli/words.py", "import safetensors"),
        ("app/engines/devices.py", "import PySide6.QtCore"),
        ("app/assist/continuation.py", "from PySide6 import QtCore"),
        ("app/settings.py", "import qasync"),
    ],
)
def test_a_broken_rule_is_noticed(copy: Path, file: str, line: str) -> None:
    with (copy / file).open("a") as source:
        source.write(f"\n{line}  # noqa\n")
    done = lint(copy)
    assert done.returncode != 0, f"nobody noticed {line!r} in {file}"
    assert "BROKEN" in done.stdout


def test_no_room_lacks_a_purpose_in_its_name() -> None:
    files = [path for top in ("app", "ui") for path in (ROOT / top).rglob("*.py")]
    assert not [path for path in files if path.stem in {"utils", "util", "misc", "helpers", "common"}]


def test_no_file_is_a_house_of_its_own() -> None:
    files = [path for top in ("app", "ui") for path in (ROOT / top).rglob("*.py")]
    assert not {str(path): n for path in files if (n := len(path.read_text().splitlines())) > 400}
