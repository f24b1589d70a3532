"""Files of checksummed records, of which every whole one can be told from a damaged one.

A file begins with a line that names what it is and in which version. Each record that follows has a head and
a payload. The head is the length of the payload (four bytes), the CRC-32 of kind and payload (four bytes) and
the kind (one byte).
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import SEEK_END
from typing import BinaryIO

from app.document.damage import DamagedError

_HEAD = struct.Struct(">IIB")


@dataclass(frozen=True)
class Record:
    """One record.

    kind: 1 to 255; what the payload is, which the file's own module knows.
    """

    kind: int
    payload: bytes


def encode(record: Record) -> bytes:
    """Return the bytes of a record."""
    return _HEAD.pack(len(record.payload), _checksum(record), record.kind) + record.payload


class RecordReader:
    """Reads the records of a file up to its end, or to the first that is damaged or cut off.

    Args:
        file: it may be longer than memory, and may hold anything.
        magic: the line that it must begin with.
        end: where to stop; the file's end where nothing is said.

    Raises:
        DamagedError: it does not begin so.
    """

    def __init__(self, file: BinaryIO, magic: bytes, end: int | None = None) -> None:
        self._file = file
        self._end = file.seek(0, SEEK_END) if end is None else end
        file.seek(0)
        if file.read(len(magic)) != magic:
            raise DamagedError(f"the file does not begin with {magic!r}")
        self.good_end = len(magic)  # behind the last whole record that was read

    @property
    def is_whole(self) -> bool:
        """Whether every record up to the end was read."""
        return self.good_end == self._end

    def __iter__(self) -> Iterator[Record]:
        while (record := self._next()) is not None:
            self.good_end += _HEAD.size + len(record.payload)
            yield record

    def _next(self) -> Record | None:
        self._file.seek(self.good_end)
        room = self._end - self.good_end - _HEAD.size
        if room < 0 or len(head := self._file.read(_HEAD.size)) < _HEAD.size:
            return None
        length, checksum, kind = _HEAD.unpack(head)
        if length > room:  # a damaged length must not ask for memory that no record ever took
            return None
        record = Record(kind, self._file.read(length))
        return record if _checksum(record) == checksum and len(record.payload) == length else None


def _checksum(record: Record) -> int:
    return zlib.crc32(record.payload, zlib.crc32(bytes([record.kind])))
