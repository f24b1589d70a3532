"""JSON, one object a line: requests in, answers out."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from app.cli.arguments import is_well_formed
from app.errors import InklingError

STDIN = "-"

T = TypeVar("T")
Entry = dict[str, Any]


class MalformedError(ValueError):
    """A line is not the request that it should be; the message says why."""


@contextmanager
def open_lines(name: str) -> Iterator[Iterable[bytes]]:
    """Open the file called `name`, or standard input for `-`.

    Raises:
        InklingError: the file cannot be opened.
    """
    if name == STDIN:
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 (only opening is told in words, not what follows)
    except OSError as error:
        raise InklingError(f"The file {name} could not be opened.", "Check its name.") from error
    with stream:
        yield stream


def read_requests(lines: Iterable[bytes], understand: Callable[[Entry], T]) -> Iterator[T]:
    """Yield what `understand` makes of the object on each line that is not blank.

    Args:
        lines: UTF-8, decoded line by line, so that a bad one spoils none before it.
        understand: turns an object into a request, or raises MalformedError.

    Raises:
        InklingError: a line could not be used; the words name it.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            request = understand(_as_object(line))
        except MalformedError as error:
            raise InklingError(f"Line {number}: {error}.") from error
        yield request


def field(entry: Entry, name: str, kind: type[T]) -> T:
    """Return a field of an object.

    Raises:
        MalformedError: the field is missing or of another type.
    """
    value = entry.get(name)
    if type(value) is not kind:
        raise MalformedError(f"“{name}” should be {'a whole number' if kind is int else 'text'}")
    if isinstance(value, str) and not is_well_formed(value):
        raise MalformedError(f"“{name}” holds half a character")
    return value


def identity(entry: Entry) -> Any:
    """Return the `id` of an object, which may be any value.

    Raises:
        MalformedError: there is none, or it could not be printed.
    """
    if "id" not in entry:
        raise MalformedError("there is no “id”")
    if not is_well_formed(_as_json(entry["id"])):
        raise MalformedError("“id” holds half a character")
    return entry["id"]


def print_object(content: Entry) -> None:
    """Print an object on a line of its own, at once."""
    print(_as_json(content), flush=True)


def _as_json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


def _as_object(line: bytes) -> Entry:
    try:
        content = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise MalformedError("it is not valid UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise MalformedError("it is not JSON") from error
    if not isinstance(content, dict):
        raise MalformedError("it is not a JSON object")
    return content
