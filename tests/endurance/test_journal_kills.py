"""What a journal or a history was told survives the program that told it, and a disk that fails."""

import random
import re
import shutil
import sys
from collections.abc import Callable

import pytest

from tests.endurance.ordinary_user import OrdinaryUser

KEEP = """
import sys
from pathlib import Path
from app.document.journal import Journal
from app.document.journal_records import About
from app.document.manuscript import Edit, Manuscript
journal = Journal.begin(Path(sys.argv[1]), About(), Manuscript())
journal.append([Edit(0, 0, Manuscript.of_one("one"))])
journal.append([Edit(3, 0, Manuscript.of_one("two"))])
"""


def test_killed_at_every_step_and_at_random_moments(
    ordinary: OrdinaryUser, times: Callable[[int, int], int]
) -> None:
    seed = random.randrange(2**32)
    arguments = [str(number) for number in (times(3, 12), times(20, 200), seed)]
    done = ordinary.python("-m", "tests.endurance.kill_journals", ordinary.folder(), *arguments, timeout=600)
    assert done.returncode == 0, f"seed {seed}: {done.stdout}{done.stderr}"
    print(done.stdout)


def test_every_call_of_a_journal_fails_once(ordinary: OrdinaryUser, with_faults: dict[str, str]) -> None:
    folder = ordinary.folder() / "journals"
    done = ordinary.python("-m", "tests.endurance.journal_with_faults", folder, env=with_faults)
    assert done.returncode == 0, done.stdout + done.stderr
    print(f"each call failed with ENOSPC and EIO, once and lastingly:\n{done.stdout}")
    assert "made good" in done.stdout
    assert "could not begin" in done.stdout


def test_the_disk_is_told_in_order(ordinary: OrdinaryUser) -> None:
    if shutil.which("strace") is None:
        pytest.skip("there is no strace; packaging/system.sh tests installs it")
    folder = ordinary.folder()
    log = folder / "strace.log"
    calls = "trace=write,fsync,fdatasync,rename,renameat,renameat2"
    traced = ordinary.run(["strace", "-y", "-e", calls, "-o", log, sys.executable, "-c", KEEP, folder])
    assert traced.returncode == 0, traced.stderr
    found = re.findall(
        rf"^(\w+)\(\d*<?\"?{re.escape(str(folder))}/?\w*(\.\w+)?", log.read_text(), re.MULTILINE
    )
    begun = [("write", ".new"), ("fsync", ".new"), ("rename", ".new"), ("fsync", "")]
    assert found == [*begun, *[("write", ".journal"), ("fsync", ".journal")] * 2], log.read_text()
    print(f"seen by strace: {found}")
