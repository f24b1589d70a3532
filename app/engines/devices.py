"""Where a model runs and in which precision, and whether it fits."""

import ctypes
import math
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import torch
from safetensors import safe_open

from app.errors import InklingError

GIGABYTE = 1e9
BF16_INSTRUCTIONS = ("avx512_bf16", "amx_bf16", "bf16")  # of x86 and Arm, as torch names them
OUT_OF_MEMORY = re.compile("out of memory|can't allocate memory|not enough memory", re.IGNORECASE)
PLAIN_PRECISIONS = {"bfloat16": torch.bfloat16, "float16": torch.float16, "float32": torch.float32}
PACKED_PRODUCTS = ("AVX2", "AVX512")  # instruction sets for which torch has fast products of packed weights
CPU_HEADROOM = 0.3e9  # bytes left to the system beside the weights: activations, key/value cache, the rest


def choose_device(wish: str) -> torch.device:
    """Return the device for "auto", "cuda", "mps" or "cpu".

    Raises:
        InklingError: the device that was asked for is not there.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wish == "auto":
        return torch.device(next(name for name in ("cuda", "mps", "cpu") if there[name]))
    if not there.get(wish, False):
        raise InklingError(
            f"This machine has no device “{wish}” that the models could run on.",
            "Choose Automatic or CPU in Preferences.",
        )
    return torch.device(wish)


def choose_precision(device: torch.device) -> torch.dtype:
    """Return the fastest precision that loses nothing a writer would notice.

    bfloat16 on a CPU without instructions for it is emulated and slower than float32.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    if device.type == "mps":
        return torch.float16
    capabilities = torch.cpu.get_capabilities()
    return torch.bfloat16 if any(capabilities.get(name) for name in BF16_INSTRUCTIONS) else torch.float32


def can_multiply_packed() -> bool:
    """Tell whether this processor multiplies weights of four and eight bits faster than full ones."""
    return torch.backends.cpu.get_cpu_capability() in PACKED_PRODUCTS


def require_memory(folder: Path, device: torch.device, bytes_per_weight: float) -> None:
    """Refuse a model that cannot fit before the operating system kills the program for trying.

    Raises:
        InklingError: how much is missing, and what to do.
    """
    needed = count_parameters(folder) * bytes_per_weight
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
    else:
        free = psutil.virtual_memory().available - CPU_HEADROOM
    if needed > free:
        raise InklingError(
            f"The model needs {(needed - free) / GIGABYTE:.1f} GB more memory than is free.",
            "Close other programs, or choose a smaller model in Preferences.",
        )


def count_parameters(folder: Path) -> int:
    """Return how many numbers the weights hold, from the headers of their files."""
    count = 0
    for file in folder.glob("*.safetensors"):
        with safe_open(file, framework="numpy") as weights:  # torch would reserve memory
            count += sum(math.prod(weights.get_slice(name).get_shape()) for name in weights.keys())  # noqa: SIM118
    return count


@contextmanager
def memory_errors_in_words() -> Iterator[None]:
    """Turn torch's and Python's ways of saying that memory ran out into one that a writer understands.

    Raises:
        InklingError: memory ran out inside the `with` block.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and not OUT_OF_MEMORY.search(str(error)):
            raise
        raise InklingError(
            "There is not enough memory for this model and this much text.",
            "Close other programs, or choose a smaller model in Preferences.",
        ) from error


def release_memory(device: torch.device) -> None:
    """Hand memory that is kept for later back to the device."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
    elif sys.platform == "linux":  # glibc keeps what a model's small tensors lay in, up to its whole size
        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
