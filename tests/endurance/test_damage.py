"""Damaged files are noticed and kept, and what was written before them is offered."""

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
