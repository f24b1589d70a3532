"""A program that kills a child which keeps a journal and versions, and reads them: FOLDER TIMES KILLS SEED.

It kills at each named step, the first so many times that it is reached, and then at so many random moments.
It prints its counts.
"""

import os
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

from app.document import storage
from app.document.history import History, open_history
from app.document.journal import Journal
from app.document.journal_records import About
from app.document.kill_points import VARIABLE
from app.document.left_behind import find_left_behind
from app.document.manuscript import WRITER, Edit, Manuscript
from tests.endurance.kill_points import kill_points_in

POINTS = kill_points_in(
    "app/document/journal.py",
    "app/document/history.py",
    "app/document/versions.py",
    "app/document/atomic_file.py",
)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
COMPACTED_EACH, SAVED_EACH = 5, 7
LAST = 42

Say = Callable[[str, int], None]


def state(number: int) -> Manuscript:
    """Return the text after so many edits."""
    return Manuscript.of_one("".join(f"word{n} " for n in range(number)), WRITER)


def edit(number: int) -> Edit:
    """Return the edit that leads to a state."""
    before = state(number - 1)
    return Edit(len(before.text), 0, Manuscript.of_one(state(number).text[len(before.text) :], WRITER))


def write(folder: Path, last: int | None, say: Say) -> None:
    """Write, save, and compact, and say each time what must not be lost from now on."""
    history = History(folder / "history", folder / "one.md")
    journal = Journal.begin(folder / "journals", About(history.path), state(0))
    for number in count(1) if last is None else range(1, last + 1):
        journal.append([edit(number)])
        say("written", number)
        if number % COMPACTED_EACH == 0:
            journal.compact()
        if number % SAVED_EACH == 0:
            saved = state(number - 1)
            history.keep(saved, _digest(saved), NOW + timedelta(hours=number))
            say("kept", number - 1)
            journal.rebase(About(history.path), saved, [edit(number)])
    say("ending", 0)
    journal.end()


@dataclass
class Said:
    """What the child said before it died."""

    written: int = 0
    kept: int = 0
    ending: int | None = None


def start(folder: Path, last: int | None, point: str = "") -> tuple[int, int]:
    """Return the process id of a child that writes, and where it says what it does."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    try:
        os.environ[VARIABLE] = point
        write(folder, last, lambda what, number: _say(writing, what, number))
        status = 0
    finally:
        os._exit(status)


def listen(reading: int) -> Said:
    """Return what a child said; it is dead."""
    said = Said()
    with os.fdopen(reading) as lines:
        for line in lines:
            what, number = line.split()
            setattr(said, what, int(number))
    return said


def check(folder: Path, said: Said) -> str:
    """Assert that nothing is lost, and return which kind of state is left."""
    history = open_history(folder / "history", folder / "one.md", "ab" * 16)
    latest = history.latest() or state(0)
    next_kept = said.kept + SAVED_EACH if said.kept else SAVED_EACH - 1
    assert latest in (state(said.kept), state(next_kept)), (said, latest)
    if latest.text:
        assert history.provenance(_digest(latest)) == latest.runs
    assert len(history.versions.generations()) >= (said.kept > 0)
    found = find_left_behind(folder / "journals")
    assert found.unreadable == ()
    names = sorted(file.name for file in (folder / "journals").glob("*"))
    if not found.documents:
        assert said.ending is not None or said.written == 0, said
        assert names == []
        return "nothing to recover"
    (document,) = found.documents
    assert names == [document.file.name]
    assert document.manuscript in (state(said.written), state(said.written + 1)), (said, document.manuscript)
    return "the last edit" if document.manuscript == state(said.written) else "one that nobody was told of"


def at_each_step(folders: Iterator[Path], times: int) -> Counter[str]:
    """Kill a child at each step, the first so many times that it comes to it."""
    seen = Counter[str]()
    for point in POINTS:
        for number in range(1, times + 1):
            folder = next(folders)
            child, reading = start(folder, LAST, f"{point}:{number}")
            said = listen(reading)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            assert status == -signal.SIGKILL or (status == 0 and number > 1), (point, number, status)
            if status != 0:
                seen[check(folder, said)] += 1
    return seen


def at_random_moments(folders: Iterator[Path], times: int, chance: Random) -> Counter[str]:
    """Kill children that would write for ever."""
    seen = Counter[str]()
    for _ in range(times):
        folder = next(folders)
        child, reading = start(folder, None)
        select.select([reading], [], [])  # it writes from now on
        time.sleep(chance.uniform(0, 0.15))
        os.kill(child, signal.SIGKILL)
        said = listen(reading)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        seen[check(folder, said)] += 1
        seen["edits"] += said.written
    return seen


def _say(pipe: int, what: str, number: int) -> None:
    os.write(pipe, f"{what} {number}\n".encode())


def _digest(manuscript: Manuscript) -> str:
    return storage.digest(manuscript.text.encode())


def _folders(parent: Path) -> Iterator[Path]:
    for number in count():
        folder = parent / f"{number}"
        folder.mkdir()
        yield folder


if __name__ == "__main__":
    new_folders = _folders(Path(sys.argv[1]))
    steps = at_each_step(new_folders, int(sys.argv[2]))
    print(f"killed {steps.total()} times at {len(POINTS)} steps; found: {dict(steps)}")
    moments = at_random_moments(new_folders, int(sys.argv[3]), Random(sys.argv[4]))
    print(f"killed {sys.argv[3]} times at random moments; found: {dict(moments)}")
