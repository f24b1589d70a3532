"""The versions of one document: what it was at each save, as far back as there is room."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from app.document import thinning
from app.document.damage import DamagedError, set_aside
from app.document.kill_points import reach
from app.document.manuscript import Manuscript
from app.document.manuscript_records import SMALL, manuscript_bytes, read_head, read_manuscript
from app.document.private_files import replace_private_file
from app.document.records import RecordReader
from app.document.statistics import count_words
from app.errors import InklingError

MAGIC = b"Inkling version 1\n"
MOST_BYTES = 200_000_000  # for all versions of one document

_NAME = re.compile(r"(\d{8}T\d{12}Z)-([0-9a-f]{8})\.version")
_STAMP = "%Y%m%dT%H%M%S%fZ"
_WORDS_AT_ONCE = 10_000  # characters


@dataclass(frozen=True)
class Generation:
    """One version.

    when: it was kept; no two of a document have the same time, and of two the later was kept later.
    note: why it was kept; empty for an ordinary save.
    digest: of the file's bytes.
    size: of what it takes on disk, in bytes.
    """

    file: Path
    when: datetime
    note: str
    words: int
    digest: str
    size: int


class Versions:
    """The versions that lie in one folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def generations(self) -> list[Generation]:
        """Return all versions, the newest first; damaged ones are set aside, as far as their heads tell.

        Raises:
            OSError: the folder could not be read.
        """
        return list(self._generations())

    def load(self, generation: Generation) -> Manuscript:
        """Return the text of a version and who wrote it.

        Raises:
            InklingError: it is damaged, and set aside now, or it is gone.
        """
        try:
            with generation.file.open("rb") as file:
                source = iter(RecordReader(file, MAGIC))
                read_head(source)
                return read_manuscript(source)
        except DamagedError as error:
            self._set_aside(generation.file)
            raise InklingError("This version is damaged.", "Choose another one.") from error
        except OSError as error:
            raise InklingError("This version could not be read.", "Choose another one.") from error

    def newest(self, digest: str | None = None) -> tuple[Generation, Manuscript] | None:
        """Return the newest version that is whole; with a digest, of those of a file with these bytes.

        Raises:
            OSError: the folder could not be read.
        """
        for generation in self._generations(digest):
            with suppress(InklingError):
                return generation, self.load(generation)
        return None

    def keep(self, manuscript: Manuscript, digest: str, when: datetime, note: str = "") -> None:
        """Keep a version, unless the newest is the same.

        Args:
            manuscript: the text.
            digest: of the bytes of its file.
            when: it was saved.
            note: why it is kept, where it is not for a save.

        Raises:
            OSError: it could not be written.
        """
        newest = next(self._generations(), None)
        if newest is not None and newest.digest == digest and self._holds(newest, manuscript):
            return
        when = when.astimezone(UTC)
        if newest is not None:  # a clock that was set back must not make it seem the older one
            when = max(when, newest.when + timedelta(microseconds=1))
        head = {"note": note, "words": _words(manuscript.text), "digest": digest}
        file = self._folder / f"{when.strftime(_STAMP)}-{digest[:8]}.version"
        reach("version-begun")
        replace_private_file(file, MAGIC + manuscript_bytes(head, manuscript, SMALL))
        reach("version-kept")

    def thin(self, now: datetime, most_bytes: int = MOST_BYTES) -> None:
        """Delete versions that are no longer worth their room.

        Args:
            now: in the time zone in which the writer's days begin.
            most_bytes: what all of them may take.

        Raises:
            OSError: one could not be deleted.
        """
        files = self._files()
        kept = thinning.kept((_when(file) for file in files), now)
        stay = [file for file in files if _when(file) in kept]
        stay = stay[: thinning.fitting([file.stat().st_size for file in stay], most_bytes)]
        for file in set(files).difference(stay):
            file.unlink(missing_ok=True)
            reach("version-thinned")

    def _generations(self, digest: str | None = None) -> Iterator[Generation]:
        for file in self._files():
            if digest is not None and _match(file)[2] != digest[:8]:
                continue
            try:
                with file.open("rb") as content:
                    generation = _generation(file, content)
            except DamagedError:
                self._set_aside(file)
            except OSError:
                continue
            else:
                if digest in (None, generation.digest):
                    yield generation

    def _holds(self, generation: Generation, manuscript: Manuscript) -> bool:
        try:
            return self.load(generation) == manuscript
        except InklingError:
            return False

    def _files(self) -> list[Path]:
        """Return the files of all versions, the newest first."""
        if not self._folder.exists():
            return []
        return sorted((file for file in self._folder.iterdir() if _NAME.fullmatch(file.name)), reverse=True)

    def _set_aside(self, file: Path) -> None:
        with suppress(OSError):  # then it lies where it lay, and is not offered either
            set_aside(file)


def _generation(file: Path, content: BinaryIO) -> Generation:
    head = read_head(iter(RecordReader(content, MAGIC)))
    try:
        note, words, digest = str(head["note"]), int(head["words"]), str(head["digest"])
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedError("the head of a version is another") from error
    return Generation(file, _when(file), note, words, digest, file.stat().st_size)


def _match(file: Path) -> re.Match[str]:
    match = _NAME.fullmatch(file.name)
    assert match is not None
    return match


def _when(file: Path) -> datetime:
    return datetime.strptime(_match(file)[1], _STAMP).replace(tzinfo=UTC)


def _words(text: str) -> int:
    """Return the number of words, without keeping the window from running while a long text is read."""
    words = begin = 0
    while begin < len(text):
        end = text.find("\n", begin + _WORDS_AT_ONCE)
        end = len(text) if end < 0 else end
        words += count_words(text[begin:end])
        begin = end
    return words
