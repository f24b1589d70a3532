"""How much of what the models offer is taken: numbers by day, kind and model, kept on this machine."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import TypeVar

from app.document.damage import set_aside

T = TypeVar("T")
DAYS_KEPT = 366
PATIENCE = 5.0  # seconds that one window waits for another
TABLE = """
CREATE TABLE IF NOT EXISTS acceptance (
    day TEXT NOT NULL, kind TEXT NOT NULL, model TEXT NOT NULL,
    shown INTEGER NOT NULL, taken INTEGER NOT NULL, words INTEGER NOT NULL, saved INTEGER NOT NULL,
    PRIMARY KEY (day, kind, model)
) WITHOUT ROWID"""
ADD = """
INSERT INTO acceptance VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (day, kind, model) DO UPDATE SET
    shown = shown + excluded.shown, taken = taken + excluded.taken,
    words = words + excluded.words, saved = saved + excluded.saved"""


class Kind(Enum):
    """In which way something was offered."""

    GHOST = "ghost"
    CONTINUATION = "continuation"
    WORD = "word"


@dataclass(frozen=True)
class Counts:
    """What became of some offers.

    shown: how many there were.
    taken: of how many something stayed.
    words: that were taken.
    saved: keystrokes: characters that were taken, less the keys that were pressed for them.
    """

    shown: int = 0
    taken: int = 0
    words: int = 0
    saved: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True)
class Heading:
    """What is counted apart: a day, a way of offering, and the title of the model that offered."""

    day: date
    kind: Kind
    model: str


Tallies = dict[Heading, Counts]


class AcceptanceFile:
    """Adds up counts in a file, an SQLite database, which several windows may share.

    Texts are never in it. What is older than a year goes. A file that cannot be used is set aside.
    What a later version counts is left alone.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, tallies: Mapping[Heading, Counts]) -> None:
        """Add counts to those of the file.

        Raises:
            OSError, sqlite3.Error: they could not be kept.
        """
        rows = [
            (at.day.isoformat(), at.kind.value, at.model, one.shown, one.taken, one.words, one.saved)
            for at, one in tallies.items()
        ]
        if not rows:
            return
        oldest = max(at.day for at in tallies) - timedelta(days=DAYS_KEPT)
        with self._opened() as database, database:
            database.executemany(ADD, rows)
            database.execute("DELETE FROM acceptance WHERE day < ?", (oldest.isoformat(),))

    def read(self) -> Tallies:
        """Return all counts.

        Raises:
            OSError, sqlite3.Error: the file could not be read.
        """
        if not self._file.exists():
            return {}
        with self._opened() as database:
            rows = database.execute("SELECT * FROM acceptance").fetchall()
        kinds = {kind.value: kind for kind in Kind}
        return {
            Heading(date.fromisoformat(day), kinds[kind], model): Counts(*counts)
            for day, kind, model, *counts in rows
            if kind in kinds
        }

    def erase(self) -> None:
        """Forget all counts, those in files that were set aside as well.

        Raises:
            OSError, sqlite3.Error: they could not be erased.
        """
        if self._file.exists():
            with self._opened() as database:
                with database:
                    database.execute("DELETE FROM acceptance")
                database.execute("VACUUM")  # without it, the bytes would stay in the file
        for broken in self._file.parent.glob(f"{self._file.name}.broken*"):
            broken.unlink()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        try:
            database = self._open()
        except sqlite3.OperationalError:  # locked, no room, no right: the file itself may be whole
            raise
        except sqlite3.DatabaseError:
            set_aside(self._file)
            database = self._open()
        with closing(database):
            yield database

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._file, timeout=PATIENCE)
        try:
            database.execute(TABLE)
            (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise sqlite3.DatabaseError(verdict)
        except BaseException:
            database.close()
            raise
        return database


def totals(tallies: Mapping[Heading, Counts], group: Callable[[Heading], T]) -> dict[T, Counts]:
    """Return the counts of each group added up, in the order of the groups' first appearance."""
    sums: dict[T, Counts] = {}
    for at, counts in tallies.items():
        sums[group(at)] = sums.get(group(at), Counts()) + counts
    return sums
