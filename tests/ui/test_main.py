import subprocess
import sys
from pathlib import Path

import pytest

from app import VERSION
from ui.__main__ import is_command, main


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["complete", "x"], True),
        (["--data-dir", "d", "words"], True),
        (["--data-dir=d", "bench"], True),
        (["story.md"], False),
        (["--model", "complete"], False),
        (["./words"], False),
        ([], False),
    ],
)
def test_a_command_is_told_from_a_file(arguments: list[str], expected: bool) -> None:
    assert is_command(arguments) is expected


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.strip() == f"Inkling {VERSION}"


def test_wrong_arguments_get_one_line_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--nonsense"])
    assert end.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_without_a_display_one_sentence_names_the_command_that_needs_none(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ui", "--data-dir", str(tmp_path)],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "inkling complete" in done.stderr
