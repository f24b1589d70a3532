"""What stands in a journal: what the document was when it was last saved, and every edit since then."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from app.document import manuscript_records
from app.document.damage import DamagedError
from app.document.manuscript import Edit, EditedManuscript, Manuscript
from app.document.manuscript_records import FAST, edits_bytes, manuscript_bytes, read_edits, read_head
from app.document.records import RecordReader
from app.document.storage import TextFormat

MAGIC = b"Inkling journal 1\n"


@dataclass(frozen=True)
class About:
    """Which file a manuscript was read from or saved to.

    path: None where there is no file yet.
    format: how the file writes its text, or would.
    digest: of the file's bytes.
    """

    path: Path | None = None
    format: TextFormat = field(default_factory=TextFormat)
    digest: str | None = None


@dataclass(frozen=True)
class Replay:
    """What a journal leads to.

    manuscript: `base` after all edits that could be read.
    is_whole: whether these are all that were written.
    """

    about: About
    base: Manuscript
    manuscript: Manuscript
    is_whole: bool


def journal_bytes(about: About, base: Manuscript, edits: Sequence[Edit]) -> bytes:
    """Return a whole journal."""
    head = {**asdict(about), "path": None if about.path is None else str(about.path)}
    content = MAGIC + manuscript_bytes(head, base, FAST)
    return content + edits_bytes(edits) if edits else content


def read_about(file: BinaryIO) -> About:
    """Return what stands at the beginning of a journal.

    Raises:
        DamagedError: it cannot be read.
    """
    return _about(read_head(iter(RecordReader(file, MAGIC))))


def replay(
    file: BinaryIO, end: int | None = None, then: Sequence[Edit] = (), halves: str = "replace"
) -> Replay:
    """Carry out the edits of a journal.

    Args:
        file: the journal.
        end: where to stop reading; the file's end where nothing is said.
        then: edits that are carried out behind those of the journal.
        halves: what becomes of half a surrogate pair, as `EditedManuscript.manuscript` has it.

    Raises:
        DamagedError: what the edits start from cannot be read.
    """
    reader = RecordReader(file, MAGIC, end)
    source = iter(reader)
    about = _about(read_head(source))
    base = manuscript_records.read_manuscript(source)
    edited = EditedManuscript(base)
    try:
        for record in source:
            for edit in read_edits(record):
                edited.apply(edit)
        for edit in then:
            edited.apply(edit)
    except (DamagedError, ValueError):
        return Replay(about, base, edited.manuscript(halves), is_whole=False)
    return Replay(about, base, edited.manuscript(halves), reader.is_whole)


def _about(head: dict[str, Any]) -> About:
    try:
        path = None if head["path"] is None else Path(head["path"])
        return About(path, TextFormat(**head["format"]), head["digest"])
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedError("it is not said what the journal is about") from error
