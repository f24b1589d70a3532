"""A program that saves a text again and again while the disk fails it: FOLDER.

`faults.c` is preloaded. It prints one line of JSON for each attempt.
"""

import errno
import json
import os
import sys
from pathlib import Path

from app.document.storage import SaveError, TextFormat, save
from tests.endurance.faults import Faults

OLD = "What was there.\n" * 5_000
NEW = "What is new, and longer.\n" * 20_000


def attempt(path: Path, old: str | None, faults: Faults, error: int, is_lasting: bool) -> None:
    """Save over `old`, or to no file, once for each call that can fail."""
    file = Path(os.path.realpath(path))
    for nth in faults.at_each_call(error, is_lasting):
        faults.disarm()
        file.unlink(missing_ok=True)
        if old is not None:
            file.write_text(old)
        faults.arm(nth, error, is_lasting)
        said = save_and_listen(path)
        faults.disarm()
        outcome = {
            "error": errno.errorcode[error],
            "lasting": is_lasting,
            "over": "nothing" if old is None else path.name,
            "nth": nth,
            "failures": faults.failures,
            "said": said,
            "holds": contents(file, old),
            "names": sorted(entry.name for entry in path.parent.iterdir()),
            "said again": save_and_listen(path),
            "holds then": contents(file, old),
        }
        print(json.dumps(outcome))


def save_and_listen(path: Path) -> str | None:
    """Return what the writer is told, None where the text was saved."""
    try:
        save(path, NEW, TextFormat())
    except SaveError as error:
        return f"{error.message} {error.hint}"
    return None


def contents(file: Path, old: str | None) -> str:
    """Return which text the file holds whole."""
    content = file.read_text() if file.exists() else None
    return "old" if content == old else "new" if content == NEW else "another"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "link.md").symlink_to("text.md")
    for code in (errno.ENOSPC, errno.EIO):
        for lasting in (False, True):
            attempt(folder / "text.md", OLD, Faults(folder), code, lasting)
            attempt(folder / "link.md", OLD, Faults(folder), code, lasting)
            attempt(folder / "text.md", None, Faults(folder), code, lasting)
