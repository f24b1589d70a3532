from pathlib import Path

import pytest
import torch

from app.engines import devices
from app.errors import InklingError

CPU = torch.device("cpu")


def test_the_processor_can_be_asked_for() -> None:
    assert devices.choose_device("cpu") == CPU


def test_automatic_takes_the_best_that_is_there() -> None:
    best = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    assert devices.choose_device("auto").type == best


@pytest.mark.parametrize("wish", ["cuda", "mps", "abacus", ""])
def test_a_device_that_is_not_there_is_refused_in_words(wish: str) -> None:
    if getattr(torch.backends, wish or "none", None) and getattr(torch, wish).is_available():
        pytest.skip(f"this machine has {wish}")
    with pytest.raises(InklingError, match="no device") as refusal:
        devices.choose_device(wish)
    assert "Preferences" in refusal.value.hint


def test_the_processors_precision_is_one_it_computes_in() -> None:
    assert devices.choose_precision(CPU) in (torch.bfloat16, torch.float32)


def test_a_model_that_cannot_fit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.truncate(10**13)  # takes no room on the disk
    with pytest.raises(InklingError, match=r"needs \d+\.\d GB more memory"):
        devices.require_memory(tmp_path, CPU, torch.bfloat16)


def test_a_model_that_fits_is_not_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(bytes(1000))
    devices.require_memory(tmp_path, CPU, torch.float32)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory"
        ),
        RuntimeError("MPS backend out of memory"),
    ],
)
def test_memory_that_ran_out_is_told_in_words(error: Exception) -> None:
    with pytest.raises(InklingError, match="not enough memory"), devices.memory_errors_in_words():
        raise error


def test_a_real_allocation_that_fails_is_told_in_words() -> None:
    with pytest.raises(InklingError, match="not enough memory"), devices.memory_errors_in_words():
        torch.empty(10**15)


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(RuntimeError, match="shapes"), devices.memory_errors_in_words():
        raise RuntimeError("shapes do not match")
