from pathlib import Path

import psutil
import pytest
import torch
from tiny_models import write_sparse_weights

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


@pytest.mark.parametrize("size", [0.75, 1.0, 2, 4])
def test_a_model_is_measured_in_the_precision_it_will_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: float
) -> None:
    write_sparse_weights(tmp_path / "model.safetensors", 10**9)
    needed = 10**9 * size
    free = type(psutil.virtual_memory())
    for available, fits in ((needed + 4e8, True), (needed, False)):
        memory = free(*[available] * len(free._fields))
        monkeypatch.setattr(psutil, "virtual_memory", lambda memory=memory: memory)
        if fits:
            devices.require_memory(tmp_path, CPU, size)
        else:
            with pytest.raises(InklingError, match=r"needs 0\.3 GB more memory"):
                devices.require_memory(tmp_path, CPU, size)


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
