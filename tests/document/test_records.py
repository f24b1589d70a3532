import resource
import struct
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.damage import DamagedError
from app.document.records import Record, RecordReader, encode

MAGIC = b"Inkling test 1\n"
some_records = st.lists(st.builds(Record, st.integers(1, 255), st.binary(max_size=20)), max_size=5)


def content_of(records: list[Record]) -> bytes:
    return MAGIC + b"".join(map(encode, records))


def read(content: bytes) -> tuple[list[Record], RecordReader]:
    reader = RecordReader(BytesIO(content), MAGIC)
    return list(reader), reader


@given(some_records)
def test_what_was_written_is_read(records: list[Record]) -> None:
    content = content_of(records)
    found, reader = read(content)
    assert found == records
    assert reader.is_whole
    assert reader.good_end == len(content)


@given(some_records, st.data())
def test_reading_ends_where_a_bit_has_changed(records: list[Record], data: st.DataObject) -> None:
    content = bytearray(content_of([*records, Record(1, b"last")]))
    bit = data.draw(st.integers(8 * len(MAGIC), 8 * len(content) - 1))
    content[bit // 8] ^= 1 << bit % 8
    found, reader = read(bytes(content))
    assert not reader.is_whole
    assert found == records[: len(found)]
    assert reader.good_end == len(content_of(found)) <= bit // 8


@given(some_records, st.data())
def test_reading_ends_where_the_file_is_cut(records: list[Record], data: st.DataObject) -> None:
    content = content_of(records)
    cut = data.draw(st.integers(len(MAGIC), len(content)))
    found, reader = read(content[:cut])
    assert found == records[: len(found)]
    assert reader.is_whole == (cut == len(content_of(found)))
    assert reader.good_end == len(content_of(found)) <= cut


def test_zeros_behind_the_end_are_no_records() -> None:
    found, reader = read(content_of([Record(1, b"one")]) + bytes(100))
    assert found == [Record(1, b"one")]
    assert not reader.is_whole


def test_reading_can_end_early() -> None:
    content = content_of([Record(1, b"one"), Record(2, b"two")])
    reader = RecordReader(BytesIO(content), MAGIC, len(content_of([Record(1, b"one")])))
    assert list(reader) == [Record(1, b"one")]
    assert reader.is_whole


@pytest.mark.parametrize("content", [b"", MAGIC[:-1], b"Inkling test 2\n", bytes(100)])
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(DamagedError):
        RecordReader(BytesIO(content), MAGIC)


def test_a_damaged_length_asks_for_no_memory(tmp_path: Path) -> None:
    """The file is nearly as long as a record could be, and takes no room on disk."""
    file = tmp_path / "file"
    with file.open("wb") as sparse:
        sparse.write(MAGIC + struct.pack(">IIB", 2**32 - 1, 0, 1))
        sparse.truncate(3_000_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with file.open("rb") as opened:
        assert list(RecordReader(opened, MAGIC)) == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KB
