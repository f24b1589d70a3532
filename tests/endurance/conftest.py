"""The proof that no word is lost: `make endurance` runs it whole, `make test` a short form of it."""

import shutil
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.endurance import faults
from tests.endurance.ordinary_user import OrdinaryUser, ordinary_user

if sys.platform != "linux":
    collect_ignore_glob = ["test_*"]  # strace, preloading, /proc and setpriv


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--endurance", action="store_true", help="run the endurance tests at full length")


@pytest.fixture(scope="session")
def times(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """Return a function that chooses a count: `times(short, full)`."""
    is_full = request.config.getoption("--endurance", default=False)
    return lambda short, full: full if is_full else short


@pytest.fixture(scope="session")
def ordinary() -> Iterator[OrdinaryUser]:
    """Somebody who is not root, even where root runs the tests."""
    with ordinary_user() as user:
        yield user


@pytest.fixture(scope="session")
def with_faults(ordinary: OrdinaryUser) -> dict[str, str]:
    """The environment in which a program can use `Faults`."""
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler; packaging/system.sh tests installs one")
    return {"LD_PRELOAD": str(faults.build(ordinary.folder()))}
