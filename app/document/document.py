"""The document on the page, as far as it lies on the disk: its file, its journal and its history."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from app.document import storage
from app.document.carrying_over import carry_over
from app.document.history import History, open_history
from app.document.journal import Journal
from app.document.journal_records import About
from app.document.left_behind import is_open_elsewhere
from app.document.manuscript import Edit, Manuscript
from app.document.notes import Notes
from app.document.storage import SaveError, TextFile, TextFormat, UnreadableError
from app.errors import InklingError
from app.paths import Paths

FOUND = "found in the file"  # the note of a version that was not written here
ON_PAGE = "on the page when the file's text was taken"
NOT_TEXT = "not text"  # in place of a digest
NO_NOTES = Notes()


class OnDisk(Enum):
    """What became of a file since it was last read or written."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class Finding:
    """What the file holds now.

    file: its text, if it holds one.
    digest: tells one content from another; empty where there is no file.
    """

    state: OnDisk
    file: TextFile | None = None
    digest: str = ""


class ChangedElsewhereError(InklingError):
    """The file holds something that was neither read nor written here."""

    def __init__(self, name: str, finding: Finding) -> None:
        super().__init__(f"“{name}” was changed by another program.", "Compare the two texts.")
        self.finding = finding


class Document:
    """One open document: journaled, saved and closed.

    Its methods wait for the disk, so they are called where that does no harm, one after the other. `path`,
    `name` and `format` may be read anywhere.

    Args:
        paths: where journals and histories lie.
        about: which file it is, and how it was when it was read; no path for a text that has no file yet.
        base: what the file holds.
        notes: those that are kept of it.
    """

    def __init__(self, paths: Paths, about: About, base: Manuscript, notes: Notes = NO_NOTES) -> None:
        self._paths = paths
        self._about = about
        self._base = base  # until the journal has it
        self._journal: Journal | None = None
        self._not_yet_kept: list[Edit] = []
        self._attempted = ""  # the digest of what a save that failed would have written
        self._notes = self._known_notes = notes
        self._notes_are_kept = True
        self.replaced_notes: Path | None = None  # where others lie in whose place these were kept; to be told

    @classmethod
    def untitled(cls, paths: Paths) -> "Document":
        """Return a new document without text or file."""
        return cls(paths, About(None, TextFormat(), None), Manuscript())

    @property
    def path(self) -> Path | None:
        """Its file; None for a text that has none yet."""
        return self._about.path

    @property
    def name(self) -> str:
        """The name of the file; empty for a text that has none yet."""
        return self.path.name if self.path is not None else ""

    @property
    def format(self) -> TextFormat:
        """How the file writes its text down."""
        return self._about.format

    def record(self, edits: Sequence[Edit]) -> None:
        """Keep what was written on the page since the last call; the first call begins the journal.

        Raises:
            OSError: the disk did not take it; the next call brings it along.
        """
        self._not_yet_kept += edits
        if self._journal is None:
            self._journal = Journal.begin(self._paths.journals, self._about, self._base)
            self._base = Manuscript()
        edits, self._not_yet_kept = self._not_yet_kept, []
        self._journal.append(edits)  # which remembers them if it fails
        if self._journal.needs_compaction:
            self._journal.compact()

    def keep_notes(self, notes: Notes) -> None:
        """Keep the notes: beside the file's versions, or beside the journal of a text that has no file yet.

        Raises:
            OSError: the disk did not take them; the next call or save tries again. Those of a file lie beside
                its journal until then, if that is possible.
        """
        self._notes, self._notes_are_kept = notes, False
        if self.path is None:
            self.record([])
            assert self._journal is not None
            self._journal.keep_notes(notes)
        else:
            history, digest = History(self._paths.history, self.path), self._about.digest or ""
            try:
                replaced = history.keep_notes(notes, self._known_notes, digest)
            except OSError:
                if self._journal is not None:
                    with suppress(OSError):
                        self._journal.keep_notes(notes)
                raise
            self._known_notes = notes
            self.replaced_notes = replaced or self.replaced_notes
            if self._journal is not None:
                self._journal.drop_notes()
        self._notes_are_kept = True

    def is_open_elsewhere(self) -> bool:
        """Tell whether another window or process has the same file open."""
        return self.path is not None and is_open_elsewhere(self._paths.journals, self.path, self._journal)

    def find(self) -> Finding:
        """Compare the file with what was last read from it or written to it.

        Raises:
            UnreadableError: nobody knows.
        """
        if self.path is None:
            return Finding(OnDisk.GONE)
        found = _find(self.path)
        if self._is_ours(found.digest):
            return Finding(OnDisk.UNCHANGED, found.file, found.digest)
        return found

    def save(
        self, path: Path, manuscript: Manuscript, form: TextFormat, now: datetime, over: str = ""
    ) -> list[OSError]:
        """Write the text to `path`, which becomes the document's file, and keep it as a version.

        What the file held is kept as a version too, where it is not one already.

        Args:
            path: the file.
            manuscript: the text on the page, all of whose edits were recorded.
            form: how to write it down.
            now: with the time zone of the writer.
            over: the digest of a change by another program that may be written over.

        Returns:
            Why the version or the journal behind the file could not be written; mostly nothing.

        Raises:
            ChangedElsewhereError: the file holds something else than it did, and not what `over` says.
            InklingError: the file could not be read, or not be written, and is as it was.
        """
        problems: list[OSError] = []
        history = History(self._paths.history, path)
        with history.saving():
            found = _find(path)
            if path == self.path and not (self._is_ours(found.digest) or found.digest in ("", over)):
                raise ChangedElsewhereError(path.name, found)
            problems += _problems(lambda: _keep_found(history, found, now))
            try:
                digest = storage.save(path, manuscript.text, form)
            except SaveError as error:
                self._attempted = error.digest  # which the file may hold all the same
                raise
        takes_notes_along = path != self.path or not self._notes_are_kept
        if path != self.path:
            self._known_notes = NO_NOTES  # whatever notes there are on that file, they are another text's
        self._about = About(path, form, digest)
        problems += _problems(lambda: history.keep(manuscript, digest, now))
        if takes_notes_along:
            problems += _problems(lambda: self.keep_notes(self._notes))
        problems += _problems(lambda: self._rebase(manuscript))
        return problems

    def keep_both(self, mine: Manuscript, finding: Finding, now: datetime) -> Manuscript:
        """Keep the text on the page and the one that was found as versions, and return the one found.

        Raises:
            OSError: there is no room for them.
            InklingError: what was found is not a text.
        """
        if self.path is None or finding.file is None:
            raise InklingError(
                f"“{self.name}” is not a text file any more.", "Save your text under another name."
            )
        history = History(self._paths.history, self.path)
        theirs = _with_sources(finding.file, history)
        history.keep(mine, storage.digest(storage.encode(mine.text, TextFormat())), now, ON_PAGE)
        history.keep(theirs, finding.digest, now, FOUND)
        return theirs

    def adopt(self, finding: Finding, manuscript: Manuscript) -> None:
        """Take note that the text that was found in the file stands on the page now.

        Raises:
            OSError: the journal could not be begun anew; it will be with the next edit.
        """
        form = finding.file.format if finding.file is not None else self.format
        self._about = About(self.path, form, finding.digest)
        self._rebase(manuscript)

    def end(self) -> None:
        """Forget the journal: the text is saved, or the writer does not want it.

        It is left where the notes on a file lie beside it alone.
        """
        if self.path is not None and not self._notes_are_kept:
            self.leave()
            return
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.end()

    def leave(self) -> None:
        """Let go of the journal, so that what it holds is offered at the next start."""
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.leave()

    def _is_ours(self, digest: str) -> bool:
        """Tell whether the file holds what was last read from it, or what was to be written to it."""
        return digest != "" and digest in (self._about.digest, self._attempted)

    def _rebase(self, base: Manuscript) -> None:
        """Begin the journal anew from what was saved; one that cannot be begins with the next edit."""
        if self._journal is None:
            self._base, self._not_yet_kept = base, []
            return
        try:
            self._journal.rebase(self._about, base, [])
        except OSError:
            self._base = base
            with suppress(OSError):
                self.end()
            raise


@dataclass(frozen=True)
class Opened:
    """A document that was just opened.

    manuscript: what stands in the file, and who wrote it as far as that is known.
    is_open_elsewhere: another window or process has it open.
    has_mixed_line_ends: a save changes line ends, because most lines end otherwise.
    notes: what the writer wants the model to know.
    unreadable_notes: where notes lie that cannot be read.
    """

    document: Document
    manuscript: Manuscript
    is_open_elsewhere: bool = False
    has_mixed_line_ends: bool = False
    notes: Notes = NO_NOTES
    unreadable_notes: Path | None = None


def open_document(paths: Paths, path: Path) -> Opened:
    """Read a file.

    Raises:
        InklingError: it cannot be read, or is not a text.
    """
    file = storage.load(path)
    history = History(paths.history, path)
    try:
        history = open_history(paths.history, path, file.digest)
        manuscript = _with_sources(file, history)
    except OSError:  # a file is opened even where nothing more is known of it
        manuscript = Manuscript.of_one(file.text)
    notes, unreadable_notes = history.notes()
    document = Document(paths, About(path, file.format, file.digest), manuscript, notes)
    is_open_elsewhere, is_mixed = document.is_open_elsewhere(), file.has_mixed_line_ends
    return Opened(document, manuscript, is_open_elsewhere, is_mixed, notes, unreadable_notes)


def _with_sources(file: TextFile, history: History) -> Manuscript:
    """Tell who wrote the text; what another program changed since the last save is nobody's we know."""
    runs = history.provenance(file.digest)
    if runs is not None and sum(length for length, _ in runs) == len(file.text):
        return Manuscript.of(file.text, runs)
    latest = history.latest()
    return carry_over(latest, file.text) if latest is not None else Manuscript.of_one(file.text)


def _find(path: Path) -> Finding:
    if not path.exists():
        return Finding(OnDisk.GONE)
    try:
        file = storage.load(path)
    except UnreadableError:
        raise
    except InklingError:
        return Finding(OnDisk.CHANGED, None, NOT_TEXT)
    return Finding(OnDisk.CHANGED, file, file.digest)


def _keep_found(history: History, found: Finding, now: datetime) -> None:
    """Keep a text that is about to be written over, and that is no version yet."""
    if found.file is not None and history.versions.newest(found.digest) is None:
        history.keep(_with_sources(found.file, history), found.digest, now, FOUND)


def _problems(step: Callable[[], object]) -> list[OSError]:
    try:
        step()
    except OSError as error:
        return [error]
    return []
