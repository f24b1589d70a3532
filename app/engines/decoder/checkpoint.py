"""A model folder's safetensors, memory-mapped: what is not touched or converted costs no memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safetensors import safe_open
from torch import Tensor

PREFIXES = ("", "model.", "transformer.")  # a checkpoint may leave out or add the name of the inner model


class Checkpoint:
    """Finds tensors by name in all the safetensors files of a folder.

    Raises:
        OSError, safetensors.SafetensorError: a file cannot be read.
    """

    def __init__(self, folder: Path, pattern: str = "*.safetensors") -> None:
        files: list[Any] = [safe_open(file, framework="pt") for file in sorted(folder.glob(pattern))]
        self._places = {name: file for file in files for name in file.keys()}  # noqa: SIM118

    def __getitem__(self, name: str) -> Tensor:
        """Return a tensor.

        Raises:
            KeyError: there is none of that name.
        """
        tensor = self.get(name)
        if tensor is None:
            raise KeyError(name)
        return tensor

    def get(self, name: str) -> Tensor | None:
        """Return a tensor, or None where there is none of that name."""
        return next((self._tensor(found) for found in self._found(name)), None)

    def _tensor(self, found: str) -> Tensor:
        tensor: Tensor = self._places[found].get_tensor(found)
        return tensor

    def _found(self, name: str) -> Iterator[str]:
        return (prefix + name for prefix in PREFIXES if prefix + name in self._places)
