"""Text files: reading them exactly, writing them back the way they were."""

import codecs
import hashlib
import stat
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import InklingError
from app.settings import AtomicWriter

LARGEST_BYTES = 200_000_000

_BOMS = (("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE))


@dataclass(frozen=True)
class TextFormat:
    """How a file writes its text down."""

    encoding: str = "utf-8"  # "utf-8", "utf-16-le" or "utf-16-be"
    bom: bool = False
    newline: str = "\n"  # "\n", "\r\n" or "\r"


@dataclass(frozen=True)
class TextFile:
    """What was read from a file: its text with line feeds between lines, and how it was written."""

    text: str = field(repr=False)
    format: TextFormat
    digest: str


def load(path: Path) -> TextFile:
    """Read a text file.

    Raises:
        InklingError: the file is gone, unreadable, too large, or not text.
    """
    name = path.name
    try:
        _check_kind(path)
        content = path.read_bytes()
    except FileNotFoundError:
        raise InklingError(f"“{name}” is not there any more.", "It may have been moved or renamed.") from None
    except PermissionError:
        raise InklingError(
            f"You are not allowed to read “{name}”.", "Ask its owner, or open a copy."
        ) from None
    except OSError as error:
        raise InklingError(f"“{name}” could not be read: {_reason(error)}.", "Try again.") from error
    return decode(content, name)


def decode(content: bytes, name: str) -> TextFile:
    """Return the text in `content`; `name` is how an error calls it.

    Raises:
        InklingError: the bytes are not UTF-8, or UTF-16 with a byte order mark.
    """
    encoding, bom = next(((e, mark) for e, mark in _BOMS if content.startswith(mark)), ("utf-8", b""))
    try:
        text = content[len(bom) :].decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise InklingError(f"“{name}” is not a text file.", "Inkling opens plain text and Markdown in UTF-8.")
    newline = _prevailing_newline(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return TextFile(text, TextFormat(encoding, bool(bom), newline), digest(content))


def encode(text: str, form: TextFormat) -> bytes:
    """Return `text`, whose lines end in line feeds, as the bytes of a file of this format.

    Half a surrogate pair, which no file can hold, becomes U+FFFD.
    """
    if form.newline != "\n":
        text = text.replace("\n", form.newline)
    bom = dict(_BOMS)[form.encoding] if form.bom else b""
    try:
        return bom + text.encode(form.encoding)
    except UnicodeEncodeError:
        whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return bom + whole.encode(form.encoding)


def save(path: Path, text: str, form: TextFormat, write: AtomicWriter) -> str:
    """Write `text` to `path` and return the digest of what was written.

    Raises:
        InklingError: the file could not be written; what it held before is untouched.
    """
    content = encode(text, form)
    try:
        write(path, content)
    except OSError as error:
        raise InklingError(
            f"“{path.name}” could not be saved: {_reason(error)}.",
            "Your text is still here. Save it under another name or in another folder.",
        ) from error
    return digest(content)


def digest(content: bytes) -> str:
    """Return a fingerprint of the bytes of a file."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _check_kind(path: Path) -> None:
    """Refuse what must not be read: reading a pipe would wait for ever."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise InklingError(f"“{path.name}” is a folder.", "Choose a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise InklingError(f"“{path.name}” is not a file that can be edited.", "Choose a text file.")
    if status.st_size > LARGEST_BYTES:
        limit = LARGEST_BYTES // 1_000_000
        raise InklingError(f"“{path.name}” is larger than {limit} MB.", "Split it into smaller files.")


def _prevailing_newline(text: str) -> str:
    windows = text.count("\r\n")
    counts = {"\n": text.count("\n") - windows, "\r\n": windows, "\r": text.count("\r") - windows}
    return max(counts, key=lambda newline: counts[newline])


def _reason(error: OSError) -> str:
    return (error.strerror or str(error) or "the system gave no reason").rstrip(".")
