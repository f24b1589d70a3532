"""What a journal or a history was told survives the program that told it, and a disk that fails."""

import random
from collections.abc import Callable

from tests.endurance.ordinary_user import OrdinaryUser


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
