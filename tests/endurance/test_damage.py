"""Damaged files are noticed and kept, and what was written before them is offered."""

import json
import random
from collections.abc import Callable

from tests.endurance.ordinary_user import OrdinaryUser


def test_files_are_cut_and_bits_change(ordinary: OrdinaryUser, times: Callable[[int, int], int]) -> None:
    count, seed = times(140, 2_100), random.randrange(2**32)
    done = ordinary.python(
        "-m", "tests.endurance.damage_files", ordinary.folder(), str(count), str(seed), timeout=600
    )
    assert done.returncode == 0, f"seed {seed}: {done.stdout}{done.stderr}"
    print(f"{count} times a file was damaged, seed {seed}:\n{done.stdout}")
    assert "journal read to its damage" in done.stdout
    assert "journal set aside" in done.stdout
    assert "version set aside" in done.stdout


def test_the_program_starts_over_damaged_files(
    ordinary: OrdinaryUser, times: Callable[[int, int], int]
) -> None:
    count, seed = times(12, 1_000), random.randrange(2**32)
    command = ("-m", "tests.endurance.start_damaged", ordinary.folder(), str(count), str(seed))
    done = ordinary.python(*command, timeout=1800)
    assert done.returncode == 0, f"seed {seed}: {done.stderr}"
    starts = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(starts) == count
    noticed = 0
    for start in starts:
        assert start["file is whole"], f"seed {seed}: {start}"
        assert set(start["offered"] + start["kept"]) <= set(start["written"]), f"seed {seed}: {start}"
        if start["file"].endswith(".journal"):
            assert start["offered"] or start["aside"], f"seed {seed}: {start}"
            assert start["offered"] or "cannot be read" in "".join(start["said"])
        else:
            assert start["offered"] == start["written"][-1:], f"seed {seed}: {start}"
        noticed += bool(start["aside"])
    print(f"{count} starts over damaged files, seed {seed}; {noticed} times one was set aside at the start")
