"""Damaged files: they are kept under another name, for nobody knows what they are still good for."""

from itertools import count
from pathlib import Path


class DamagedError(Exception):
    """What a file holds is not what was written to it."""


def set_aside(path: Path) -> Path:
    """Rename a damaged file to `<name>.broken`, or `.broken-2` and so on, and return its new path.

    Raises:
        OSError: it could not be renamed.
    """
    for number in count(1):
        aside = path.with_name(f"{path.name}.broken" + (f"-{number}" if number > 1 else ""))
        if not aside.exists():
            break
    return path.rename(aside)
