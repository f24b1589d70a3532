"""Quantised weights, kept beside the model so that the next load maps them as they are."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

FORMAT = "1"  # raise it when the way of quantising changes
ALIGNMENT = 64  # bytes, of a cache line: a load that spans two is slower


class PackedFile:
    """The tensors of `<folder>/<precision>-<processor>.packed`, in the layout that this processor multiplies.

    A file of another torch, or of other weights, counts as empty.

    Args:
        folder: the model's folder.
        precision: "int4" or "int8".
        sources: the files whose weights were quantised.
    """

    def __init__(self, folder: Path, precision: str, sources: Iterable[Path]) -> None:
        processor = torch.backends.cpu.get_cpu_capability().lower()
        self._path = folder / f"{precision}-{processor}.packed"
        self._metadata = {"format": FORMAT, "torch": torch.__version__, "sources": _fingerprint(sources)}
        self._tensors: dict[str, Tensor] = {}
        with contextlib.suppress(OSError, SafetensorError), safe_open(self._path, framework="pt") as file:
            metadata = file.metadata() or {}
            if all(metadata.get(key) == value for key, value in self._metadata.items()):
                self._tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        self._is_changed = False

    def get(self, name: str) -> Tensor | None:
        """Return a tensor, memory-mapped, or None where it has to be made."""
        return self._tensors.get(name)

    def put(self, name: str, tensor: Tensor) -> None:
        """Add a tensor that was made."""
        self._tensors[name] = tensor
        self._is_changed = True

    def save(self) -> None:
        """Write what was added; where the folder cannot be written, the next load makes it again."""
        if not self._is_changed:
            return
        partial = self._path.with_name(f".{self._path.name}.partial-{os.getpid()}")
        try:
            _write(partial, save(self._tensors, self._metadata))
            partial.replace(self._path)
        except (MemoryError, OSError):
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    """Write a safetensors file with spaces behind its header, so that the tensors begin at a cache line."""
    end = 8 + int.from_bytes(content[:8], "little")  # of the header, behind its length
    padding = -end % ALIGNMENT
    with path.open("wb") as file:
        file.write((end - 8 + padding).to_bytes(8, "little") + content[8:end] + b" " * padding)
        file.write(memoryview(content)[end:])


def _fingerprint(sources: Iterable[Path]) -> str:
    """Return what changes whenever one of the files does: their names, sizes and times."""
    parts = []
    for file in sorted(sources):
        status = file.stat()
        parts.append(f"{file.name} {status.st_size} {status.st_mtime_ns}")
    return "; ".join(parts)
