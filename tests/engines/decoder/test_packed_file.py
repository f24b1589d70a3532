"""The file of packed weights: made once, mapped ever after, and made anew whenever it might be wrong."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from decoder_runs import opened, said
from safetensors import safe_open

from app.engines.decoder import loading, packed_file
from app.engines.decoder.packed_file import ALIGNMENT, PackedFile

IDS = list(range(5, 25))
SAVE = """
import sys
from pathlib import Path

import torch

from app.engines.decoder.packed_file import PackedFile

folder, number = Path(sys.argv[1]), int(sys.argv[2])
for _ in range(20):
    file = PackedFile(folder, "int8", [])
    for name in "ab":
        file.put(name, torch.full((500, 500), number, dtype=torch.int8))
    file.save()
"""


class MadeAnewError(Exception):
    """Weights were quantised though a file of them was there."""


@pytest.fixture(params=["int4", "int8"])
def precision(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def folder(tiny_model: Callable[[str], Path], tmp_path: Path) -> Path:
    """A copy beside which nothing has been packed yet."""
    model = tiny_model("lean qwen2")
    return Path(shutil.copytree(model, tmp_path / "model", ignore=shutil.ignore_patterns("*.packed")))


@pytest.fixture
def nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function after which any quantising is an error."""

    def refuse(*_arguments: object) -> None:
        raise MadeAnewError

    def forbid() -> None:
        for name in ("quantise_int8", "quantise_int4", "take_over_q4_1", "pack_int4"):
            monkeypatch.setattr(loading, name, refuse)

    return forbid


def packed(folder: Path) -> Path:
    [file] = folder.glob("*.packed")
    return file


def test_the_second_load_maps_the_file_and_makes_nothing(
    folder: Path, precision: str, nothing_is_made: Callable[[], None]
) -> None:
    expected = said(opened(folder, precision), IDS)
    time = packed(folder).stat().st_mtime_ns
    nothing_is_made()
    assert torch.equal(said(opened(folder, precision), IDS), expected)
    assert packed(folder).stat().st_mtime_ns == time
    assert not list(folder.glob(".*"))


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="asks Linux what is mapped")
def test_what_was_kept_lies_in_the_file(folder: Path, precision: str) -> None:
    opened(folder, precision)
    decoder = opened(folder, precision)
    maps = [line.split() for line in Path("/proc/self/maps").read_text().splitlines() if ".packed" in line]
    places = [tuple(int(end, 16) for end in line[0].split("-")) for line in maps]
    address = decoder._weights.layers[0].attention_out.packed.data_ptr()
    assert any(start <= address < end for start, end in places)


def test_every_tensor_begins_at_a_cache_line(folder: Path, precision: str) -> None:
    opened(folder, precision)
    with safe_open(packed(folder), framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    assert len(tensors) == 2 * (4 * 2 + 1)  # of four products in each of two layers, and of the head
    assert all(tensor.data_ptr() % ALIGNMENT == 0 for tensor in tensors.values())


SPOILT: dict[str, Callable[[Path], object]] = {
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:-1]),
    "empty": lambda file: file.write_bytes(b""),
    "no header": lambda file: file.write_bytes(bytes(1000)),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
    "other weights": lambda file: os.utime(file.parent / "model.safetensors", (1, 1)),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_file_that_is_not_right_is_made_anew(
    folder: Path, precision: str, spoil: Callable[[Path], object]
) -> None:
    expected = said(opened(folder, precision), IDS)
    spoil(packed(folder))
    assert torch.equal(said(opened(folder, precision), IDS), expected)
    assert not list(folder.glob(".*"))


def test_a_file_of_another_torch_or_other_weights_is_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, nothing_is_made: Callable[[], None]
) -> None:
    opened(folder, "int8")
    nothing_is_made()
    for place, name, other in ((torch, "__version__", "2.99.0"), (packed_file, "FORMAT", "0")):
        with monkeypatch.context() as changed:
            changed.setattr(place, name, other)
            with pytest.raises(MadeAnewError):
                opened(folder, "int8")
    opened(folder, "int8")
    os.utime(folder / "model.safetensors", (1, 1))
    with pytest.raises(MadeAnewError):
        opened(folder, "int8")


@pytest.mark.skipif(
    sys.platform == "win32" or not os.getuid(), reason="needs a folder that this user cannot write"
)
def test_in_a_folder_that_cannot_be_written_it_works_without(folder: Path, precision: str) -> None:
    folder.chmod(0o555)
    try:
        assert said(opened(folder, precision), IDS).isfinite().all()
    finally:
        folder.chmod(0o755)
    assert not list(folder.glob("*.packed"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_on_a_full_disk_it_works_without_and_leaves_nothing(
    folder: Path, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = packed_file._write
    monkeypatch.setattr(packed_file, "_write", lambda path, content: _to_full_disk(write, path, content))
    assert said(opened(folder, precision), IDS).isfinite().all()
    assert not list(folder.glob("*.packed")) + list(folder.glob(".*"))


def _to_full_disk(write: Callable[[Path, bytes], None], path: Path, content: bytes) -> None:
    path.symlink_to("/dev/full")
    write(path, content)


def test_two_processes_may_write_at_once(folder: Path) -> None:
    both = [subprocess.Popen([sys.executable, "-c", SAVE, str(folder), str(number)]) for number in (1, 2)]
    assert [process.wait(60) for process in both] == [0, 0]
    kept = PackedFile(folder, "int8", [])
    whole = kept.get("a")
    assert whole is not None
    assert whole.unique().tolist() in ([1], [2])
    assert torch.equal(whole, kept.get("b"))
    assert not list(folder.glob(".*"))
