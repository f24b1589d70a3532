"""Journals whose process died before it saved: what they hold is offered to the writer."""

import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from app.document import storage
from app.document.damage import DamagedError, set_aside
from app.document.journal import NOTES, SUFFIX, UNFINISHED, Journal
from app.document.journal_lock import is_live
from app.document.journal_records import About, Replay, read_about, replay
from app.document.manuscript import Manuscript
from app.document.notes import Notes, notes_or_aside
from app.errors import InklingError


@dataclass(frozen=True)
class LeftBehind:
    """A document that was not saved when its process died.

    file: its journal.
    base: what the document was when it was saved last.
    manuscript: what it was at the end.
    changed_at: when the last edit was written down.
    is_damaged: whether edits that followed are lost, because the journal is damaged behind them.
    notes: those of the document.
    """

    file: Path
    about: About
    base: Manuscript = field(repr=False)
    manuscript: Manuscript = field(repr=False)
    changed_at: datetime
    is_damaged: bool
    notes: Notes = field(default_factory=Notes, repr=False)

    def digest_if_saved(self) -> str | None:
        """Return the digest of its file if that holds this very text: the process died behind a save."""
        if self.about.path is None:
            return None
        try:
            file = storage.load(self.about.path)
        except InklingError:
            return None
        return file.digest if file.text == self.manuscript.text else None

    def discard(self) -> None:
        """Delete the journal, because the writer has chosen.

        Raises:
            OSError: it could not be deleted.
        """
        self.file.with_suffix(NOTES).unlink(missing_ok=True)
        self.file.unlink(missing_ok=True)


@dataclass(frozen=True)
class Found:
    """What lay in the folder of the journals.

    documents: which have changes, the one that was changed last first.
    unreadable: where the journals are now that cannot be read.
    """

    documents: tuple[LeftBehind, ...] = ()
    unreadable: tuple[Path, ...] = ()


def find_left_behind(folder: Path) -> Found:
    """Look at every journal whose process is dead; delete those without changes, set aside the unreadable."""
    documents: list[LeftBehind] = []
    unreadable: list[Path] = []
    journals = _journals(folder)
    for journal in journals:
        try:
            left, damaged_notes = _left_behind(journal)
        except FileNotFoundError:  # there was a lock alone, or another process was here as well
            continue
        except DamagedError:
            aside = _set_aside(journal)
            unreadable.append(aside)
            journals += [journal] if aside != journal else []  # beside which notes may lie that are whole
        except OSError:
            unreadable.append(journal)
        else:
            documents += [left] if left is not None else []
            unreadable += [damaged_notes] if damaged_notes is not None else []
    return Found(tuple(sorted(documents, key=lambda left: left.changed_at, reverse=True)), tuple(unreadable))


def is_open_elsewhere(folder: Path, path: Path, own: Journal | None) -> bool:
    """Tell whether a file is open in another window or process.

    Args:
        folder: where all journals lie.
        path: the file, by any of its names.
        own: the journal of the window that asks.
    """
    wanted = os.path.realpath(path)
    for journal in folder.glob(f"*{SUFFIX}"):
        if own is not None and journal == own.file:
            continue
        with suppress(OSError, DamagedError):
            with journal.open("rb") as file:
                about = read_about(file)
            if about.path is not None and os.path.realpath(about.path) == wanted and is_live(journal):
                return True
    return False


def _journals(folder: Path) -> list[Path]:
    """Return the path of every journal of which there is anything at all."""
    names = {SUFFIX, UNFINISHED, NOTES, ".lock"}
    return sorted({file.with_suffix(SUFFIX) for file in folder.glob("*") if file.suffix in names})


def _left_behind(journal: Path) -> tuple[LeftBehind | None, Path | None]:
    """Return what a journal holds; None where it is in use, or without changes and therefore deleted.

    With it comes where notes lie that are damaged.
    """
    if is_live(journal):
        return None, None
    journal.with_suffix(UNFINISHED).unlink(missing_ok=True)
    replayed, changed_at = _replayed(journal)
    left = LeftBehind(
        journal, replayed.about, replayed.base, replayed.manuscript, changed_at, not replayed.is_whole
    )
    notes, damaged_notes = notes_or_aside(journal.with_suffix(NOTES))  # that lie with no file's versions yet
    left = replace(left, notes=notes)
    if left.manuscript == left.base and not left.notes:
        if left.is_damaged:
            raise DamagedError("there were edits, and none of them can be read")
        left.discard()
        return None, damaged_notes
    return left, damaged_notes


def _replayed(journal: Path) -> tuple[Replay, datetime]:
    """Return what a journal leads to, and when it was last written; nothing where only notes are left."""
    try:
        with journal.open("rb") as file:
            return replay(file), datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except FileNotFoundError:
        changed_at = datetime.fromtimestamp(journal.with_suffix(NOTES).stat().st_mtime, UTC)
        return Replay(About(), Manuscript(), Manuscript(), is_whole=True), changed_at


def _set_aside(journal: Path) -> Path:
    try:
        return set_aside(journal)
    except OSError:
        return journal
