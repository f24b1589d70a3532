"""Manuscripts and their edits as records, for journals and for versions."""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from app.document import records
from app.document.damage import DamagedError
from app.document.manuscript import Edit, Manuscript, runs_from_json, runs_to_json
from app.document.records import Record

T = TypeVar("T")

HEAD, RUNS, TEXT, EDITS = (
    1,
    2,
    3,
    4,
)  # kinds of records; a head says what the manuscript is, and is read quickly

FAST, SMALL = 1, 6  # how hard to compress


def manuscript_bytes(head: Mapping[str, Any], manuscript: Manuscript, effort: int) -> bytes:
    """Return a head and a manuscript as the bytes of their records."""
    text = zlib.compress(_utf8(manuscript.text), effort)
    runs = zlib.compress(_json(runs_to_json(manuscript.runs)), FAST)
    parts = (Record(HEAD, _json(dict(head))), Record(RUNS, runs), Record(TEXT, text))
    return b"".join(records.encode(part) for part in parts)


def edits_bytes(edits: Sequence[Edit]) -> bytes:
    """Return edits as the bytes of one record.

    They are not compressed: zlib lets go of the interpreter for moments so short that nobody else gets it,
    and a thread that unpacks thousands of records would keep the window from it for half a second.
    """
    content = [[e.position, e.removed, e.inserted.text, runs_to_json(e.inserted.runs)] for e in edits]
    return records.encode(Record(EDITS, _json(content)))


def read_head(source: Iterator[Record]) -> dict[str, Any]:
    """Return the head, which is the first record.

    Raises:
        DamagedError: it is not there.
    """
    head = _read(source, HEAD, _from_json)
    if not isinstance(head, dict):
        raise DamagedError("the head is not a table")
    return head


def read_manuscript(source: Iterator[Record]) -> Manuscript:
    """Return the manuscript, whose records follow the head.

    Raises:
        DamagedError: it is not there.
    """
    runs = _read(source, RUNS, lambda payload: runs_from_json(_from_json(zlib.decompress(payload))))
    text = _read(source, TEXT, lambda payload: _text(zlib.decompress(payload)))
    try:
        return Manuscript.of(text, runs)
    except ValueError as error:
        raise DamagedError("the runs belong to another text") from error


def read_edits(record: Record) -> list[Edit]:
    """Return the edits of one record.

    Raises:
        DamagedError: it holds none.
    """
    return _read(iter([record]), EDITS, lambda payload: [_edit(*fields) for fields in _from_json(payload)])


def _edit(position: int, removed: int, text: str, runs: Mapping[str, Any]) -> Edit:
    return Edit(int(position), int(removed), Manuscript.of(text, runs_from_json(runs)))


def _read(source: Iterator[Record], kind: int, unpacked: Callable[[bytes], T]) -> T:
    record = next(source, None)
    if record is None or record.kind != kind:
        raise DamagedError(f"a record of kind {kind} is missing")
    try:
        return unpacked(record.payload)
    except (ValueError, TypeError, zlib.error) as error:
        raise DamagedError(f"a record of kind {kind} cannot be read") from error


def _json(content: object) -> bytes:
    return _utf8(json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def _from_json(payload: bytes) -> Any:
    return json.loads(_text(payload))


def _utf8(text: str) -> bytes:
    # Two halves of a surrogate pair that stand side by side, each with its source, come back as two; JSON's
    # escapes would join them into one character and leave the runs too long.
    return text.encode("utf-8", "surrogatepass")


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogatepass")
