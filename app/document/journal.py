"""The journal of an open document: what is not saved yet stands in it, in case the program dies."""

import errno
import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.document.atomic_file import sync_folder
from app.document.damage import DamagedError
from app.document.difference import only_edit
from app.document.journal_lock import JournalLock
from app.document.journal_records import About, Replay, journal_bytes, replay
from app.document.kill_points import reach
from app.document.manuscript import Edit, Manuscript
from app.document.manuscript_records import edits_bytes
from app.document.notes import Notes, write_notes
from app.document.private_files import make_private_folder

SUFFIX = ".journal"
UNFINISHED = ".new"
NOTES = ".notes"  # of a text that has no file yet, beside its journal
MOST_EDIT_BYTES = 256_000  # that a journal may grow by in any case before it is compacted
MOST_EDITS = 3_000  # in a million words, each takes a quarter of a millisecond to carry out again

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would change line ends otherwise


class Journal:
    """What an open document was when it was saved last, and every edit since, on disk.

    It exists as long as the document is open, and its process holds a lock on it. After any failure it holds
    what it held before, and what could not be written is kept here until it can.

    Args:
        file: where it will lie.
        lock: held already.
    """

    def __init__(self, file: Path, lock: JournalLock) -> None:
        self.file = file
        self._lock = lock
        self._open_file: int | None = None
        self._length = 0  # of what is known to be on disk
        self._compact_length = 0  # of what was there when it was last written anew
        self._edits = 0  # since then
        self._folder_is_synced = True
        self._pending: list[Edit] = []

    @classmethod
    def begin(cls, folder: Path, about: About, base: Manuscript) -> "Journal":
        """Begin the journal of a document that was just opened.

        Raises:
            OSError: it could not be written; nothing is left of it.
        """
        make_private_folder(folder)
        file = folder / f"{uuid.uuid4().hex}{SUFFIX}"
        lock = JournalLock(file)
        lock.acquire()
        reach("journal-locked")
        journal = cls(file, lock)
        try:
            journal._write_anew(journal_bytes(about, base, []))
        except BaseException:
            with suppress(OSError):
                journal.end()
            raise
        return journal

    @property
    def needs_compaction(self) -> bool:
        """Whether it has grown so much that it should be compacted."""
        grown = self._length - self._compact_length
        return grown > max(MOST_EDIT_BYTES, self._compact_length) or self._edits > MOST_EDITS

    def append(self, edits: Sequence[Edit]) -> None:
        """Add edits; when this returns, they and those that could not be added before are on disk.

        Raises:
            OSError: they could not be written; the next call brings them too.
        """
        self._pending.extend(edits)
        if not self._folder_is_synced:
            self._sync_folder()
        if not self._pending:
            return
        reach("append-begun")
        file = self._opened()
        if os.fstat(file).st_nlink == 0:  # somebody deleted it
            self.compact()
            return
        try:
            os.ftruncate(file, self._length)  # cuts off what an append that failed has left
        except OSError:
            self.compact()
            return
        self._add(file, edits_bytes(self._pending))

    def rebase(self, about: About, base: Manuscript, since: Sequence[Edit]) -> None:
        """Start from another manuscript, because it was saved.

        Args:
            about: the file that it was saved to.
            base: what was saved.
            since: those of the edits given to `append` that came after it.

        Raises:
            OSError: it could not be written; the journal leads to the same text as before.
        """
        self._write_anew(journal_bytes(about, base, since))

    def compact(self) -> None:
        """Put one edit in the place of all.

        Raises:
            OSError: it could not be read or written; nothing has changed.
        """
        self._compact_length, self._edits = self._length, 0  # a failure is not tried again with every edit
        replayed = self._replay()
        edit = only_edit(replayed.base, replayed.manuscript)
        self._write_anew(journal_bytes(replayed.about, replayed.base, [edit] if edit is not None else []))

    def keep_notes(self, notes: Notes) -> None:
        """Keep the notes of a text that has no file yet.

        Raises:
            OSError: they could not be written; what was kept of them is untouched.
        """
        write_notes(self.file.with_suffix(NOTES), notes)

    def drop_notes(self) -> None:
        """Let them go: they lie with the file's versions now.

        Raises:
            OSError: they could not be removed.
        """
        self.file.with_suffix(NOTES).unlink(missing_ok=True)

    def end(self) -> None:
        """Delete it, because nothing in it is needed any more.

        Raises:
            OSError: it could not be deleted, and will be offered as left behind.
        """
        self._close()
        reach("end-begun")
        try:
            self.file.with_suffix(NOTES).unlink(missing_ok=True)
            self.file.unlink(missing_ok=True)
            reach("end-deleted")
        finally:
            self._lock.remove()
        reach("end-unlocked")

    def leave(self) -> None:
        """Let go of it, so that it is offered as left behind at the next start.

        Raises:
            OSError: the lock could not be deleted.
        """
        self._close()
        self._lock.remove()

    def _add(self, file: int, content: bytes) -> None:
        os.lseek(file, self._length, os.SEEK_SET)
        _write(file, content)
        reach("append-written")
        os.fsync(file)
        reach("append-synced")
        self._length += len(content)
        self._edits += len(self._pending)
        self._pending.clear()

    def _replay(self) -> Replay:
        with os.fdopen(self._opened(), "rb", closefd=False) as file:
            try:
                replayed = replay(file, self._length, self._pending, "surrogatepass")
            except DamagedError as error:
                raise OSError(errno.EIO, "the journal is damaged", str(self.file)) from error
        if not replayed.is_whole:
            raise OSError(errno.EIO, "the journal is damaged", str(self.file))
        return replayed

    def _write_anew(self, content: bytes) -> None:
        """Write the whole journal beside it, and put that in its place; no edit is pending then."""
        make_private_folder(self.file.parent)
        unfinished = self.file.with_suffix(UNFINISHED)
        reach("journal-begun")
        try:
            _write_new_file(unfinished, content)
            reach("journal-written")
            self._close()  # Windows replaces no file that is open
            unfinished.replace(self.file)
        except OSError:
            with suppress(OSError):
                unfinished.unlink()
            raise
        reach("journal-renamed")
        self._length = self._compact_length = len(content)
        self._edits = 0
        self._pending.clear()
        self._folder_is_synced = False
        with suppress(OSError):
            self._opened()  # it can then be read even where somebody deletes it
        self._sync_folder()
        reach("journal-settled")

    def _sync_folder(self) -> None:
        sync_folder(self.file.parent)
        self._folder_is_synced = True

    def _opened(self) -> int:
        if self._open_file is None:
            self._open_file = os.open(self.file, os.O_RDWR | _BINARY)
        return self._open_file

    def _close(self) -> None:
        if self._open_file is not None:
            os.close(self._open_file)
            self._open_file = None


def _write_new_file(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
    try:
        _write(file, content)
        os.fsync(file)
    finally:
        os.close(file)


def _write(file: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]
