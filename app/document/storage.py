"""Text files: reading them exactly, writing them back the way they were."""

import codecs
import errno
import hashlib
import os
import re
import stat
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.document.atomic_file import replace_file
from app.errors import InklingError

LARGEST_BYTES = 200_000_000
# In characters. Each change of a paragraph lays out all of it anew: 20 to 50 ms for 100,000 characters, 350
# to 620 ms for a million, which is just enough to break it up.
LONGEST_PASTED_PARAGRAPH = 1_000_000
LONGEST_PARAGRAPH = 4_000_000  # that is opened: what pasting and joining have made must not be shut out
READINGS = 3  # of a file that somebody writes to
PAUSE_S = 0.05  # between them

_BOMS = (("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE))
_WINDOWS = "cp1252"  # which is Latin-1 where that has no control characters
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_AT_ONCE = ("O_NONBLOCK", "O_NOCTTY", "O_BINARY")  # of which each system has some
_READ = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in _AT_ONCE)

_FULL = "Make room and save again, or save it on another disk."
_FAILURES = {  # of a save: what happened, and what to do
    errno.ENOSPC: ("the disk is full", _FULL),
    errno.EDQUOT: ("your share of the disk is full", _FULL),
    errno.EROFS: ("the disk can only be read", "Save it on another disk."),
    errno.EIO: ("the disk reports a fault", "Save it on another disk."),
    errno.ENOENT: ("its folder is not there any more", "Save it in another folder."),
    errno.EISDIR: ("a folder has this name", "Save it under another name."),
    errno.ENAMETOOLONG: ("its name is too long", "Save it under a shorter name."),
}


@dataclass(frozen=True)
class TextFormat:
    """How a file writes its text down."""

    encoding: str = "utf-8"  # "utf-8", "utf-16-le", "utf-16-be" or "cp1252"
    bom: bool = False
    newline: str = "\n"  # "\n", "\r\n" or "\r"


@dataclass(frozen=True)
class TextFile:
    """What was read from a file: its text with line feeds between lines, and how it was written.

    has_mixed_line_ends: whether a save changes line ends, because most lines end otherwise.
    """

    text: str = field(repr=False)
    format: TextFormat
    digest: str
    has_mixed_line_ends: bool = False


class UnreadableError(InklingError):
    """A file cannot be read, so that nobody knows what it holds."""


class UnencodableError(InklingError):
    """A text cannot be kept in the encoding of its file.

    Args:
        form: how it can be written instead.
    """

    def __init__(self, form: TextFormat) -> None:
        super().__init__(
            "This text cannot be kept in Windows-1252, the encoding of its file.",
            "Your text is still here. Save it in UTF-8.",
        )
        self.form = form


class SaveError(InklingError):
    """A file could not be saved.

    Args:
        digest: the fingerprint of what was to be written. Where only the last step failed, the file holds it.
    """

    def __init__(self, message: str, hint: str, digest: str) -> None:
        super().__init__(message, hint)
        self.digest = digest


def load(path: Path) -> TextFile:
    """Read a text file.

    Raises:
        UnreadableError: the system does not let it be read.
        InklingError: the file is gone, too large, being written to, or not text.
    """
    name = path.name
    try:
        content = _read(path)
    except FileNotFoundError:
        raise InklingError(f"“{name}” is not there any more.", "It may have been moved or renamed.") from None
    except PermissionError:
        raise UnreadableError(
            f"You are not allowed to read “{name}”.", "Ask its owner, or open a copy."
        ) from None
    except OSError as error:
        raise UnreadableError(f"“{name}” could not be read: {_reason(error)}.", "Try again.") from error
    return decode(content, name)


def decode(content: bytes, name: str) -> TextFile:
    """Return the text in `content`; `name` is how an error calls it.

    Raises:
        InklingError: the bytes are not UTF-8, UTF-16 with a byte order mark, or Windows-1252, or a paragraph
            is too long.
    """
    try:
        encoding, bom, text = _decoded(content)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise InklingError(
            f"“{name}” is not a text file.", "Inkling opens plain text and Markdown in UTF-8 or Windows-1252."
        )
    newline, is_mixed = _line_ends(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if has_paragraph_longer_than(LONGEST_PARAGRAPH, text):
        raise InklingError(
            f"“{name}” has a paragraph of more than {LONGEST_PARAGRAPH:,} characters.",
            "Break it into lines with another program.",
        )
    return TextFile(text, TextFormat(encoding, bom, newline), digest(content), is_mixed)


def has_paragraph_longer_than(longest: int, text: str) -> bool:
    """Tell whether a paragraph of `text` has more than so many characters."""
    begin = 0
    while len(text) - begin > longest:
        end = text.rfind("\n", begin, begin + longest + 1)
        if end < 0:
            return True
        begin = end + 1
    return False


def encode(text: str, form: TextFormat) -> bytes:
    """Return `text`, whose lines end in line feeds, as the bytes of a file of this format.

    What no text file can hold, half a surrogate pair or NUL, becomes U+FFFD. A text that begins with U+FEFF
    gets a byte order mark, for it would be taken for one.

    Raises:
        UnencodableError: read again, the bytes would be another text.
    """
    text = text.replace("\0", "\ufffd")
    if form.newline != "\n":
        text = text.replace("\n", form.newline)
    if form.encoding == _WINDOWS:
        return _encoded_for_windows(text, form)
    bom = dict(_BOMS)[form.encoding] if form.bom or text.startswith("\ufeff") else b""
    try:
        return bom + text.encode(form.encoding)
    except UnicodeEncodeError:
        whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return bom + whole.encode(form.encoding)


def save(path: Path, text: str, form: TextFormat) -> str:
    """Write `text` to `path` and return the digest of what was written.

    Raises:
        UnencodableError: the format cannot hold the text.
        SaveError: the file could not be written. It holds what it held before, or all of the text.
    """
    content = encode(text, form)
    fingerprint = digest(content)
    try:
        replace_file(path, content)
    except OSError as error:
        what, advice = _failure(path, error)
        raise SaveError(
            f"“{path.name}” could not be saved: {what}.", f"Your text is still here. {advice}", fingerprint
        ) from error
    return fingerprint


def digest(content: bytes) -> str:
    """Return a fingerprint of the bytes of a file."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _read(path: Path) -> bytes:
    """Return the bytes of a file, all from one moment.

    What is not a file is refused unopened, because some devices act on that, and again once it is open,
    because another thing may have taken its place.
    """
    _check_kind(path.stat(), path.name)
    for _ in range(READINGS):
        with os.fdopen(os.open(path, _READ), "rb") as file:
            before = os.fstat(file.fileno())
            _check_kind(before, path.name)
            content = file.read(LARGEST_BYTES + 1)
            after = os.fstat(file.fileno())
        _check_size(len(content), path.name)
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            return content
        time.sleep(PAUSE_S)
    raise InklingError(
        f"Another program is writing to “{path.name}”.", "Open it again when that program has finished."
    )


def _check_kind(status: os.stat_result, name: str) -> None:
    """Refuse what must not be read: reading a pipe would wait for ever."""
    if stat.S_ISDIR(status.st_mode):
        raise InklingError(f"“{name}” is a folder.", "Choose a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise InklingError(f"“{name}” is not a file that can be edited.", "Choose a text file.")
    _check_size(status.st_size, name)


def _check_size(size: int, name: str) -> None:
    if size > LARGEST_BYTES:
        limit = LARGEST_BYTES // 1_000_000
        raise InklingError(f"“{name}” is larger than {limit} MB.", "Split it into smaller files.")


def _decoded(content: bytes) -> tuple[str, bool, str]:
    """Return the encoding of a file, whether it begins with a byte order mark, and its text.

    Raises:
        UnicodeDecodeError: it is not a text.
    """
    for encoding, mark in _BOMS:
        if content.startswith(mark):
            return encoding, True, content[len(mark) :].decode(encoding)
    try:
        return "utf-8", False, content.decode()
    except UnicodeDecodeError:
        if not _looks_like_windows(content):
            raise
        return _WINDOWS, False, content.decode(_WINDOWS)


def _looks_like_windows(content: bytes) -> bool:
    """Tell a text in Windows-1252 from a damaged one in UTF-8, from other alphabets and from what is no text.

    Its characters beyond ASCII are hardly ever UTF-8 by chance, and few in the languages that it is for.
    """
    if _CONTROL.search(content):
        return False
    whole = content.decode("utf-8", "ignore")
    foreign = len(content) - len(whole.encode())  # bytes that are not UTF-8
    utf_8 = len(whole) - len(whole.encode("ascii", "ignore"))  # characters that are, beyond ASCII
    return utf_8 < foreign < len(content) / 2


def _encoded_for_windows(text: str, form: TextFormat) -> bytes:
    try:
        content = text.encode(_WINDOWS)
        if _decoded(content)[2] == text:
            return content
    except UnicodeError:
        pass
    raise UnencodableError(replace(form, encoding="utf-8"))


def _line_ends(text: str) -> tuple[str, bool]:
    """Return how most lines end, and whether others end otherwise."""
    windows = text.count("\r\n")
    counts = {"\n": text.count("\n") - windows, "\r\n": windows, "\r": text.count("\r") - windows}
    return max(counts, key=lambda newline: counts[newline]), sum(map(bool, counts.values())) > 1


def _failure(path: Path, error: OSError) -> tuple[str, str]:
    """Return what to tell of a save that failed."""
    if isinstance(error, PermissionError):
        if os.access(path, os.F_OK) and not os.access(path, os.W_OK):
            return "the file is write-protected", "Save it under another name."
        return "its folder is write-protected", "Save it in another folder."
    elsewhere = "Save it under another name or in another folder."
    return _FAILURES.get(error.errno or 0, (_reason(error), elsewhere))


def _reason(error: OSError) -> str:
    return (error.strerror or str(error) or "the system gave no reason").rstrip(".")
