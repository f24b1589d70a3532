"""A program that keeps a journal while the disk fails it: FOLDER.

`faults.c` is preloaded. Each call fails in its turn, and then the program looks at what the journal leads to.
It prints its counts.
"""

import errno
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

from app.document.journal import Journal
from app.document.journal_records import About, replay
from app.document.left_behind import Found, find_left_behind
from app.document.manuscript import Manuscript
from tests.endurance.faults import Faults
from tests.endurance.kill_journals import edit, state

STEPS = ("append", "append", "append", "compact", "append", "append", "rebase", "append", "append")
STOPS = (2, 4, 6, 7, 9)  # behind so many of them it is looked at


def attempt(folder: Path, faults: Faults, last: int) -> str:
    """Take so many steps, and look at the journal; return how it went."""
    try:
        journal = Journal.begin(folder, About(), state(0))
    except OSError:
        faults.disarm()
        assert find_left_behind(folder) == Found()
        assert list(folder.glob("*")) == []
        return "could not begin"
    on_disk = told = 0
    for step in STEPS[:last]:
        told += step == "append"
        with suppress(OSError):
            match step:
                case "append":
                    journal.append([edit(told)])
                case "compact":
                    journal.compact()
                case "rebase":
                    journal.rebase(About(Path("/one.md")), state(told - 1), [edit(told)])
            on_disk = told
    faults.disarm()
    assert leads_to(journal) in [state(number) for number in range(on_disk, told + 1)]
    journal.append([])
    assert leads_to(journal) == state(told)
    journal.end()
    assert list(folder.glob("*")) == []
    return "made good" if faults.failures else "nothing failed"


def leads_to(journal: Journal) -> Manuscript:
    """Return what somebody would find if the program died now."""
    with journal.file.open("rb") as file:
        return replay(file).manuscript


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    counts = Counter[str]()
    for error in (errno.ENOSPC, errno.EIO):
        for is_lasting in (False, True):
            for last in STOPS:
                for _ in (faults := Faults(folder)).at_each_call(error, is_lasting):
                    counts[attempt(folder, faults, last)] += 1
    for outcome, number in sorted(counts.items()):
        print(f"{number:5} {outcome}")
