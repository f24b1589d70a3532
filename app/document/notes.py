"""What a writer wants the model to know of a document, beside its text."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.document import checked_json
from app.document.damage import DamagedError, set_aside

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """Facts that matter only where something is spoken of.

    name: of what they are about; it counts as a keyword.
    keywords: other words for it.
    """

    name: str = ""
    keywords: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one document.

    memory: is always read. author_note: is read near the caret. entries: of the story, read where their
    keywords occur. style: some prose that sounds as the text should.
    """

    memory: str = ""
    author_note: str = ""
    entries: tuple[Entry, ...] = ()
    style: str = ""

    def __bool__(self) -> bool:
        return self != Notes()


def write_notes(path: Path, notes: Notes) -> None:
    """Replace a file of notes in one step.

    Raises:
        OSError: it could not be written; what it held before is untouched.
    """
    checked_json.write(path, {"format": FORMAT, **asdict(notes)})


def read_notes(path: Path) -> Notes:
    """Return what was written; nothing where there is no such file.

    Raises:
        DamagedError: it is something else now.
        OSError: the file could not be read.
    """
    try:
        content = checked_json.read(path)
    except (FileNotFoundError, NotADirectoryError):
        return Notes()
    try:
        if content["format"] != FORMAT:
            raise ValueError("this format is not known")
        entries = tuple(
            Entry(_text(one, "name"), tuple(map(_checked, one["keywords"])), _text(one, "text"))
            for one in content["entries"]
        )
        return Notes(
            _text(content, "memory"), _text(content, "author_note"), entries, _text(content, "style")
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedError("these are not notes") from error


def notes_as_text(notes: Notes) -> str:
    """Return notes as a text that a writer can read without Inkling."""
    told = {"Memory": notes.memory, "Author’s note": notes.author_note, "Style sample": notes.style}
    parts = [(title, text) for title, text in told.items() if text]
    parts += [(", ".join(filter(None, (one.name, *one.keywords))), one.text) for one in notes.entries]
    return "\n".join(f"{title}\n{text}\n" for title, text in parts)


def notes_or_aside(path: Path) -> tuple[Notes, Path | None]:
    """Return what was written; where it is damaged, nothing and the path to which it was set aside.

    Raises:
        OSError: the file could not be read or renamed.
    """
    try:
        return read_notes(path), None
    except DamagedError:
        return Notes(), set_aside(path)


def _text(content: dict[str, Any], key: str) -> str:
    return _checked(content[key])


def _checked(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError("this is not a text")
    return text
