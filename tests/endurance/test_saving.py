"""A save is whole or has not happened, whatever breaks."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.endurance.kill_points import dying_at, kill_points_in
from tests.endurance.ordinary_user import OrdinaryUser

SAVE = "tests.endurance.save_text"
OLD, NEW = "old " * 5_000, "new and longer " * 5_000
POINTS = kill_points_in("app/document/atomic_file.py")
UNFINISHED = re.compile(r"\.inkling-[0-9a-f]{16}")

FOR_EVER = """
import sys
from pathlib import Path
from time import perf_counter
from app.document.storage import TextFormat, save
print("ready", flush=True)
begun = perf_counter()
save(Path(sys.argv[1]), sys.argv[2] * 1_000_000, TextFormat())
print(perf_counter() - begun, flush=True)
while True:
    for letter in sys.argv[2:]:
        save(Path(sys.argv[1]), letter * 1_000_000, TextFormat())
"""

Times = Callable[[int, int], int]


@pytest.fixture
def path(ordinary: OrdinaryUser) -> Path:
    """Where the user keeps a text; it is not there yet."""
    return ordinary.folder() / "text.md"


def write(ordinary: OrdinaryUser, path: Path, text: str) -> None:
    path.write_text(text)
    ordinary.give(path)


def save(ordinary: OrdinaryUser, path: Path, text: str) -> str:
    """Return what the user is told."""
    done = ordinary.python("-m", SAVE, path, text)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("old", [OLD, None], ids=["over a file", "to a new file"])
def test_killed_at_every_step(ordinary: OrdinaryUser, path: Path, old: str | None) -> None:
    for point in POINTS:
        path.unlink(missing_ok=True)
        if old is not None:
            write(ordinary, path, old)
        dead = ordinary.python("-m", SAVE, path, NEW, env=dying_at(point))
        assert dead.returncode == -signal.SIGKILL, (point, dead.stderr)
        is_new = POINTS.index(point) >= POINTS.index("file-renamed")
        assert (path.read_text() if path.exists() else None) == (NEW if is_new else old), point
        assert save(ordinary, path, NEW) == ""
        assert path.read_text() == NEW
    left = [entry for entry in path.parent.iterdir() if entry != path]
    assert all(UNFINISHED.fullmatch(entry.name) for entry in left)
    print(f"killed at {len(POINTS)} steps: {', '.join(POINTS)}; left behind: {len(left)}")
    for entry in left:
        os.utime(entry, (0, 0))
    save(ordinary, path, OLD)
    assert list(path.parent.iterdir()) == [path]


def test_killed_at_random_moments(ordinary: OrdinaryUser, path: Path, times: Times) -> None:
    """The program saves 40 texts, one after the other, each of which is one letter many times."""
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    letters = [chr(ord("a") + number % 26) for number in range(40)]
    held = Counter[str]()
    in_the_middle = 0
    kills = times(10, 300)
    for _ in range(kills):
        program = ordinary.popen([sys.executable, "-c", FOR_EVER, path, *letters], stdout=subprocess.PIPE)
        assert program.stdout is not None
        program.stdout.readline()  # it saves from now on
        pace = float(program.stdout.readline()) if chance.random() < 0.9 else 0.01  # of one save
        time.sleep(chance.uniform(0, 10 * pace))
        program.kill()
        program.communicate()
        content = path.read_text() if path.exists() else ""
        assert content == content[:1] * (1_000_000 if content else 0), f"seed {seed}"
        held[content[:1]] += 1
        for left in set(path.parent.iterdir()) - {path}:
            left.unlink()
            in_the_middle += 1
    print(f"killed {kills} times (seed {seed}), {in_the_middle} of them while a new file was being written;")
    print(f"the file held {len(held)} different texts, always whole")
    assert len(held) > 1


def test_every_call_fails_once(ordinary: OrdinaryUser, path: Path, with_faults: dict[str, str]) -> None:
    done = ordinary.python("-m", "tests.endurance.save_with_faults", path.parent, env=with_faults)
    assert done.returncode == 0, done.stderr
    attempts = [json.loads(line) for line in done.stdout.splitlines()]
    for attempt in attempts:
        failed = attempt["failures"] > 0
        assert (attempt["said"] is not None) == failed, attempt
        assert attempt["holds"] in (("old", "new") if failed else ("new",)), attempt
        assert not [name for name in attempt["names"] if name not in ("text.md", "link.md")], attempt
        assert (attempt["said again"], attempt["holds then"]) == (None, "new"), attempt
    words = {
        "ENOSPC": "could not be saved: the disk is full",
        "EIO": "could not be saved: the disk reports a",
    }
    assert all(words[attempt["error"]] in attempt["said"] for attempt in attempts if attempt["said"])
    too_late = Counter(
        (a["error"], a["lasting"], a["over"]) for a in attempts if a["said"] and a["holds"] == "new"
    )
    assert set(too_late.values()) == {2}, "only opening and syncing the folder come after renaming"
    assert len(too_late) == 12
    failures = sum(attempt["failures"] > 0 for attempt in attempts)
    print(f"{failures} saves failed, in each of their calls, with ENOSPC and EIO, once and lastingly;")
    print(f"{sum(too_late.values())} of them when the new text was in place already")


@contextmanager
def disk_of_1_mb(ordinary: OrdinaryUser) -> Iterator[tuple[Path, list[str]]]:
    """Yield a folder, and the command in front of a program for which the folder is a disk of its own."""
    folder = ordinary.folder()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=777", "tmpfs", str(folder)]
    if os.geteuid() != 0:
        alone = ["unshare", "--user", "--map-root-user", "--mount"]
        if subprocess.run([*alone, *mount], capture_output=True, check=False).returncode != 0:
            pytest.skip("nobody but root may mount a disk here")
        yield folder, [*alone, "sh", "-c", f'{" ".join(mount)} && exec "$@"', "sh"]
        return
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr}")
    try:
        yield folder, []
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk(ordinary: OrdinaryUser) -> None:
    with disk_of_1_mb(ordinary) as (folder, on_it):
        done = ordinary.run([*on_it, sys.executable, "-m", "tests.endurance.fill_disk", folder])
    assert done.returncode == 0, done.stderr
    said, holds, names, said_again, holds_then = json.loads(done.stdout)
    assert said.startswith("“text.md” could not be saved: the disk is full. Your text is still here.")
    assert (holds, names) == ("old", ["filler", "text.md"])
    assert (said_again, holds_then) == (None, "new")
    print("a disk of 1 MB was full, and the save after making room worked")


def test_the_disk_is_told_in_order(ordinary: OrdinaryUser, path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("there is no strace; packaging/system.sh tests installs it")
    write(ordinary, path, OLD)
    log = path.with_name("strace.log")
    calls = "trace=openat,write,fsync,fdatasync,rename,renameat,renameat2"
    traced = ordinary.run(["strace", "-y", "-e", calls, "-o", log, sys.executable, "-m", SAVE, path, NEW])
    assert traced.returncode == 0, traced.stderr
    folder = re.escape(str(path.parent))
    unfinished = rf"{folder}/\.inkling-[0-9a-f]{{16}}"
    steps = {
        "create": rf'openat\(.*"{unfinished}", O_WRONLY\|O_CREAT\|O_EXCL\|O_CLOEXEC, 0600\) = \d.*',
        "write": rf"write\(\d+<{unfinished}>, .* = {len(NEW)}",
        "fsync file": rf"fsync\(\d+<{unfinished}>\) += 0",
        "rename": rf'rename\("{unfinished}", "{folder}/text\.md"\) += 0',
        "fsync folder": rf"fsync\(\d+<{folder}>\) += 0",
    }
    found = [
        step
        for line in log.read_text().splitlines()
        for step, pattern in steps.items()
        if re.fullmatch(pattern, line)
    ]
    assert found == list(steps), log.read_text()
    print(f"seen by strace: {', '.join(found)}")


def test_what_may_not_be_written_is_left_alone(ordinary: OrdinaryUser, path: Path) -> None:
    write(ordinary, path, OLD)
    path.chmod(0o444)
    assert "“text.md” could not be saved: the file is write-protected." in save(ordinary, path, NEW)
    path.chmod(0o644)
    path.parent.chmod(0o555)
    assert "“text.md” could not be saved: its folder is write-protected." in save(ordinary, path, NEW)
    assert path.read_text() == OLD
    assert list(path.parent.iterdir()) == [path]
    path.parent.chmod(0o755)
    moved = path.parent.rename(path.parent.with_name("moved"))
    assert "could not be saved: its folder is not there any more." in save(ordinary, path, NEW)
    assert save(ordinary, moved / "text.md", NEW) == ""


def test_a_group_that_cannot_be_kept_takes_its_rights_with_it(ordinary: OrdinaryUser, path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a file of a group that the user is not in")
    path.touch()
    path.chmod(0o664)
    os.chown(path, ordinary.uid, 4712)
    assert save(ordinary, path, NEW) == ""
    status = path.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (ordinary.uid, ordinary.uid, 0o644)


def test_any_text_survives(ordinary: OrdinaryUser, times: Times) -> None:
    done = ordinary.python("-m", "tests.endurance.round_trips", ordinary.folder(), str(times(100, 5_000)))
    assert done.returncode == 0, done.stderr
    print(done.stdout)


def test_two_programs_save_to_one_folder(ordinary: OrdinaryUser, path: Path, times: Times) -> None:
    """Neither takes away what the other is writing, and the file is always one of both texts."""
    saves = times(20, 500)
    writers = [
        ordinary.popen([sys.executable, "-m", SAVE, path, text, str(saves)])
        for text in ("a" * 5_000, "b" * 9_000)
    ]
    seen = Counter[str]()
    while any(writer.poll() is None for writer in writers):
        if path.exists():
            seen[path.read_text()] += 1
    assert [writer.returncode for writer in writers] == [0, 0]
    assert set(seen) <= {"a" * 5_000, "b" * 9_000}
    assert list(path.parent.iterdir()) == [path]
    print(f"two programs saved {saves} times each; read {seen.total()} times meanwhile, always whole")
