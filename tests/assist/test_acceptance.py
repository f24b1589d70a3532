import sqlite3
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.assist.acceptance import DAYS_KEPT, AcceptanceFile, Counts, Heading, Kind, totals

TODAY = date(2026, 11, 22)
GHOST = Heading(TODAY, Kind.GHOST, "SmolLM2")
WORD = Heading(TODAY, Kind.WORD, "word-mini")


@pytest.fixture
def file(tmp_path: Path) -> AcceptanceFile:
    return AcceptanceFile(tmp_path / "data" / "acceptance.sqlite")


def test_counts_add_up_by_day_kind_and_model(file: AcceptanceFile) -> None:
    assert file.read() == {}
    yesterday = Heading(TODAY - timedelta(days=1), Kind.GHOST, "SmolLM2")
    file.add({GHOST: Counts(2, 1, 3, 12), WORD: Counts(1)})
    file.add({GHOST: Counts(1, 1, 1, -1), yesterday: Counts(5)})
    tallies = file.read()
    assert tallies == {GHOST: Counts(3, 2, 4, 11), WORD: Counts(1), yesterday: Counts(5)}
    assert totals(tallies, lambda at: at.model) == {"SmolLM2": Counts(8, 2, 4, 11), "word-mini": Counts(1)}


def test_what_is_older_than_a_year_goes(file: AcceptanceFile) -> None:
    old = Heading(TODAY - timedelta(days=DAYS_KEPT + 1), Kind.GHOST, "SmolLM2")
    file.add({old: Counts(1)})
    assert file.read() == {old: Counts(1)}
    file.add({GHOST: Counts(1)})
    assert file.read() == {GHOST: Counts(1)}


def test_a_damaged_file_is_set_aside_and_the_counts_go_on(file: AcceptanceFile, tmp_path: Path) -> None:
    file.add({GHOST: Counts(1)})
    path = tmp_path / "data" / "acceptance.sqlite"
    content = path.read_bytes()
    for number, damaged in enumerate((b"no database", content[:100] + b"\xff" * (len(content) - 100))):
        path.write_bytes(damaged)
        file.add({WORD: Counts(2)})
        assert file.read() == {WORD: Counts(2)}
        assert len(list(path.parent.glob("*.broken*"))) == number + 1
    file.erase()
    assert file.read() == {}
    assert not list(path.parent.glob("*.broken*"))


def test_what_a_later_version_counts_is_passed_over(file: AcceptanceFile, tmp_path: Path) -> None:
    file.add({GHOST: Counts(1)})
    later = sqlite3.connect(tmp_path / "data" / "acceptance.sqlite")
    with later:
        later.execute("INSERT INTO acceptance VALUES ('2026-11-22', 'joke', 'SmolLM3', 1, 1, 1, 1)")
    later.close()
    assert file.read() == {GHOST: Counts(1)}


def test_erased_means_erased(file: AcceptanceFile, tmp_path: Path) -> None:
    file.add({GHOST: Counts(1)})
    path = tmp_path / "data" / "acceptance.sqlite"
    assert b"SmolLM2" in path.read_bytes()
    file.erase()
    assert b"SmolLM2" not in path.read_bytes()
    assert b"2026-11" not in path.read_bytes()
    file.add({WORD: Counts(1)})
    assert file.read() == {WORD: Counts(1)}


def test_two_windows_lose_nothing_to_each_other(file: AcceptanceFile, tmp_path: Path) -> None:
    path = tmp_path / "data" / "acceptance.sqlite"
    call = "import sys, tests.assist.test_acceptance as t; t.add_often(t.Path(sys.argv[1]))"
    windows = [subprocess.Popen([sys.executable, "-c", call, str(path)]) for _ in range(2)]
    assert [window.wait(120) for window in windows] == [0, 0]
    assert file.read() == {GHOST: Counts(20, 10)}


def add_often(path: Path) -> None:
    for _ in range(10):
        AcceptanceFile(path).add({GHOST: Counts(1)})
    AcceptanceFile(path).add({GHOST: Counts(0, 5)})


def test_a_locked_file_is_not_taken_for_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.assist.acceptance.PATIENCE", 0.05)
    path = tmp_path / "acceptance.sqlite"
    AcceptanceFile(path).add({GHOST: Counts(1)})
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(sqlite3.OperationalError):
        AcceptanceFile(path).add({GHOST: Counts(1)})
    other.rollback()
    other.close()
    assert AcceptanceFile(path).read() == {GHOST: Counts(1)}
    assert not list(tmp_path.glob("*.broken*"))
