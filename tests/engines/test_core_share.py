"""How many cores the models leave to others, with others that really want them."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import torch

from app.engines.core_share import LOOK_EVERY, CoreShare

PATIENCE = 60  # seconds; the machine may be busy with other things


@pytest.fixture
def two_threads() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def busy_programs() -> Iterator[None]:
    """As many programs as there are cores, each of which wants one."""
    programs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    yield
    for program in programs:
        program.kill()
        program.wait()


def threads_of(share: CoreShare) -> int:
    with share.taken() as threads:
        assert torch.get_num_threads() == threads
    return threads


@pytest.mark.usefixtures("two_threads", "busy_programs")
def test_a_thread_is_left_out_while_others_are_busy() -> None:
    share = CoreShare()
    deadline = time.monotonic() + PATIENCE
    while threads_of(share) == 2:
        assert time.monotonic() < deadline
        time.sleep(LOOK_EVERY)
    assert threads_of(share) == 1
    assert torch.get_num_threads() == 2  # for everybody else


@pytest.mark.usefixtures("two_threads", "busy_programs")
def test_who_was_busy_long_ago_does_not_count() -> None:
    share = CoreShare()
    time.sleep(1.5)
    assert threads_of(share) == 2


def test_one_thread_is_never_left_out() -> None:
    torch.set_num_threads(1)
    share = CoreShare()
    time.sleep(LOOK_EVERY)
    assert threads_of(share) == 1


@pytest.mark.usefixtures("two_threads")
def test_an_error_gives_the_threads_back() -> None:
    share = CoreShare()
    share._threads = 1
    with pytest.raises(RuntimeError), share.taken():
        raise RuntimeError
    assert torch.get_num_threads() == 2
