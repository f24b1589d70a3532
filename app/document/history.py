"""What is kept of a document beside its file: its versions, its notes, and who wrote what the file holds."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout

from app.document import checked_json, storage
from app.document.damage import DamagedError, set_aside
from app.document.kill_points import reach
from app.document.manuscript import Manuscript, Run
from app.document.notes import Notes, notes_as_text, notes_or_aside, read_notes, write_notes
from app.document.private_files import make_private_folder, replace_private_file
from app.document.sidecar import Sidecar, read_sidecar, write_sidecar
from app.document.versions import Versions

MOST_SEARCHED = 1000  # histories, when one is sought for a file that was renamed

LOCK_S = 10.0  # how long a save waits for another one of the same document

REPLACED_NOTES = "replaced-notes"

_ABOUT = "about.json"
_NOTHING = storage.digest(b"")


class History:
    """The folder of one document, which is made when something is first kept.

    Args:
        root: where all histories lie.
        path: the document's file, by any of its names.
    """

    def __init__(self, root: Path, path: Path) -> None:
        self.path = Path(os.path.realpath(path))
        self.folder = root / hashlib.blake2b(os.fsencode(self.path), digest_size=16).hexdigest()
        self.versions = Versions(self.folder / "versions")
        self._sidecar = self.folder / "provenance.json"
        self._notes = self.folder / "notes.json"

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Let no other window save the document meanwhile, where a lock can be had."""
        lock = FileLock(self.folder.with_suffix(".lock"), timeout=LOCK_S, mode=0o600)
        with suppress(OSError, Timeout):
            make_private_folder(self.folder.parent)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def keep(self, manuscript: Manuscript, digest: str, now: datetime, note: str = "") -> None:
        """Keep what was saved, as a version and as what is known of the file; thin out older versions.

        Args:
            manuscript: what was saved.
            digest: of the bytes that the file holds now.
            now: in the time zone in which the writer's days begin.
            note: why it is kept, where it is not for a save.

        Raises:
            OSError: something could not be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.versions.keep(manuscript, digest, now, note)
        write_sidecar(self._sidecar, Sidecar(digest, manuscript.runs))
        reach("sidecar-kept")
        self._write_about(digest)
        reach("history-kept")
        self.versions.thin(now)

    def keep_notes(self, notes: Notes, known: Notes, digest: str) -> Path | None:
        """Keep the notes of the document, in place of those that were kept.

        Args:
            notes: all of them.
            known: those that were last read or kept by whoever asks.
            digest: of the bytes that the file holds now.

        Returns:
            Where those lie now that were kept and are neither, such as notes of a text that was saved over
            or those of another window; mostly None.

        Raises:
            OSError: they could not be written; those that were kept are still there.
        """
        if not notes and not self._notes.exists():
            return None
        with self.saving():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            aside = self._set_others_aside(notes, known)
            write_notes(self._notes, notes)
            if not (self.folder / _ABOUT).exists():  # by which they are found when the file is renamed
                self._write_about(digest)
        return aside

    def notes(self) -> tuple[Notes, Path | None]:
        """Return the notes of the document, and where they lie if they cannot be read."""
        try:
            return notes_or_aside(self._notes)
        except OSError:
            return Notes(), self._notes

    def provenance(self, digest: str) -> tuple[Run, ...] | None:
        """Return the runs of a file with this digest; None where they are not known.

        A damaged sidecar is set aside, and the newest whole version with this digest asked in its place.

        Raises:
            OSError: the folder could not be read.
        """
        try:
            sidecar = read_sidecar(self._sidecar)
            if sidecar.digest == digest:
                return sidecar.runs
        except DamagedError:
            with suppress(OSError):
                set_aside(self._sidecar)
        except FileNotFoundError:
            pass
        newest = self.versions.newest(digest)
        return None if newest is None else newest[1].runs

    def latest(self) -> Manuscript | None:
        """Return what was kept last and is whole.

        Raises:
            OSError: the folder could not be read.
        """
        newest = self.versions.newest()
        return None if newest is None else newest[1]

    def _set_others_aside(self, *expected: Notes) -> Path | None:
        """Write notes down as a text that are about to be replaced by somebody who does not know them."""
        try:
            found = read_notes(self._notes)
        except DamagedError:
            return set_aside(self._notes)
        if not found or found in expected:
            return None
        places = (self.folder / f"{REPLACED_NOTES}-{number}.txt" for number in count(1))
        aside = next(place for place in places if not place.exists())
        replace_private_file(aside, notes_as_text(found).encode(errors="replace"))
        return aside

    def _write_about(self, digest: str) -> None:
        checked_json.write(self.folder / _ABOUT, {"format": 1, "path": str(self.path), "digest": digest})


def open_history(root: Path, path: Path, digest: str) -> History:
    """Return the history of a file; that of a file which was renamed comes along.

    Args:
        root: where all histories lie.
        path: the file, by any of its names.
        digest: of the bytes that it holds.

    Raises:
        OSError: the histories could not be read.
    """
    history = History(root, path)
    if digest != _NOTHING and not history.folder.exists():
        for folder in _abandoned(root, digest):
            folder.rename(history.folder)
            break
    return history


def _abandoned(root: Path, digest: str) -> Iterator[Path]:
    """Yield the folders of files that held these bytes and are no longer there."""
    for about in sorted(root.glob(f"*/{_ABOUT}"))[:MOST_SEARCHED]:
        try:
            content = checked_json.read(about)
            path, latest = Path(content["path"]), content["digest"]
        except DamagedError:
            with suppress(OSError):
                set_aside(about)
        except (OSError, KeyError, TypeError):
            continue
        else:
            if latest == digest and not path.exists():
                yield about.parent
